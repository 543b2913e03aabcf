// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

// What the timeline's index and a frame of it cost: bench_timeline [--quick | EVENTS]
// With a folder instead: pictures of sessions of all sorts, to be looked at.

#include "core/analysis/whatif.h"
#include "tests/support/sessionbuilder.h"
#include "ui/timeline/picture.h"
#include "ui/timeline/timelinepainter.h"
#include "ui/timeline/timelineview.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QPainter>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <unistd.h>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Without the events' lines, so that ten million of them leave room for what is measured.
std::unique_ptr<SessionStore> longSession(qsizetype events)
{
    auto store = std::make_unique<SessionStore>(SessionBuilder::header());
    SessionBuilder first;
    first.start();
    first.appendTo(*store);
    Nanoseconds now = first.now();
    for (int lease = 0; store->size() < events; ++lease) {
        SessionBuilder session(u"gateway"_s, now);
        session.connect(u"rwl_%1"_s.arg(lease, 4, 16, QChar(u'0'))).run(300s);
        session.end(lease % 7 == 3 ? WatchOutcome::ReadTimeout : WatchOutcome::StreamError);
        if (lease % 11 == 5) {
            session.failConnect(ConnectError::Api, 503);
            session.failConnect(ConnectError::Api, 503);
        }
        for (const auto &event : session.events()) {
            if (store->size() < events)
                store->append(event, "{}");
        }
        now = session.now();
    }
    return store;
}

std::unique_ptr<SessionStore> threeDays()
{
    SessionBuilder session;
    session.setHeartbeatInterval(30s).setKeepAliveInterval(15s);
    session.start();
    for (int i = 0; session.now() < 72h; ++i) {
        session.connect(u"rwl_%1"_s.arg(i, 4, 16, QChar(u'0'))).run(i % 3 == 0 ? 5h : 40min);
        if (i % 5 == 2) {
            session.end(WatchOutcome::StreamError);
            for (int failed = 0; failed < 40; ++failed)
                session.failConnect(ConnectError::Api, 502);
        } else if (i == 9) {
            session.heartbeat(Word::Conflict, 30ms, 409).end(WatchOutcome::HeartbeatConflict);
        } else {
            session.end(i % 2 ? WatchOutcome::StreamEnded : WatchOutcome::ReadTimeout);
        }
    }
    return session.store();
}

std::unique_ptr<SessionStore> hotLoop()
{
    SessionBuilder session;
    session.start();
    session.connect(u"rwl_first"_s).run(20s).end(WatchOutcome::StreamEnded);
    for (int i = 0; i < 400; ++i)
        session.connect(u"rwl_%1"_s.arg(i), 18ms).wait(2ms).end(WatchOutcome::StreamEnded);
    session.connect(u"rwl_last"_s).run(20s);
    return session.store();
}

std::unique_ptr<SessionStore> waits()
{
    SessionBuilder session;
    session.start();
    session.failConnect(ConnectError::Api, 503);
    session.failConnect(ConnectError::Transport);
    session.nextWaitEnds(Word::Skipped, 1'200ms).failConnect(ConnectError::Api, 500);
    session.failConnect(ConnectError::Api, 500);
    session.nextWaitEnds(Word::Finished, 19s).failConnect(ConnectError::UnexpectedContentType, 200);
    session.failConnect(ConnectError::Conflict, 409);
    session.connect(u"rwl_1"_s).run(4s).end(WatchOutcome::StreamError);
    session.failConnect(ConnectError::Unauthorized, 401);
    return session.store();
}

std::unique_ptr<SessionStore> two()
{
    std::vector<SessionBuilder> builders{SessionBuilder(u"robot-a"_s),
                                         SessionBuilder(u"robot-b"_s, 3s)};
    builders[0]
        .start()
        .connect(u"rwl_a"_s)
        .run(60s)
        .end(WatchOutcome::StreamError)
        .connect(u"rwl_a2"_s)
        .run(30s);
    builders[1]
        .start()
        .failConnect(ConnectError::Conflict, 409)
        .connect(u"rwl_b"_s)
        .run(40s)
        .end(WatchOutcome::HeartbeatGone);
    return SessionBuilder::merged(builders);
}

bool writePicture(const QString &path, const SessionStore &store, QSize size, bool dark,
                  std::optional<Nanoseconds> from = {}, std::optional<Nanoseconds> to = {})
{
    QFile file(path);
    PictureOptions options{size, dark, from, to};
    QString error;
    const bool svg = path.endsWith(u".svg"_s);
    const bool ok =
        file.open(QIODevice::WriteOnly) && (svg ? writeTimelineSvg(file, store, options, &error)
                                                : writeTimelinePng(file, store, options, &error));
    std::printf("%s %s\n", qPrintable(path), qPrintable(ok ? u"ok"_s : error));
    return ok;
}

void writeWindow(const QString &path, TimelineView &view, double dpr)
{
    QImage image((QSizeF(view.size()) * dpr).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(dpr);
    view.render(&image);
    std::printf("%s %s\n", qPrintable(path), image.save(path) ? "ok" : "failed");
}

/// A watch, then a backoff that still runs.
void liveWindow(const QString &path, bool dark, double dpr)
{
    SessionBuilder session;
    session.start().connect(u"rwl_51c0"_s).run(40s).end(WatchOutcome::StreamError);
    session.connect(u"rwl_6b2e"_s).run(2s).end(WatchOutcome::StreamError);
    session.failConnect(ConnectError::Api, 503).failConnect(ConnectError::Api, 503);
    session.nextWaitEnds(Word::Started, 0s).failConnect(ConnectError::Conflict, 409);
    const auto store = session.store();
    TimelineView view;
    view.setPalette((dark ? Theme::darkTheme() : Theme::light()).palette());
    view.resize(1100, 410);
    view.setStore(store.get());
    view.setNow(session.now());
    view.setFollowing(true);
    view.setNow(session.now() + 12s);
    view.setWaiting(PlannedBackoff{session.now(), session.now() + 30s});
    view.setSelectedRange(TimeRange{38s, 46s});
    view.selectRow(store->lowerBound(41s), false);
    writeWindow(path, view, dpr);
}

int pictures(const QString &folder)
{
    QDir().mkpath(folder);
    const auto in = [&](const QString &name) -> QString { return folder + u'/' + name; };
    const auto outage = outageSession();
    SessionBuilder one;
    one.wait(3s).note(u"the only one"_s);
    const SessionStore empty(SessionBuilder::header());
    bool ok = true;
    ok &= writePicture(in(u"outage-light.png"_s), *outage, {1600, 600}, false);
    ok &= writePicture(in(u"outage-dark.png"_s), *outage, {1600, 600}, true);
    ok &= writePicture(in(u"outage-small.png"_s), *outage, {900, 600}, false);
    ok &= writePicture(in(u"outage-4k.png"_s), *outage, {3840, 2160}, false);
    ok &= writePicture(in(u"outage-part.png"_s), *outage, {1600, 600}, false, 170s, 230s);
    ok &= writePicture(in(u"outage.svg"_s), *outage, {1600, 600}, false);
    ok &= writePicture(in(u"empty.png"_s), empty, {1600, 600}, false);
    ok &= writePicture(in(u"one.png"_s), *one.store(), {1600, 600}, true);
    ok &= writePicture(in(u"threedays.png"_s), *threeDays(), {1600, 600}, false);
    ok &= writePicture(in(u"threedays-dark.png"_s), *threeDays(), {1600, 600}, true, 0s, 72h);
    ok &= writePicture(in(u"hotloop.png"_s), *hotLoop(), {1600, 600}, false);
    ok &= writePicture(in(u"waits.png"_s), *waits(), {1600, 600}, false);
    ok &= writePicture(in(u"two.png"_s), *two(), {1600, 800}, true);
    ok &= writePicture(in(u"million.png"_s), *longSession(1'000'000), {1600, 600}, false);
    liveWindow(in(u"live-light.png"_s), false, 1);
    liveWindow(in(u"live-dark-200.png"_s), true, 2);
    TimelineView view;
    view.setPalette(Theme::light().palette());
    view.resize(900, 380);
    writeWindow(in(u"window-none.png"_s), view, 1);
    view.setStore(outage.get());
    view.setWallClock(false);
    view.setPlayhead(200s);
    view.setVisibleRange({170s, 260s});
    writeWindow(in(u"window-replay.png"_s), view, 1);
    return ok ? 0 : 1;
}

/// Milliseconds of the processor: what else the machine does is left out. The median of some.
template<typename Work>
double median(int times, Work work)
{
    std::vector<double> taken;
    for (int i = 0; i < times; ++i) {
        const std::clock_t began = std::clock();
        work(i);
        taken.push_back(static_cast<double>(std::clock() - began) * 1e3 / CLOCKS_PER_SEC);
    }
    std::ranges::sort(taken);
    return taken[taken.size() / 2];
}

void report(const char *name, qsizetype n, double value, const char *unit,
            const char *peer = nullptr, double peerValue = 0)
{
    std::printf("{\"name\": \"%s\", \"n\": %lld, \"value\": %.3f, \"unit\": \"%s\", ", name,
                static_cast<long long>(n), value, unit);
    if (peer)
        std::printf("\"peer\": \"%s\", \"peer_value\": %.3f, \"ratio\": %.2f}\n", peer, peerValue,
                    value / peerValue);
    else
        std::printf("\"peer\": null, \"peer_value\": null, \"ratio\": null}\n");
    std::fflush(stdout);
}

/// Bytes of memory that are really taken.
qint64 resident()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').at(1).toLongLong() * sysconf(_SC_PAGESIZE);
}

constexpr QSize kFrame{1920, 1080};

/// What the window paints when the time in sight is another one.
void paintFrame(QImage &image, const TimelineScene &scene, TimeRange whole)
{
    QPainter painter(&image);
    paintBack(painter, scene);
    paintEvents(painter, scene, Spans::All);
    paintLabels(painter, scene);
    paintRuler(painter, scene);
    paintOverview(painter, scene, whole);
}

void benchFrames(const SessionStore &store, const TimelineIndex &index)
{
    QImage image(kFrame, QImage::Format_RGB32);
    const double fill = median(51, [&](int i) { image.fill(QColor(i, i, i)); });
    const TimelineFonts fonts{QFont(u"DejaVu Sans"_s, 10)};
    TimelineScene scene(fonts);
    scene.store = &store;
    scene.index = &index;
    scene.theme = Theme::light();
    scene.session = index.extent();
    scene.openEnd = scene.session.end;
    scene.layout = layoutTimeline(QRectF(QPointF(), kFrame), fonts, {}, 0, true);
    const Nanoseconds duration = scene.session.duration();
    struct View
    {
        const char *name;
        double begin; // shares of the session
        double length;
        double step = 0; // to the next frame, a share of the length
        double zoom = 0; // what the next frame is shorter, a share of the length
    };
    const View views[] = {
        {"frame, all", 0, 1},
        {"frame, a tenth", 0.37, 0.1},
        {"frame, 1/1000", 0.62, 0.001},
        {"frame, 1/100000", 0.5, 0.00001},
        {"frame, panning", 0.2, 0.1, 0.002},
        {"frame, zooming from all", 0, 1, 0, 0.001},
    };
    for (const auto &view : views) {
        const auto share = [&](double part) {
            return std::chrono::duration_cast<Nanoseconds>(duration * part);
        };
        const double taken = median(31, [&](int i) {
            const auto from = scene.session.begin + share(view.begin + view.step * view.length * i);
            const auto size = share(view.length * (1 - view.zoom * i));
            scene.range = {from, from + std::max(size, Nanoseconds(1'000))};
            paintFrame(image, scene, scene.session);
        });
        report(view.name, store.size(), taken, "ms", "filling the frame", fill);
    }
    if (qEnvironmentVariableIsSet("BENCH_LANES")) {
        for (const auto &view : views) {
            const char *name = view.name;
            const double end = view.begin + view.length;
            scene.range = {std::chrono::duration_cast<Nanoseconds>(duration * view.begin),
                           std::chrono::duration_cast<Nanoseconds>(duration * end)};
            for (const Lane lane : kLanes) {
                TimelineScene one = scene;
                std::erase_if(one.layout.lanes,
                              [&](const LaneBox &box) { return box.lane != lane; });
                const auto taken = median(31, [&](int) {
                    QPainter painter(&image);
                    paintEvents(painter, one, Spans::All);
                });
                std::fprintf(stderr, "%-20s %-12s %8.3f ms\n", name, qPrintable(laneTitle(lane)),
                             taken);
            }
            const auto part = [&](const char *what, auto work) {
                const auto taken = median(31, [&](int) {
                    QPainter painter(&image);
                    work(painter);
                });
                std::fprintf(stderr, "%-20s %-12s %8.3f ms\n", name, what, taken);
            };
            part("back", [&](QPainter &p) { paintBack(p, scene); });
            part("labels", [&](QPainter &p) { paintLabels(p, scene); });
            part("ruler", [&](QPainter &p) { paintRuler(p, scene); });
            part("overview", [&](QPainter &p) { paintOverview(p, scene, scene.session); });
        }
    }
}

/// Many sources, each folded to a line, and those in sight opened.
void benchFleet(int sources)
{
    std::vector<SessionBuilder> builders;
    for (int i = 0; i < sources; ++i) {
        builders.emplace_back(u"robot-%1"_s.arg(i, 3, 10, QChar(u'0')), i * 10ms);
        for (int lease = 0; lease < 5; ++lease)
            builders.back()
                .connect(u"rwl_%1_%2"_s.arg(i).arg(lease))
                .run(200s)
                .end(lease % 3 == 1 ? WatchOutcome::ReadTimeout : WatchOutcome::StreamError);
    }
    const auto store = SessionBuilder::merged(builders);
    TimelineIndex index(*store);
    index.update();
    QImage image(kFrame, QImage::Format_RGB32);
    const double fill = median(51, [&](int i) { image.fill(QColor(i, i, i)); });
    const TimelineFonts fonts{QFont(u"DejaVu Sans"_s, 10)};
    TimelineScene scene(fonts);
    scene.store = store.get();
    scene.index = &index;
    scene.theme = Theme::light();
    scene.session = index.extent();
    scene.openEnd = scene.session.end;
    scene.range = scene.session;
    for (const bool folded : {true, false}) {
        SourceFolding folding{sources, {}};
        folding.setAll(folded);
        const double taken = median(31, [&](int) {
            scene.layout = layoutTimeline(QRectF(QPointF(), kFrame), fonts, folding, 500, true);
            paintFrame(image, scene, scene.session);
        });
        report(folded ? "frame, a fleet folded" : "frame, a fleet open", sources, taken, "ms",
               "filling the frame", fill);
    }
}

/// Failures and short watches without end: as many attempts as can be.
std::unique_ptr<SessionStore> restlessSession(qsizetype events)
{
    auto store = std::make_unique<SessionStore>(SessionBuilder::header());
    SessionBuilder session;
    session.start();
    for (int lease = 0; store->size() < events; ++lease) {
        session.connect(u"rwl_%1"_s.arg(lease % 5'000)).wait(40ms).end(WatchOutcome::StreamEnded);
        if (lease % 3 == 0)
            session.failConnect(ConnectError::Api, 503).failConnect(ConnectError::Conflict, 409);
        for (const auto &event : session.takeEvents())
            store->append(event, "{}");
    }
    return store;
}

/// What it costs to play a session with other waits, and to show that below its own lane.
void benchWhatIf(qsizetype events)
{
    const auto store = restlessSession(events);
    TimelineIndex index(*store);
    index.update();
    WhatIfSettings settings;
    settings.policy.leaseConflictBackoff = 7s;
    const auto before = resident();
    WhatIfLanes lanes;
    const double taken = median(1, [&](int) { whatIf(*store, settings, lanes, store->size()); });
    report("what-if, play", store->size(), taken, "ms");
    report("what-if, memory per event", store->size(),
           static_cast<double>(resident() - before) / static_cast<double>(store->size()), "B");
    QImage image(kFrame, QImage::Format_RGB32);
    const TimelineFonts fonts{QFont(u"DejaVu Sans"_s, 10)};
    TimelineScene scene(fonts);
    scene.store = store.get();
    scene.index = &index;
    scene.theme = Theme::light();
    scene.session = index.extent();
    scene.openEnd = scene.session.end;
    for (const double part : {1.0, 0.01, 0.0001}) {
        double without = 0;
        for (const bool withWhatIf : {false, true}) {
            SourceFolding folding;
            folding.hasWhatIf = withWhatIf;
            scene.whatIf = withWhatIf ? &lanes : nullptr;
            scene.layout = layoutTimeline(QRectF(QPointF(), kFrame), fonts, folding, 0, true);
            const auto length =
                std::chrono::duration_cast<Nanoseconds>(scene.session.duration() * part);
            const double frame = median(31, [&](int i) {
                const auto from = scene.session.begin + length / 500 * i;
                scene.range = {from, from + length};
                paintFrame(image, scene, scene.session);
            });
            if (withWhatIf)
                report(part == 1.0    ? "frame with what-if, all"
                       : part == 0.01 ? "frame with what-if, a hundredth"
                                      : "frame with what-if, 1/10000",
                       store->size(), frame, "ms", "the frame without", without);
            without = frame;
        }
    }
}

void bench(qsizetype events)
{
    const auto store = longSession(events);
    const auto before = resident();
    TimelineIndex index(*store);
    double longest = 0;
    double all = 0;
    while (index.size() < store->size()) {
        const double taken = median(1, [&](int) { index.update(20'000); });
        longest = std::max(longest, taken);
        all += taken;
    }
    report("index, build", store->size(), all, "ms");
    report("index, longest piece of 20000", store->size(), longest, "ms");
    report("index, memory per event", store->size(),
           static_cast<double>(resident() - before) / static_cast<double>(store->size()), "B");
    benchFrames(*store, index);
    benchWhatIf(events);
}

} // namespace

int main(int argc, char **argv)
{
    const QApplication app(argc, argv);
    const QString argument = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QString();
    bool isNumber = false;
    const qsizetype number = argument.toLongLong(&isNumber);
    if (!argument.isEmpty() && !isNumber && argument != u"--quick"_s)
        return pictures(argument);
    std::vector<qsizetype> sizes{1'000, 10'000, 100'000, 1'000'000, 10'000'000};
    if (argument == u"--quick"_s)
        sizes.resize(3);
    else if (isNumber)
        sizes = {number};
    for (const qsizetype size : sizes)
        bench(size);
    if (!isNumber) {
        for (const int sources : {10, 200})
            benchFleet(sources);
    }
    return 0;
}
