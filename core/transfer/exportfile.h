// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <chrono>
#include <functional>

class QIODevice;

namespace watchline {

/// How an export ended.
struct ExportResult
{
    enum class Status {
        Done,
        Cancelled,
        Failed, ///< The output could not be written; error says what, where, what to do.
    };
    Status status = Status::Done;
    QString error;
    // Of rows; 0 for a picture.
    qsizetype rows = 0; ///< Events written.
    qsizetype eventsInTime = 0;
    std::chrono::nanoseconds lastTime{}; ///< Of all events.
    /// Events that could not be recorded and are not in memory any more: all others are written.
    qint64 missing = 0;

    static ExportResult failed(const QString &error)
    {
        ExportResult result;
        result.status = Status::Failed;
        result.error = error;
        return result;
    }
};

/// Told now and then how many events of how many were looked at; false cancels.
using ExportProgress = std::function<bool(qsizetype done, qsizetype total)>;

enum class ExistingFile {
    Refuse,
    Replace,
};

/// Whether both paths lead to one regular file, by whatever links; "-" as `input` is standard
/// input.
bool isSameFile(const QString &input, const QString &output);

/// What to say when a session would be replaced by what is made of it.
QString wouldReplaceItsInput(const QString &path);

/// Writes a result to a file, or to standard output for the path "-". A file appears under its name
/// only when it is whole: until then it is a temporary beside it, which a failure removes. What is
/// no regular file (a device, a pipe) is written to directly. Blocks; any thread.
ExportResult writeExport(const QString &path, ExistingFile existing,
                         const std::function<ExportResult(QIODevice &)> &write);

/// Gathers small pieces into large writes. After the first failure nothing more is written.
class BufferedWriter
{
public:
    /// `device` is not owned.
    explicit BufferedWriter(QIODevice &device);

    void write(QByteArrayView bytes);
    void write(char c) { write(QByteArrayView(&c, 1)); }
    bool flush();
    bool hasFailed() const { return !m_error.isEmpty(); }
    /// The device's reason.
    QString error() const { return m_error; }

private:
    static constexpr qsizetype kCapacity = 64 * 1024;

    void send(QByteArrayView bytes);

    QIODevice &m_device;
    QByteArray m_buffer;
    QString m_error;
};

} // namespace watchline
