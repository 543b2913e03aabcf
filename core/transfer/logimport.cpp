// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/logimport.h"

#include "core/base/text.h"
#include "core/session/logmembers.h"
#include "core/transfer/secrettext.h"
#include "core/transfer/textpieces.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// Gateways that share a log have written a line each by then.
constexpr qsizetype kEnoughEvents = 4'096;
constexpr qsizetype kMostShownSources = 5;

QString counted(qint64 count, const QString &noun)
{
    return QString::number(count) + u' ' + noun + (count == 1 ? u""_s : u"s"_s);
}

QString timeText(qint64 unixNanoseconds)
{
    return QDateTime::fromMSecsSinceEpoch(unixNanoseconds / 1'000'000)
        .toUTC()
        .toString(Qt::ISODateWithMs);
}

constexpr std::string_view kHidden = "<redacted>";

/// Adds a URL's text from its `://` at `at` on, without the user and the query; gives its end.
std::size_t appendUrlRest(std::string &out, std::string_view text, std::size_t at)
{
    const auto begin = at + 3;
    const auto end = std::min(text.find_first_of(" \t\r\n\"'`<>\\)", begin), text.size());
    auto rest = text.substr(begin, end - begin);
    out += "://";
    const auto host = rest.substr(0, rest.find_first_of("/?#"));
    if (const auto user = host.rfind('@'); user != host.npos) {
        out += kHidden;
        rest.remove_prefix(user);
    }
    if (const auto query = rest.find('?'); query != rest.npos && query + 1 < rest.size()) {
        out += rest.substr(0, query + 1);
        out += kHidden;
    } else {
        out += rest;
    }
    return end;
}

/// A log's text without passwords, tokens and the like, as far as they can be recognised: a session
/// is handed on where a log may not be.
std::string withoutSecrets(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    bool isInWord = false;
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at).starts_with("://")) {
            at = appendUrlRest(out, text, at);
            isInWord = false;
            continue;
        }
        const bool isWord = isWordByte(text[at]);
        const auto secret = isWord && !isInWord ? secretAt(text, at) : std::nullopt;
        if (secret && secret->begin > at) {
            out += text.substr(at, secret->begin - at);
            out += kHidden;
            at = secret->end;
            isInWord = false;
            continue;
        }
        isInWord = isWord;
        out += text[at++];
    }
    return out;
}

/// Of the members that a log's own words come to.
void hideSecrets(Event &event)
{
    const QLatin1StringView line(kLineMember.data(), static_cast<qsizetype>(kLineMember.size()));
    for (auto &own : event.members) {
        const bool isLogsText =
            own.field == Field::Detail || (own.field == Field::Unknown && own.name == line);
        if (const auto *text = isLogsText ? std::get_if<QString>(&own.value) : nullptr)
            own.value = QString::fromStdString(withoutSecrets(text->toStdString()));
    }
}

} // namespace

LogImport::LogImport(const LogImportOptions &options)
    : m_options(options)
    , m_reader(options.log, options.mode)
    , m_inference(options.source)
{}

QString LogImport::open(const QString &path)
{
    return m_reader.open(path);
}

LogImport::Got LogImport::next(EventBatch &events)
{
    events.clear();
    m_entries.clear();
    const auto got = m_reader.next(m_entries);
    if (got == Got::Entries)
        take(m_entries, events);
    if (got != Got::End || m_isFinished)
        return got;
    finish(events);
    return events.isEmpty() ? Got::End : Got::Entries;
}

void LogImport::flush(EventBatch &events)
{
    events.clear();
    m_entries.clear();
    m_reader.flush(m_entries);
    take(m_entries, events);
    const auto before = events.size();
    m_inference.flush(events);
    m_count += events.size() - before;
}

void LogImport::finish(EventBatch &events)
{
    if (std::exchange(m_isFinished, true))
        return;
    m_entries.clear();
    m_reader.flush(m_entries);
    take(m_entries, events);
    const auto before = events.size();
    m_inference.finish(events);
    for (auto i = before; i < events.size(); ++i)
        hideSecrets(events[i]);
    m_count += events.size() - before;
}

void LogImport::take(const QList<LogEntry> &entries, EventBatch &events)
{
    for (const auto &entry : entries) {
        if (entry.time) {
            const auto time = entry.time->unixNanoseconds;
            m_lastTime = m_firstTime ? std::max(m_lastTime, time) : time;
            m_firstTime = std::min(m_firstTime.value_or(time), time);
        }
        m_inference.take(entry, events);
    }
    for (auto &event : events)
        hideSecrets(event);
    m_count += events.size();
}

SessionHeader LogImport::header() const
{
    SessionHeader header;
    // Of a log without any time nothing better is known.
    header.started = QDateTime::fromMSecsSinceEpoch(m_inference.started().value_or(0)).toUTC();
    header.generator = m_options.generator;
    header.sources = m_inference.sources();
    return header;
}

QStringList LogImport::summary() const
{
    const auto &counts = m_reader.counts();
    QStringList lines;
    lines.append(u"%1 read: %2 understood, %3 skipped, %4 not understood; %5"_s.arg(
        counted(counts.read, u"line"_s), QString::number(counts.understood),
        QString::number(counts.skipped), QString::number(counts.notUnderstood),
        counted(m_count, u"event"_s)));
    for (const auto &line : counts.firstNotUnderstood)
        lines.append(u"not understood: line %1: %2"_s.arg(
            QString::number(line.number), singleLine(QString::fromUtf8(line.beginning), 120)));
    for (const auto &remark : counts.remarks)
        lines.append(singleLine(remark.text(), 400));
    const auto sources = m_inference.sources();
    if (const auto leftOut = m_inference.leftOut())
        lines.append(u"%1 left out: of gateways beyond the first %2"_s.arg(
            counted(leftOut, u"line"_s), QString::number(LogInference::kMostGateways)));
    auto shown = sources.first(std::min(sources.size(), kMostShownSources)).join(u", "_s);
    if (sources.size() > kMostShownSources)
        shown += u" and %1 more"_s.arg(sources.size() - kMostShownSources);
    if (!sources.isEmpty())
        lines.append((sources.size() == 1 ? u"source: "_s : u"sources: "_s) +
                     singleLine(shown, 600));
    if (m_firstTime)
        lines.append(u"times: %1 to %2"_s.arg(timeText(*m_firstTime), timeText(m_lastTime)));
    return lines;
}

LogImportWriter::LogImportWriter(const LogImport &import, Open open)
    : m_import(import)
    , m_open(std::move(open))
{}

bool LogImportWriter::write(const EventBatch &events)
{
    m_waiting += events;
    return (!m_isOpen && m_waiting.size() < kEnoughEvents) || writeWaiting();
}

bool LogImportWriter::writeWaiting()
{
    if (m_waiting.isEmpty())
        return true;
    if (!m_isOpen && !m_open(m_writer, m_import.header()))
        return false;
    m_isOpen = true;
    for (const auto &event : std::as_const(m_waiting)) {
        if (!m_writer.append(toJsonLine(event)))
            return false;
    }
    m_waiting.clear();
    return true;
}

} // namespace watchline
