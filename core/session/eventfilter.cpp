// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventfilter.h"

#include "core/base/text.h"

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// Rows looked at between two questions whether to go on.
constexpr qsizetype kPiece = 4'096;
/// A row can take long: its line may have many megabytes.
constexpr qsizetype kRowsBetweenAsking = 64;
/// Digits that every number of a line keeps when it is read and worded.
constexpr qsizetype kExactDigits = 15;

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Text whose bytes in a line are the text itself, whatever wrote the file.
bool isPlain(const QString &text)
{
    return std::ranges::all_of(
        text, [](QChar c) { return c >= u' ' && c < QChar(0x7F) && c != u'"' && c != u'\\'; });
}

/// The first place of `what`, or nullptr.
const char *find(QByteArrayView where, QByteArrayView what)
{
    return static_cast<const char *>(memmem(where.data(), static_cast<std::size_t>(where.size()),
                                            what.data(), static_cast<std::size_t>(what.size())));
}

QString wordedValue(const Value &value)
{
    struct Visitor
    {
        QString operator()(std::nullptr_t) const { return u"none"_s; }
        QString operator()(bool flag) const { return flag ? u"true"_s : u"false"_s; }
        QString operator()(qint64 number) const { return QString::number(number); }
        QString operator()(double number) const { return QString::number(number, 'g', 15); }
        QString operator()(const QString &text) const { return singleLine(text); }
    };
    return std::visit(Visitor{}, value);
}

/// A flat object's members, one after the other, without making anything of them.
class Members
{
public:
    explicit Members(QByteArrayView line)
        : m_at(line.begin())
        , m_end(line.end())
    {
        skipSpaces();
        m_ok = take('{');
    }

    QByteArrayView key;
    QByteArrayView value; ///< Of a string what is between the quotes.
    bool isString = false;

    /// False at the end, or where it is no flat object: see isWhole().
    bool next()
    {
        skipSpaces();
        if (!m_ok || take('}')) {
            m_isWhole = m_ok;
            return m_ok = false;
        }
        if (!m_isFirst && !take(','))
            return m_ok = false;
        m_isFirst = false;
        skipSpaces();
        m_ok = takeString(key);
        skipSpaces();
        m_ok = m_ok && take(':');
        skipSpaces();
        isString = m_ok && m_at != m_end && *m_at == '"';
        if (isString)
            m_ok = takeString(value);
        else
            m_ok = m_ok && takeOther();
        return m_ok;
    }
    bool isWhole() const { return m_isWhole; }

private:
    void skipSpaces()
    {
        while (m_at != m_end && (*m_at == ' ' || *m_at == '\t'))
            ++m_at;
    }
    bool take(char c)
    {
        if (m_at == m_end || *m_at != c)
            return false;
        ++m_at;
        return true;
    }
    bool takeString(QByteArrayView &string)
    {
        if (!take('"'))
            return false;
        const auto *end = static_cast<const char *>(
            std::memchr(m_at, '"', static_cast<std::size_t>(m_end - m_at)));
        if (!end)
            return false;
        string = QByteArrayView(m_at, end);
        m_at = end + 1;
        return true;
    }
    bool takeOther()
    {
        const auto *begin = m_at;
        while (m_at != m_end && *m_at != ',' && *m_at != '}' && *m_at != ' ')
            ++m_at;
        value = QByteArrayView(begin, m_at);
        return !value.isEmpty() && value.front() != '{' && value.front() != '[';
    }

    const char *m_at;
    const char *m_end;
    bool m_ok = false;
    bool m_isFirst = true;
    bool m_isWhole = false;
};

/// A number, true, false or null as the window words it; nothing where only the parser can tell.
std::optional<QByteArrayView> worded(QByteArrayView value)
{
    if (value == "null")
        return "none";
    if (value == "true" || value == "false")
        return value;
    const bool simple = std::ranges::all_of(
        value, [](char c) { return (c >= '0' && c <= '9') || c == '-' || c == '.'; });
    if (!simple || value.size() > kExactDigits)
        return std::nullopt;
    if (!value.contains('.'))
        return value;
    // Below this it is worded with an exponent.
    if (value.startsWith("0.000") || value.startsWith("-0.000"))
        return std::nullopt;
    while (value.endsWith('0'))
        value.chop(1);
    if (value.endsWith('.'))
        value.chop(1);
    return value;
}

bool isPositional(QByteArrayView key)
{
    return key == "t" || key == "attempt";
}

/// The names that begin with a word, as bits.
template<typename Enum, typename Bits>
Bits namesFrom(QStringView typed, int count)
{
    Bits bits = 0;
    for (const auto part : typed.split(u',', Qt::SkipEmptyParts)) {
        const auto wanted = part.toLatin1().toLower();
        for (int value = 0; value < count; ++value) {
            const auto known = name(static_cast<Enum>(value));
            if (!known.empty() && known.starts_with(std::string_view(
                                      wanted.data(), static_cast<std::size_t>(wanted.size()))))
                bits |= Bits{1} << value;
        }
    }
    return bits;
}

/// Takes one typed word into the filter; false when it is text.
bool takeWord(EventFilter &filter, QStringView word)
{
    const auto colon = word.indexOf(u':');
    if (colon < 1 || colon + 1 == word.size())
        return false;
    const auto key = word.first(colon);
    const auto value = word.sliced(colon + 1);
    if (key == u"kind"_s) {
        const auto kinds = namesFrom<EventKind, quint32>(value, kEventKindCount);
        filter.kinds |= kinds;
        return kinds != 0;
    }
    if (key == u"outcome"_s) {
        const auto words =
            namesFrom<Word, quint64>(value, static_cast<int>(Word::Disconnecting) + 1);
        const auto actions =
            namesFrom<Action, quint32>(value, static_cast<int>(Action::StopUnauthorized) + 1);
        filter.words |= words;
        filter.actions |= actions;
        return words != 0 || actions != 0;
    }
    if (key == u"lease"_s) {
        filter.lease = value.toString();
        return true;
    }
    if (key == u"from"_s || key == u"to"_s) {
        const auto t = parseDuration(value);
        if (t)
            (key == u"to"_s ? filter.to : filter.from) = *t;
        return t.has_value();
    }
    return false;
}

} // namespace

EventFilter eventFilterFromText(QStringView typed)
{
    EventFilter filter;
    QStringList text;
    for (const auto word : typed.split(u' ', Qt::SkipEmptyParts)) {
        if (!takeWord(filter, word))
            text.append(word.toString());
    }
    filter.text = text.join(u' ');
    return filter;
}

EventMatcher::EventMatcher(const SessionStore &store, EventFilter filter)
    : m_store(store)
    , m_filter(std::move(filter))
    , m_lines(store)
{
    m_needsRow = m_filter.words != 0 || m_filter.actions != 0 || !m_filter.lease.isEmpty() ||
                 m_filter.leaseId != 0 || m_filter.attempt;
    const auto &text = m_filter.text;
    if (text.isEmpty() || !isPlain(text))
        return;
    m_lowerCase = text.toLatin1().toLower();
    const bool isNumeric = std::ranges::all_of(m_lowerCase, [](char c) {
        return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e';
    });
    m_isWorded = isNumeric || find("none", m_lowerCase) != nullptr;
}

bool EventMatcher::leaseMatches(StringId lease)
{
    if (m_leases.size() <= lease)
        m_leases.resize(lease + std::size_t{1}, -1);
    auto &known = m_leases[lease];
    if (known < 0)
        known = m_store.string(lease).contains(m_filter.lease, Qt::CaseInsensitive) ? 1 : 0;
    return known == 1;
}

/// Nothing when the line has to be parsed to know.
std::optional<bool> EventMatcher::lineHolds(QByteArrayView line)
{
    if (m_lowerCase.isEmpty() || line.contains('\\'))
        return std::nullopt;
    m_scratch.resize(line.size());
    std::ranges::transform(line, m_scratch.begin(), lowered);
    const auto *hit = find(m_scratch, m_lowerCase);
    if (!m_isWorded && !hit)
        return false;
    // What is not plain is shown in other words, perhaps.
    bool isPlainLine = true;
    for (const char c : std::as_const(m_scratch))
        isPlainLine &= c >= ' ' && c <= '~';
    if (!isPlainLine)
        return std::nullopt;
    Members members{QByteArrayView(m_scratch)};
    while (members.next()) {
        if (isPositional(members.key))
            continue;
        auto value = members.value;
        if (members.isString) {
            if (!hit || hit >= value.end())
                continue;
        } else if (const auto words = worded(value)) {
            value = *words;
        } else {
            return std::nullopt;
        }
        if (find(value, m_lowerCase))
            return true;
    }
    return members.isWhole() ? std::optional(false) : std::nullopt;
}

bool EventMatcher::columnsMatch(qsizetype row)
{
    if (m_filter.kinds != 0 && (m_filter.kinds & (1U << static_cast<int>(m_store.kind(row)))) == 0)
        return false;
    if (m_filter.from && m_store.time(row) < *m_filter.from)
        return false;
    if (m_filter.to && m_store.time(row) > *m_filter.to)
        return false;
    if (m_filter.source && m_store.source(row) != *m_filter.source)
        return false;
    if (!m_needsRow)
        return true;
    const EventRow event = m_store.row(row);
    const bool hasWord = ((m_filter.words >> static_cast<int>(event.word)) & 1U) != 0;
    const bool hasAction =
        event.action && ((m_filter.actions >> static_cast<int>(*event.action)) & 1U) != 0;
    if ((m_filter.words != 0 || m_filter.actions != 0) && !hasWord && !hasAction)
        return false;
    if (m_filter.attempt && event.attempt != *m_filter.attempt)
        return false;
    if (m_filter.leaseId != 0 && event.leaseId != m_filter.leaseId)
        return false;
    return m_filter.lease.isEmpty() || (event.leaseId != 0 && leaseMatches(event.leaseId));
}

bool EventMatcher::matches(qsizetype row)
{
    if (!columnsMatch(row))
        return false;
    if (m_filter.text.isEmpty())
        return true;
    if (const auto known = lineHolds(m_lines.line(row)))
        return *known;
    return containsText(m_store.event(row), m_filter.text);
}

bool containsText(const Event &event, QStringView text)
{
    const auto holds = [text](const QString &where) {
        return where.contains(text, Qt::CaseInsensitive);
    };
    if (holds(event.kindText()) || holds(event.source))
        return true;
    return std::ranges::any_of(
        event.members, [&](const Member &member) { return holds(wordedValue(member.value)); });
}

qsizetype findEvent(const SessionStore &store, const EventFilter &shown, const EventFilter &wanted,
                    qsizetype from, int step, const std::function<bool()> &goOn)
{
    EventMatcher isShown(store, shown);
    EventMatcher isWanted(store, wanted);
    // Piece by piece, and each of them forwards: that is how lines are read quickly.
    const auto search = [&](qsizetype first, qsizetype last) -> qsizetype {
        const qsizetype pieces = (last - first + kPiece - 1) / kPiece;
        for (qsizetype i = 0; i < pieces; ++i) {
            const qsizetype begin =
                step > 0 ? first + i * kPiece : std::max(first, last - (i + 1) * kPiece);
            const qsizetype end = std::min(step > 0 ? begin + kPiece : last - i * kPiece, last);
            qsizetype found = -1;
            for (qsizetype row = begin; row < end && (step < 0 || found < 0); ++row) {
                if ((row - begin) % kRowsBetweenAsking == 0 && !goOn())
                    return -1;
                if (isShown.matches(row) && isWanted.matches(row))
                    found = row;
            }
            if (found >= 0)
                return found;
        }
        return -1;
    };
    const qsizetype size = store.size();
    const qsizetype at = std::clamp<qsizetype>(from, -1, size);
    // What comes after it in this direction, and then all else.
    const qsizetype near = step > 0 ? search(at + 1, size) : search(0, std::max<qsizetype>(at, 0));
    if (near >= 0)
        return near;
    return step > 0 ? search(0, std::min(at + 1, size)) : search(std::max<qsizetype>(at, 0), size);
}

} // namespace watchline
