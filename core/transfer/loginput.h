// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/transfer/gatewaylog.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <sys/types.h>

namespace watchline {

/// The bytes of a log: of a file, packed or not, a pipe or standard input; followed or not. One
/// thread.
class LogInput
{
public:
    enum class Got {
        Bytes,
        NotYet,
        NewText, ///< What comes next is another text: the file was replaced or shortened.
        End,
    };

    explicit LogInput(GatewayLogReader::Mode mode);
    ~LogInput();
    LogInput(const LogInput &) = delete;
    LogInput &operator=(const LogInput &) = delete;

    /// `path` "-" is standard input. 0 or an errno.
    int open(const QString &path);
    /// Up to `size` bytes to `place`, `count` of them. Waits a tenth of a second at most.
    Got read(char *place, qsizetype size, qsizetype &count);

    /// With NewText: why.
    LogRemark::Kind whatHappened() const { return m_whatHappened; }
    /// The packed data end early or are damaged.
    bool isUnpackingCut() const { return m_isUnpackingCut; }
    /// Packed in a way that is not read; empty otherwise.
    QString packing() const { return m_packing; }
    QString problem() const { return m_problem; }
    /// When the file was changed last, Unix time in nanoseconds; 0: that is not known.
    qint64 changed() const { return m_changed; }
    qint64 position() const { return m_position; }
    qint64 total() const { return m_isRegular ? m_end : -1; }

private:
    class Unpacker;

    Got readRaw(char *place, qsizetype size, qsizetype &count);
    Got readRegular(char *place, qsizetype size, qsizetype &count);
    Got atEnd();
    Got beginAnew(qint64 size);
    bool isStillTheSame() const;
    Got unpack(char *place, qsizetype size, qsizetype &count);
    void recognise(const char *place, qsizetype count);
    int adopt(int fd);

    const GatewayLogReader::Mode m_mode;
    QString m_path;
    int m_fd = -1;
    dev_t m_device = 0;
    ino_t m_inode = 0;
    bool m_isRegular = false;
    bool m_isKnown = false; ///< whether it is packed
    bool m_isUnpackingCut = false;
    bool m_wasAtEnd = false;
    QByteArray m_lastRead; ///< the bytes before m_offset
    qint64 m_offset = 0;
    qint64 m_end = 0;
    qint64 m_position = 0;
    qint64 m_changed = 0;
    LogRemark::Kind m_whatHappened = LogRemark::Kind::Replaced;
    QString m_packing;
    QString m_problem;
    std::unique_ptr<Unpacker> m_unpacker;
};

} // namespace watchline
