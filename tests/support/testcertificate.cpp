// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/testcertificate.h"

#include <QProcess>

using namespace Qt::StringLiterals;

namespace watchline {

TestCertificate::TestCertificate(const QString &subjectAltName, Validity validity)
{
    const QStringList about{u"-newkey"_s,
                            u"ec"_s,
                            u"-pkeyopt"_s,
                            u"ec_paramgen_curve:P-256"_s,
                            u"-nodes"_s,
                            u"-subj"_s,
                            u"/CN=Watchline test"_s,
                            u"-addext"_s,
                            u"subjectAltName="_s + subjectAltName,
                            u"-keyout"_s,
                            keyFile()};
    if (validity == Validity::TwoDays) {
        run(QStringList{u"req"_s, u"-x509"_s, u"-days"_s, u"2"_s, u"-out"_s, certificateFile()} +
            about);
        return;
    }
    // Of the programs that make certificates, the one that signs requests takes no offence at one
    // that is over.
    const auto request = m_folder.filePath(u"request.pem"_s);
    run(QStringList{u"req"_s, u"-new"_s, u"-out"_s, request} + about);
    run({u"x509"_s, u"-req"_s, u"-in"_s, request, u"-signkey"_s, keyFile(), u"-days"_s, u"-1"_s,
         u"-copy_extensions"_s, u"copy"_s, u"-out"_s, certificateFile()});
}

void TestCertificate::run(const QStringList &arguments)
{
    QProcess openssl;
    openssl.start(u"openssl"_s, arguments);
    if (!openssl.waitForStarted() || !openssl.waitForFinished())
        m_error = u"openssl: "_s + openssl.errorString();
    else if (openssl.exitCode() != 0)
        m_error = QString::fromLocal8Bit(openssl.readAllStandardError());
}

} // namespace watchline
