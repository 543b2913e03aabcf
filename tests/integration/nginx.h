// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "tests/support/testcertificate.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace watchline {

/// A real nginx that speaks TLS and HTTP/2 in front of an upstream on loopback. It runs in the
/// foreground from a folder of its own and ends with the object.
class Nginx
{
public:
    ~Nginx();

    /// False where it is not installed.
    static bool isInstalled();
    /// Passes everything on to `upstream`; an upstream that is silent for `readTimeoutS` is cut.
    /// False when it does not come up; error() says why.
    bool start(const QUrl &upstream, int readTimeoutS);
    QUrl url() const { return m_url; }
    QString caFile() const { return m_certificate.certificateFile(); }
    QString error() const { return m_error; }

private:
    bool tryStart(const QUrl &upstream, int readTimeoutS);

    TestCertificate m_certificate;
    QTemporaryDir m_folder;
    QProcess m_process;
    QUrl m_url;
    QString m_error;
};

} // namespace watchline
