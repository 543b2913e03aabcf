// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/eventline.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kKindWidth = 15;
constexpr std::array kWordFields{Field::Status, Field::Result, Field::Phase, Field::Outcome};

/// `01:02:03.004`; a day has more than 23 hours here.
QString clockText(Nanoseconds t)
{
    const bool isNegative = t < Nanoseconds::zero();
    const auto total =
        qAbs(static_cast<qint64>(std::chrono::duration_cast<std::chrono::milliseconds>(t).count()));
    return u"%1%2:%3:%4.%5"_s.arg(isNegative ? u"-"_s : QString())
        .arg(total / 3'600'000, 2, 10, QChar(u'0'))
        .arg(total / 60'000 % 60, 2, 10, QChar(u'0'))
        .arg(total / 1'000 % 60, 2, 10, QChar(u'0'))
        .arg(total % 1'000, 3, 10, QChar(u'0'));
}

QString quoted(const QString &text)
{
    const bool needsQuotes =
        text.isEmpty() || text.contains(u' ') || text.contains(u'"') || text.contains(u'=');
    auto safe = singleLine(text);
    return needsQuotes ? QString(u'"' + safe.replace(u'"', u"\\\""_s) + u'"') : safe;
}

QString valueText(const Value &value)
{
    if (const auto *text = std::get_if<QString>(&value))
        return quoted(*text);
    if (const auto *number = std::get_if<qint64>(&value))
        return QString::number(*number);
    if (const auto *number = std::get_if<double>(&value))
        return QString::number(*number, 'g', 12);
    if (const auto *flag = std::get_if<bool>(&value))
        return *flag ? u"true"_s : u"false"_s;
    return u"none"_s;
}

QString memberText(const Member &member)
{
    const auto key = name(member.field);
    const QString label = member.field == Field::Unknown
                              ? singleLine(member.name, 64)
                              : QString::fromLatin1(key.data(), static_cast<qsizetype>(key.size()));
    return label + u'=' + valueText(member.value);
}

bool isShownAsWord(const Event &event, const Member &member)
{
    const auto *text = std::get_if<QString>(&member.value);
    return text && *text == event.wordText() &&
           std::find(kWordFields.begin(), kWordFields.end(), member.field) != kWordFields.end();
}

/// An escape sequence's number; 0 for none.
int colourOf(const Event &event)
{
    constexpr int kRed = 31;
    constexpr int kGreen = 32;
    constexpr int kYellow = 33;
    constexpr int kBlue = 34;
    constexpr int kMagenta = 35;
    constexpr int kCyan = 36;
    const bool isBad = event.word() == Word::Error ||
                       (event.kind == EventKind::Heartbeat && event.word() != Word::Ok);
    switch (event.kind) {
    case EventKind::ConnectError:
        return kRed;
    case EventKind::Outcome:
        return event.word() == Word::Wake ? kMagenta : kRed;
    case EventKind::Hello:
        return kGreen;
    case EventKind::Wake:
    case EventKind::Note:
        return kMagenta;
    case EventKind::Decision:
        return kCyan;
    case EventKind::Backoff:
        return kYellow;
    case EventKind::Status:
        return kBlue;
    default:
        return isBad ? kRed : 0;
    }
}

} // namespace

QByteArray eventLine(const Event &event, bool colour)
{
    QString what = singleLine(event.kindText(), 64).leftJustified(kKindWidth);
    if (const auto word = event.wordText(); !word.isEmpty())
        what += u' ' + singleLine(word, 64);
    if (const int number = colour ? colourOf(event) : 0; number != 0)
        what = u"\033[%1m%2\033[0m"_s.arg(QString::number(number), what);

    QString line = clockText(event.t) + u"  "_s + quoted(event.source) + u" #"_s +
                   QString::number(event.attempt) + u"  "_s + what;
    for (const auto &member : event.members) {
        if (!isShownAsWord(event, member))
            line += u' ' + memberText(member);
    }
    return line.toUtf8();
}

} // namespace watchline
