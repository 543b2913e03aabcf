// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/gatewaylog.h"

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// What is said of one line, and of several.
std::pair<QString, QString> wordsOf(LogRemark::Kind kind)
{
    switch (kind) {
    case LogRemark::Kind::NoTime:
        return {u"line has no time"_s, u"lines have no time"_s};
    case LogRemark::Kind::YearAssumed:
        return {u"line has no year or no date: it was taken from the file's own time"_s,
                u"lines have no year or no date: it was taken from the file's own time"_s};
    case LogRemark::Kind::LocalTimeRepeated:
        return {u"line has a time that was twice that day"_s,
                u"lines have a time that was twice that day"_s};
    case LogRemark::Kind::LocalTimeSkipped:
        return {u"line has a time that there was not that day; check the time zone"_s,
                u"lines have a time that there was not that day; check the time zone"_s};
    case LogRemark::Kind::OutOfOrder:
        return {u"line is earlier than the one before it"_s,
                u"lines are earlier than the one before"_s};
    case LogRemark::Kind::Repeated:
        return {u"line stands there once more and was left out"_s,
                u"lines stand there once more and were left out"_s};
    case LogRemark::Kind::TooLong:
        return {u"line is too long and was read only in part"_s,
                u"lines are too long and were read only in part"_s};
    case LogRemark::Kind::Cut:
        return {u"line is cut off"_s, u"lines are cut off"_s};
    case LogRemark::Kind::InvalidUtf8:
        return {u"line is not UTF-8 throughout"_s, u"lines are not UTF-8 throughout"_s};
    case LogRemark::Kind::NulBytes:
        return {u"line has zero bytes"_s, u"lines have zero bytes"_s};
    case LogRemark::Kind::ForgedLine:
        return {u"line looks like a gateway's but is part of an error's text"_s,
                u"lines look like a gateway's but are part of an error's text"_s};
    case LogRemark::Kind::Unprintable:
        return {u"line was left out by journalctl (\"blob data\"); call it with --all"_s,
                u"lines were left out by journalctl (\"blob data\"); call it with --all"_s};
    case LogRemark::Kind::UnpackingCut:
        return {u"place where the compressed data end early or are damaged"_s,
                u"places where the compressed data end early or are damaged"_s};
    case LogRemark::Kind::Replaced:
        return {u"time another file took the log's name"_s,
                u"times another file took the log's name"_s};
    case LogRemark::Kind::Truncated:
        return {u"time the file became shorter and was read from its beginning"_s,
                u"times the file became shorter and was read from its beginning"_s};
    }
    return {};
}

} // namespace

QString LogRemark::text() const
{
    const auto [one, several] = wordsOf(kind);
    QString lines;
    for (const auto line : firstLines)
        lines += (lines.isEmpty() ? u""_s : u", "_s) + QString::number(line);
    return QString::number(count) + u' ' + (count == 1 ? one : several) + u": line "_s + lines +
           (count > firstLines.size() ? u", ..."_s : u""_s);
}

} // namespace watchline
