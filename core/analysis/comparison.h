// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/diagnosis.h"
#include "core/analysis/timealigner.h"
#include "core/analysis/whatifsettings.h"

#include <QStringList>

#include <map>

/// Two sessions beside each other: what they come to, what is wrong with them, and where their
/// decisions part.
namespace watchline {

/// A decision, as far as two are compared.
struct ComparedDecision
{
    static constexpr qint64 kNoDelay = -1;

    qsizetype seq = 0;
    Nanoseconds t{};
    int attempt = 0;
    Word input = Word::None; ///< The error or outcome; None for a `hello`.
    std::optional<Rule> rule;
    std::optional<Action> action;
    qint64 delayMs = kNoDelay;
    std::size_t unlisted = 0; ///< Of rule and action, where those are names that are not known.

    bool isLike(const ComparedDecision &other) const
    {
        return input == other.input && rule == other.rule && action == other.action &&
               delayMs == other.delayMs && unlisted == other.unlisted;
    }
};

/// Of all sources of a session; the later ones are not compared.
inline constexpr qsizetype kMostComparedDecisions = 1'000'000;

/// All that a comparison needs of a session.
struct ComparedSession
{
    QString name;
    SessionHeader header;
    WhatIfSettings settings;
    Diagnosis diagnosis;
    qsizetype events = 0;
    SessionMoments moments;
    QStringList devices;                                        ///< Their IDs, a few.
    std::map<QString, std::vector<ComparedDecision>> decisions; ///< By source.
    bool hasMoreDecisions = false;
};

/// Reads the rest of a scan whose header was read.
ComparedSession readForComparison(SessionScan &scan, const QString &name);
/// Reads a store as far as it goes, from its lines. `progress` may cancel: what was read is given
/// then.
ComparedSession readForComparison(const SessionStore &store, const QString &name,
                                  const ReadProgress &progress);

/// A figure of both; nothing where it has none.
struct ComparedFigure
{
    QString name; ///< As in the diagnosis, `attempts_by_outcome.hello`.
    std::optional<double> a;
    std::optional<double> b;
    bool isTime = false; ///< In milliseconds; a count otherwise.

    bool differs() const { return a != b; }
};

struct ComparedFinding
{
    FindingCode code = FindingCode::Healthy;
    std::optional<Finding> a;
    std::optional<Finding> b;
};

/// The decisions of a source in both.
struct ComparedSource
{
    QString a; ///< Its name; two sessions of one source each are compared whatever theirs are.
    QString b;
    qsizetype alike = 0; ///< Decisions until the first that differs.
    /// By how much the times of those differ at most, as they are aligned.
    Nanoseconds largestShift{};
    /// Both, or the one that the other has no counterpart of; nothing when all are alike.
    bool differs = false;
    std::optional<ComparedDecision> firstA;
    std::optional<ComparedDecision> firstB;
};

struct Comparison
{
    /// Why they cannot be aligned so; all else is empty then.
    QString problem;
    /// What makes the two hard to compare, a sentence each.
    QStringList remarks;
    Nanoseconds originA{}; ///< What is the same moment in both.
    Nanoseconds originB{};
    std::vector<ComparedFigure> figures;
    std::vector<ComparedFinding> findings; ///< Of either.
    std::vector<ComparedSource> sources;   ///< That both have.

    bool decisionsDiffer() const;
};

/// By the clock and by leases only decisions from the time that both have recorded are compared; by
/// first outcomes those before are left out. Figures and findings are of the whole sessions.
/// `offset` moves B to later times. `progress` may cancel: what was compared is given then.
Comparison compare(const ComparedSession &a, const ComparedSession &b, Alignment alignment,
                   Nanoseconds offset = {}, const ReadProgress &progress = {});

} // namespace watchline
