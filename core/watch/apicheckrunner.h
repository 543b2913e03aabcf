// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/watch/apicheck.h"
#include "core/watch/watchrunner.h"

#include <QObject>
#include <QString>

#include <memory>

namespace watchline {

/// An ApiCheck in a network thread of its own, with the real transport and clock. Its members are
/// called in the thread that made it; signals arrive there too.
class ApiCheckRunner : public QObject
{
    Q_OBJECT

public:
    /// Of the options those count that are about connecting: no watch is started.
    explicit ApiCheckRunner(ConnectionOptions options, QObject *parent = nullptr);
    /// Cancels; waits for the thread, at most 2 s.
    ~ApiCheckRunner() override;

    /// Once. False when the CA file cannot be used; error() says why. Nothing was sent then.
    bool start();
    QString error() const;
    /// As last told by changed().
    const CheckReport &report() const;

signals:
    void changed();
    void finished();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace watchline
