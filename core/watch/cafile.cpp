// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/watch/cafile.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// The system's own file, of all authorities that there are, has a fiftieth of that.
constexpr qint64 kMaxCaFile = 16 * 1024 * 1024;

} // namespace

Result<QList<QSslCertificate>> readCaFile(const QString &path)
{
    using Certificates = Result<QList<QSslCertificate>>;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Certificates::failed(file.errorString() + u"; check its path and permissions"_s);
    const auto certificates = QSslCertificate::fromData(file.read(kMaxCaFile), QSsl::Pem);
    if (certificates.isEmpty())
        return Certificates::failed(u"it has no certificate in it; name a PEM file (-----BEGIN "
                                    u"CERTIFICATE-----)"_s);
    return Certificates::of(certificates);
}

} // namespace watchline
