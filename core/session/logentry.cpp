// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/logentry.h"

#include <array>

namespace watchline {

namespace {

struct Unit
{
    QByteArrayView name;
    qint64 nanoseconds;
};

constexpr qint64 kSecond = 1'000'000'000;

} // namespace

std::optional<QByteArray> LogEntry::field(QByteArrayView name) const
{
    for (const auto &[key, value] : fields) {
        if (key == name)
            return value;
    }
    return std::nullopt;
}

std::optional<Nanoseconds> parseLogDuration(QByteArrayView text)
{
    // The longer name first where one ends another; both signs for a millionth are in use.
    static const std::array units = {
        Unit{"ns", 1},     Unit{"\xC2\xB5s", 1'000}, Unit{"\xCE\xBCs", 1'000},
        Unit{"us", 1'000}, Unit{"ms", 1'000'000},    Unit{"s", kSecond}};
    for (const auto &unit : units) {
        if (!text.endsWith(unit.name))
            continue;
        const auto number = text.chopped(unit.name.size());
        qint64 whole = 0;
        qint64 part = 0;
        qint64 scale = unit.nanoseconds;
        bool isPart = false;
        qsizetype digits = 0;
        for (const char c : number) {
            if (c == '.' && !isPart && digits > 0) {
                isPart = true;
                digits = 0;
                continue;
            }
            if (c < '0' || c > '9')
                return std::nullopt;
            ++digits;
            if (isPart) {
                scale /= 10;
                part += (c - '0') * scale;
            } else if (whole > 100'000'000'000'000'000) {
                return std::nullopt;
            } else {
                whole = whole * 10 + (c - '0');
            }
        }
        constexpr qint64 kLongest = 9'000'000'000'000'000'000;
        if (digits == 0 || whole > kLongest / unit.nanoseconds)
            return std::nullopt;
        return Nanoseconds(whole * unit.nanoseconds + part);
    }
    return std::nullopt;
}

} // namespace watchline
