// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <memory>

class QIODevice;

namespace watchline {

/// Some lines of a session, on their way from its file to whoever reads them.
struct LinePiece
{
    /// The lines with their line feeds, and padding as EventParser::parsePadded() wants it.
    QByteArray buffer;
    qsizetype size = 0;  ///< without the padding
    qint64 position = 0; ///< of the first byte in the session
    /// There is no line here, but there was one: too long to be kept.
    bool isTooLong = false;
    /// False: the last line has no line end, for the session ends there.
    bool isWhole = true;

    QByteArrayView bytes() const { return QByteArrayView(buffer).first(size); }
};

/// Gives a session's bytes in pieces of whole lines. However large the session is, no more than a
/// piece and the longest line is in memory. One thread.
class LineSource
{
public:
    enum class Got {
        Lines,
        NotYet, ///< Nothing came for a while: ask again.
        End,
    };

    /// Pieces are as large as that, or one line.
    explicit LineSource(qsizetype pieceSize = kUsualPiece)
        : m_pieceSize(pieceSize)
    {}
    virtual ~LineSource() = default;

    /// The session's first line, without its line feed: what next() would begin with. Of a session
    /// without a line feed in its first MiB that much is given.
    Got firstLine(QByteArray &line, bool &isWhole);
    Got next(LinePiece &piece);
    /// What the session begins with, its first line at least if it is no longer than 1 MiB: a look
    /// that changes nothing. Before any of the two.
    Got peek(QByteArray &start);

    /// In bytes; -1 when it is not known.
    virtual qint64 total() const { return -1; }
    /// next() may wait without end: what it gave is better taken before.
    virtual bool mayWait() const { return false; }
    /// Where next() goes on.
    qint64 position() const { return m_position; }
    /// What ended it before its end; empty when nothing did.
    QString problem() const { return m_problem; }

protected:
    static constexpr qsizetype kUsualPiece = 1024 * 1024;
    static constexpr qint64 kEnd = 0;
    static constexpr qint64 kNotYet = -1;

    /// Up to `size` bytes to `place`: how many, or kEnd, or kNotYet.
    virtual qint64 read(char *place, qint64 size) = 0;
    /// There is more to be read at once.
    virtual bool hasMore() { return false; }
    /// Another session begins.
    void restart();
    void setProblem(const QString &problem) { m_problem = problem; }

private:
    Got fetchLine(qsizetype &end);
    Got leaveOutLine(LinePiece &piece);
    void give(LinePiece &piece, qsizetype filled, qsizetype size);

    const qsizetype m_pieceSize;
    QByteArray m_rest; // was read and not given yet
    qint64 m_position = 0;
    bool m_isInLongLine = false;
    QString m_problem;
};

/// A file: what it holds now is read, not what is added later. A named pipe and standard input are
/// read to their end.
class FileSource : public LineSource
{
public:
    ~FileSource() override;

    /// `path` "-" is standard input. 0 or an errno. Lets go of one that was open before.
    int open(const QString &path);
    /// The file, to look lines up in later, for the caller to close; -1 when that cannot be done.
    int duplicate() const;
    bool isRegular() const { return m_isRegular; }

    qint64 total() const override { return m_isRegular ? m_end : -1; }

protected:
    qint64 read(char *place, qint64 size) override;
    bool hasMore() override;

private:
    qint64 readRegular(char *place, qint64 size);

    int m_fd = -1;
    bool m_isRegular = false;
    qint64 m_offset = 0; // of a regular file
    qint64 m_end = 0;
};

/// A device that is not owned, to its end.
class DeviceSource : public LineSource
{
public:
    explicit DeviceSource(QIODevice &device)
        : m_device(device)
    {}

    bool mayWait() const override { return true; }

protected:
    qint64 read(char *place, qint64 size) override;

private:
    QIODevice &m_device;
};

} // namespace watchline
