// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/testcertificate.h"

#include <QProcess>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace watchline {

TestCertificate::TestCertificate(const QString &subjectAltName)
{
    QProcess openssl;
    openssl.start(u"openssl"_s,
                  {u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s,
                   u"ec_paramgen_curve:P-256"_s, u"-nodes"_s, u"-days"_s, u"2"_s, u"-subj"_s,
                   u"/CN=Watchline test"_s, u"-addext"_s, u"subjectAltName="_s + subjectAltName,
                   u"-keyout"_s, keyFile(), u"-out"_s, certificateFile()});
    if (!openssl.waitForStarted() || !openssl.waitForFinished())
        m_error = u"openssl: "_s + openssl.errorString();
    else if (openssl.exitCode() != 0)
        m_error = QString::fromLocal8Bit(openssl.readAllStandardError());
}

} // namespace watchline
