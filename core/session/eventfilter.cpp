// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventfilter.h"

#include "core/base/closest.h"
#include "core/base/text.h"
#include "core/session/typedtime.h"

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

bool isNamed(std::string_view known, QStringView name)
{
    return !known.empty() &&
           name == QLatin1StringView(known.data(), static_cast<qsizetype>(known.size()));
}

/// The names that begin with a word, or are it, as bits.
template<typename Enum, typename Bits>
Bits namesFrom(QStringView typed, int count, bool isWhole)
{
    Bits bits = 0;
    const auto add = [&](QStringView wanted) {
        const auto start = wanted.toLatin1().toLower();
        for (int value = 0; value < count; ++value) {
            const auto known = name(static_cast<Enum>(value));
            const bool begins =
                !known.empty() && known.starts_with(std::string_view(
                                      start.data(), static_cast<std::size_t>(start.size())));
            if (isWhole ? isNamed(known, wanted) : begins)
                bits |= Bits{1} << value;
        }
    };
    if (isWhole) {
        add(typed);
    } else {
        for (const auto part : typed.split(u',', Qt::SkipEmptyParts))
            add(part);
    }
    return bits;
}

constexpr int kWordCount = static_cast<int>(Word::Disconnecting) + 1;
constexpr int kActionCount = static_cast<int>(Action::StopUnauthorized) + 1;

/// What stands in quotes from `at` on, up to a space or the end; `at` is then behind it. Nothing
/// where a quote is just a character.
std::optional<QString> takeQuoted(QStringView typed, qsizetype &at)
{
    if (at >= typed.size() || typed[at] != u'"')
        return std::nullopt;
    QString text;
    for (qsizetype i = at + 1; i < typed.size(); ++i) {
        if (typed[i] != u'"') {
            text += typed[i];
        } else if (i + 1 < typed.size() && typed[i + 1] == u'"') {
            text += typed[i++];
        } else if (i + 1 == typed.size() || typed[i + 1] == u' ') {
            at = i + 1;
            return text;
        } else {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

/// Up to a space or the end, or all within quotes.
QString takeValue(QStringView typed, qsizetype &at)
{
    if (auto quoted = takeQuoted(typed, at))
        return *quoted;
    const qsizetype begin = at;
    while (at < typed.size() && typed[at] != u' ')
        ++at;
    return typed.sliced(begin, at - begin).toString();
}

QString quotedIfNeeded(const QString &value)
{
    if (!value.contains(u' ') && !value.startsWith(u'"'))
        return value;
    QString inside = value;
    inside.replace(u'"', u"\"\""_s);
    return u'"' + inside + u'"';
}

/// As parseDuration(), but of any sign, and seconds to the nanosecond.
std::optional<Nanoseconds> parseTime(QStringView text)
{
    const bool isNegative = text.startsWith(u'-');
    if (isNegative)
        text = text.sliced(1);
    Nanoseconds t{};
    const auto seconds = text.chopped(text.endsWith(u's') ? 1 : 0);
    const auto point = seconds.indexOf(u'.');
    const auto whole = point < 0 ? seconds : seconds.first(point);
    const auto part = point < 0 ? QStringView() : seconds.sliced(point + 1);
    const auto areDigits = [](QStringView digits) {
        return std::ranges::all_of(digits, [](QChar c) { return c >= u'0' && c <= u'9'; });
    };
    constexpr qsizetype kMostWhole = 10; // digits: three hundred years
    constexpr qsizetype kMostPart = 9;
    const bool isInSeconds = text.endsWith(u's') && !whole.isEmpty() && areDigits(whole) &&
                             areDigits(part) && whole.size() <= kMostWhole &&
                             part.size() <= kMostPart && (point < 0 || !part.isEmpty());
    if (isInSeconds && whole.toLongLong() < 9'000'000'000) {
        t = std::chrono::seconds(whole.toLongLong()) +
            Nanoseconds(part.toString().leftJustified(kMostPart, u'0').toLongLong());
    } else if (const auto other = parseDuration(text)) {
        t = *other;
    } else {
        return std::nullopt;
    }
    return isNegative ? -t : t;
}

QString textOf(Nanoseconds t)
{
    const auto sign = t < Nanoseconds::zero() ? u"-"_s : QString();
    const qint64 nanoseconds = std::abs(t.count());
    auto part = QString::number(nanoseconds % 1'000'000'000).rightJustified(9, u'0');
    while (part.endsWith(u'0'))
        part.chop(1);
    return sign + QString::number(nanoseconds / 1'000'000'000) +
           (part.isEmpty() ? QString() : QString(u'.' + part)) + u's';
}

/// Takes a key's value into the filter; false when it cannot be one.
bool takeKey(EventFilter &filter, QStringView key, const QString &value, bool isWhole,
             const FilterContext &context)
{
    if (value.isEmpty())
        return false;
    if (key == u"kind"_s) {
        const auto kinds = namesFrom<EventKind, quint32>(value, kEventKindCount, isWhole);
        filter.kinds |= kinds;
        if (kinds != 0 || !isWhole || !filter.kindName.isEmpty())
            return kinds != 0;
        filter.kinds |= 1U << static_cast<int>(EventKind::Unknown);
        filter.kindName = value;
        return true;
    }
    if (key == u"outcome"_s || (key == u"action"_s && isWhole)) {
        const auto words =
            key == u"outcome"_s ? namesFrom<Word, quint64>(value, kWordCount, isWhole) : quint64{0};
        const auto actions = namesFrom<Action, quint32>(value, kActionCount, isWhole);
        filter.words |= words;
        filter.actions |= actions;
        return words != 0 || actions != 0;
    }
    if (key == u"word"_s && isWhole && filter.wordName.isEmpty()) {
        filter.wordName = value;
        return true;
    }
    if (key == u"lease"_s) {
        (isWhole ? filter.wholeLease : filter.lease) = value;
        return true;
    }
    if (key == u"source"_s) {
        (isWhole ? filter.wholeSource : filter.sourceName) = value;
        return true;
    }
    if ((key == u"from"_s || key == u"to"_s) && !isWhole) {
        auto t = parseTime(value);
        if (!t)
            t = timeFromText(value, context.started, context.end);
        if (t)
            (key == u"to"_s ? filter.to : filter.from) = *t;
        return t.has_value();
    }
    return false;
}

/// Takes `key:value` from `at` on into the filter; false when something else stands there.
bool takeKeyAt(EventFilter &filter, QStringView typed, qsizetype &at, const FilterContext &context)
{
    const auto word = typed.sliced(at);
    const auto colon = word.indexOf(u':');
    if (colon < 1 || word.first(colon).contains(u' '))
        return false;
    const bool isWhole = word.sliced(colon + 1).startsWith(u'=');
    qsizetype end = at + colon + (isWhole ? 2 : 1);
    const auto value = takeValue(typed, end);
    if (!takeKey(filter, word.first(colon), value, isWhole, context))
        return false;
    at = end;
    return true;
}

template<typename Enum>
QStringList namesOf(int count)
{
    QStringList names;
    for (int value = 0; value < count; ++value) {
        const auto known = name(static_cast<Enum>(value));
        if (!known.empty())
            names.append(QString::fromLatin1(known.data(), static_cast<qsizetype>(known.size())));
    }
    return names;
}

/// Why a word that looks like a key and its value is text; empty where it looks like neither.
QString hintFor(const QString &word)
{
    static const QStringList keys{u"kind"_s,   u"outcome"_s, u"lease"_s,
                                  u"source"_s, u"from"_s,    u"to"_s};
    constexpr qsizetype kLongest = 40;
    const auto colon = word.indexOf(u':');
    const auto key = word.first(std::max<qsizetype>(colon, 0));
    const bool isKey = !key.isEmpty() && std::ranges::all_of(key, [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
    });
    if (!isKey || word.sliced(colon).startsWith("://"_L1))
        return {};
    const auto value = word.sliced(colon + 1);
    const auto meant = keys.contains(key) ? key : closestTo(key.toLower(), keys);
    if (meant.isEmpty())
        return {};
    if (meant != key)
        return u"%1: is taken as text; did you mean %2:?"_s.arg(key, meant);
    const auto shown = singleLine(word, kLongest);
    if (value.isEmpty())
        return u"%1 is taken as text: nothing stands behind it"_s.arg(shown);
    if (key == "from"_L1 || key == "to"_L1)
        return u"%1 is taken as text: a time is 20m, +0:20 or 14:32:05"_s.arg(shown);
    const auto near =
        closestTo(value.toLower(), key == "kind"_L1
                                       ? namesOf<EventKind>(kEventKindCount)
                                       : namesOf<Word>(kWordCount) + namesOf<Action>(kActionCount));
    return near.isEmpty() ? u"%1 is taken as text: nothing is named so"_s.arg(shown)
                          : u"%1 is taken as text; did you mean %2:%3?"_s.arg(shown, key, near);
}

} // namespace

EventFilter eventFilterFromText(QStringView typed, const FilterContext &context)
{
    EventFilter filter;
    QStringList text;
    for (qsizetype at = 0; at < typed.size();) {
        if (typed[at] == u' ')
            ++at;
        else if (!takeKeyAt(filter, typed, at, context))
            text.append(takeValue(typed, at));
    }
    filter.text = text.join(u' ');
    return filter;
}

QString filterHint(QStringView typed, const FilterContext &context)
{
    EventFilter filter;
    for (qsizetype at = 0; at < typed.size();) {
        if (typed[at] == u' ') {
            ++at;
        } else if (!takeKeyAt(filter, typed, at, context)) {
            const bool isQuoted = typed[at] == u'"'; // and so meant as text
            const auto hint = hintFor(takeValue(typed, at));
            if (!isQuoted && !hint.isEmpty())
                return hint;
        }
    }
    return {};
}

QString textOf(const EventFilter &filter)
{
    QStringList parts;
    const auto add = [&parts](QStringView key, const QString &value) {
        parts.append(key.toString() + quotedIfNeeded(value));
    };
    const auto addNames = [&](QStringView key, quint64 bits, auto first, int count) {
        for (int value = 0; value < count; ++value) {
            if (((bits >> value) & 1U) == 0)
                continue;
            const auto known = name(static_cast<decltype(first)>(value));
            if (!known.empty())
                add(key, QString::fromLatin1(known.data(), static_cast<qsizetype>(known.size())));
        }
    };
    addNames(u"kind:=", filter.kinds, EventKind::Unknown, kEventKindCount);
    if (!filter.kindName.isEmpty())
        add(u"kind:=", filter.kindName);
    addNames(u"outcome:=", filter.words, Word::None, kWordCount);
    addNames(u"action:=", filter.actions, Action::Run, kActionCount);
    if (!filter.wordName.isEmpty())
        add(u"word:=", filter.wordName);
    if (!filter.lease.isEmpty())
        add(u"lease:", filter.lease);
    if (!filter.wholeLease.isEmpty())
        add(u"lease:=", filter.wholeLease);
    if (!filter.sourceName.isEmpty())
        add(u"source:", filter.sourceName);
    if (!filter.wholeSource.isEmpty())
        add(u"source:=", filter.wholeSource);
    if (filter.from)
        add(u"from:", textOf(*filter.from));
    if (filter.to)
        add(u"to:", textOf(*filter.to));
    if (!filter.text.isEmpty()) {
        EventFilter plain;
        plain.text = filter.text;
        // What is a time of day depends on the session.
        const bool mayBeTime = filter.text.contains("from:"_L1) || filter.text.contains("to:"_L1);
        const bool isPlain = !mayBeTime && eventFilterFromText(filter.text) == plain;
        parts.append(isPlain ? filter.text
                             : u'"' + QString(filter.text).replace(u'"', u"\"\""_s) + u'"');
    }
    return parts.join(u' ');
}

EventFilter filterLike(const SessionStore &store, qsizetype row, Likeness like)
{
    EventFilter filter;
    const EventRow columns = store.row(row);
    if (like == Likeness::Lease) {
        filter.wholeLease = store.string(columns.leaseId);
        return filter;
    }
    if (like == Likeness::Attempt) {
        if (columns.attempt > 0) {
            filter.attempt = columns.attempt;
            filter.source = columns.source;
        }
        return filter;
    }
    filter.kinds = 1U << static_cast<int>(columns.kind);
    if (columns.kind == EventKind::Unknown)
        filter.kindName = store.event(row).kindText();
    if (columns.action)
        filter.actions = 1U << static_cast<int>(*columns.action);
    else if (columns.kind == EventKind::Decision)
        filter.wordName = store.event(row).text(Field::Action);
    else if (columns.word == Word::Other)
        filter.wordName = store.event(row).wordText();
    else if (columns.word != Word::None)
        filter.words = quint64{1} << static_cast<int>(columns.word);
    return filter;
}

EventMatcher::EventMatcher(const SessionStore &store, EventFilter filter)
    : m_store(store)
    , m_filter(std::move(filter))
    , m_lines(store)
{
    m_needsRow = m_filter.words != 0 || m_filter.actions != 0 || !m_filter.wordName.isEmpty() ||
                 !m_filter.lease.isEmpty() || !m_filter.wholeLease.isEmpty() || m_filter.attempt;
    const auto &text = m_filter.text;
    if (text.isEmpty() || !isPlain(text))
        return;
    m_lowerCase = text.toLatin1().toLower();
    const bool isNumeric = std::ranges::all_of(m_lowerCase, [](char c) {
        return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e';
    });
    m_isWorded = isNumeric || find("none", m_lowerCase) != nullptr;
}

bool EventMatcher::isLease(const QString &lease) const
{
    return (m_filter.wholeLease.isEmpty() || lease == m_filter.wholeLease) &&
           lease.contains(m_filter.lease, Qt::CaseInsensitive);
}

bool EventMatcher::sourceMatches(quint16 source)
{
    if (m_sources.size() <= source)
        m_sources.resize(source + std::size_t{1}, -1);
    auto &known = m_sources[source];
    if (known < 0) {
        const auto name = m_store.sourceName(source);
        const bool isIt = (m_filter.wholeSource.isEmpty() || name == m_filter.wholeSource) &&
                          name.contains(m_filter.sourceName, Qt::CaseInsensitive);
        known = isIt ? 1 : 0;
    }
    return known == 1;
}

bool EventMatcher::leaseMatches(StringId lease)
{
    if (m_leases.size() <= lease)
        m_leases.resize(lease + std::size_t{1}, -1);
    auto &known = m_leases[lease];
    if (known < 0)
        known = isLease(m_store.string(lease)) ? 1 : 0;
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
    const EventKind kind = m_store.kind(row);
    if (m_filter.kinds != 0 && (m_filter.kinds & (1U << static_cast<int>(kind))) == 0)
        return false;
    if (kind == EventKind::Unknown && !m_filter.kindName.isEmpty() &&
        m_store.event(row).kindText() != m_filter.kindName)
        return false;
    if (m_filter.from && m_store.time(row) < *m_filter.from)
        return false;
    if (m_filter.to && m_store.time(row) > *m_filter.to)
        return false;
    if (m_filter.source && m_store.source(row) != *m_filter.source)
        return false;
    const bool namesSource = !m_filter.sourceName.isEmpty() || !m_filter.wholeSource.isEmpty();
    if (namesSource && !sourceMatches(m_store.source(row)))
        return false;
    if (!m_needsRow)
        return true;
    const EventRow event = m_store.row(row);
    const bool hasWord = ((m_filter.words >> static_cast<int>(event.word)) & 1U) != 0;
    const bool hasAction =
        event.action && ((m_filter.actions >> static_cast<int>(*event.action)) & 1U) != 0;
    const bool wantsWord =
        m_filter.words != 0 || m_filter.actions != 0 || !m_filter.wordName.isEmpty();
    if (wantsWord && !hasWord && !hasAction && !hasWordName(row, event))
        return false;
    if (m_filter.attempt && event.attempt != *m_filter.attempt)
        return false;
    if (m_filter.lease.isEmpty() && m_filter.wholeLease.isEmpty())
        return true;
    return event.leaseId != 0 && leaseMatches(event.leaseId);
}

/// Only the event itself knows names that this version does not.
bool EventMatcher::hasWordName(qsizetype row, const EventRow &event) const
{
    if (m_filter.wordName.isEmpty())
        return false;
    if (event.kind == EventKind::Decision && !event.action)
        return m_store.event(row).text(Field::Action) == m_filter.wordName;
    return event.word == Word::Other && m_store.event(row).wordText() == m_filter.wordName;
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
                    qsizetype from, int step, Around around, const std::function<bool()> &goOn)
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
    if (near >= 0 || around == Around::No)
        return near;
    return step > 0 ? search(0, std::min(at + 1, size)) : search(std::max<qsizetype>(at, 0), size);
}

} // namespace watchline
