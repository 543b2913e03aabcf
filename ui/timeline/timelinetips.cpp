// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/timeline/timelinetips.h"

#include "core/analysis/explanation.h"
#include "core/base/text.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kLongestName = 80;

QString tr(const char *text)
{
    return QCoreApplication::translate("TimelineView", text);
}

QString joined(const QString &first, const QString &second)
{
    return first.isEmpty() || second.isEmpty() ? first + second : first + u' ' + second;
}

QString sentenceOf(const SessionStore &store, const Span &span)
{
    const auto ofRow = [&store](qsizetype row) { return explain(store.event(row)); };
    if (span.kind == EventKind::Status || span.kind == EventKind::DeviceInfo)
        return ofRow(span.row);
    if (span.planned >= 0 || span.kind == EventKind::Backoff) {
        const auto rule = span.rule();
        return joined(tr("Nothing is tried until this wait is over."),
                      rule ? explain(*rule) : QString());
    }
    const auto end = span.endRow != kNoRow ? ofRow(span.endRow) : QString();
    if (span.hello == kNoTime)
        return end.isEmpty() ? ofRow(span.row) : end;
    return joined(tr("A watch: it holds the device's lease, and while it runs the robot can be "
                     "woken."),
                  end);
}

} // namespace

QString laneSentence(Lane lane)
{
    switch (lane) {
    case Lane::Status:
        return tr("What the gateway says of itself: connected, when it can be woken; connecting, "
                  "while it cannot.");
    case Lane::Watch:
        return tr("Each bar is an attempt to connect and the watch that came of it, with the lease "
                  "that it held; the shape at its end says how it ended. An arrow leads to the "
                  "attempt that offers the lease again.");
    case Lane::Decisions:
        return tr("What the gateway's rules said to do next, each time an attempt or a watch had "
                  "ended or begun.");
    case Lane::Backoff:
        return tr("Waits before the next attempt: nothing is tried meanwhile. What is outlined was "
                  "planned.");
    case Lane::Heartbeats:
        return tr("Requests that keep the lease; the higher the bar, the longer the answer took. A "
                  "shape stands where one failed.");
    case Lane::Frames:
        return tr("What came over the stream: keep-alives, which say that it is alive, and events "
                  "that nobody asked for.");
    case Lane::Room:
        return tr("Sessions of viewers, as a robot's log tells of them: the gateway watches for no "
                  "wake meanwhile, and is reached all the same.");
    case Lane::Marks:
        return tr("Wakes, when somebody wants to view the robot; notes; and what this version does "
                  "not know.");
    }
    return {};
}

QString sentenceOf(const TimelineScene &scene, const TimelineHit &hit)
{
    const auto &store = *scene.store;
    if (const auto *spans = scene.index->source(hit.source).spans(hit.lane); hit.isSpan && spans)
        return sentenceOf(store, (*spans)[spans->worst(hit.first, hit.first + hit.count)]);
    return store.kind(hit.row) == EventKind::Note ? QString() : explain(store.event(hit.row));
}

QStringList linkLines(const TimelineScene &scene, const Span &span)
{
    const auto &store = *scene.store;
    const auto offered = store.event(span.row).text(Field::PreviousLeaseId);
    const auto granted = store.string(span.leaseId);
    auto text = tr("Attempt %1 offers the lease %2 of the watch before it again, so that no other "
                   "has to be granted.")
                    .arg(QString::number(span.attempt), singleLine(offered, kLongestName));
    if (span.hello == kNoTime)
        text = joined(text, tr("It came to no watch."));
    else if (granted == offered)
        text = joined(text, tr("The server granted it."));
    else
        text = joined(
            text, tr("The server granted another one, %1.").arg(singleLine(granted, kLongestName)));
    return {tr("Lease offered again"), text};
}

QString surroundingsTip(const TimelineScene &scene, QPointF position, bool hasPlayhead)
{
    const auto &layout = scene.layout;
    if (layout.ruler.contains(position) || layout.corner.contains(position))
        return hasPlayhead
                   ? tr("Above: time since the start; below: time of day, UTC. Press or drag here "
                        "to move the replay's position.")
                   : tr("Above: time since the start; below: time of day, UTC.");
    if (layout.overview.contains(position) || layout.overviewLabel.contains(position))
        return tr("All of the session: the higher a bar, the more happened; trouble and waits have "
                  "their colours. Drag the window in it, or its edges.");
    if (!layout.labels.contains(position))
        return {};
    const auto *box = layout.laneAt(position);
    if (box && box->isWhatIf)
        return whatIfTitle() + u'\n' +
               tr("When a gateway with the settings of the What if dock would have tried to "
                  "connect, "
                  "with its watches and waits: in outline, for it did not happen.");
    if (box && !box->isFolded)
        return laneTitle(box->lane) + u'\n' + laneSentence(box->lane);
    return layout.sourceAt(position) ? tr("Click to fold or open the lanes of this source.")
                                     : QString();
}

} // namespace watchline
