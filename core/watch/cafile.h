// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/base/result.h"

#include <QList>
#include <QSslCertificate>

namespace watchline {

/// The certificates of a PEM file, one at least; of a larger one the first 16 MiB. An error is the
/// reason, which follows the file's name and says what to do. Any thread.
Result<QList<QSslCertificate>> readCaFile(const QString &path);

} // namespace watchline
