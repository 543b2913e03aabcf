// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/redactedcopy.h"

#include "core/base/fileproblem.h"
#include "core/session/sessionreader.h"
#include "core/session/storesource.h"
#include "core/transfer/jsonlexporter.h"
#include "core/transfer/redaction.h"

#include <QDir>
#include <QTemporaryFile>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// One of the three times that the session is gone through.
ReadProgress step(const CopyProgress &progress, int number)
{
    if (!progress)
        return {};
    return [progress, number](qint64 done, qint64 total) {
        const double share =
            total <= 0 ? 1 : static_cast<double>(done) / static_cast<double>(total);
        return progress((number + share) / 3);
    };
}

QString cannotCopy(const QString &reason)
{
    return fileProblem(u"cannot write a temporary file"_s, QDir::tempPath(),
                       reason + u"; free some space, or set TMPDIR to a folder that has it"_s);
}

} // namespace

QString makeRedactedCopy(const SessionStore &store, SessionStore &copy,
                         const CopyProgress &progress, const ExportFilter &filter)
{
    std::shared_ptr<const Redaction> redaction;
    {
        StoreSource source(store);
        SessionScan scan(source, {}, step(progress, 0));
        redaction = Redaction::of(scan, store.header(), store.headerLine());
        if (scan.result().status == ReadResult::Status::Cancelled)
            return {};
    }
    QTemporaryFile file(QDir::tempPath() + u"/watchline-XXXXXX"_s);
    if (!file.open())
        return cannotCopy(file.errorString());
    StoreSource source(store);
    SessionScan scan(source, {}, step(progress, 1));
    const auto written = exportRedactedJsonLines(scan, file, filter, *redaction);
    if (written.status == ExportResult::Status::Cancelled)
        return {};
    if (written.status == ExportResult::Status::Failed || !file.flush())
        return cannotCopy(written.error.isEmpty() ? file.errorString() : written.error);
    const auto read = readSession(file.fileName(), copy, step(progress, 2));
    return read.status == ReadResult::Status::Complete ||
                   read.status == ReadResult::Status::Cancelled
               ? QString()
               : read.message;
}

} // namespace watchline
