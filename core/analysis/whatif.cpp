// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/whatif.h"

#include "core/analysis/whatifplayer.h"
#include "core/session/eventparser.h"
#include "core/session/linereader.h"
#include "core/session/rowbatch.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace watchline {

namespace {

/// Nothing for what no wait and no duration can be.
template<typename Duration>
std::optional<Duration> fromMilliseconds(std::optional<double> milliseconds)
{
    if (!milliseconds || !(*milliseconds >= 0))
        return std::nullopt;
    using Ratio = std::ratio_divide<std::milli, typename Duration::period>;
    const double count = std::round(*milliseconds * double(Ratio::num) / double(Ratio::den));
    const auto longest =
        static_cast<double>(std::chrono::duration_cast<Duration>(kFarthestTime).count());
    return Duration(static_cast<qint64>(std::min(count, longest)));
}

Nanoseconds placed(Nanoseconds t)
{
    return std::clamp(t, -kFarthestWhatIf, kFarthestWhatIf);
}

/// The inputs of a piece of a session, each with its source.
class Inputs : public LineProduct
{
public:
    void clear() override
    {
        m_inputs.clear();
        m_sources.clear();
    }

    void add(const EventView &event, QByteArrayView, qint64) override
    {
        if (!mattersToWhatIf(event.kind))
            return;
        WhatIfInput input;
        input.t = placed(event.t);
        input.kind = event.kind;
        switch (event.kind) {
        case EventKind::Hello:
            input.milliseconds =
                fromMilliseconds<Milliseconds>(event.number(Field::HeartbeatIntervalMs));
            break;
        case EventKind::Decision:
            input.milliseconds = fromMilliseconds<Milliseconds>(event.number(Field::DelayMs));
            input.rule = ruleFromName(event.text(Field::Rule));
            break;
        case EventKind::Outcome:
            input.duration = fromMilliseconds<Microseconds>(event.number(Field::DurationMs));
            [[fallthrough]];
        case EventKind::Status:
        case EventKind::ConnectError:
            input.word = event.word();
            break;
        default:
            break;
        }
        const auto source =
            m_sources.intern(event.source.empty() ? std::string_view("?") : event.source);
        m_inputs.emplace_back(source, input);
    }

    void playBy(WhatIfPlayer &player) const
    {
        std::vector<WhatIfPlayer::Recording *> sources{nullptr};
        for (const auto &name : m_sources.all())
            sources.push_back(player.source(name));
        for (const auto &[source, input] : m_inputs) {
            if (auto *recording = sources[source])
                WhatIfPlayer::take(*recording, input);
        }
    }

private:
    std::vector<std::pair<StringId, WhatIfInput>> m_inputs;
    RowBatch::Strings m_sources;
};

/// The same of rows: their columns say nearly all of it.
class RowInputs
{
public:
    explicit RowInputs(const SessionStore &store)
        : m_store(store)
        , m_lines(store)
    {}

    WhatIfInput input(qsizetype row, const EventRow &event)
    {
        WhatIfInput input;
        input.t = placed(event.t);
        input.kind = event.kind;
        input.row = row;
        switch (event.kind) {
        case EventKind::Hello:
            input.milliseconds = fromMilliseconds<Milliseconds>(heartbeatInterval(row));
            break;
        case EventKind::Decision:
            input.milliseconds = event.delay;
            input.rule = event.rule;
            break;
        case EventKind::Outcome:
            input.duration = event.duration;
            [[fallthrough]];
        case EventKind::Status:
        case EventKind::ConnectError:
            input.word = event.word;
            break;
        default:
            break;
        }
        return input;
    }

private:
    std::optional<double> heartbeatInterval(qsizetype row)
    {
        const auto line = m_lines.line(row);
        if (line.isEmpty() || !m_parser.parsePadded(line, m_event))
            return std::nullopt;
        return m_event.number(Field::HeartbeatIntervalMs);
    }

    const SessionStore &m_store;
    LineReader m_lines;
    EventParser m_parser;
    EventView m_event;
};

} // namespace

WhatIf whatIf(SessionScan &scan, const WhatIfSettings &settings, qint64 mostAttempts)
{
    WhatIf result;
    result.recordedSettings = recordedSettings(scan.headerLine());
    result.settings = settings;
    WhatIfPlayer player(result, WhatIfBudget{mostAttempts});
    scan.run([] { return std::make_unique<Inputs>(); },
             [&player](LineProduct &product, const LinePiece &) {
                 static_cast<const Inputs &>(product).playBy(player);
                 return true;
             });
    player.conclude();
    return result;
}

std::optional<WhatIf> whatIf(const SessionStore &store, const WhatIfSettings &settings,
                             WhatIfLanes &lanes, qsizetype rows, const WhatIfProgress &progress)
{
    constexpr qsizetype kBetweenTelling = 4'096;
    WhatIf result;
    result.recordedSettings = recordedSettings(store.headerLine());
    result.settings = settings;
    qsizetype row = 0;
    WhatIfBudget budget{kMostOwnAttempts};
    budget.goesOn = [&] { return !progress || progress(row, rows); };
    WhatIfPlayer player(result, std::move(budget));
    std::vector<WhatIfPlayer::Recording *> sources;
    std::vector<int> order;
    RowInputs inputs(store);
    for (; row < rows; ++row) {
        if (row % kBetweenTelling == 0 && progress && !progress(row, rows))
            return std::nullopt;
        const auto event = store.row(row);
        if (!mattersToWhatIf(event.kind))
            continue;
        if (event.source >= sources.size()) {
            sources.resize(event.source + std::size_t{1});
            lanes.bySource.resize(sources.size());
        }
        auto *&source = sources[event.source];
        if (!source) {
            auto &lane = lanes.bySource[event.source];
            if (!lane)
                lane = std::make_unique<WhatIfLane>();
            source = player.source(store.sourceName(event.source).toStdString(), lane.get());
            if (!source)
                continue;
            order.push_back(event.source);
        }
        WhatIfPlayer::take(*source, inputs.input(row, event));
    }
    player.conclude();
    if (progress && !progress(rows, rows))
        return std::nullopt;
    for (std::size_t i = 0; i < order.size(); ++i)
        result.sources[i].number = order[i];
    for (const auto &lane : lanes.bySource) {
        if (lane)
            lane->settle();
    }
    lanes.leftOut = player.budget().stepsLeftOut;
    return result;
}

} // namespace watchline
