// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/verify.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace watchline {

class Document;
class Job;

/// Holds the decisions of the session on screen against the policy's, in another thread: a recorded
/// session's when all of it has been read, a watch's again and again while rows come. The window's
/// thread.
class DecisionCheck : public QObject
{
    Q_OBJECT

public:
    explicit DecisionCheck(QObject *parent = nullptr);
    ~DecisionCheck() override;

    /// Not owned; it must outlive its being checked. Forgets the one before, and waits for its
    /// check to notice.
    void setDocument(const Document *document);
    /// Rows of a running watch have come: decisions among them are looked at within a second or
    /// two.
    void rowsCame();
    /// Looks at all rows that are there. Nothing comes after them unless the document is live.
    void check();

    /// result() is that of some rows at least.
    bool hasResult() const { return m_hasResult; }
    bool isRunning() const { return m_isRunning; }
    /// Of the run that is under way, 0 to 1.
    double share() const { return m_share; }
    const Verification &result() const { return m_result; }
    /// It is about all rows: none will come.
    bool isFinal() const { return m_isFinal; }

signals:
    /// Any of the above is another.
    void changed();

private:
    void run();
    void ran(bool final);

    const Document *m_document = nullptr;
    std::shared_ptr<Verifier> m_verifier;
    std::unique_ptr<Job> m_job;
    QTimer m_gate;
    Verification m_result;
    /// Rows below it need no look to see that there is a decision to check.
    qsizetype m_seen = 0;
    double m_share = 0;
    bool m_hasResult = false;
    bool m_isRunning = false;
    bool m_isFinal = false;
    bool m_again = false; ///< Asked for while it ran.
};

} // namespace watchline
