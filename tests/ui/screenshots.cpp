// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

// Takes pictures of the window in its states, for a person to look at and for the README:
// watchline_screenshots FOLDER [light|dark] [WIDTHxHEIGHT] [NAME]
// NAME is one of start, connect, check, replay, differences, findings, whatif, range, compare,
// commands, errors and demo. Scale with QT_SCALE_FACTOR. It is no test: nothing is compared.

#include "core/session/sessionfolder.h"
#include "core/session/sessionwriter.h"
#include "core/simulator/simulator.h"
#include "tests/support/sessionbuilder.h"
#include "tests/support/testcertificate.h"
#include "tests/ui/badapis.h"
#include "ui/appearance.h"
#include "ui/checkpanel.h"
#include "ui/comparepanel.h"
#include "ui/compareview.h"
#include "ui/connectdialog.h"
#include "ui/document.h"
#include "ui/eventtableview.h"
#include "ui/findingcard.h"
#include "ui/findingsdock.h"
#include "ui/jumpdialog.h"
#include "ui/keysdialog.h"
#include "ui/mainwindow.h"
#include "ui/sessionview.h"
#include "ui/settings.h"
#include "ui/timeline/timelineview.h"
#include "ui/verifymark.h"
#include "ui/whatifdock.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QAction>
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <cstdio>
#include <functional>

using namespace Qt::StringLiterals;
using namespace watchline;

namespace {

struct Studio
{
    QString folder;
    QString suffix;
    QString only;
    QSize size;
    QTemporaryDir scratch;

    bool wants(const QString &name) const { return only.isEmpty() || only == name; }

    void take(QWidget &widget, const QString &name) const
    {
        QApplication::processEvents();
        const auto path = QString(folder + u'/' + name + suffix + u".png"_s);
        if (!widget.grab().save(path))
            std::fprintf(stderr, "cannot write %s\n", qPrintable(path));
        else
            std::printf("%s\n", qPrintable(path));
    }
};

bool waitFor(const std::function<bool()> &condition, int milliseconds = 20'000)
{
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
        if (timer.elapsed() > milliseconds)
            return false;
        QApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 20);
    }
    return true;
}

void passTime(int milliseconds)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

QString writeSession(const Studio &studio, const SessionStore &store, const QString &name)
{
    const auto path = studio.scratch.filePath(name);
    SessionWriter writer;
    if (!writer.open(path, store.header(), SessionWriter::Existing::Replace))
        qFatal("%s", qPrintable(writer.error()));
    for (qsizetype row = 0; row < store.size(); ++row)
        writer.append(store.line(row));
    writer.close();
    return path;
}

std::unique_ptr<MainWindow> newWindow(const Studio &studio)
{
    auto window = std::make_unique<MainWindow>(ConnectionPreset{});
    window->resize(studio.size);
    window->show();
    return window;
}

/// With its file read, and a decision selected that has a story.
std::unique_ptr<MainWindow> replayWindow(const Studio &studio, const QString &path)
{
    auto window = newWindow(studio);
    window->openSession(path);
    if (!waitFor([&] { return window->document() && !window->document()->isGrowing(); }))
        qFatal("the session was not read");
    passTime(200);
    const auto &store = window->document()->store();
    for (qsizetype row = 0; row < store.size(); ++row) {
        if (store.row(row).rule == Rule::OutcomeHeartbeatConflict) {
            window->sessionView()->select(row);
            break;
        }
    }
    passTime(400);
    return window;
}

void takeStart(const Studio &studio)
{
    const auto window = newWindow(studio);
    studio.take(*window, u"start"_s);
}

void takeDialog(const Studio &studio)
{
    ConnectionPreset preset;
    preset.apiUrl = u"https://api.staging.example.org"_s;
    ConnectDialog dialog(preset);
    dialog.setStyleSheet(styleSheet(Theme::of(dialog.palette())));
    dialog.show();
    studio.take(dialog, u"connect"_s);
    dialog.accept();
    passTime(100);
    studio.take(dialog, u"connect-refused"_s);
    KeysDialog keys;
    keys.setStyleSheet(styleSheet(Theme::of(keys.palette())));
    keys.show();
    studio.take(keys, u"keys"_s);
}

void takeReplay(const Studio &studio)
{
    const auto path = writeSession(studio, *outageSession(), u"outage.watchline"_s);
    const auto window = replayWindow(studio, path);
    studio.take(*window, u"replay"_s);
    window->sessionView()->clearSelection();
    window->sessionView()->playhead()->moveTo(std::chrono::seconds(150));
    passTime(400);
    studio.take(*window, u"playhead"_s);
    auto *playhead = window->sessionView()->playhead();
    playhead->setLoopBegin(std::chrono::seconds(120));
    playhead->setLoopEnd(std::chrono::seconds(220));
    playhead->setLooping(true);
    window->sessionView()->jumpTo(std::chrono::seconds(172));
    passTime(400);
    studio.take(*window, u"loop"_s);
    JumpDialog jump(window->document()->store().header().started,
                    {Nanoseconds::zero(), window->document()->now()});
    jump.setStyleSheet(styleSheet(Theme::of(jump.palette())));
    jump.show();
    if (auto *text = jump.findChild<QLineEdit *>())
        text->setText(u"14:32:05"_s);
    studio.take(jump, u"jump"_s);
}

/// A recording whose gateway waited otherwise than the policy says.
void takeDifferences(const Studio &studio)
{
    SessionStore store(SessionBuilder::header());
    const auto original = outageSession();
    for (qsizetype row = 0; row < original->size(); ++row) {
        auto event = original->event(row);
        if (event.text(Field::Action) == u"backoff"_s)
            event.set(Field::DelayMs, 5'000);
        store.append(event);
    }
    const auto window = replayWindow(studio, writeSession(studio, store, u"altered.watchline"_s));
    if (!waitFor([&] { return window->verifyMark()->tone() == Tone::Error; }))
        std::fprintf(stderr, "no differences\n");
    window->verifyMark()->click();
    passTime(400);
    studio.take(*window, u"differences"_s);
}

void takeFindings(const Studio &studio)
{
    const auto path = writeSession(studio, *outageSession(), u"outage.watchline"_s);
    const auto window = replayWindow(studio, path);
    auto *findings = window->findings();
    waitFor([&] { return !findings->watcher().findings().empty(); });
    findings->reveal();
    passTime(300);
    studio.take(*window, u"findings"_s);
    if (auto *card = qobject_cast<FindingCard *>(window->focusWidget()))
        emit card->chosen();
    passTime(300);
    studio.take(*window, u"findings-chosen"_s);
}

void setField(WhatIfDock &dock, const QString &name, const QString &text)
{
    auto *field = dock.findChild<QAbstractSpinBox *>(name);
    if (auto *line = field ? field->findChild<QLineEdit *>() : nullptr)
        line->setText(text);
}

/// Shorter waits, with the first attempt that differs; impossible ones; and two sources.
void takeWhatIf(const Studio &studio)
{
    const auto path = writeSession(studio, *outageSession(), u"outage.watchline"_s);
    const auto window = replayWindow(studio, path);
    auto *dock = window->whatIfDock();
    const auto waitForIt = [&dock] {
        passTime(200);
        if (!waitFor([&dock] { return dock->calculator().isUpToDate(); }))
            std::fprintf(stderr, "no what-if\n");
        passTime(200);
    };
    dock->reveal();
    setField(*dock, u"max_backoff_ms"_s, u"2 s"_s);
    setField(*dock, u"lease_conflict_backoff_ms"_s, u"8 s"_s);
    waitForIt();
    if (auto *show = dock->differenceLink(); show->isVisible())
        show->click();
    window->sessionView()->timeline()->fit();
    passTime(300);
    studio.take(*window, u"whatif"_s);
    setField(*dock, u"initial_backoff_ms"_s, u"5 s"_s);
    setField(*dock, u"read_timeout_factor"_s, u"0"_s);
    passTime(300);
    studio.take(*window, u"whatif-impossible"_s);

    SessionBuilder one(u"robot-1"_s);
    SessionBuilder two(u"robot-2"_s);
    for (auto *session : {&one, &two}) {
        session->start();
        for (int i = 0; i < 6; ++i) {
            session->failConnect(ConnectError::Api, 503).failConnect(ConnectError::Conflict, 409);
            session->connect(u"rwl_%1"_s.arg(i)).run(std::chrono::seconds(40));
            session->end(WatchOutcome::StreamEnded);
        }
    }
    const auto both = SessionBuilder::merged({one, two});
    const auto fleet = replayWindow(studio, writeSession(studio, *both, u"two.watchline"_s));
    dock = fleet->whatIfDock();
    dock->reveal();
    setField(*dock, u"lease_conflict_backoff_ms"_s, u"5 s"_s);
    waitForIt();
    studio.take(*fleet, u"whatif-sources"_s);
}

void takeFileErrors(const Studio &studio)
{
    const auto path = writeSession(studio, *outageSession(), u"cut.watchline"_s);
    QFile cut(path);
    if (cut.open(QIODevice::ReadWrite))
        cut.resize(cut.size() - 20);
    cut.close();
    studio.take(*replayWindow(studio, path), u"error-cut-off"_s);

    const auto wrong = studio.scratch.filePath(u"notes.txt"_s);
    QFile file(wrong);
    if (file.open(QIODevice::WriteOnly))
        file.write("Buy milk\n");
    file.close();
    const auto window = newWindow(studio);
    window->openSession(wrong);
    waitFor([&] { return window->messageBar()->isActive(); });
    studio.take(*window, u"error-no-session"_s);

    const auto whole = writeSession(studio, *outageSession(), u"outage.watchline"_s);
    const auto exporting = replayWindow(studio, whole);
    exporting->exportCsv(u"/proc/outage.csv"_s);
    waitFor([&] { return exporting->messageBar()->isActive(); });
    studio.take(*exporting, u"error-unwritable"_s);
}

void takeWatchError(const Studio &studio, const QUrl &url, const QString &name)
{
    const auto window = newWindow(studio);
    ConnectionOptions options;
    options.watch.apiUrl = url;
    options.watch.token = Secret("device-token");
    window->startWatch(options);
    if (!waitFor([&] { return window->messageBar()->isActive(); }))
        std::fprintf(stderr, "%s: no message\n", qPrintable(name));
    passTime(1500);
    studio.take(*window, u"error-"_s + name);
}

void takeApiErrors(const Studio &studio)
{
    for (const auto &api : kBadApis) {
        QString error;
        const auto scenario = Scenario::parse(api.scenario, u"bad-api"_s, &error);
        if (!scenario)
            qFatal("%s", qPrintable(error));
        SimulatorThread simulator(*scenario);
        if (!simulator.listen())
            qFatal("%s", qPrintable(simulator.error()));
        takeWatchError(studio, simulator.url(), QString::fromLatin1(api.name));
    }
    takeWatchError(studio, QUrl(u"http://127.0.0.1:9"_s), u"refused"_s);

    const TestCertificate certificate;
    QString error;
    SimulatorThread simulator(*Scenario::load(Scenario::defaultName(), &error));
    if (!simulator.listen({0, certificate.certificateFile(), certificate.keyFile()}))
        qFatal("%s", qPrintable(simulator.error()));
    takeWatchError(studio, simulator.url(), u"certificate"_s);
}

void takeDialogErrors(const Studio &studio)
{
    ConnectionPreset preset;
    preset.apiUrl = u"api.staging.example.org"_s;
    preset.tokenFile = studio.scratch.filePath(u"no-such-token"_s);
    preset.caFile = studio.scratch.filePath(u"no-such-ca.pem"_s);
    ConnectDialog dialog(preset);
    dialog.setStyleSheet(styleSheet(Theme::of(dialog.palette())));
    dialog.show();
    dialog.accept();
    passTime(100);
    studio.take(dialog, u"error-connect"_s);
}

/// The dialog with the check of this API.
void takeCheck(const Studio &studio, const QUrl &url, const QString &caFile, const QString &name)
{
    ConnectionPreset preset;
    preset.apiUrl = url.toString();
    preset.token = Secret("device-token");
    preset.caFile = caFile;
    ConnectDialog dialog(preset);
    dialog.setStyleSheet(styleSheet(Theme::of(dialog.palette())));
    dialog.show();
    dialog.findChild<QAbstractButton *>(u"check"_s)->click();
    const auto *panel = dialog.findChild<CheckPanel *>();
    if (!waitFor([&] { return !panel->isRunning(); }))
        std::fprintf(stderr, "%s: the check hangs\n", qPrintable(name));
    passTime(100);
    studio.take(dialog, u"check-"_s + name);
}

void takeChecks(const Studio &studio)
{
    const TestCertificate certificate;
    QString error;
    SimulatorThread simulator(*Scenario::load(Scenario::defaultName(), &error));
    if (!simulator.listen({0, certificate.certificateFile(), certificate.keyFile()}))
        qFatal("%s", qPrintable(simulator.error()));
    takeCheck(studio, simulator.url(), {}, u"certificate"_s);
    takeCheck(studio, simulator.url(), certificate.certificateFile(), u"device-info"_s);
    takeCheck(studio, simulator.url(), certificate.certificateFile(), u"passed"_s);
    takeCheck(studio, QUrl(u"http://127.0.0.1:9"_s), {}, u"refused"_s);
}

/// Watches that something cuts off after the same time, and a few others.
void takeRange(const Studio &studio)
{
    SessionBuilder session;
    session.start();
    for (int i = 0; i < 24; ++i) {
        const int seconds = i % 6 == 5 ? 20 + i * 9 : 60;
        session.connect(u"rwl_%1"_s.arg(0x4a1 + i * 37, 4, 16, QChar(u'0')))
            .run(std::chrono::milliseconds(seconds * 1000 + i * 7 % 40));
        session.end(WatchOutcome::StreamError);
        if (i % 7 == 3)
            session.failConnect(ConnectError::Api, 503).failConnect(ConnectError::Transport);
    }
    const auto window = replayWindow(studio, writeSession(studio, *session.store(), u"cut"_s));
    const auto end = window->document()->now();
    window->sessionView()->timeline()->setSelectedRange(TimeRange{end / 10, end * 9 / 10});
    passTime(600);
    studio.take(*window, u"range"_s);
}

/// The outage, and a night on which the same proxy cut the watch, but nobody took the lease.
void takeComparison(const Studio &studio)
{
    using namespace std::chrono_literals;
    SessionBuilder other;
    other.start().connect(u"rwl_52e0"_s).run(43s);
    other.end(WatchOutcome::StreamError).connect(u"rwl_52e1"_s).run(61s);
    other.end(WatchOutcome::StreamError).failConnect(ConnectError::Api, 503);
    other.failConnect(ConnectError::Api, 503).connect(u"rwl_52e2"_s).run(60s);
    other.end(WatchOutcome::ReadTimeout).connect(u"rwl_52e3"_s).run(40s).stop();
    const auto monday = writeSession(studio, *outageSession(), u"monday.watchline"_s);
    const auto tuesday = writeSession(studio, *other.store(), u"tuesday.watchline"_s);
    const auto window = newWindow(studio);
    window->compareSessions(monday, tuesday);
    if (!waitFor([&] { return window->isComparing() && window->compareView()->run().hasResult(); }))
        qFatal("the sessions were not compared");
    passTime(400);
    studio.take(*window, u"compare-all"_s);
    window->compareView()->nextDifference();
    passTime(200);
    studio.take(*window, u"compare"_s);
    for (int tab = 1; tab < window->compareView()->panel()->count(); ++tab) {
        window->compareView()->panel()->setCurrentIndex(tab);
        passTime(200);
        studio.take(*window, u"compare-tab%1"_s.arg(tab));
    }
}

void takeCommands(const Studio &studio)
{
    const auto path = writeSession(studio, *outageSession(), u"outage.watchline"_s);
    const auto window = replayWindow(studio, path);
    for (auto *action : window->actions()) {
        if (action->shortcut() == QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P))
            action->trigger();
    }
    studio.take(*window, u"commands"_s);
}

void takeDemo(const Studio &studio, const QString &scenario, int seconds)
{
    const auto window = newWindow(studio);
    window->startDemo(scenario);
    passTime(seconds * 1000);
    studio.take(*window, u"live-"_s + scenario);
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(
        Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication app(argc, argv);
    QStandardPaths::setTestModeEnabled(true);
    app.setApplicationName(u"watchline-screenshots"_s);

    const auto arguments = app.arguments();
    if (arguments.size() < 2) {
        std::fprintf(stderr, "usage: %s FOLDER [light|dark] [WIDTHxHEIGHT] [NAME]\n", argv[0]);
        return 2;
    }
    Studio studio;
    studio.folder = arguments.at(1);
    const bool dark = arguments.value(2) == "dark"_L1;
    studio.suffix = dark ? u"-dark"_s : u"-light"_s;
    const auto sides = arguments.value(3, u"1600x1000"_s).split(u'x');
    studio.size = QSize(sides.value(0).toInt(), sides.value(1).toInt());
    studio.only = arguments.value(4);
    QDir().mkpath(studio.folder);
    applyAppearance(dark ? ThemeChoice::Dark : ThemeChoice::Light);

    if (studio.wants(u"start"_s))
        takeStart(studio);
    if (studio.wants(u"connect"_s))
        takeDialog(studio);
    if (studio.wants(u"check"_s))
        takeChecks(studio);
    if (studio.wants(u"replay"_s))
        takeReplay(studio);
    if (studio.wants(u"differences"_s))
        takeDifferences(studio);
    if (studio.wants(u"findings"_s))
        takeFindings(studio);
    if (studio.wants(u"whatif"_s))
        takeWhatIf(studio);
    if (studio.wants(u"range"_s))
        takeRange(studio);
    if (studio.wants(u"compare"_s))
        takeComparison(studio);
    if (studio.wants(u"commands"_s))
        takeCommands(studio);
    if (studio.wants(u"errors"_s)) {
        takeDialogErrors(studio);
        takeFileErrors(studio);
        takeApiErrors(studio);
    }
    if (studio.wants(u"demo"_s))
        takeDemo(studio, u"tour"_s, arguments.value(5, u"60"_s).toInt());
    return 0;
}
