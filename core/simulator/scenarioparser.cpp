// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/scenarioparser.h"

#include "core/base/text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

using std::chrono::milliseconds;

// Generous for any scenario that a person writes; they keep a repeat of repeats from filling the
// memory.
constexpr qsizetype kMostConnects = 10'000;
constexpr qsizetype kMostSteps = 10'000;
constexpr qsizetype kMostAnswers = 100'000;
/// Answers and steps of the whole scenario, each repeat counted.
constexpr qint64 kMostInAll = 1'000'000;
constexpr qint64 kLongestWaitMs = 24 * 60 * 60 * 1'000;
constexpr qint64 kLargestInteger = 9'007'199'254'740'991; // what a JSON number holds exactly
constexpr int kMostFloodKib = 1'024 * 1'024;
constexpr int kDeepestRepeat = 8;

struct EndWord
{
    QStringView word;
    ScenarioEnd end;
    bool inAnswers; ///< It makes sense for an answer that is no stream, too.
};
constexpr EndWord kEndWords[] = {
    {u"end", ScenarioEnd::End, false},        {u"cut", ScenarioEnd::Cut, false},
    {u"reset", ScenarioEnd::Reset, true},     {u"close", ScenarioEnd::Close, true},
    {u"garbage", ScenarioEnd::Garbage, true}, {u"bad_chunk", ScenarioEnd::BadChunk, false},
    {u"silence", ScenarioEnd::Silence, true},
};

QString endWords(bool forAnswers)
{
    QStringList words;
    for (const auto &word : kEndWords) {
        if (word.inAnswers || !forAnswers)
            words.append(word.word.toString());
    }
    return words.join(", "_L1);
}

QString typeName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null:
        return u"null"_s;
    case QJsonValue::Bool:
        return u"true or false"_s;
    case QJsonValue::Double:
        return u"a number"_s;
    case QJsonValue::String:
        return u"a text"_s;
    case QJsonValue::Array:
        return u"a list"_s;
    case QJsonValue::Object:
        return u"an object"_s;
    case QJsonValue::Undefined:
        break;
    }
    return u"nothing"_s;
}

/// Where in the file: `connects[2][0].hello`.
class Path
{
public:
    Path() = default;

    Path member(QStringView name) const
    {
        return Path(m_text.isEmpty() ? name.toString() : QString(m_text + u'.' + name.toString()));
    }
    Path item(qsizetype index) const { return Path(m_text + u'[' + QString::number(index) + u']'); }
    QString text() const { return m_text; }

private:
    explicit Path(QString text)
        : m_text(std::move(text))
    {}

    QString m_text;
};

/// Keeps the first thing that is wrong; reading goes on with defaults, whose result is dropped.
class Complaints
{
public:
    void add(const Path &path, const QString &what)
    {
        if (m_first.isEmpty())
            m_first = path.text().isEmpty() ? what : path.text() + ": "_L1 + what;
    }
    bool none() const { return m_first.isEmpty(); }
    QString first() const { return m_first; }

private:
    QString m_first;
};

/// An object of the file, with the names of the members that it may have.
class Members
{
public:
    Members(const QJsonValue &value, Path path, Complaints &complaints,
            std::initializer_list<QStringView> known)
        : m_object(value.toObject())
        , m_path(std::move(path))
        , m_complaints(complaints)
    {
        if (!value.isObject()) {
            m_complaints.add(m_path, u"must be an object, is "_s + typeName(value));
            return;
        }
        for (auto it = m_object.constBegin(); it != m_object.constEnd(); ++it) {
            if (std::find(known.begin(), known.end(), QStringView(it.key())) != known.end())
                continue;
            QStringList names;
            for (const auto name : known)
                names.append(name.toString());
            m_complaints.add(m_path, u"unknown member \"%1\"; known are %2"_s.arg(
                                         singleLine(it.key(), 80), names.join(", "_L1)));
        }
    }

    bool has(QStringView name) const { return m_object.contains(name); }
    QJsonValue value(QStringView name) const { return m_object.value(name); }
    Path path(QStringView name) const { return m_path.member(name); }
    void complain(const QString &what) { m_complaints.add(m_path, what); }
    void complain(QStringView name, const QString &what) { m_complaints.add(path(name), what); }

    QString text(QStringView name, const QString &otherwise = {})
    {
        if (!has(name))
            return otherwise;
        const auto found = value(name);
        if (!found.isString())
            complain(name, u"must be a text, is "_s + typeName(found));
        return found.toString();
    }

    /// A text, or any other JSON, which stands for its compact text.
    QByteArray textOrJson(QStringView name)
    {
        const auto found = value(name);
        if (found.isString())
            return found.toString().toUtf8();
        if (found.isObject())
            return QJsonDocument(found.toObject()).toJson(QJsonDocument::Compact);
        if (found.isArray())
            return QJsonDocument(found.toArray()).toJson(QJsonDocument::Compact);
        complain(name, u"must be a text, an object or a list, is "_s + typeName(found));
        return {};
    }

    qint64 integer(QStringView name, qint64 least, qint64 most, qint64 otherwise)
    {
        if (!has(name))
            return otherwise;
        const auto found = value(name);
        if (!found.isDouble()) {
            complain(name, u"must be a whole number, is "_s + typeName(found));
            return otherwise;
        }
        const double number = found.toDouble();
        if (number != std::floor(number) || number < static_cast<double>(least) ||
            number > static_cast<double>(most)) {
            complain(name,
                     u"must be a whole number from %1 to %2, is %3"_s.arg(least).arg(most).arg(
                         number, 0, 'g', 15));
            return otherwise;
        }
        return static_cast<qint64>(number);
    }

    milliseconds duration(QStringView name, milliseconds otherwise = {})
    {
        return milliseconds(integer(name, 0, kLongestWaitMs, otherwise.count()));
    }

    void require(QStringView name)
    {
        if (!has(name))
            complain(u"member \"%1\" is missing"_s.arg(name));
    }

private:
    QJsonObject m_object;
    Path m_path;
    Complaints &m_complaints;
};

class Parser
{
public:
    Scenario::Data parse(const QJsonObject &root);
    const Complaints &complaints() const { return m_complaints; }

private:
    HttpHeaders headers(Members &members);
    QByteArray headerText(Members &members, QStringView name);
    ScenarioResponse response(Members &members);
    std::optional<ScenarioEnd> endWord(const QJsonValue &value, const Path &path, bool forAnswer);
    void answer(const QJsonValue &value, const Path &path, QList<ScenarioAnswer> &out);
    ScenarioAnswers answers(const QJsonValue &value, const Path &path);
    void step(const QJsonValue &value, const Path &path, int depth, QList<ScenarioStep> &out);
    void steps(const QJsonValue &value, const Path &path, int depth, QList<ScenarioStep> &out);
    void checkOrder(const QList<ScenarioStep> &steps, const Path &path);
    SendStep event(const QJsonValue &value, const Path &path);
    SendStep wake(const QJsonValue &value, const Path &path);
    void connect(const QJsonValue &value, const Path &path, QList<ScenarioConnect> &out);
    void roundTrip(Members &root, Scenario::Data &data);
    bool takeFromBudget(qint64 count, const Path &path);

    Complaints m_complaints;
    qint64 m_countInAll = 0;
};

bool isHeaderName(QByteArrayView name)
{
    return !name.isEmpty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

bool isHeaderValue(QByteArrayView value)
{
    return std::none_of(value.begin(), value.end(),
                        [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

HttpHeaders Parser::headers(Members &members)
{
    HttpHeaders result;
    if (!members.has(u"headers"))
        return result;
    const auto value = members.value(u"headers");
    const auto path = members.path(u"headers");
    if (!value.isObject()) {
        m_complaints.add(path,
                         u"must be an object of header names and texts, is "_s + typeName(value));
        return result;
    }
    const auto object = value.toObject();
    for (auto it = object.constBegin(); it != object.constEnd(); ++it) {
        const auto name = it.key().toUtf8();
        const auto text = it.value().toString().toUtf8();
        if (!isHeaderName(name) || !it.value().isString() || !isHeaderValue(text))
            m_complaints.add(path, u"\"%1\" is no header with a text of one line"_s.arg(
                                       singleLine(it.key(), 80)));
        result.append({name, text});
    }
    return result;
}

QByteArray Parser::headerText(Members &members, QStringView name)
{
    if (members.value(name).isNull())
        return {};
    const auto text = members.text(name).toUtf8();
    if (!isHeaderValue(text))
        members.complain(name, u"must be a text of one line"_s);
    return text;
}

ScenarioResponse Parser::response(Members &members)
{
    ScenarioResponse result;
    result.status = static_cast<int>(members.integer(u"status", 100, 599, 200));
    if (members.has(u"body"))
        result.body = members.textOrJson(u"body");
    if (members.has(u"content_type"))
        result.contentType = headerText(members, u"content_type");
    result.headers = headers(members);
    return result;
}

std::optional<ScenarioEnd> Parser::endWord(const QJsonValue &value, const Path &path,
                                           bool forAnswer)
{
    const auto word = value.toString();
    for (const auto &known : kEndWords) {
        if (known.word == word && (known.inAnswers || !forAnswer))
            return known.end;
    }
    m_complaints.add(
        path, u"unknown word \"%1\"; known are %2"_s.arg(
                  singleLine(word, 80), (forAnswer ? u"ok, "_s : QString()) + endWords(forAnswer)));
    return {};
}

void Parser::answer(const QJsonValue &value, const Path &path, QList<ScenarioAnswer> &out)
{
    ScenarioAnswer result;
    qint64 repeat = 1;
    if (value.isString()) {
        if (value.toString() != "ok"_L1)
            result.what = endWord(value, path, true).value_or(ScenarioEnd::Silence);
    } else if (value.isObject() && value.toObject().contains(u"fault")) {
        Members members(value, path, m_complaints, {u"fault", u"delay_ms", u"repeat"});
        if (members.value(u"fault").isString())
            result.what = endWord(members.value(u"fault"), members.path(u"fault"), true)
                              .value_or(ScenarioEnd::Silence);
        else
            members.complain(u"fault", u"must be one of "_s + endWords(true));
        if (members.has(u"delay_ms"))
            result.delay = members.duration(u"delay_ms");
        repeat = members.integer(u"repeat", 1, kMostAnswers, 1);
    } else if (value.isObject()) {
        Members members(
            value, path, m_complaints,
            {u"status", u"body", u"content_type", u"headers", u"delay_ms", u"repeat", u"fault"});
        result.what = response(members);
        if (members.has(u"delay_ms"))
            result.delay = members.duration(u"delay_ms");
        repeat = members.integer(u"repeat", 1, kMostAnswers, 1);
    } else {
        m_complaints.add(path, u"must be a word or an object, is "_s + typeName(value));
    }
    if (out.size() + repeat > kMostAnswers) {
        m_complaints.add(path, u"more than %1 answers"_s.arg(kMostAnswers));
        return;
    }
    out.resize(out.size() + repeat, result);
}

ScenarioAnswers Parser::answers(const QJsonValue &value, const Path &path)
{
    ScenarioAnswers result;
    auto list = value;
    auto listPath = path;
    if (value.isObject()) {
        Members members(value, path, m_complaints, {u"cycle"});
        members.require(u"cycle");
        result.cycle = true;
        list = members.value(u"cycle");
        listPath = members.path(u"cycle");
    }
    const auto array = list.toArray();
    if (!list.isArray() || array.isEmpty()) {
        m_complaints.add(listPath, u"must be a list of at least one answer, is "_s +
                                       (list.isArray() ? u"empty"_s : typeName(list)));
        return result;
    }
    result.answers.clear();
    for (qsizetype i = 0; i < array.size(); ++i)
        answer(array.at(i), listPath.item(i), result.answers);
    return result;
}

SendStep Parser::event(const QJsonValue &value, const Path &path)
{
    Members members(value, path, m_complaints, {u"type", u"data", u"id", u"retry"});
    SendStep result;
    const auto line = [&](QStringView name) {
        const auto text = members.text(name);
        if (text.contains(u'\n') || text.contains(u'\r'))
            members.complain(name, u"must be a text of one line"_s);
        return text.toUtf8();
    };
    const auto type = line(u"type");
    if (members.has(u"type"))
        result.bytes += "event: " + type + '\n';
    if (members.has(u"id"))
        result.bytes += "id: " + line(u"id") + '\n';
    if (members.has(u"retry"))
        result.bytes +=
            "retry: " + QByteArray::number(members.integer(u"retry", 0, kLargestInteger, 0)) + '\n';
    if (members.has(u"data")) {
        const auto lines = members.textOrJson(u"data").split('\n');
        for (const auto &dataLine : lines)
            result.bytes += "data: " + dataLine + '\n';
    }
    if (result.bytes.isEmpty())
        members.complain(u"must have at least one of type, data, id, retry"_s);
    result.bytes += '\n';
    result.what = type.isEmpty() ? u"an event without a name"_s
                                 : u"an event \"%1\""_s.arg(QString::fromUtf8(type));
    return result;
}

SendStep Parser::wake(const QJsonValue &value, const Path &path)
{
    Members members(value, path, m_complaints, {u"session", u"url", u"token"});
    QJsonObject data;
    if (members.has(u"session"))
        data.insert(u"remoteAccessSessionId"_s, members.text(u"session"));
    data.insert(u"url"_s, members.text(u"url", u"wss://media.example"_s));
    data.insert(u"token"_s, members.text(u"token", u"lk_simulated"_s));
    return {"event: wake\ndata: " + QJsonDocument(data).toJson(QJsonDocument::Compact) + "\n\n",
            {},
            u"wake"_s};
}

void Parser::step(const QJsonValue &value, const Path &path, int depth, QList<ScenarioStep> &out)
{
    if (value.isString()) {
        if (const auto end = endWord(value, path, false))
            out.append(*end);
        return;
    }
    const auto object = value.toObject();
    if (object.contains(u"status")) {
        Members members(value, path, m_complaints,
                        {u"status", u"body", u"content_type", u"headers"});
        out.append(response(members));
        return;
    }
    Members members(value, path, m_complaints,
                    {u"wait_ms", u"headers", u"hello", u"keepalives", u"event", u"wake", u"send",
                     u"send_base64", u"send_bytewise", u"flood_kib", u"page", u"repeat",
                     u"status"});
    if (object.size() != 1) {
        members.complain(u"must be a word or have exactly one member: the step's name"_s);
        return;
    }
    const auto name = object.constBegin().key();
    const auto inner = object.constBegin().value();
    const auto innerPath = members.path(name);

    if (name == "wait_ms"_L1) {
        out.append(WaitStep{members.duration(u"wait_ms")});
    } else if (name == "headers"_L1) {
        Members head(inner, innerPath, m_complaints, {u"content_type", u"headers", u"framing"});
        HeadersStep result;
        if (head.has(u"content_type"))
            result.contentType = headerText(head, u"content_type");
        result.headers = headers(head);
        const auto framing = head.text(u"framing", u"chunked"_s);
        if (framing != "chunked"_L1 && framing != "close"_L1)
            head.complain(u"framing", u"must be \"chunked\" or \"close\""_s);
        result.closeDelimited = framing == "close"_L1;
        out.append(result);
    } else if (name == "hello"_L1) {
        Members hello(inner, innerPath, m_complaints, {u"lease", u"interval_ms", u"wait_ms"});
        out.append(HelloStep{hello.text(u"lease"),
                             hello.integer(u"interval_ms", 0, kLargestInteger, 1'000),
                             hello.integer(u"wait_ms", 0, kLargestInteger, 30'000)});
    } else if (name == "keepalives"_L1) {
        Members alive(inner, innerPath, m_complaints, {u"count", u"every_ms", u"text"});
        alive.require(u"every_ms");
        KeepAlivesStep result;
        if (alive.has(u"count"))
            result.count = alive.integer(u"count", 1, kLargestInteger, 1);
        result.every = milliseconds(alive.integer(u"every_ms", 1, kLongestWaitMs, 1'000));
        result.text = alive.text(u"text", u"keep-alive"_s).toUtf8();
        if (result.text.contains('\n') || result.text.contains('\r'))
            alive.complain(u"text", u"must be a text of one line"_s);
        out.append(result);
    } else if (name == "event"_L1) {
        out.append(event(inner, innerPath));
    } else if (name == "wake"_L1) {
        out.append(wake(inner, innerPath));
    } else if (name == "send"_L1) {
        const auto bytes = members.text(u"send").toUtf8();
        out.append(SendStep{bytes, {}, u"%1 bytes as they stand"_s.arg(bytes.size())});
    } else if (name == "send_base64"_L1) {
        const auto decoded = QByteArray::fromBase64Encoding(
            members.text(u"send_base64").toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
        if (!decoded)
            members.complain(u"send_base64", u"is no Base64"_s);
        out.append(SendStep{*decoded, {}, u"%1 bytes as they stand"_s.arg(decoded.decoded.size())});
    } else if (name == "send_bytewise"_L1) {
        Members send(inner, innerPath, m_complaints, {u"text", u"every_ms"});
        send.require(u"text");
        const auto bytes = send.text(u"text").toUtf8();
        out.append(SendStep{bytes, send.duration(u"every_ms", milliseconds(1)),
                            u"%1 bytes, one by one"_s.arg(bytes.size())});
    } else if (name == "flood_kib"_L1) {
        out.append(FloodStep{members.integer(u"flood_kib", 1, kMostFloodKib, 1) * 1'024});
    } else if (name == "page"_L1) {
        out.append(ScenarioResponse{200,
                                    QByteArrayLiteral("text/html; charset=utf-8"),
                                    {},
                                    members.text(u"page").toUtf8()});
    } else if (name == "repeat"_L1) {
        Members repeat(inner, innerPath, m_complaints, {u"count", u"steps"});
        repeat.require(u"count");
        const auto count = repeat.integer(u"count", 1, kMostSteps, 1);
        if (depth == kDeepestRepeat) {
            repeat.complain(u"repeats are nested too deeply"_s);
            return;
        }
        QList<ScenarioStep> once;
        steps(repeat.value(u"steps"), repeat.path(u"steps"), depth + 1, once);
        if (once.size() * count > kMostSteps) {
            repeat.complain(u"makes more than %1 steps"_s.arg(kMostSteps));
            return;
        }
        for (qint64 i = 0; i < count; ++i)
            out.append(once);
    }
}

void Parser::steps(const QJsonValue &value, const Path &path, int depth, QList<ScenarioStep> &out)
{
    const auto array = value.toArray();
    if (!value.isArray() || array.isEmpty()) {
        m_complaints.add(path, u"must be a list of at least one step, is "_s +
                                   (value.isArray() ? u"empty"_s : typeName(value)));
        return;
    }
    for (qsizetype i = 0; i < array.size(); ++i) {
        step(array.at(i), path.item(i), depth, out);
        if (out.size() > kMostSteps) {
            m_complaints.add(path, u"more than %1 steps"_s.arg(kMostSteps));
            return;
        }
    }
}

bool Parser::takeFromBudget(qint64 count, const Path &path)
{
    m_countInAll += count;
    if (m_countInAll <= kMostInAll)
        return true;
    m_complaints.add(
        path, u"makes more than %1 answers and steps in the whole scenario"_s.arg(kMostInAll));
    return false;
}

/// Only waiting may come before a whole answer, and nothing after an end.
void Parser::checkOrder(const QList<ScenarioStep> &steps, const Path &path)
{
    bool written = false;
    bool over = false;
    for (const auto &step : steps) {
        if (over) {
            m_complaints.add(path, u"has steps after the one that ends the answer"_s);
            return;
        }
        if (std::holds_alternative<WaitStep>(step))
            continue;
        if (std::holds_alternative<ScenarioResponse>(step) && written)
            m_complaints.add(path, u"has a status or a page after the stream has begun"_s);
        if (std::holds_alternative<HeadersStep>(step) && written)
            m_complaints.add(path, u"has headers after the stream has begun"_s);
        over = std::holds_alternative<ScenarioResponse>(step) ||
               std::holds_alternative<ScenarioEnd>(step);
        written = true;
    }
}

void Parser::connect(const QJsonValue &value, const Path &path, QList<ScenarioConnect> &out)
{
    ScenarioConnect result;
    qint64 repeat = 1;
    auto stepsPath = path;
    if (value.isObject()) {
        Members members(value, path, m_complaints, {u"steps", u"heartbeats", u"repeat"});
        members.require(u"steps");
        stepsPath = members.path(u"steps");
        steps(members.value(u"steps"), stepsPath, 0, result.steps);
        if (members.has(u"heartbeats"))
            result.heartbeats = answers(members.value(u"heartbeats"), members.path(u"heartbeats"));
        repeat = members.integer(u"repeat", 1, kMostConnects, 1);
    } else {
        steps(value, path, 0, result.steps);
    }
    checkOrder(result.steps, stepsPath);
    if (out.size() + repeat > kMostConnects) {
        m_complaints.add(path, u"more than %1 connects"_s.arg(kMostConnects));
        return;
    }
    const auto own =
        result.steps.size() + (result.heartbeats ? result.heartbeats->answers.size() : 0);
    if (takeFromBudget(own * repeat, path))
        out.resize(out.size() + repeat, result);
}

void Parser::roundTrip(Members &root, Scenario::Data &data)
{
    if (!root.has(u"round_trip_ms"))
        return;
    Members members(root.value(u"round_trip_ms"), root.path(u"round_trip_ms"), m_complaints,
                    {u"min", u"max"});
    members.require(u"min");
    members.require(u"max");
    data.shortestRoundTrip = members.duration(u"min");
    data.longestRoundTrip = members.duration(u"max");
    if (data.longestRoundTrip < data.shortestRoundTrip)
        members.complain(u"min is above max"_s);
}

/// The longest that the steps can take by themselves, endless ones aside.
milliseconds ownLength(const QList<ScenarioConnect> &connects)
{
    milliseconds sum{};
    for (const auto &connect : connects) {
        for (const auto &step : connect.steps) {
            if (const auto *wait = std::get_if<WaitStep>(&step))
                sum += wait->duration;
            else if (const auto *alive = std::get_if<KeepAlivesStep>(&step))
                sum += alive->every * std::min<qint64>(alive->count.value_or(1), kLongestWaitMs);
            else if (const auto *send = std::get_if<SendStep>(&step); send && send->bytewise)
                sum += *send->bytewise * send->bytes.size();
            sum = std::min(sum, milliseconds(kLongestWaitMs));
        }
    }
    return std::max(sum, milliseconds(1'000));
}

Scenario::Data Parser::parse(const QJsonObject &root)
{
    Scenario::Data data;
    Members members(root, Path(), m_complaints,
                    {u"title", u"length_s", u"token", u"prefix", u"seed", u"round_trip_ms",
                     u"device", u"device_info", u"heartbeats", u"connects"});
    members.require(u"title");
    data.title = members.text(u"title");
    if (members.has(u"title") && data.title.trimmed().isEmpty())
        members.complain(u"title", u"must not be empty"_s);

    if (members.has(u"token")) {
        data.token = members.text(u"token").toUtf8();
        if (data.token->isEmpty() || !isHeaderValue(*data.token))
            members.complain(u"token", u"must be a text of one line, not empty"_s);
    }
    data.prefix = members.text(u"prefix").toUtf8();
    if (!data.prefix.isEmpty() &&
        (!data.prefix.startsWith('/') || data.prefix.endsWith('/') || data.prefix.contains(' ') ||
         data.prefix.contains('?') || !isHeaderValue(data.prefix)))
        members.complain(u"prefix", u"must be a path such as \"/staging\", without a slash at its "
                                    "end"_s);
    data.seed = static_cast<quint32>(members.integer(u"seed", 0, 0xffff'ffff, 1));
    roundTrip(members, data);

    data.deviceId = u"dev_simulated"_s;
    data.deviceName = u"Simulated robot"_s;
    data.projectId = u"prj_simulated"_s;
    if (members.has(u"device")) {
        Members device(members.value(u"device"), members.path(u"device"), m_complaints,
                       {u"id", u"name", u"project_id"});
        data.deviceId = device.text(u"id", data.deviceId);
        data.deviceName = device.text(u"name", data.deviceName);
        data.projectId = device.text(u"project_id", data.projectId);
    }
    if (members.has(u"device_info"))
        data.deviceInfo = answers(members.value(u"device_info"), members.path(u"device_info"));
    if (members.has(u"heartbeats"))
        data.heartbeats = answers(members.value(u"heartbeats"), members.path(u"heartbeats"));

    takeFromBudget(data.deviceInfo.answers.size() + data.heartbeats.answers.size(), Path());
    members.require(u"connects");
    const auto connects = members.value(u"connects");
    if (members.has(u"connects") && (!connects.isArray() || connects.toArray().isEmpty()))
        members.complain(u"connects", u"must be a list of at least one connect, is "_s +
                                          (connects.isArray() ? u"empty"_s : typeName(connects)));
    const auto array = connects.toArray();
    for (qsizetype i = 0; i < array.size() && m_complaints.none(); ++i)
        connect(array.at(i), members.path(u"connects").item(i), data.connects);

    constexpr qint64 kLongestLengthS = kLongestWaitMs / 1'000;
    data.length = members.has(u"length_s")
                      ? milliseconds(members.integer(u"length_s", 1, kLongestLengthS, 1) * 1'000)
                      : ownLength(data.connects);
    return data;
}

QString lineAndColumn(const QByteArray &json, qsizetype offset)
{
    const auto before = QByteArrayView(json).first(std::min(offset, json.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = QString::fromUtf8(before.sliced(before.lastIndexOf('\n') + 1)).size() + 1;
    return u"line %1, column %2"_s.arg(line).arg(column);
}

} // namespace

std::optional<Scenario::Data> parseScenario(const QByteArray &json, QString *error)
{
    QJsonParseError syntax;
    const auto document = QJsonDocument::fromJson(json, &syntax);
    if (syntax.error != QJsonParseError::NoError) {
        *error = lineAndColumn(json, syntax.offset) + ": no valid JSON: "_L1 + syntax.errorString();
        return {};
    }
    if (!document.isObject()) {
        *error = u"a scenario must be a JSON object, this is a list"_s;
        return {};
    }
    Parser parser;
    auto data = parser.parse(document.object());
    if (!parser.complaints().none()) {
        *error = parser.complaints().first();
        return {};
    }
    return data;
}

} // namespace watchline
