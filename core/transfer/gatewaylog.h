// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/logentry.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QString>
#include <QTimeZone>

#include <memory>
#include <optional>
#include <utility>

/// What a robot's gateway wrote to its log, read back from whatever carried it. Only what stands in
/// the log is given; what follows from it is for core/analysis to say.
namespace watchline {

/// What a log does not say by itself.
struct LogOptions
{
    /// Of the first line that has a date without a year; later ones follow from it. Without it a
    /// date is the last one of that month and day that is not after the file was changed (or
    /// `now`).
    std::optional<int> year;
    /// Of times that name no zone.
    QTimeZone zone = QTimeZone::systemTimeZone();
    /// Unix time; nothing: the system's.
    std::optional<qint64> nowUnixNanoseconds;
};

/// Something about a log that its reader should know.
struct LogRemark
{
    enum class Kind {
        NoTime,            ///< neither the line nor its carrier has one
        YearAssumed,       ///< a date without a year
        LocalTimeRepeated, ///< the clock was put back: this time was twice, one of them was chosen
        LocalTimeSkipped,  ///< the clock was put forward: there was no such time
        OutOfOrder,        ///< earlier than the line before it of the same origin
        Repeated,          ///< the very same line once more, left out
        TooLong,           ///< only its beginning is read
        Cut,               ///< ends within its fields, or within the file's last line
        InvalidUtf8,
        NulBytes,
        ForgedLine,   ///< looks like a gateway's line and stands in an error's text: left there
        Unprintable,  ///< journalctl left the text out ("blob data")
        UnpackingCut, ///< the gzip stream ends early or is damaged; what came before it was read
        Replaced,     ///< while it was followed: another file took its name
        Truncated,    ///< while it was followed: it became shorter and is read from its beginning
    };
    Kind kind = Kind::NoTime;
    qint64 count = 0;
    QList<qint64> firstLines; ///< at most kFirst
    static constexpr qsizetype kFirst = 5;

    /// "3 lines have no time: 4, 17, 230"
    QString text() const;
};

/// Lines of the input: `read` is the sum of the other three. A line that belongs to another one (an
/// error of several lines, a record of journald's export format) counts like that one.
struct LogCounts
{
    qint64 read = 0;
    qint64 understood = 0;
    qint64 skipped = 0;       ///< of other programs, or of no interest
    qint64 notUnderstood = 0; ///< of a gateway, but nothing is known of such a line
    qint64 entries = 0;

    struct Line
    {
        qint64 number = 0;
        QByteArray beginning; ///< hostile
    };
    QList<Line> firstNotUnderstood; ///< at most 5
    QList<LogRemark> remarks;       ///< one a kind, in the order of their first line
    QList<QByteArray> origins;      ///< in the order of their first line; at most 256
};

/// Finds entries in a log's text as it comes. Memory is bounded, whatever comes. One thread.
///
/// Carrier and shape are recognised for each line by itself. An entry whose text may go on in the
/// next line is held back until that line has come, or flush().
///
/// What a server sent may stand in an error, line breaks and all, and look like a gateway's line.
/// It is told from one, and left in the error's text, where
/// - its carrier keeps a text together: JSON, journald's formats, lines that journalctl indents;
/// - it stands between the quotes of a body, or before the quote that ends one: the last quote
///   counts, of those with nothing but gateways' lines between, 8 at most. A body that has more
///   than 8 such lines of rising times, or 64 of any, has lost its last quote: they count;
/// - it lacks the carrier of the line before, or has another shape than that process's lines.
/// It cannot be told where a body ends as its quotes would and goes on with whole lines of the
/// same shape, the last of which has no quote to spare.
class GatewayLogParser
{
public:
    explicit GatewayLogParser(const LogOptions &options = {});
    ~GatewayLogParser();
    GatewayLogParser(GatewayLogParser &&) noexcept;
    GatewayLogParser &operator=(GatewayLogParser &&) noexcept;

    /// When what is fed was written last, for dates without a year.
    void setChanged(qint64 unixNanoseconds);
    /// Any piece of the text, broken anywhere. Entries are appended, in the order of their lines.
    void feed(QByteArrayView bytes, QList<LogEntry> &entries);
    /// Nothing came for a while: gives what was held back. What comes later goes on in the same
    /// place; of a line that has no end yet nothing is given.
    void flush(QList<LogEntry> &entries);
    /// There is an entry for flush() to give.
    bool holdsBack() const;
    /// The text ends here. What is fed afterwards begins a new line.
    void finish(QList<LogEntry> &entries);

    void remark(LogRemark::Kind kind);
    const LogCounts &counts() const;

private:
    class Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

/// Reads a log from a file, a gzip file (told by its content), a named pipe or standard input.
/// Holds no more than a few pieces of it. One thread; never waits long.
class GatewayLogReader
{
public:
    enum class Mode {
        Once,   ///< to the end; what is added to a file later is not seen
        Follow, ///< a file has no end; a pipe ends with its writers
    };
    enum class Got {
        Entries,
        NotYet, ///< Nothing came for a while: ask again, of a followed file after some time.
        End,
    };

    explicit GatewayLogReader(const LogOptions &options = {}, Mode mode = Mode::Once);
    ~GatewayLogReader();

    /// `path` "-" is standard input. Empty, or one line that says what is wrong.
    QString open(const QString &path);
    /// Replaces `entries` by the next ones, in the log's order. May give Entries with none, so that
    /// a caller that is cancelled hears of it soon.
    Got next(QList<LogEntry> &entries);
    /// For one who follows: gives what was held back for lack of a next line. To be called when
    /// nothing came for a second or so.
    void flush(QList<LogEntry> &entries);

    /// Once next() has given End: why it ended early, or why there is nothing in it (empty, no
    /// text, no line of a gateway). One line, without the path; empty when all is well.
    QString problem() const;
    const LogCounts &counts() const;
    /// Bytes of the file that were read so far, and all of them; -1 when that is not known.
    qint64 position() const;
    qint64 total() const;

private:
    class Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

} // namespace watchline
