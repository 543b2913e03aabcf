// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/exporter.h"

#include "core/session/storesource.h"
#include "core/timeline/timelineindex.h"
#include "core/transfer/csvexporter.h"
#include "ui/timeline/picture.h"

#include <QFileInfo>
#include <QIODevice>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kBlock = 1 << 20;
constexpr qsizetype kRowsBetweenTold = 4'096;

ExportResult cancelled()
{
    ExportResult result;
    result.status = ExportResult::Status::Cancelled;
    return result;
}

/// As it stands, with what could not be understood, and what is not shown.
ExportResult writeRecording(QIODevice &device, const SessionStore &store,
                            const Job::Progress &progress)
{
    StoreSource source(store, StoreSource::Extent::Everything);
    BufferedWriter out(device);
    if (!store.hasFile())
        out.write(store.headerLine() + '\n');
    ExportResult result;
    qint64 done = 0;
    for (;;) {
        const auto bytes = source.take(kBlock);
        if (bytes.isEmpty())
            break;
        out.write(bytes);
        if (out.hasFailed())
            break;
        done += bytes.size();
        if (!progress(done, source.total()))
            return cancelled();
    }
    if (!out.flush())
        return ExportResult::failed(out.error());
    if (!source.problem().isEmpty())
        return ExportResult::failed(u"the session's file was cut short"_s);
    result.missing = source.missing();
    return result;
}

} // namespace

QString suggestedName(const QString &sessionPath, const QString &suffix)
{
    const QFileInfo file(sessionPath);
    const auto base = file.completeBaseName();
    const bool isSame = file.suffix().compare(suffix, Qt::CaseInsensitive) == 0;
    return (base.isEmpty() ? u"session"_s : base) + (isSame ? u"-copy."_s : u"."_s) + suffix;
}

Exporter::Exporter(QObject *parent)
    : QObject(parent)
{}

Exporter::~Exporter() = default;

void Exporter::run(const QString &path, Write write)
{
    cancel();
    auto missing = std::make_shared<qint64>(0);
    auto work = [path, missing, write = std::move(write)](const Job::Progress &progress) {
        const auto result = writeExport(path, ExistingFile::Replace,
                                        [&](QIODevice &device) { return write(device, progress); });
        *missing = result.missing;
        return result.status == ExportResult::Status::Cancelled
                   ? tr("cancelled: %1 was not written").arg(path)
                   : result.error;
    };
    m_job = std::make_unique<Job>(std::move(work));
    connect(m_job.get(), &Job::progressed, this, &Exporter::progressed);
    connect(m_job.get(), &Job::finished, this, [this, path, missing](const QString &error) {
        // Not deleted here: this is called out of it.
        m_job.release()->deleteLater();
        emit finished(path, error, *missing);
    });
    emit started();
    m_job->start();
}

void Exporter::giveUp()
{
    if (m_job)
        m_job->cancel();
}

void Exporter::cancel()
{
    if (!m_job)
        return;
    disconnect(m_job.get(), nullptr, this, nullptr);
    m_job.reset();
}

void Exporter::exportCsv(const SessionStore &store, const QString &path)
{
    run(path, [&store](QIODevice &device, const Job::Progress &progress) {
        return watchline::exportCsv(
            store, device, {},
            [&progress](qsizetype done, qsizetype total) { return progress(done, total); });
    });
}

void Exporter::exportPicture(const SessionStore &store, const QString &path, bool svg, bool dark,
                             Nanoseconds from, Nanoseconds to)
{
    PictureOptions options;
    options.dark = dark;
    options.from = from;
    options.to = to;
    run(path, [&store, svg, options](QIODevice &device, const Job::Progress &progress) {
        TimelineIndex index(store);
        while (index.update(kRowsBetweenTold)) {
            if (!progress(index.size(), store.size()))
                return cancelled();
        }
        QString error;
        const bool written = svg ? writeTimelineSvg(device, store, index, options, &error)
                                 : writeTimelinePng(device, store, index, options, &error);
        if (!progress(index.size(), store.size()))
            return cancelled();
        return written ? ExportResult{} : ExportResult::failed(error);
    });
}

void Exporter::writeReport(const SessionStore &store, const QString &path,
                           const ReportOptions &options)
{
    run(path, [&store, options](QIODevice &device, const Job::Progress &progress) {
        return watchline::writeReport(device, store, options, [&progress](double share) {
            constexpr qint64 kWhole = 1'000;
            return progress(std::llround(share * kWhole), share < 0 ? -1 : kWhole);
        });
    });
}

void Exporter::copySession(const SessionStore &store, const QString &path)
{
    run(path, [&store](QIODevice &device, const Job::Progress &progress) {
        return writeRecording(device, store, progress);
    });
}

} // namespace watchline
