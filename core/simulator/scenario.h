// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <chrono>
#include <memory>
#include <optional>

namespace watchline {

/// What the simulator plays, read from a scenario file (JSON; its format is documented in
/// resources/scenarios/README.md). An immutable value, cheap to copy; any thread.
class Scenario
{
public:
    struct Listed
    {
        QString name;
        QString title; ///< One sentence: what it shows.
    };

    Scenario();
    ~Scenario();
    Scenario(const Scenario &);
    Scenario &operator=(const Scenario &);
    Scenario(Scenario &&) noexcept;
    Scenario &operator=(Scenario &&) noexcept;

    /// Those that come with the program, the default one first.
    static QList<Listed> builtIn();
    /// The one that is played when none is named.
    static QString defaultName();
    /// A built-in scenario's name, or else a file: a scenario, or a session that is served as it
    /// was recorded. Nothing when it cannot be read or is no scenario; `error` then says what,
    /// where (file, member) and what to do.
    static std::optional<Scenario> load(const QString &nameOrFile, QString *error);
    static std::optional<Scenario> parse(const QByteArray &json, const QString &where,
                                         QString *error);

    QString name() const;
    QString title() const;
    /// What of a recording is not served, one line; empty when all is.
    QString remark() const;
    /// How long it takes to have shown everything.
    std::chrono::milliseconds length() const;

    struct Data;
    const Data &data() const { return *d; }

private:
    static Scenario made(Data data, const QString &where);

    std::shared_ptr<const Data> d;
};

} // namespace watchline
