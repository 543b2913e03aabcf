// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/comparison.h"

#include <QTabWidget>

class QGridLayout;
class QLabel;
class QTreeWidget;
class QTreeWidgetItem;

namespace watchline {

/// How two sessions differ: the first decision that differs with both side by side, findings of
/// either and of both, and figures with their differences.
class ComparePanel : public QTabWidget
{
    Q_OBJECT

public:
    explicit ComparePanel(QWidget *parent = nullptr);

    /// Nothing yet, and why.
    void showState(const QString &text);
    void showResult(const Comparison &comparison);
    /// Chooses the first decision that differs of the next source that has one. False: none
    /// differs.
    bool chooseNextDifference();

    QSize sizeHint() const override;

signals:
    /// A source whose decisions differ.
    void differenceChosen(const watchline::ComparedSource &source);
    void findingChosen(bool isOfB, const watchline::Finding &finding);

private:
    void fillDecisions(const Comparison &comparison);
    void addMembers(QTreeWidgetItem *item, const ComparedSource &source,
                    const Comparison &comparison);
    void fillFindings(const Comparison &comparison);
    void addFinding(int row, int column, const Finding &finding);
    void fillFigures(const Comparison &comparison);
    void choose(const QTreeWidgetItem *item);

    std::vector<ComparedSource> m_sources;        ///< That are listed.
    std::vector<ComparedFinding> m_shownFindings; ///< On their page.
    QLabel *m_notes;
    QTreeWidget *m_decisions;
    QWidget *m_findingsPage;
    QGridLayout *m_findings = nullptr;
    QTreeWidget *m_figures;
};

} // namespace watchline
