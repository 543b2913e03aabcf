// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/desktop.h"

#include "app/stopsignals.h"
#include "core/protocol/endpoints.h"
#include "generated/version.h"
#include "ui/appearance.h"
#include "ui/connectioncheck.h"
#include "ui/mainwindow.h"
#include "ui/settings.h"

#include <QApplication>
#include <QIcon>

#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// From one window to the next, in logical pixels.
constexpr QPoint kCascade(32, 32);

/// Beside the window before it, which it would cover else.
MainWindow *openWindow(const ConnectionPreset &preset, const QWidget *before = nullptr)
{
    auto *window = new MainWindow(preset);
    window->setAttribute(Qt::WA_DeleteOnClose);
    if (before)
        window->move(before->pos() + kCascade);
    window->show();
    return window;
}

/// Connects at once when everything is at hand, else lets the dialog say what is missing.
void connectNow(MainWindow &window, const ConnectionPreset &preset)
{
    ConnectionOptions options;
    auto &token = options.watch.token;
    auto problem = checkApiUrl(preset.apiUrl, &options.watch.apiUrl);
    if (problem.isEmpty() && preset.token.isEmpty() && preset.tokenFile.isEmpty())
        problem = MainWindow::tr("No device token to connect with: set FOXGLOVE_DEVICE_TOKEN, name "
                                 "a file with --token-file, or enter it here");
    else if (problem.isEmpty() && preset.token.isEmpty())
        problem = checkTokenFile(preset.tokenFile, &token);
    else if (problem.isEmpty())
        problem = checkToken(preset.token.reveal(), &token);
    if (problem.isEmpty())
        problem = checkCaFile(preset.caFile);
    if (!problem.isEmpty()) {
        window.tell(MessageBar::Kind::Failure, problem, MainWindow::tr("Connect…"),
                    [&window] { window.showConnectDialog(); });
        return;
    }
    options.watch.apiTimeout = preset.apiTimeout;
    options.watch.afterWake = preset.afterWake;
    options.caFile = preset.caFile;
    window.startWatch(options);
    if (window.document() && sendsTokenInTheClear(options.watch.apiUrl))
        window.tell(MessageBar::Kind::Warning,
                    MainWindow::tr("Without TLS everybody on the way can read the token"));
}

/// Nothing is sent before somebody has agreed: in the dialog, or by --connect.
void connectToFleet(MainWindow &window, const DesktopRequest &request)
{
    if (!request.connectNow) {
        QMetaObject::invokeMethod(
            &window, [&window, file = request.fleetFile] { window.showFleetDialog(file); },
            Qt::QueuedConnection);
        return;
    }
    ConnectionOptions common;
    common.watch.apiTimeout = request.connection.apiTimeout;
    common.watch.afterWake = request.connection.afterWake;
    common.caFile = request.connection.caFile;
    window.startWatches(fleetOptions(request.fleet, common));
}

} // namespace

void prepareDesktop()
{
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(
        Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
}

void setUpDesktop(QApplication &app)
{
    // Without an organization, as the commands: both find the same session folder.
    app.setApplicationName(u"watchline"_s);
    app.setApplicationDisplayName(u"Watchline"_s);
    app.setApplicationVersion(QString::fromLatin1(kVersion));
    app.setDesktopFileName(u"org.watchline.Watchline"_s);
    app.setWindowIcon(QIcon::fromTheme(u"org.watchline.Watchline"_s,
                                       QIcon(u":/watchline/icons/watchline.svg"_s)));
    applyAppearance(themeChoice());
}

int runDesktop(const DesktopRequest &request)
{
    const StopSignals stopSignals;
    // Closing ends a watch in order and completes its recording.
    QObject::connect(&stopSignals, &StopSignals::stopRequested, qApp, [] {
        QApplication::closeAllWindows();
        QApplication::quit();
    });

    auto *first = openWindow(request.connection);
    if (request.demo)
        first->startDemo(*request.demo);
    else if (!request.fleet.isEmpty())
        connectToFleet(*first, request);
    else if (request.connectNow)
        connectNow(*first, request.connection);
    auto *last = first;
    bool isFirstTaken = request.demo || request.connectNow || !request.fleet.isEmpty();
    auto sessions = request.sessions;
    if (request.compare && sessions.size() == 2) {
        if (std::exchange(isFirstTaken, true))
            last = openWindow(request.connection, last);
        last->compareSessions(sessions.at(0), sessions.at(1));
        sessions.clear();
    }
    for (const auto &session : std::as_const(sessions)) {
        if (isFirstTaken)
            last = openWindow(request.connection, last);
        isFirstTaken = true;
        last->openSession(session);
    }
    return QApplication::exec();
}

} // namespace watchline
