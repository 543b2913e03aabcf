// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/csvexporter.h"

#include "core/session/eventparser.h"
#include "core/transfer/rowexport.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr char kHeaderRow[] = "seq,time,elapsed_ms,source,attempt,kind,status,outcome,rule,action,"
                              "delay_ms,lease_id,previous_lease_id,http_status,duration_ms,detail"
                              "\r\n";
constexpr std::array kMembersWithColumn{Field::Status,     Field::Outcome, Field::Result,
                                        Field::Phase,      Field::Rule,    Field::Action,
                                        Field::DelayMs,    Field::LeaseId, Field::HttpStatus,
                                        Field::DurationMs, Field::Detail,  Field::PreviousLeaseId};

/// Text may be a formula to a spreadsheet, a number may not, although it starts with a minus.
enum class Column {
    Text,
    Number,
};

void appendInteger(QByteArray &out, qint64 number)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end - digits.data());
}

void appendPadded(QByteArray &out, qint64 number, int width)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    for (auto size = end - digits.data(); size < width; ++size)
        out += '0';
    out.append(digits.data(), end - digits.data());
}

/// Millionths, rounded half up to thousandths, with three decimals.
void appendMillionths(QByteArray &out, qint64 millionths)
{
    qint64 thousandths = millionths / 1000;
    const qint64 rest = millionths % 1000; // has the sign of the whole
    if (rest >= 500)
        ++thousandths;
    else if (rest < -500)
        --thousandths;
    if (thousandths < 0)
        out += '-';
    appendInteger(out, std::abs(thousandths / 1000));
    out += '.';
    appendPadded(out, std::abs(thousandths % 1000), 3);
}

/// With three decimals, rounded half up as a reader of the recorded digits would.
void appendThreeDecimals(QByteArray &out, double number)
{
    constexpr double kExact = 9e12; // its millionths still fit
    if (!std::isfinite(number))
        return;
    if (std::abs(number) < kExact) {
        // The shortest digits that mean this number are those that were recorded.
        std::array<char, 400> digits{};
        const auto *end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                        std::chars_format::fixed)
                              .ptr;
        const auto *point = std::find(static_cast<const char *>(digits.data()), end, '.');
        qint64 whole = 0;
        std::from_chars(digits.data(), point, whole);
        qint64 fraction = 0;
        const auto *digit = point == end ? end : point + 1;
        for (int i = 0; i < 6; ++i)
            fraction = fraction * 10 + (digit == end ? 0 : *digit++ - '0');
        appendMillionths(out, whole * 1'000'000 + (number < 0 ? -fraction : fraction));
        return;
    }
    std::array<char, 400> digits{};
    const auto *end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                    std::chars_format::fixed, 3)
                          .ptr;
    out.append(digits.data(), end - digits.data());
}

void appendNumber(QByteArray &out, double number)
{
    std::array<char, 32> digits{};
    const auto *end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end - digits.data());
}

/// As it would stand in the file, but for a text's quotes.
void appendPlain(QByteArray &out, const Value &value)
{
    if (const auto *flag = std::get_if<bool>(&value))
        out += *flag ? "true" : "false";
    else if (const auto *integer = std::get_if<qint64>(&value))
        appendInteger(out, *integer);
    else if (const auto *number = std::get_if<double>(&value))
        appendNumber(out, *number);
    else if (const auto *text = std::get_if<QString>(&value))
        out += text->toUtf8();
}

/// A cell, from the text `plain`.
void appendCell(QByteArray &out, QByteArray &plain, Column column)
{
    if (plain.isEmpty())
        return;
    plain.replace('\0', "\xEF\xBF\xBD");
    constexpr QByteArrayView kFormulaStarts("=+-@\t\r");
    constexpr QByteArrayView kToBeQuoted("\",\r\n");
    const bool formula = column == Column::Text && kFormulaStarts.contains(plain.front());
    const bool quoted = std::find_first_of(plain.cbegin(), plain.cend(), kToBeQuoted.begin(),
                                           kToBeQuoted.end()) != plain.cend();
    if (quoted)
        out += '"';
    if (formula)
        out += '\'';
    if (quoted)
        out += plain.replace('"', "\"\"") + '"';
    else
        out += plain;
}

class CsvRows
{
public:
    explicit CsvRows(const SessionStore &store)
        : m_store(store)
    {
        if (store.header().started.isValid())
            m_started = store.header().started.toMSecsSinceEpoch();
    }

    /// The row with its line end; valid until the next call.
    QByteArrayView row(qsizetype row)
    {
        m_row.resize(0);
        m_parser.parse(m_store.line(row), m_event);

        appendInteger(m_row, row + 1);
        m_row += ',';
        appendTime();
        m_row += ',';
        appendMillionths(m_row, m_event.t.count());
        m_row += ',';
        appendText(m_event.source);
        m_row += ',';
        appendInteger(m_row, m_event.attempt);
        m_row += ',';
        appendText(m_event.kindText());
        m_row += ',';
        appendMember(Field::Status, Column::Text);
        appendOutcome();
        appendMember(Field::Rule, Column::Text);
        appendMember(Field::Action, Column::Text);
        appendMember(Field::DelayMs, Column::Number);
        appendMember(Field::LeaseId, Column::Text);
        appendMember(Field::PreviousLeaseId, Column::Text);
        appendMember(Field::HttpStatus, Column::Number);
        appendDuration();
        appendDetail();
        m_row += "\r\n";
        return m_row;
    }

private:
    /// UTC, ISO 8601, milliseconds; empty when the session does not say when it started.
    void appendTime()
    {
        using namespace std::chrono;
        if (!m_started)
            return;
        const sys_time<milliseconds> time(milliseconds(*m_started) +
                                          floor<milliseconds>(m_event.t));
        const auto day = floor<days>(time);
        if (day != m_day) {
            m_day = day;
            const year_month_day date(day);
            m_dayText.resize(0);
            if (date.year() < year(0))
                m_dayText += '-';
            appendPadded(m_dayText, std::abs(static_cast<int>(date.year())), 4);
            m_dayText += '-';
            appendPadded(m_dayText, static_cast<unsigned>(date.month()), 2);
            m_dayText += '-';
            appendPadded(m_dayText, static_cast<unsigned>(date.day()), 2);
            m_dayText += 'T';
        }
        const hh_mm_ss clock(time - day);
        m_row += m_dayText;
        appendPadded(m_row, clock.hours().count(), 2);
        m_row += ':';
        appendPadded(m_row, clock.minutes().count(), 2);
        m_row += ':';
        appendPadded(m_row, clock.seconds().count(), 2);
        m_row += '.';
        appendPadded(m_row, clock.subseconds().count(), 3);
        m_row += 'Z';
    }

    void appendText(const QString &text)
    {
        m_plain = text.toUtf8();
        appendCell(m_row, m_plain, Column::Text);
    }

    void appendValue(const Value *value, Column column)
    {
        if (!value)
            return;
        m_plain.resize(0);
        appendPlain(m_plain, *value);
        // A text where a number belongs is no number.
        const bool isText = std::holds_alternative<QString>(*value);
        appendCell(m_row, m_plain, isText ? Column::Text : column);
    }

    void appendMember(Field field, Column column)
    {
        appendValue(m_event.value(field), column);
        m_row += ',';
    }

    void appendOutcome()
    {
        for (const auto field : {Field::Outcome, Field::Result, Field::Phase}) {
            if (const auto *value = present(field)) {
                appendValue(value, Column::Text);
                break;
            }
        }
        m_row += ',';
    }

    void appendDuration()
    {
        if (const auto number = m_event.number(Field::DurationMs))
            appendThreeDecimals(m_row, *number);
        else
            appendValue(m_event.value(Field::DurationMs), Column::Number);
        m_row += ',';
    }

    void appendDetail()
    {
        if (const auto *detail = present(Field::Detail)) {
            appendValue(detail, Column::Text);
            return;
        }
        m_plain.resize(0);
        const auto order = fieldsOf(m_event.kind);
        for (const auto field : order) {
            if (const auto *value = present(field); value && !hasColumn(field))
                appendPair(name(field), *value);
        }
        for (const auto &member : m_event.members) {
            const bool inOrder = std::find(order.begin(), order.end(), member.field) != order.end();
            if (inOrder || hasColumn(member.field) ||
                std::holds_alternative<std::nullptr_t>(member.value))
                continue;
            if (member.field == Field::Unknown)
                appendPair(member.name.toStdString(), member.value);
            else
                appendPair(name(member.field), member.value);
        }
        appendCell(m_row, m_plain, Column::Text);
    }

    void appendPair(std::string_view key, const Value &value)
    {
        if (!m_plain.isEmpty())
            m_plain += "; ";
        m_plain.append(key.data(), static_cast<qsizetype>(key.size()));
        m_plain += '=';
        appendPlain(m_plain, value);
    }

    /// Absent and null are the same here: nothing.
    const Value *present(Field field) const
    {
        const auto *value = m_event.value(field);
        return value && !std::holds_alternative<std::nullptr_t>(*value) ? value : nullptr;
    }

    static bool hasColumn(Field field)
    {
        return std::find(kMembersWithColumn.begin(), kMembersWithColumn.end(), field) !=
               kMembersWithColumn.end();
    }

    const SessionStore &m_store;
    std::optional<qint64> m_started; // milliseconds since 1970
    EventParser m_parser;
    Event m_event;
    QByteArray m_row;
    QByteArray m_plain;
    std::optional<std::chrono::sys_days> m_day;
    QByteArray m_dayText;
};

} // namespace

ExportResult exportCsv(const SessionStore &store, QIODevice &device, const ExportFilter &filter,
                       const ExportProgress &progress)
{
    BufferedWriter out(device);
    CsvRows rows(store);
    out.write(kHeaderRow);
    return exportRows(store, out, filter, progress,
                      [&](qsizetype row) { out.write(rows.row(row)); });
}

QByteArray csvOf(const SessionStore &store, const std::vector<qsizetype> &rows)
{
    CsvRows csv(store);
    QByteArray out = kHeaderRow;
    for (const auto row : rows)
        out += csv.row(row);
    return out;
}

} // namespace watchline
