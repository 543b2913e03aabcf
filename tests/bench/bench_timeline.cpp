// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

// What a frame of the timeline costs: bench_timeline [EVENTS]
// With a folder instead of a number: pictures of sessions of all sorts, to be looked at.

#include "tests/support/sessionbuilder.h"
#include "ui/timeline/picture.h"
#include "ui/timeline/timelinepainter.h"
#include "ui/timeline/timelineview.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QPainter>

#include <cstdio>
#include <ctime>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<SessionStore> longSession(int events)
{
    SessionBuilder session;
    session.start();
    for (int lease = 0; session.events().size() < events; ++lease) {
        session.connect(u"rwl_%1"_s.arg(lease, 4, 16, QChar(u'0'))).run(300s);
        session.end(lease % 7 == 3 ? WatchOutcome::ReadTimeout : WatchOutcome::StreamError);
        if (lease % 11 == 5) {
            session.failConnect(ConnectError::Api, 503);
            session.failConnect(ConnectError::Api, 503);
        }
    }
    return session.store();
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

template<typename Work>
void measure(const char *what, int times, Work work)
{
    // The processor's time: what else the machine does is left out.
    const std::clock_t began = std::clock();
    for (int i = 0; i < times; ++i)
        work();
    const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    std::printf("%-40s %9.3f ms\n", what, seconds * 1e3 / times);
}

int bench(int events)
{
    std::printf("%d events\n", events);
    const auto store = longSession(events);
    TimelineIndex index(*store);
    measure("index, all at once", 1, [&] { index.update(); });
    QImage image(1600, 600, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::white);
    const TimelineFonts fonts{QFont(u"DejaVu Sans"_s, 10)};
    TimelineScene scene(fonts);
    scene.store = store.get();
    scene.index = &index;
    scene.theme = Theme::light();
    scene.session = index.extent();
    scene.openEnd = scene.session.end;
    scene.range = index.extent();
    scene.layout = layoutTimeline(QRectF(0, 0, 1600, 600), fonts, 1, 0, true);
    const auto paint = [&](auto work) {
        QPainter painter(&image);
        work(painter);
    };
    for (const double share : {1.0, 0.1, 0.001}) {
        const auto part = std::chrono::duration_cast<Nanoseconds>(scene.session.duration() * share);
        scene.range = {scene.session.begin, scene.session.begin + part};
        std::printf("%g of the session\n", share);
        measure("  background", 20, [&] { paint([&](QPainter &p) { paintBack(p, scene); }); });
        measure("  events", 20,
                [&] { paint([&](QPainter &p) { paintEvents(p, scene, Spans::All); }); });
        for (const Lane lane : kLanes) {
            TimelineScene one = scene;
            std::erase_if(one.layout.lanes, [&](const LaneBox &box) { return box.lane != lane; });
            const QByteArray name = "    " + laneTitle(lane).toUtf8();
            measure(name.constData(), 20,
                    [&] { paint([&](QPainter &p) { paintEvents(p, one, Spans::All); }); });
        }
        measure("  labels and ruler", 20, [&] {
            paint([&](QPainter &p) {
                paintLabels(p, scene);
                paintRuler(p, scene);
            });
        });
        measure("  overview", 20,
                [&] { paint([&](QPainter &p) { paintOverview(p, scene, scene.session); }); });
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    const QApplication app(argc, argv);
    const QString argument = argc > 1 ? QString::fromLocal8Bit(argv[1]) : u"1000000"_s;
    bool isNumber = false;
    const int events = argument.toInt(&isNumber);
    return isNumber ? bench(events) : pictures(argument);
}
