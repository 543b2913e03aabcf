// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/redaction.h"

#include "core/base/text.h"
#include "core/policy/retrypolicy.h"
#include "core/session/logmembers.h"
#include "core/transfer/nametext.h"
#include "core/transfer/secrettext.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <charconv>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// What a member's value is.
enum class Content {
    Name,
    Url,
    Word, ///< Of a set that the format knows; else a text.
    Text,
};

Content contentOf(Field field)
{
    switch (field) {
    case Field::LeaseId:
    case Field::PreviousLeaseId:
    case Field::RemoteAccessSessionId:
    case Field::DeviceId:
    case Field::DeviceName:
    case Field::ProjectId:
    case Field::TokenFingerprint:
        return Content::Name;
    case Field::Url:
        return Content::Url;
    case Field::Status:
    case Field::Result:
    case Field::Phase:
    case Field::Outcome:
    case Field::Rule:
    case Field::Action:
        return Content::Word;
    default:
        return Content::Text;
    }
}

NameKind nameKindOf(Field field)
{
    switch (field) {
    case Field::LeaseId:
    case Field::PreviousLeaseId:
        return NameKind::Lease;
    case Field::RemoteAccessSessionId:
        return NameKind::Session;
    case Field::DeviceId:
        return NameKind::DeviceId;
    case Field::DeviceName:
        return NameKind::Device;
    case Field::ProjectId:
        return NameKind::Project;
    case Field::TokenFingerprint:
        return NameKind::Token;
    default:
        return NameKind::Id;
    }
}

/// A log's line as it stood has the names that its carrier gave it and any program's words: what is
/// known of it is in the other members, and its number leads back to it.
bool isLeftOut(const MemberView &member)
{
    return member.field == Field::Unknown && member.name == kLineMember;
}

bool isFormatsWord(std::string_view text)
{
    return wordFromName(text) != Word::Other || ruleFromName(text) || actionFromName(text);
}

/// An answer's JSON that was kept as text may spell its characters as codes: then nothing would be
/// found in it.
std::string withoutJsonCodes(std::string_view text)
{
    QString out;
    const auto all = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    for (qsizetype i = 0; i < all.size(); ++i) {
        const auto rest = QStringView(all).sliced(i);
        bool isCode = false;
        const auto code = rest.startsWith("\\u"_L1) && rest.size() >= 6
                              ? rest.sliced(2, 4).toUShort(&isCode, 16)
                              : ushort{0};
        if (isCode) {
            out += QChar(code);
            i += 5;
        } else if (rest.startsWith("\\/"_L1)) {
            out += u'/';
            i += 1;
        } else {
            out += all[i];
        }
    }
    return out.toStdString();
}

/// A number where a name belongs is one all the same.
std::string nameText(const ValueView &value)
{
    switch (value.type) {
    case ValueView::Type::Integer:
        return std::to_string(value.integer);
    case ValueView::Type::Flag:
        return value.flag ? "true" : "false";
    case ValueView::Type::Null:
    case ValueView::Type::Real:
    case ValueView::Type::Text:
        break;
    }
    return std::string(value.text);
}

/// Takes a value apart; false when it is no text and stays as it is.
bool takeApartValue(const MemberView &member, const Pseudonyms *known, NameSink &sink)
{
    const auto &value = member.value;
    const auto content = contentOf(member.field);
    if (value.type == ValueView::Type::Null)
        return false;
    const bool isList = value.type == ValueView::Type::Text && value.text.starts_with('[');
    const bool isSecret = isSecretKey(member.name) || (isList && isKeyOfSecrets(member.name));
    if (member.field == Field::Unknown && isSecret) {
        sink.secret();
        return true;
    }
    if (content == Content::Name) {
        const auto name = nameText(value);
        if (!name.empty())
            sink.name(nameKindOf(member.field), name);
        return true;
    }
    if (value.type != ValueView::Type::Text)
        return false;
    if (content == Content::Word && isFormatsWord(value.text)) {
        sink.plain(value.text);
        return true;
    }
    const bool hasCodes = value.text.find("\\u") != std::string_view::npos ||
                          value.text.find("\\/") != std::string_view::npos;
    const auto decoded = hasCodes ? withoutJsonCodes(value.text) : std::string();
    const std::string_view text = hasCodes ? decoded : value.text;
    if (content == Content::Url)
        takeApartUrl(text, known, sink);
    else
        takeApart(text, known, sink);
    return true;
}

class Collector : public NameSink
{
public:
    explicit Collector(NameList &names)
        : m_names(names)
    {}

    void plain(std::string_view) override {}
    void name(NameKind kind, std::string_view name) override { m_names.add(kind, name); }
    void secret() override {}

private:
    NameList &m_names;
};

class Replacer : public NameSink
{
public:
    Replacer(const Pseudonyms &pseudonyms, std::string &out)
        : m_pseudonyms(pseudonyms)
        , m_out(out)
    {}

    void plain(std::string_view text) override { m_out += text; }
    void name(NameKind kind, std::string_view name) override
    {
        m_pseudonyms.appendTo(m_out, kind, name);
    }
    void secret() override { m_out += "<redacted>"; }

private:
    const Pseudonyms &m_pseudonyms;
    std::string &m_out;
};

/// The names in some lines.
class NameProduct : public LineProduct
{
public:
    // What was looked at in lines before is remembered: their names are there already.
    void clear() override { names.clear(); }

    void add(const EventView &event, QByteArrayView, qint64) override
    {
        Collector collector(names);
        if (!m_sources.find(event.source)) {
            takeApartSource(event.source, collector);
            addHosts(event.source);
            m_sources.insert(event.source, true);
        }
        if (event.kind == EventKind::Unknown)
            takeApart(event.kindText, nullptr, collector);
        for (const auto &member : event.members()) {
            if (isLeftOut(member))
                continue;
            if (member.field == Field::Unknown) {
                takeApartValue(member, nullptr, collector);
                takeApart(member.name, nullptr, collector);
                continue;
            }
            auto &seen = m_values[static_cast<std::size_t>(member.field)];
            const bool isText = member.value.type == ValueView::Type::Text;
            if (isText && seen.find(member.value.text))
                continue;
            takeApartValue(member, nullptr, collector);
            if (isText)
                seen.insert(member.value.text, true);
        }
    }

    NameList names;

private:
    /// A log's gateway is called by its host and its program: texts may name the host alone. The
    /// last part is the program, a word of many texts.
    void addHosts(std::string_view source)
    {
        constexpr std::size_t kLeast = 3;
        for (auto end = source.find('/'); end != source.npos; end = source.find('/')) {
            if (end >= kLeast)
                names.add(NameKind::Source, source.substr(0, end));
            source.remove_prefix(end + 1);
        }
    }

    TextMemory<bool> m_sources;
    std::array<TextMemory<bool>, kFieldCount> m_values; // by field
};

void appendJson(std::string &out, std::string_view text)
{
    const bool isSimple = std::all_of(text.begin(), text.end(), [](char c) {
        return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
    });
    if (isSimple) {
        out += '"';
        out += text;
        out += '"';
        return;
    }
    QByteArray quoted;
    appendJsonString(quoted, QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
    out.append(quoted.constData(), static_cast<std::size_t>(quoted.size()));
}

void appendNumber(std::string &out, qint64 number)
{
    std::array<char, 24> digits{};
    const auto *end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void appendScalar(std::string &out, const ValueView &value)
{
    switch (value.type) {
    case ValueView::Type::Null:
        out += "null";
        break;
    case ValueView::Type::Flag:
        out += value.flag ? "true" : "false";
        break;
    case ValueView::Type::Integer:
        appendNumber(out, value.integer);
        break;
    case ValueView::Type::Real:
    case ValueView::Type::Text:
        out += value.text;
        break;
    }
}

template<typename TakeApart>
QString replaced(const Pseudonyms &pseudonyms, const QString &text, TakeApart takeApart)
{
    std::string out;
    Replacer replacer(pseudonyms, out);
    takeApart(text.toStdString(), replacer);
    return QString::fromStdString(out);
}

/// The numbers of the policy that the session was recorded with, in a header's line that has ours.
QByteArray withPolicyOf(const QByteArray &recorded, const QByteArray &line)
{
    static const QRegularExpression name(u"^[a-z_]{1,40}$"_s);
    const auto policyOf = [](const QByteArray &header) {
        return QJsonDocument::fromJson(header).object().value("policy"_L1).toObject();
    };
    const auto policy = policyOf(recorded);
    QJsonObject numbers;
    for (auto i = policy.begin(); i != policy.end(); ++i) {
        if (i.value().isDouble() && name.match(i.key()).hasMatch())
            numbers.insert(i.key(), i.value());
    }
    // Quotes in a text are escaped: this is the member.
    const QByteArray member = R"(,"policy":)";
    const auto place = line.lastIndexOf(member);
    if (numbers.isEmpty() || numbers == policyOf(line) || place < 0)
        return line;
    return line.first(place) + member + QJsonDocument(numbers).toJson(QJsonDocument::Compact) + '}';
}

/// A foreign program may have put anything there.
bool isOwnGenerator(const QString &generator)
{
    return generator.startsWith("watchline "_L1) && generator.size() < 40;
}

} // namespace

std::shared_ptr<const Redaction> Redaction::of(SessionScan &scan, const SessionHeader &header,
                                               const QByteArray &headerLine)
{
    auto redaction = std::make_shared<Redaction>();
    auto &pseudonyms = redaction->m_pseudonyms;
    const auto addAll = [&pseudonyms](const NameList &names) {
        for (const auto &name : names.all())
            pseudonyms.add(name.kind, name.text);
    };
    NameList ofHeader;
    Collector collector(ofHeader);
    takeApartUrl(header.apiUrl.toStdString(), nullptr, collector);
    for (const auto &source : header.sources)
        takeApartSource(source.toStdString(), collector);
    if (!isOwnGenerator(header.generator))
        takeApart(header.generator.toStdString(), nullptr, collector);
    addAll(ofHeader);
    scan.run([] { return std::make_unique<NameProduct>(); },
             [&](LineProduct &product, const LinePiece &) {
                 addAll(static_cast<NameProduct &>(product).names);
                 return true;
             });
    pseudonyms.finish();
    redaction->m_headerLine = withPolicyOf(headerLine, toJsonLine(redaction->redacted(header)));
    return redaction;
}

SessionHeader Redaction::redacted(const SessionHeader &header) const
{
    SessionHeader result = header;
    const auto *known = &m_pseudonyms;
    result.apiUrl = replaced(m_pseudonyms, header.apiUrl, [known](const auto &text, auto &sink) {
        takeApartUrl(text, known, sink);
    });
    for (auto &source : result.sources)
        source = replaced(m_pseudonyms, source,
                          [](const auto &text, auto &sink) { takeApartSource(text, sink); });
    if (!isOwnGenerator(header.generator))
        result.generator = text(header.generator);
    return result;
}

QString Redaction::text(const QString &text) const
{
    return replaced(m_pseudonyms, text,
                    [this](const auto &all, auto &sink) { takeApart(all, &m_pseudonyms, sink); });
}

void RedactedLines::write(std::string &out, const EventView &event)
{
    Replacer replacer(m_pseudonyms, m_text);
    out.clear();
    out += R"({"t":)";
    appendNumber(out, event.t.count());
    out += R"(,"kind":)";
    if (event.kind == EventKind::Unknown) {
        m_text.clear();
        takeApart(event.kindText, &m_pseudonyms, replacer);
        appendJson(out, m_text);
    } else {
        appendJson(out, event.kindText);
    }
    if (!event.source.empty()) {
        out += R"(,"source":)";
        if (const auto *known = m_sources.find(event.source)) {
            out += *known;
        } else {
            m_text.clear();
            takeApartSource(event.source, replacer);
            const auto begin = out.size();
            appendJson(out, m_text);
            m_sources.insert(event.source, out.substr(begin));
        }
    }
    out += R"(,"attempt":)";
    appendNumber(out, event.attempt);
    for (const auto &member : event.members()) {
        if (isLeftOut(member))
            continue;
        out += ',';
        if (member.field == Field::Unknown) {
            m_text.clear();
            takeApart(member.name, &m_pseudonyms, replacer);
            appendJson(out, m_text);
        } else {
            appendJson(out, name(member.field));
        }
        out += ':';
        appendValue(out, member);
    }
    out += '}';
}

void RedactedLines::appendValue(std::string &out, const MemberView &member)
{
    const auto &value = member.value;
    const bool isKept = member.field != Field::Unknown && value.type == ValueView::Type::Text;
    auto &kept = m_values[static_cast<std::size_t>(member.field)];
    if (const auto *known = isKept ? kept.find(value.text) : nullptr) {
        out += *known;
        return;
    }
    m_text.clear();
    Replacer replacer(m_pseudonyms, m_text);
    const auto begin = out.size();
    if (takeApartValue(member, &m_pseudonyms, replacer))
        appendJson(out, m_text);
    else
        appendScalar(out, value);
    if (isKept)
        kept.insert(value.text, out.substr(begin));
}

} // namespace watchline
