// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/commands/commands.h"
#include "app/eventline.h"
#include "app/sessioninput.h"
#include "app/terminal.h"
#include "app/textoutput.h"
#include "core/session/linereader.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString help()
{
    return uR"(Usage: watchline replay FILE [OPTIONS]

Writes a session's events to standard output in order, each at its time.
FILE may be - for standard input.

Options:
  --speed N|max        N times as fast, such as 0.5 or 100; max: all at once
                       (default: 1)
  --format text|jsonl  one readable line an event, or the lines as they stand in
                       the file (default: text)
  --help               show this text
)"_s + exitStatusHelp() +
           uR"(
Examples:
  watchline replay night.watchline --speed 100
  watchline replay night.watchline --speed max --format jsonl | jq 'select(.kind == "decision")'
)"_s;
}

/// Nothing stands for "at once".
using Speed = std::optional<double>;

std::optional<Speed> readSpeed(const CommandLine &line)
{
    constexpr double kSlowest = 0.001;
    constexpr double kFastest = 1'000'000;
    const auto text = line.given(u"speed"_s).value_or(u"1"_s);
    if (text == "max"_L1)
        return Speed();
    bool ok = false;
    const double speed = text.toDouble(&ok);
    if (ok && speed >= kSlowest && speed <= kFastest)
        return Speed(speed);
    line.complain(
        u"not a speed: --speed %1: write a number from 0.001 to 1000000, or max"_s.arg(text));
    return std::nullopt;
}

/// Writes rows as they fall due.
class Player
{
public:
    Player(const SessionStore &store, Speed speed, bool asText)
        : m_store(store)
        , m_lines(store)
        , m_speed(speed)
        , m_asText(asText)
        , m_hasColour(wantsColour(stdout))
        , m_began(m_clock.now())
        , m_timer(m_clock.makeTimer([this] { play(); }))
    {}

    /// Returns at once; the application is ended when all is written, or cannot be.
    void start() { m_timer->start(Nanoseconds::zero()); }
    ExitStatus status() const { return m_output.status(); }

private:
    Nanoseconds dueIn(qsizetype row) const
    {
        if (!m_speed)
            return Nanoseconds::zero();
        const std::chrono::duration<double, std::nano> at(
            static_cast<double>(m_store.time(row).count()) / *m_speed);
        constexpr std::chrono::duration<double, std::nano> kNone(0);
        constexpr std::chrono::duration<double, std::nano> kLongest = std::chrono::hours(100'000);
        return std::chrono::duration_cast<Nanoseconds>(std::clamp(at, kNone, kLongest)) -
               (m_clock.now() - m_began);
    }

    void play()
    {
        bool good = true;
        for (; good && m_row < m_store.size(); ++m_row) {
            if (const auto wait = dueIn(m_row); wait > Nanoseconds::zero()) {
                good = m_output.flush();
                if (good)
                    m_timer->start(wait);
                break;
            }
            good = m_asText ? m_output.writeLine(eventLine(m_store.event(m_row), m_hasColour))
                            : m_output.writeLine(m_lines.line(m_row));
        }
        if (!good || m_row == m_store.size()) {
            m_output.flush();
            QCoreApplication::quit();
        }
    }

    const SessionStore &m_store;
    LineReader m_lines;
    const Speed m_speed;
    const bool m_asText;
    const bool m_hasColour;
    TextOutput m_output;
    SteadyClock m_clock;
    const Nanoseconds m_began;
    std::unique_ptr<Timer> m_timer;
    qsizetype m_row = 0;
};

} // namespace

ExitStatus runReplay(const Invocation &invocation)
{
    CommandLine line(u"replay"_s, help());
    line.addOption(u"speed"_s);
    line.addOption(u"format"_s);
    if (const auto status = line.parse(invocation.arguments))
        return *status;
    const auto file = line.file();
    if (!file)
        return ExitStatus::Usage;
    const auto speed = readSpeed(line);
    const auto format = line.choice(u"format"_s, {u"text"_s, u"jsonl"_s});
    if (!speed || !format)
        return ExitStatus::Usage;

    const QCoreApplication app(invocation.argc, invocation.argv);
    SessionStore store;
    const auto input = readInput(*file, store);
    if (!input.isUsable)
        return input.status;
    Player player(store, *speed, *format == "text"_L1);
    player.start();
    QCoreApplication::exec();
    return input.endWith(player.status());
}

} // namespace watchline
