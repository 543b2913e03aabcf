// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QString>
#include <QStringList>
#include <QTemporaryDir>

namespace watchline {

/// A fresh self-signed certificate for 127.0.0.1 and localhost and its key, as PEM files that go
/// with the object. Made with the openssl program.
class TestCertificate
{
public:
    enum class Validity {
        TwoDays,
        Expired, ///< yesterday
    };

    /// `subjectAltName` in openssl's words; another one makes a certificate for a wrong host.
    explicit TestCertificate(
        const QString &subjectAltName = QStringLiteral("IP:127.0.0.1,DNS:localhost"),
        Validity validity = Validity::TwoDays);

    bool isValid() const { return m_error.isEmpty(); }
    QString error() const { return m_error; }
    QString certificateFile() const { return m_folder.filePath(QStringLiteral("certificate.pem")); }
    QString keyFile() const { return m_folder.filePath(QStringLiteral("key.pem")); }

private:
    void run(const QStringList &arguments);

    QTemporaryDir m_folder;
    QString m_error;
};

} // namespace watchline
