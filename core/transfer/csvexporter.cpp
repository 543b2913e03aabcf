// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/csvexporter.h"

#include "core/session/eventparser.h"
#include "core/session/linereader.h"
#include "core/transfer/rowexport.h"

#include <algorithm>
#include <array>
#include <chrono>
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

enum CharClass : quint8 {
    Plain = 0,
    NeedsQuotes = 1,
    Nul = 2,
};

constexpr std::array<quint8, 256> charClasses()
{
    std::array<quint8, 256> classes{};
    for (const char c : {'"', ',', '\r', '\n'})
        classes.at(static_cast<unsigned char>(c)) = NeedsQuotes;
    classes[0] = Nul;
    return classes;
}

constexpr auto kCharClasses = charClasses();

/// Of all characters together.
quint8 classesOf(std::string_view text)
{
    quint8 classes = Plain;
    for (const char c : text)
        classes |= kCharClasses[static_cast<unsigned char>(c)];
    return classes;
}

bool isFormula(std::string_view text)
{
    return std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

/// Millionths, rounded half up to thousandths, with three decimals.
void addMillionths(TextBuffer &out, qint64 millionths)
{
    qint64 thousandths = millionths / 1000;
    const qint64 rest = millionths % 1000; // has the sign of the whole
    if (rest >= 500)
        ++thousandths;
    else if (rest < -500)
        --thousandths;
    if (thousandths < 0)
        out.add('-');
    out.addNumber(std::abs(thousandths / 1000));
    out.add('.');
    out.addDigits(std::abs(thousandths % 1000), 3);
}

/// Of digits with or without a point, the number in millionths; what comes later is cut off.
qint64 millionths(std::string_view digits)
{
    const bool isNegative = digits.front() == '-';
    qint64 number = 0;
    int decimals = -1;
    for (const char c : digits.substr(isNegative ? 1 : 0)) {
        if (c == '.') {
            decimals = 0;
        } else if (decimals < 6) {
            number = number * 10 + (c - '0');
            decimals += decimals < 0 ? 0 : 1;
        }
    }
    for (decimals = std::max(decimals, 0); decimals < 6; ++decimals)
        number *= 10;
    return isNegative ? -number : number;
}

/// With three decimals, rounded half up as a reader of the recorded digits would. `recorded` are
/// those, of a number that was read.
void addThreeDecimals(TextBuffer &out, double number, std::string_view recorded)
{
    constexpr double kExact = 9e12; // its millionths still fit
    constexpr std::size_t kExactDigits = 15;
    if (!std::isfinite(number))
        return;
    if (std::abs(number) >= kExact) {
        constexpr qsizetype kLongest = 400;
        out.makeRoom(kLongest);
        out.addNumber(number, std::chars_format::fixed, 3);
        return;
    }
    const bool isSimple = !recorded.empty() && recorded.size() <= kExactDigits &&
                          recorded.find_first_of("eE") == std::string_view::npos;
    if (isSimple) {
        addMillionths(out, millionths(recorded));
        return;
    }
    // The shortest digits that mean this number are those that were recorded.
    std::array<char, 400> digits{};
    const auto *end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                    std::chars_format::fixed)
                          .ptr;
    addMillionths(out, millionths({digits.data(), static_cast<std::size_t>(end - digits.data())}));
}

/// As it would stand in the file, but for a text's quotes.
void addPlain(TextBuffer &out, const ValueView &value)
{
    switch (value.type) {
    case ValueView::Type::Null:
        break;
    case ValueView::Type::Flag:
        out.add(value.flag ? std::string_view("true") : std::string_view("false"));
        break;
    case ValueView::Type::Integer:
        out.addNumber(value.integer);
        break;
    case ValueView::Type::Real:
        out.addNumber(value.real);
        break;
    case ValueView::Type::Text:
        out.add(value.text);
        break;
    }
}

void addCell(TextBuffer &out, std::string_view text, Column column)
{
    if (text.empty())
        return;
    const quint8 classes = classesOf(text);
    if (classes & NeedsQuotes)
        out.add('"');
    if (column == Column::Text && isFormula(text))
        out.add('\'');
    if (classes == Plain) {
        out.add(text);
        return;
    }
    for (const char c : text) {
        if (c == '\0')
            out.add(std::string_view("\xEF\xBF\xBD"));
        else if (c == '"')
            out.add(std::string_view("\"\""));
        else
            out.add(c);
    }
    if (classes & NeedsQuotes)
        out.add('"');
}

/// What goes to `detail` of an event without one.
struct DetailFields
{
    std::vector<Field> inOrder;                  // by the file format's table, before all others
    std::array<bool, kFieldCount> isElsewhere{}; // in a column of its own, or in order
};

std::array<DetailFields, kEventKindCount> detailFieldsByKind()
{
    std::array<DetailFields, kEventKindCount> kinds;
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        auto &fields = kinds.at(kind);
        for (const auto field : kMembersWithColumn)
            fields.isElsewhere.at(static_cast<std::size_t>(field)) = true;
        for (const auto field : fieldsOf(static_cast<EventKind>(kind))) {
            auto &isElsewhere = fields.isElsewhere.at(static_cast<std::size_t>(field));
            if (!isElsewhere)
                fields.inOrder.push_back(field);
            isElsewhere = true;
        }
    }
    return kinds;
}

/// Makes rows, one at a time.
class RowWriter
{
public:
    explicit RowWriter(const SessionHeader &header)
    {
        if (header.started.isValid())
            m_started = header.started.toMSecsSinceEpoch();
    }

    /// The row from `time` on, with its line end. `line` is the event's.
    void write(TextBuffer &out, const EventView &event, QByteArrayView line)
    {
        // Each character of the line makes three at most; numbers may be longer than they were.
        constexpr qsizetype kFixed = 512;
        const auto members = static_cast<qsizetype>(event.members().size());
        out.makeRoom(3 * line.size() + members * TextBuffer::kLongestNumber + kFixed);
        addTime(out, event.t);
        out.add(',');
        addMillionths(out, event.t.count());
        out.add(',');
        addCell(out, event.source, Column::Text);
        out.add(',');
        out.addNumber(event.attempt);
        out.add(',');
        addCell(out, event.kindText, Column::Text);
        out.add(',');
        addMember(out, event, Field::Status, Column::Text);
        addOutcome(out, event);
        addMember(out, event, Field::Rule, Column::Text);
        addMember(out, event, Field::Action, Column::Text);
        addMember(out, event, Field::DelayMs, Column::Number);
        addMember(out, event, Field::LeaseId, Column::Text);
        addMember(out, event, Field::PreviousLeaseId, Column::Text);
        addMember(out, event, Field::HttpStatus, Column::Number);
        addDuration(out, event);
        out.makeRoom(3 * line.size() + kFixed);
        addDetail(out, event, line);
        out.add(std::string_view("\r\n"));
    }

private:
    /// UTC, ISO 8601, milliseconds; empty when the session does not say when it started.
    void addTime(TextBuffer &out, Nanoseconds t)
    {
        using namespace std::chrono;
        if (!m_started)
            return;
        const sys_time<milliseconds> time(milliseconds(*m_started) + floor<milliseconds>(t));
        const auto day = floor<days>(time);
        if (day != m_day) {
            m_day = day;
            const year_month_day date(day);
            const int year = static_cast<int>(date.year());
            m_dayText.clear();
            m_dayText.makeRoom(TextBuffer::kLongestNumber);
            if (year < 0)
                m_dayText.add('-');
            m_dayText.addDigits(std::abs(year), std::abs(year) > 9999 ? 5 : 4);
            m_dayText.add('-');
            m_dayText.addDigits(static_cast<unsigned>(date.month()), 2);
            m_dayText.add('-');
            m_dayText.addDigits(static_cast<unsigned>(date.day()), 2);
            m_dayText.add('T');
        }
        const qint64 clock = (time - day).count();
        out.add({m_dayText.view().data(), static_cast<std::size_t>(m_dayText.size())});
        out.addDigits(clock / 3'600'000, 2);
        out.add(':');
        out.addDigits(clock / 60'000 % 60, 2);
        out.add(':');
        out.addDigits(clock / 1000 % 60, 2);
        out.add('.');
        out.addDigits(clock % 1000, 3);
        out.add('Z');
    }

    void addValue(TextBuffer &out, const ValueView &value, Column column)
    {
        // A text where a number belongs is no number.
        if (value.type == ValueView::Type::Text) {
            addCell(out, value.text, Column::Text);
        } else if (column == Column::Number) {
            addPlain(out, value);
        } else {
            TextBuffer plain;
            plain.makeRoom(TextBuffer::kLongestNumber);
            addPlain(plain, value);
            addCell(out, {plain.view().data(), static_cast<std::size_t>(plain.size())}, column);
        }
    }

    void addMember(TextBuffer &out, const EventView &event, Field field, Column column)
    {
        if (const auto *value = event.value(field))
            addValue(out, *value, column);
        out.add(',');
    }

    void addOutcome(TextBuffer &out, const EventView &event)
    {
        for (const auto field : {Field::Outcome, Field::Result, Field::Phase}) {
            if (const auto *value = present(event, field)) {
                addValue(out, *value, Column::Text);
                break;
            }
        }
        out.add(',');
    }

    void addDuration(TextBuffer &out, const EventView &event)
    {
        const auto *value = event.value(Field::DurationMs);
        if (const auto number = event.number(Field::DurationMs))
            addThreeDecimals(out, *number, value->text);
        else if (value)
            addValue(out, *value, Column::Number);
        out.add(',');
    }

    void addDetail(TextBuffer &out, const EventView &event, QByteArrayView line)
    {
        if (const auto *detail = present(event, Field::Detail)) {
            addValue(out, *detail, Column::Text);
            return;
        }
        constexpr qsizetype kSeparators = 3;
        const auto members = static_cast<qsizetype>(event.members().size());
        m_pairs.clear();
        m_pairs.makeRoom(line.size() + members * (TextBuffer::kLongestNumber + kSeparators));
        const auto &fields = m_detailFields[static_cast<std::size_t>(event.kind)];
        for (const auto field : fields.inOrder) {
            if (const auto *value = present(event, field))
                addPair(name(field), *value);
        }
        for (const auto &member : event.members()) {
            if (fields.isElsewhere[static_cast<std::size_t>(member.field)] ||
                member.value.type == ValueView::Type::Null)
                continue;
            addPair(member.field == Field::Unknown ? member.name : name(member.field),
                    member.value);
        }
        out.makeRoom(3 * m_pairs.size() + kSeparators + 2);
        addCell(out, {m_pairs.view().data(), static_cast<std::size_t>(m_pairs.size())},
                Column::Text);
    }

    void addPair(std::string_view key, const ValueView &value)
    {
        if (m_pairs.size() > 0)
            m_pairs.add(std::string_view("; "));
        m_pairs.add(key);
        m_pairs.add('=');
        addPlain(m_pairs, value);
    }

    /// Absent and null are the same here: nothing.
    static const ValueView *present(const EventView &event, Field field)
    {
        const auto *value = event.value(field);
        return value && value->type != ValueView::Type::Null ? value : nullptr;
    }

    const std::array<DetailFields, kEventKindCount> m_detailFields = detailFieldsByKind();
    std::optional<qint64> m_started; // milliseconds since 1970
    std::optional<std::chrono::sys_days> m_day;
    TextBuffer m_dayText;
    TextBuffer m_pairs;
};

/// Rows that lack their numbers until it is known how many events came before them.
class CsvRows : public RowText
{
public:
    CsvRows(const ExportMatcher &filter, const SessionHeader &header)
        : RowText(filter)
        , m_writer(header)
    {}

    void clear() override
    {
        RowText::clear();
        m_text.clear();
        m_rows.clear();
    }

    QByteArrayView finished(qsizetype seq) override
    {
        const auto text = m_text.view();
        const auto rows = static_cast<qsizetype>(m_rows.size());
        m_numbered.clear();
        m_numbered.makeRoom(text.size() + rows * TextBuffer::kLongestNumber);
        qsizetype begin = 0;
        for (const auto &row : m_rows) {
            m_numbered.addNumber(seq + row.index);
            m_numbered.add(',');
            m_numbered.add({text.data() + begin, static_cast<std::size_t>(row.end - begin)});
            begin = row.end;
        }
        return m_numbered.view();
    }

protected:
    void write(const EventView &event, QByteArrayView line, qsizetype index) override
    {
        m_writer.write(m_text, event, line);
        m_rows.push_back({index, m_text.size()});
    }

private:
    struct Row
    {
        qsizetype index; // of its event, in the piece
        qsizetype end;   // in m_text
    };

    RowWriter m_writer;
    TextBuffer m_text;
    std::vector<Row> m_rows;
    TextBuffer m_numbered;
};

MakeRowText rowsFor(const SessionHeader &header)
{
    return [&header](const ExportMatcher &filter) {
        return std::make_unique<CsvRows>(filter, header);
    };
}

} // namespace

ExportResult exportCsv(const SessionStore &store, QIODevice &device, const ExportFilter &filter,
                       const ExportProgress &progress)
{
    return exportRows(store, kHeaderRow, rowsFor(store.header()), device, filter, progress);
}

ExportResult exportCsv(SessionScan &scan, QIODevice &device, const ExportFilter &filter)
{
    return exportRows(scan, kHeaderRow, rowsFor(scan.header()), device, filter);
}

ExportResult exportRedactedCsv(SessionScan &scan, const SessionHeader &header, QIODevice &device,
                               const ExportFilter &filter, const Redaction &redaction)
{
    return exportRows(scan, kHeaderRow, rowsFor(header), device, filter, &redaction);
}

QByteArray csvOf(const SessionStore &store, const std::vector<qsizetype> &rows)
{
    RowWriter writer(store.header());
    LineReader lines(store);
    EventParser parser;
    EventView event;
    TextBuffer text;
    QByteArray out = kHeaderRow;
    for (const auto row : rows) {
        const auto line = lines.line(row);
        if (!parser.parsePadded(line, event))
            continue;
        text.clear();
        writer.write(text, event, line);
        out += QByteArray::number(store.seq(row)) + ',';
        out += text.view();
    }
    return out;
}

} // namespace watchline
