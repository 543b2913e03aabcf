// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr std::array<char, 16> kHexDigits{'0', '1', '2', '3', '4', '5', '6', '7',
                                          '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

void appendUnicodeEscape(QByteArray &out, char16_t unit)
{
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += kHexDigits.at((static_cast<unsigned>(unit) >> shift) & 0xFU);
}

/// Characters that a terminal or a text widget would act upon instead of showing.
bool isTreacherous(char32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x061C || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE0FFF);
}

QString escaped(char32_t c)
{
    switch (c) {
    case '\n':
        return u"\\n"_s;
    case '\r':
        return u"\\r"_s;
    case '\t':
        return u"\\t"_s;
    default:
        break;
    }
    const int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 6;
    const auto prefix = c < 0x100 ? u"\\x"_s : u"\\u"_s;
    return prefix + QString::number(static_cast<uint>(c), 16).rightJustified(digits, u'0');
}

QString withUnit(double value, int decimals, const QString &unit)
{
    auto number = QString::number(value, 'f', decimals);
    if (number.contains(u'.')) {
        while (number.endsWith(u'0'))
            number.chop(1);
        if (number.endsWith(u'.'))
            number.chop(1);
    }
    return number + u' ' + unit;
}

QString pair(qint64 large, const QString &largeUnit, qint64 small, const QString &smallUnit)
{
    // A QString: of `auto` it would be an expression that refers to temporaries.
    const QString first = QString::number(large) + u' ' + largeUnit;
    return small == 0 ? first : QString(first + u' ' + QString::number(small) + u' ' + smallUnit);
}

} // namespace

void appendJsonString(QByteArray &out, QStringView text)
{
    out += '"';
    qsizetype plain = 0;
    const auto flush = [&](qsizetype end) {
        if (end > plain)
            out += text.sliced(plain, end - plain).toUtf8();
    };
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t unit = text[i].unicode();
        const bool surrogate = QChar::isSurrogate(unit);
        if (surrogate && QChar::isHighSurrogate(unit) && i + 1 < text.size() &&
            text[i + 1].isLowSurrogate()) {
            ++i;
            continue;
        }
        const bool control = unit < 0x20 || (unit >= 0x7F && unit <= 0x9F);
        const bool special = control || unit == u'"' || unit == u'\\' || unit == 0x2028 ||
                             unit == 0x2029 || surrogate;
        if (!special)
            continue;
        flush(i);
        plain = i + 1;
        switch (unit) {
        case u'"':
            out += "\\\"";
            break;
        case u'\\':
            out += "\\\\";
            break;
        case u'\n':
            out += "\\n";
            break;
        case u'\r':
            out += "\\r";
            break;
        case u'\t':
            out += "\\t";
            break;
        default:
            appendUnicodeEscape(out, surrogate ? u'\uFFFD' : unit);
            break;
        }
    }
    flush(text.size());
    out += '"';
}

QString singleLine(QStringView text, qsizetype limit)
{
    QString out;
    out.reserve(std::min(text.size(), limit) + 1);
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (out.size() >= limit) {
            out += u'…';
            break;
        }
        char32_t c = text[i].unicode();
        if (text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            c = QChar::surrogateToUcs4(text[i], text[i + 1]);
            ++i;
        }
        if (QChar::isSurrogate(c))
            out += u'\uFFFD';
        else if (isTreacherous(c))
            out += escaped(c);
        else
            out += QChar::fromUcs4(c);
    }
    return out;
}

std::optional<std::chrono::milliseconds> parseDuration(QStringView text)
{
    struct Unit
    {
        QStringView suffix;
        double milliseconds;
    };
    constexpr std::array<Unit, 4> kUnits{
        {{u"ms", 1.0}, {u"s", 1'000.0}, {u"m", 60'000.0}, {u"h", 3'600'000.0}}};
    constexpr double kLongest = 10'000.0 * 3'600'000.0;
    for (const auto &unit : kUnits) {
        if (!text.endsWith(unit.suffix))
            continue;
        const auto digits = text.chopped(unit.suffix.size());
        const bool plain = !digits.isEmpty() && digits.front() != u'.' && digits.back() != u'.' &&
                           std::all_of(digits.begin(), digits.end(), [](QChar c) {
                               return (c >= u'0' && c <= u'9') || c == u'.';
                           });
        bool ok = false;
        const double value = digits.toDouble(&ok) * unit.milliseconds;
        if (!plain || !ok || value > kLongest)
            return std::nullopt;
        return std::chrono::milliseconds(std::llround(value));
    }
    return std::nullopt;
}

QString readableDuration(std::chrono::nanoseconds duration)
{
    if (duration < std::chrono::nanoseconds::zero()) {
        // The smallest has no counterpart.
        const auto least = -std::chrono::nanoseconds::max();
        return u"-"_s + readableDuration(-std::max(duration, least));
    }
    const double seconds = std::chrono::duration<double>(duration).count();
    if (seconds < 0.0995)
        return withUnit(seconds * 1e3, 1, u"ms"_s);
    if (seconds < 0.9995)
        return withUnit(seconds * 1e3, 0, u"ms"_s);
    if (seconds < 59.95)
        return withUnit(seconds, 1, u"s"_s);
    const qint64 whole = std::llround(seconds);
    if (whole < 3600)
        return pair(whole / 60, u"min"_s, whole % 60, u"s"_s);
    const qint64 minutes = whole / 60;
    if (minutes < 24 * 60)
        return pair(minutes / 60, u"h"_s, minutes % 60, u"min"_s);
    const qint64 hours = minutes / 60;
    return pair(hours / 24, u"d"_s, hours % 24, u"h"_s);
}

} // namespace watchline
