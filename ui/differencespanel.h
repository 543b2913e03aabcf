// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/verify.h"

#include <QDateTime>
#include <QWidget>

class QLabel;
class QTreeWidget;
class QTreeWidgetItem;

namespace watchline {

class SessionStore;

/// Where a session is not what the policy makes of it: each place with what was recorded beside
/// what the gateway does.
class DifferencesPanel : public QWidget
{
    Q_OBJECT

public:
    explicit DifferencesPanel(QWidget *parent = nullptr);

    /// `sentence` stands above the list. The store is used during the call only; nullptr: nothing.
    void showResult(const QString &sentence, const Verification &verification,
                    const SessionStore *store);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent *event) override;

signals:
    void rowRequested(qsizetype row);

private:
    void refill(const Verification &verification, const SessionStore *store);
    void addItems(const std::vector<Difference> &differences, const SessionStore &store);
    void addMembers(QTreeWidgetItem *item, const Difference &difference) const;
    void updateColors() const;

    QLabel *m_sentence;
    QTreeWidget *m_list;
    QLabel *m_more;
    std::vector<Difference> m_shown;
};

} // namespace watchline
