// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/statusview.h"

#include "core/base/text.h"
#include "core/protocol/endpoints.h"
#include "ui/eventtext.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("StatusStrip", text);
}

/// For a countdown: tenths of a second, so that its width stays.
QString seconds(Nanoseconds t)
{
    const double s = static_cast<double>(std::max(t, Nanoseconds::zero()).count()) / 1e9;
    return tr("%1 s").arg(s, 0, 'f', 1);
}

/// Without decimals once they no longer matter.
QString coarse(Nanoseconds t)
{
    if (t >= std::chrono::seconds(10))
        t = std::chrono::floor<std::chrono::seconds>(t);
    else if (t >= std::chrono::seconds(1))
        t = std::chrono::floor<std::chrono::duration<qint64, std::deci>>(t);
    else
        t = std::chrono::floor<std::chrono::milliseconds>(t);
    return readableDuration(t);
}

bool isStopped(const RunState &state)
{
    return state.doing() == Doing::Stopped;
}

QString stopSentence(const RunState &state)
{
    if (state.tokenWasRejected)
        return tr("the token was rejected");
    if (state.lastAction == Action::Wake)
        return tr("a wake was handed over");
    if (state.lastAction == Action::Stop)
        return tr("the policy ended the loop");
    return tr("the watch is over");
}

QString waitSentence(const StatusInput &input)
{
    const auto left = input.waiting.deadline - input.now;
    const auto whole = input.waiting.deadline - input.waiting.since;
    switch (input.waiting.what) {
    case Waiting::For::Backoff:
        return tr("backing off: %1 of %2 left").arg(seconds(left), coarse(whole));
    case Waiting::For::DeviceInfoRetry:
        return tr("device-info failed: again in %1").arg(seconds(left));
    case Waiting::For::Hello:
        return tr("waiting for hello: %1 left").arg(seconds(left));
    case Waiting::For::Frame:
        return tr("waiting for a frame: %1 left").arg(seconds(left));
    case Waiting::For::Nothing:
        break;
    }
    return input.state.status == Word::Connected ? tr("connecting again") : tr("on its way");
}

/// All sources in one.
StatusView fleetView(const FleetState &fleet)
{
    StatusView view;
    view.state = tr("%1 connected").arg(fleet.connected);
    view.sentence = tr("%1 connecting, %2 backing off, %3 stopped")
                        .arg(fleet.connecting)
                        .arg(fleet.backingOff)
                        .arg(fleet.stopped);
    view.tone = fleet.stopped == fleet.total()     ? Tone::Quiet
                : fleet.connected == fleet.total() ? Tone::Ok
                                                   : Tone::Waiting;
    view.watch = {tr("%1 watches").arg(fleet.total()), tr("select an event to see one"), false};
    view.leaseCaption = tr("Lease");
    for (auto *figure : {&view.attempt, &view.lease, &view.heartbeat, &view.readTimeout,
                         &view.backoff, &view.connected, &view.rule})
        figure->value = u"–"_s;
    return view;
}

void describeState(StatusView &view, const StatusInput &input)
{
    const auto &state = input.state;
    if (isStopped(state)) {
        view.state = tr("Stopped");
        view.sentence = stopSentence(state);
        view.tone = state.tokenWasRejected ? Tone::Stopped : Tone::Quiet;
        return;
    }
    if (state.status == Word::None) {
        view.state = tr("Starting");
        view.sentence = tr("no status yet");
        return;
    }
    view.state = state.status == Word::Connected ? tr("Connected") : tr("Connecting");
    view.tone = state.status == Word::Connected ? Tone::Ok : Tone::Waiting;
    if (input.isAtEnd) {
        view.sentence = tr("when the recording ended");
        return;
    }
    view.sentence = waitSentence(input);
    const auto whole = input.waiting.deadline - input.waiting.since;
    if (input.waiting.what != Waiting::For::Nothing && whole.count() > 0) {
        const auto left = input.waiting.deadline - input.now;
        view.left = std::clamp(
            static_cast<double>(left.count()) / static_cast<double>(whole.count()), 0.0, 1.0);
    }
}

StatusFigure attemptFigure(const StatusInput &input)
{
    StatusFigure figure;
    figure.value = input.state.attempt > 0 ? groupedNumber(input.state.attempt) : u"–"_s;
    const int recent = input.state.attemptsInTheLastMinute(input.now);
    figure.note = input.hotLoop ? tr("hot loop: %1 a minute").arg(recent)
                                : tr("%1 in the last minute").arg(recent);
    figure.loud = input.hotLoop;
    return figure;
}

void describeLease(StatusView &view, const RunState &state, const SessionStore &store)
{
    const auto lease = [&store](StringId id) { return singleLine(store.string(id), 40); };
    view.leaseCaption = tr("Lease");
    if (state.leaseId != 0) {
        view.lease = {lease(state.leaseId), tr("held by this watch"), false};
    } else if (state.offeredLeaseId != 0) {
        view.leaseCaption = tr("Lease offered");
        view.lease = {lease(state.offeredLeaseId), tr("previous lease, kept"), false};
    } else {
        view.lease = {u"–"_s, tr("none to offer"), false};
    }
}

StatusFigure heartbeatFigure(const RunState &state, Nanoseconds now)
{
    if (!state.lastHeartbeat)
        return {u"–"_s, tr("none yet"), false};
    StatusFigure figure;
    const bool ok = state.lastHeartbeatResult == Word::Ok;
    const auto result = fromView(name(state.lastHeartbeatResult));
    figure.value = ok && state.lastRoundTrip ? readableDuration(*state.lastRoundTrip) : result;
    // Whole seconds: an age that ticks faster draws the eye for nothing.
    const auto age = std::chrono::floor<std::chrono::seconds>(now - *state.lastHeartbeat);
    const auto ago = age.count() > 0 ? tr("%1 ago").arg(readableDuration(age)) : tr("just now");
    figure.note = ok ? tr("ok, %1").arg(ago) : ago;
    figure.loud = !ok;
    return figure;
}

StatusFigure readTimeoutFigure(const RunState &state, Nanoseconds now)
{
    const auto timeout = watchline::readTimeout(state.heartbeatInterval);
    if (timeout.count() == 0)
        return {u"–"_s, tr("no watch yet"), false};
    if (!state.watchBegan)
        return {u"–"_s, tr("%1 when connected").arg(readableDuration(timeout)), false};
    // Whole seconds: what ticks faster draws the eye for nothing.
    const auto silence = std::chrono::floor<std::chrono::seconds>(
        std::max(now - state.lastFrame.value_or(*state.watchBegan), Nanoseconds::zero()));
    return {readableDuration(timeout), tr("silent for %1").arg(readableDuration(silence)), false};
}

StatusFigure backoffFigure(const RunState &state)
{
    if (isStopped(state))
        return {u"–"_s, tr("no further attempt"), false};
    if (state.backoffBegan)
        return {readableDuration(state.nextBackoff),
                tr("next; now %1").arg(readableDuration(state.backoffDelay)), false};
    return {readableDuration(state.nextBackoff),
            state.nextBackoff >= kMaxBackoff ? tr("at its maximum") : tr("after the next failure"),
            false};
}

StatusFigure connectedFigure(const RunState &state, Nanoseconds now)
{
    auto connected = state.connectedTime;
    if (state.watchBegan && !isStopped(state))
        connected += std::max(now - *state.watchBegan, Nanoseconds::zero());
    if (now.count() <= 0)
        return {u"–"_s, {}, false};
    const double share = static_cast<double>(connected.count()) / static_cast<double>(now.count());
    const auto wholeSeconds = [](Nanoseconds t) {
        return readableDuration(std::chrono::floor<std::chrono::seconds>(t));
    };
    return {tr("%1 %").arg(std::min(share, 1.0) * 100, 0, 'f', 1),
            tr("%1 of %2").arg(wholeSeconds(connected), wholeSeconds(now)), false};
}

StatusFigure ruleFigure(const RunState &state)
{
    if (!state.lastRule)
        return {u"–"_s, tr("no decision yet"), false};
    return {fromView(name(*state.lastRule)), ruleSentence(*state.lastRule), false};
}

} // namespace

StatusView statusView(const StatusInput &input, const SessionStore &store)
{
    if (input.fleet && input.source.isEmpty())
        return fleetView(*input.fleet);
    StatusView view;
    if (input.fleet)
        view.watch = {
            singleLine(input.source, 100),
            tr("%1 of %2 connected").arg(input.fleet->connected).arg(input.fleet->total()), false};
    describeState(view, input);
    view.attempt = attemptFigure(input);
    describeLease(view, input.state, store);
    view.heartbeat = heartbeatFigure(input.state, input.now);
    view.readTimeout = readTimeoutFigure(input.state, input.now);
    view.backoff = backoffFigure(input.state);
    view.connected = connectedFigure(input.state, input.now);
    view.rule = ruleFigure(input.state);
    return view;
}

Waiting waitingAt(const RunState &state, Nanoseconds now)
{
    Waiting waiting;
    if (isStopped(state))
        return waiting;
    if (state.backoffBegan) {
        waiting = {Waiting::For::Backoff, *state.backoffBegan,
                   *state.backoffBegan + state.backoffDelay};
    } else if (state.watchBegan) {
        const auto since = state.lastFrame.value_or(*state.watchBegan);
        waiting = {Waiting::For::Frame, since, since + readTimeout(state.heartbeatInterval)};
    } else if (state.attemptBegan) {
        waiting = {Waiting::For::Hello, *state.attemptBegan, *state.attemptBegan + kHelloTimeout};
    }
    // A recording that was cut off goes on saying nothing.
    return now > waiting.deadline ? Waiting{} : waiting;
}

void FleetState::add(Doing doing)
{
    switch (doing) {
    case Doing::Connecting:
        ++connecting;
        break;
    case Doing::Connected:
        ++connected;
        break;
    case Doing::BackingOff:
        ++backingOff;
        break;
    case Doing::Stopped:
        ++stopped;
        break;
    }
}

} // namespace watchline
