// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/mainwindow.h"

#include "core/base/text.h"
#include "core/simulator/simulator.h"
#include "core/transfer/csvexporter.h"
#include "ui/appearance.h"
#include "ui/compareview.h"
#include "ui/decisioncheck.h"
#include "ui/differencespanel.h"
#include "ui/eventtablemodel.h"
#include "ui/eventtableview.h"
#include "ui/eventtext.h"
#include "ui/exporter.h"
#include "ui/findbar.h"
#include "ui/findcounter.h"
#include "ui/findingsdock.h"
#include "ui/fleetdialog.h"
#include "ui/icons.h"
#include "ui/inspector.h"
#include "ui/livedocument.h"
#include "ui/livehints.h"
#include "ui/mainwindowactions.h"
#include "ui/rangedock.h"
#include "ui/rangepanel.h"
#include "ui/recordeddocument.h"
#include "ui/sessionview.h"
#include "ui/startpage.h"
#include "ui/statusstrip.h"
#include "ui/timeline/timelineview.h"
#include "ui/verdict.h"
#include "ui/verifymark.h"
#include "ui/whatifdock.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QLoggingCategory>
#include <QMessageBox>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// For the start-up benchmark.
Q_LOGGING_CATEGORY(startUp, "watchline.startup", QtWarningMsg)

/// How often a countdown moves: often enough to be seen moving, seldom enough to cost nothing.
constexpr int kTickMs = 250;
constexpr int kGateMs = 100;
constexpr int kStatusBarMs = 900;
/// A new finding is told for so long, in the place of the status bar's text.
constexpr int kAnnouncedForMs = 8'000;
constexpr int kFilterDelayMs = 30;
/// New rows looked at for hints in one go: what a frame brings, with room to spare.
constexpr qsizetype kMostHintRows = 2'000;
/// Rows that the clipboard takes while the window waits.
constexpr qsizetype kMostCopied = 100'000;
/// Bytes a second at which a recording is worth a word.
constexpr qint64 kFastGrowth = 1'000'000;

/// Most of the screen, and no more than is of use. In logical pixels, as all sizes here.
QSize defaultSize()
{
    const auto *screen = QGuiApplication::primaryScreen();
    const auto room = screen ? screen->availableSize() : QSize(1280, 800);
    return (room * 0.85).boundedTo({1600, 1000});
}

/// What is still usable, but never more than a small screen has.
QSize leastSize()
{
    const auto *screen = QGuiApplication::primaryScreen();
    return QSize(640, 420).boundedTo(screen ? screen->availableSize() : QSize(640, 420));
}

} // namespace

MainWindow::MainWindow(ConnectionPreset preset, QWidget *parent)
    : QMainWindow(parent)
    , m_preset(std::move(preset))
    , m_actions(std::make_unique<Actions>())
    , m_exporter(std::make_unique<Exporter>())
    , m_check(std::make_unique<DecisionCheck>())
{
    setAcceptDrops(true);
    setContextMenuPolicy(Qt::NoContextMenu);
    setMinimumSize(leastSize());
    resize(defaultSize());
    buildParts();
    buildActions();
    buildToolBar();
    buildMenus();
    connectParts();
    setStyleSheet(watchline::styleSheet(Theme::of(palette())));
    restoreLayout();
    showDocument(nullptr);
}

MainWindow::~MainWindow()
{
    closeDocument();
    // The parts outlive this class's own members by a moment.
    for (auto *part : findChildren<QObject *>())
        disconnect(part, nullptr, this, nullptr);
}

void MainWindow::buildParts()
{
    m_toolBar = addToolBar(tr("Tools"));
    m_toolBar->setObjectName(u"tools"_s);
    addToolBarBreak();
    m_stripRow = addToolBar(tr("Status"));
    m_stripRow->setObjectName(u"strip"_s);
    for (auto *row : {m_toolBar, m_stripRow}) {
        row->setMovable(false);
        row->setFloatable(false);
    }
    m_messages = new MessageBar;
    m_messages->hide();
    m_strip = new StatusStrip;
    m_stripRow->addWidget(m_strip);

    m_startPage = new StartPage;
    m_view = new SessionView;
    m_findBar = new FindBar;
    m_findCounter = new FindCounter(this);
    auto *session = new QWidget;
    auto *layout = new QVBoxLayout(session);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_findBar);
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_startPage);
    m_pages->addWidget(session);
    auto *central = new QWidget;
    auto *centralLayout = new QVBoxLayout(central);
    centralLayout->setContentsMargins(0, 0, 0, 0);
    centralLayout->setSpacing(0);
    centralLayout->addWidget(m_messages);
    centralLayout->addWidget(m_pages, 1);
    setCentralWidget(central);

    m_inspectorDock = new QDockWidget(tr("Why"), this);
    m_inspectorDock->setObjectName(u"inspector"_s);
    m_inspector = new Inspector;
    m_inspectorDock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
    m_inspectorDock->setWidget(m_inspector);
    addDockWidget(Qt::RightDockWidgetArea, m_inspectorDock);
    m_rangeDock = new RangeDock(this);
    tabifyDockWidget(m_inspectorDock, m_rangeDock);
    m_findings = new FindingsDock(this);
    setTabPosition(Qt::RightDockWidgetArea, QTabWidget::North);
    tabifyDockWidget(m_inspectorDock, m_findings);
    m_whatIf = new WhatIfDock(this);
    tabifyDockWidget(m_inspectorDock, m_whatIf);
    m_whatIf->hide();
    m_inspectorDock->raise();

    m_differencesDock = new QDockWidget(tr("Differences from the gateway"), this);
    m_differencesDock->setObjectName(u"differences"_s);
    m_differences = new DifferencesPanel;
    m_differencesDock->setFeatures(m_inspectorDock->features());
    m_differencesDock->setWidget(m_differences);
    // Both decisions side by side need some width.
    addDockWidget(Qt::BottomDockWidgetArea, m_differencesDock);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    m_differencesDock->hide();

    m_statusText = new QLabel;
    m_statusText->setObjectName(u"statusText"_s);
    m_statusText->setTextFormat(Qt::PlainText);
    m_statusText->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress = new QProgressBar;
    m_progress->setMaximumSize(160, 14);
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 1000);
    m_progress->hide();
    m_cancel = new QPushButton(tr("Cancel"));
    m_cancel->setFlat(true);
    m_cancel->hide();
    m_verifyMark = new VerifyMark;
    m_verifyMark->hide();
    auto *keys = new QPushButton(tr("? keys"));
    keys->setObjectName(u"keys"_s);
    keys->setFlat(true);
    keys->setFocusPolicy(Qt::TabFocus);
    connect(keys, &QPushButton::clicked, this, &MainWindow::showKeys);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_statusText, 1);
    statusBar()->addPermanentWidget(m_progress);
    statusBar()->addPermanentWidget(m_cancel);
    statusBar()->addPermanentWidget(m_verifyMark);
    statusBar()->addPermanentWidget(keys);

    m_tick.setInterval(kTickMs);
    m_inspectorGate.setSingleShot(true);
    m_inspectorGate.setInterval(kGateMs);
    m_stripGate.setSingleShot(true);
    m_stripGate.setInterval(kGateMs);
    m_filterGate.setSingleShot(true);
    m_filterGate.setInterval(kFilterDelayMs);
}

void MainWindow::connectParts()
{
    connect(m_startPage, &StartPage::connectRequested, this, &MainWindow::showConnectDialog);
    connect(m_startPage, &StartPage::demoRequested, this, [this] { startDemo({}); });
    connect(m_startPage, &StartPage::openRequested, this, &MainWindow::askOpen);
    connect(m_startPage, &StartPage::sessionChosen, this, &MainWindow::openSession);

    connect(m_messages, &MessageBar::shown, m_messages, &QWidget::show);
    connect(m_messages, &MessageBar::dismissed, m_messages, &QWidget::hide);
    connect(m_messages, &MessageBar::waved, this, [this] {
        if (std::exchange(m_hinting, false)) {
            m_knownHints.append(m_hint.text);
            m_troubles.dismiss();
        }
    });
    connect(m_messages, &MessageBar::actionTriggered, this, [this] {
        if (const auto action = std::exchange(m_messageAction, {}))
            action();
    });

    connect(m_view, &SessionView::selectionChanged, this, [this] {
        updateActions();
        if (!m_inspectorGate.isActive())
            m_inspectorGate.start();
    });
    connect(m_view, &SessionView::jumpRequested, this, &MainWindow::askJump);
    connect(m_view->playhead(), &Playhead::loopChanged, this, &MainWindow::updateActions);
    connect(m_view, &SessionView::followingChanged, this, &MainWindow::updateActions);
    connect(m_view, &SessionView::pausedChanged, this, &MainWindow::updateActions);
    connect(m_view->timeline(), &TimelineView::rangeSelected, this, [this] {
        updateActions();
        updateRange();
    });
    connect(m_view, &SessionView::noteRequested, this, &MainWindow::askNote);
    connect(m_view, &SessionView::statusChanged, this, [this] {
        if (!m_stripGate.isActive())
            m_stripGate.start();
    });
    connect(&m_stripGate, &QTimer::timeout, this, [this] {
        updateStrip();
        if (m_view->selectedRow() < 0)
            updateInspector();
    });
    connect(&m_inspectorGate, &QTimer::timeout, this, &MainWindow::updateInspector);
    connect(m_inspector, &Inspector::rowRequested, m_view, &SessionView::select);
    connect(m_inspector->siblings(), &SiblingBar::requested, m_view, &SessionView::findLike);
    connect(m_differences, &DifferencesPanel::rowRequested, m_view, &SessionView::select);
    connect(m_check.get(), &DecisionCheck::changed, this, &MainWindow::updateVerifyMark);
    connect(m_verifyMark, &QAbstractButton::clicked, this,
            [this] { m_check->result().differences > 0 ? showDifferences() : verifySession(); });
    connect(m_findings, &FindingsDock::chosen, this,
            [this](const std::vector<qsizetype> &rows, TimeRange range) {
                m_view->showEvents(rows, range);
                // Its range has figures of its own, which must not cover the findings.
                m_findings->raise();
            });
    connect(m_findings, &FindingsDock::announced, this,
            [this](const QString &text) { statusBar()->showMessage(text, kAnnouncedForMs); });
    connect(m_whatIf, &WhatIfDock::lanesChanged, this,
            [this] { m_view->timeline()->setWhatIf(m_whatIf->lanes()); });
    connect(m_whatIf, &WhatIfDock::attemptChosen, m_view->timeline(), &TimelineView::selectWhatIf);
    connect(m_whatIf, &WhatIfDock::rowRequested, m_view, &SessionView::select);
    connect(m_view->timeline(), &TimelineView::whatIfActivated, this,
            [this](int source, qsizetype attempt) {
                m_view->timeline()->selectWhatIf(source, attempt);
                m_whatIf->showAttempt(source, attempt);
                m_whatIf->raise();
            });
    connect(&m_tick, &QTimer::timeout, this, &MainWindow::tick);
    connect(m_filter, &QLineEdit::textChanged, &m_filterGate, qOverload<>(&QTimer::start));
    connect(&m_filterGate, &QTimer::timeout, this, &MainWindow::applyFilter);
    connect(m_view->table()->events(), &EventTableModel::filtered, this, [this] {
        // A running watch's next tick tells, unless somebody looks for something.
        if (!m_tick.isActive() || m_view->table()->events()->isFiltered())
            updateStatusBar();
    });
    connect(m_findBar, &FindBar::findRequested, this, &MainWindow::find);
    connect(m_view, &SessionView::found, this, [this](bool any) {
        const auto *events = m_view->table()->events();
        m_findBar->setFound(any, events->isFiltered());
        if (any && m_findBar->isVisible())
            m_findCounter->count(document()->store(), events->filter(),
                                 eventFilterFromText(m_findBar->text(), filterContext()),
                                 m_view->selectedRow());
    });
    connect(m_findCounter, &FindCounter::counted, m_findBar, &FindBar::setCount);
    connect(m_findBar, &FindBar::closed, m_view->table(), qOverload<>(&QWidget::setFocus));

    connect(m_exporter.get(), &Exporter::progressed, this, [this](double share) {
        m_progress->setRange(0, share < 0 ? 0 : 1000);
        m_progress->setValue(static_cast<int>(share * 1000));
    });
    connect(m_exporter.get(), &Exporter::started, this, [this] {
        m_progress->setRange(0, 0);
        m_progress->show();
        m_cancel->show();
    });
    connect(m_exporter.get(), &Exporter::finished, this,
            [this](const QString &path, const QString &error, qint64 missing) {
                m_progress->hide();
                m_cancel->hide();
                if (error.isEmpty() && missing > 0)
                    tell(MessageBar::Kind::Warning,
                         tr("%1 is written; %2 events are missing, because they could not be "
                            "recorded and were dropped from memory")
                             .arg(path, groupedNumber(missing)));
                else if (error.isEmpty())
                    tell(MessageBar::Kind::Note, tr("%1 is written").arg(path));
                else
                    tell(MessageBar::Kind::Failure, error);
            });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_exporter->giveUp();
        for (auto *document : {m_opening.get(), m_recorded.get()}) {
            if (document)
                document->cancel();
        }
        if (m_compare)
            m_compare->cancel();
        m_progress->hide();
        m_cancel->hide();
    });
}

void MainWindow::find(const QString &text, bool backwards)
{
    m_view->find(eventFilterFromText(text, filterContext()), backwards);
}

Document *MainWindow::document() const
{
    if (m_live)
        return m_live.get();
    return m_recorded.get();
}

bool MainWindow::isShowingStartPage() const
{
    return m_pages->currentIndex() == 0;
}

MainWindow *MainWindow::windowForAnother()
{
    // A running watch keeps its window; anything else is on disk and can be opened again.
    if (!m_live || !m_live->isLive())
        return this;
    auto *other = new MainWindow(m_preset);
    other->setAttribute(Qt::WA_DeleteOnClose);
    other->move(pos() + QPoint(32, 32));
    other->show();
    return other;
}

void MainWindow::openSession(const QString &path)
{
    if (auto *other = windowForAnother(); other != this) {
        other->openSession(path);
        return;
    }
    m_messages->dismiss();
    m_compareNext.clear();
    // What is shown stays until there is something to show instead.
    m_opening = std::make_unique<RecordedDocument>(path);
    auto *document = m_opening.get();
    connect(document, &RecordedDocument::ready, this, [this, document] { adopt(document); });
    connect(document, &Document::grown, this, [this, document] {
        if (m_recorded.get() != document)
            return;
        m_view->refresh();
        m_findings->refresh();
        m_rangeDock->panel()->refresh(document->now());
        m_whatIf->refresh();
        if (document->isBeingRecorded())
            m_check->rowsCame();
        updateStatusBar();
    });
    connect(document, &Document::statesGrown, m_view, &SessionView::statusChanged);
    connect(document, &RecordedDocument::progressed, this, [this](double share) {
        m_progress->setVisible(true);
        m_cancel->setVisible(true);
        m_progress->setRange(0, share < 0 ? 0 : 1000);
        m_progress->setValue(static_cast<int>(share * 1000));
    });
    connect(document, &RecordedDocument::loaded, this, [this, document] { loaded(document); });
    connect(document, &RecordedDocument::recordingChanged, this, &MainWindow::recordingChanged);
    connect(document, &RecordedDocument::followingEnded, this, &MainWindow::followingEnded);
    document->load();
}

void MainWindow::adopt(RecordedDocument *document)
{
    if (m_opening.get() != document)
        return;
    auto opened = std::move(m_opening);
    closeDocument();
    m_recorded = std::move(opened);
    showDocument(document);
    if (!m_compareNext.isEmpty())
        compareWith(std::exchange(m_compareNext, {}));
}

bool MainWindow::isComparing() const
{
    return m_compare && m_pages->currentWidget() == m_compare;
}

void MainWindow::compareSessions(const QString &a, const QString &b)
{
    if (auto *other = windowForAnother(); other != this) {
        other->compareSessions(a, b);
        return;
    }
    openSession(a);
    m_compareNext = b;
}

void MainWindow::compareWith(const QString &path)
{
    if (!document())
        return;
    if (m_live && m_live->isLive()) {
        compareSessions(m_live->path(), path);
        return;
    }
    m_opening.reset();
    m_messages->dismiss();
    if (!m_compare) {
        m_compare = new CompareView;
        m_pages->addWidget(m_compare);
        connect(m_compare, &CompareView::closeRequested, this, &MainWindow::endComparison);
        connect(m_compare, &CompareView::told, this,
                [this](MessageBar::Kind kind, const QString &text) { tell(kind, text); });
        connect(m_compare, &CompareView::failed, this, [this](const QString &text) {
            endComparison();
            tell(MessageBar::Kind::Failure, text, tr("Compare with another…"),
                 [this] { askCompare(); });
        });
        connect(m_compare, &CompareView::progressed, this, [this](double share) {
            m_progress->setVisible(share < 1);
            m_cancel->setVisible(share < 1);
            m_progress->setRange(0, share < 0 ? 0 : 1000);
            m_progress->setValue(static_cast<int>(share * 1000));
        });
    }
    if (!isComparing()) {
        showDocks(false);
        m_pages->setCurrentWidget(m_compare);
    }
    m_compare->begin(document(), m_view->timeline(), path);
    showComparison();
    m_compare->timelineA()->setFocus();
}

void MainWindow::endComparison()
{
    if (!isComparing())
        return;
    m_progress->hide();
    m_cancel->hide();
    m_compare->end();
    m_pages->setCurrentIndex(1);
    showDocks(true);
    showComparison();
    m_view->refresh();
    m_view->table()->setFocus();
}

/// What is about one session alone has no place beside two.
void MainWindow::showDocks(bool shown)
{
    if (!shown) {
        m_docksShown = !m_inspectorDock->isHidden();
        m_findingsShown = !m_findings->isHidden();
        m_whatIfShown = !m_whatIf->isHidden();
        m_rangeDock->hide();
        m_differencesDock->hide();
    }
    m_stripRow->setVisible(shown);
    m_inspectorDock->setVisible(shown && m_docksShown);
    m_findings->setVisible(shown && m_findingsShown);
    m_whatIf->setVisible(shown && m_whatIfShown);
    m_filterAction->setVisible(shown);
    m_kindsAction->setVisible(shown);
    if (shown && m_docksShown)
        m_inspectorDock->raise();
    if (shown)
        updateRange();
}

void MainWindow::showComparison()
{
    updateVerifyMark();
    updateInspector();
    updateStatusBar();
    updateTitle();
    updateActions();
}

void MainWindow::loaded(RecordedDocument *document)
{
    m_progress->hide();
    m_cancel->hide();
    const auto result = document->result();
    const auto path = document->path();
    if (result.status == ReadResult::Status::Failed) {
        // Not deleted here: this is called out of it.
        if (m_opening.get() == document)
            m_opening.release()->deleteLater();
        else
            closeDocument();
        tell(MessageBar::Kind::Failure, result.message, tr("Open another…"), [this] { askOpen(); });
        return;
    }
    addRecentSession(path);
    if (result.status == ReadResult::Status::Truncated ||
        result.status == ReadResult::Status::Damaged)
        tell(MessageBar::Kind::Warning, result.message);
    else if (result.status == ReadResult::Status::Cancelled)
        tell(MessageBar::Kind::Warning,
             tr("Reading %1 was cancelled: a part of it is shown").arg(path));
    else if (m_recorded->store().isEmpty())
        tell(MessageBar::Kind::Note, tr("%1 is a session without events").arg(path));
    else if (m_recorded->isLog())
        tell(MessageBar::Kind::Note,
             tr("%1 is a robot's log: what no line of it says, but follows from the retry policy, "
                "is marked as inferred")
                 .arg(path),
             tr("Save a copy as…"), [this] { askSaveCopy(); });
    m_check->check();
    updateStatusBar();
    updateActions();
}

/// Another process writes the file that is shown, or does so no longer.
void MainWindow::recordingChanged()
{
    if (!m_recorded)
        return;
    const bool isBeingRecorded = m_recorded->isBeingRecorded();
    m_findings->setLive(isBeingRecorded);
    // What was said of a session that seemed to be whole holds no more.
    if (isBeingRecorded && m_check->isFinal())
        m_check->setDocument(m_recorded.get());
    m_check->check();
    if (isBeingRecorded) {
        tell(MessageBar::Kind::Note,
             tr("%1 is still being recorded: what comes is shown here").arg(m_recorded->name()),
             tr("Stop following"), [this] {
                 if (m_recorded)
                     m_recorded->setFollowing(false);
             });
        m_tellsOfRecording = true;
    } else if (m_tellsOfRecording) {
        m_messages->dismiss();
    }
    updateStatusBar();
    updateActions();
}

void MainWindow::followingEnded(SessionFollower::End end, bool wasBeingRecorded)
{
    updateActions();
    const auto name = m_recorded->name();
    const auto openAgain = [this, path = m_recorded->path()] { openSession(path); };
    switch (end) {
    case SessionFollower::End::Shutdown:
        if (wasBeingRecorded)
            tell(MessageBar::Kind::Note, tr("The recording of %1 has come to its end").arg(name));
        return;
    case SessionFollower::End::Interrupted:
        if (wasBeingRecorded)
            tell(MessageBar::Kind::Warning,
                 m_recorded->result().lostBytes > 0
                     ? tr("%1 is no longer being recorded, and has no end: its recorder was "
                          "killed; %2")
                           .arg(name, m_recorded->result().message)
                     : tr("%1 is no longer being recorded, and has no end: its recorder was killed")
                           .arg(name));
        return;
    case SessionFollower::End::Shorter:
        tell(MessageBar::Kind::Warning,
             tr("%1 was cut shorter or written anew; what is gone of it cannot be looked up")
                 .arg(name),
             tr("Open it again"), openAgain);
        return;
    case SessionFollower::End::Replaced:
        tell(MessageBar::Kind::Warning,
             tr("Another file has the name %1 now; this is still the one before").arg(name),
             tr("Open it again"), openAgain);
        return;
    case SessionFollower::End::Gone:
        if (wasBeingRecorded)
            tell(MessageBar::Kind::Warning,
                 tr("%1 was removed or renamed while it was being recorded; nothing more is read "
                    "of it")
                     .arg(name));
        return;
    case SessionFollower::End::Unreadable:
        tell(MessageBar::Kind::Warning, tr("%1 cannot be read any more").arg(name),
             tr("Open it again"), openAgain);
        return;
    }
}

void MainWindow::startWatch(const ConnectionOptions &options)
{
    startWatches({options});
}

void MainWindow::startWatches(const QList<ConnectionOptions> &watches)
{
    if (auto *other = windowForAnother(); other != this) {
        other->startWatches(watches);
        return;
    }
    m_opening.reset();
    closeDocument();
    m_messages->dismiss();
    m_live = std::make_unique<LiveDocument>(watches);
    auto *document = m_live.get();
    connect(document, &Document::grown, this, [this] {
        m_view->refresh();
        m_check->rowsCame();
        m_findings->refresh();
        m_whatIf->refresh();
        hintAtNewRows();
        tellOfFlood();
    });
    connect(document, &Document::statesGrown, m_view, &SessionView::statusChanged);
    connect(document, &Document::waitingChanged, this, [this] {
        m_view->tick();
        updateTicking();
    });
    connect(document, &LiveDocument::recordingFailed, this, [this](const QString &error) {
        tell(MessageBar::Kind::Failure,
             tr("The recording stopped, the watch goes on: %1").arg(error), tr("Save a copy as…"),
             [this] { askSaveCopy(); });
    });
    connect(document, &LiveDocument::ended, this, &MainWindow::watchEnded);
    if (!document->start()) {
        const auto error = document->error();
        closeDocument();
        tell(MessageBar::Kind::Failure, error, tr("Connect…"), [this] { showConnectDialog(); });
        return;
    }
    m_hintedUpTo = 0;
    m_floodIsTold = false;
    m_knownHints.clear();
    m_troubles.clear();
    addRecentSession(document->path());
    showDocument(document);
}

void MainWindow::startDemo(const QString &scenarioName)
{
    if (auto *other = windowForAnother(); other != this) {
        other->startDemo(scenarioName);
        return;
    }
    QString error;
    const auto scenario =
        Scenario::load(scenarioName.isEmpty() ? Scenario::defaultName() : scenarioName, &error);
    if (!scenario) {
        tell(MessageBar::Kind::Failure, error);
        return;
    }
    auto simulator = std::make_unique<SimulatorThread>(*scenario);
    if (!simulator->listen()) {
        tell(MessageBar::Kind::Failure, simulator->error());
        return;
    }
    ConnectionOptions options;
    options.watch.apiUrl = simulator->url();
    options.watch.token = Secret("simulated-device-token");
    options.watch.afterWake = AfterWake::Continue;
    startWatch(options);
    if (m_live)
        m_live->keep(std::move(simulator));
    updateTitle();
    updateStatusBar();
}

void MainWindow::watchEnded(RunEnd end)
{
    updateTicking();
    updateActions();
    updateStrip();
    updateStatusBar();
    m_view->watchEnded();
    m_findings->setLive(false);
    m_rangeDock->panel()->refresh(m_live->now());
    m_check->check();
    m_whatIf->setLive(false);
    // Nothing is tried any more; what ended the watch stays to be read.
    if (m_hinting && !m_hint.fatal)
        m_messages->dismiss();
    if (end == RunEnd::Woken)
        tell(MessageBar::Kind::Note,
             tr("A wake came: a viewer wants the robot. The watch has stopped, as agreed."),
             tr("Connect…"), [this] { showConnectDialog(); });
    else if (end != RunEnd::Unauthorized && m_live->isFileFuller())
        tell(MessageBar::Kind::Note,
             tr("%1 frames of a flood are in the recording, and not shown here.")
                 .arg(groupedNumber(m_live->hiddenFrames())),
             tr("Open the recording"), [this] { openRecording(); });
}

/// Once, when it is known how fast the file grows.
void MainWindow::tellOfFlood()
{
    // That the recording stopped is told already, and matters more.
    if (m_floodIsTold || m_live->hasRecordingFailed() || m_live->hiddenFrames() == 0 ||
        !m_live->growthOfFile())
        return;
    m_floodIsTold = true;
    tell(MessageBar::Kind::Warning,
         tr("The server floods: not all of its frames are shown, but all are recorded. The file "
            "grows by %1 a second.")
             .arg(QLocale::c().formattedDataSize(*m_live->growthOfFile())));
}

void MainWindow::openRecording()
{
    if (m_live)
        openSession(QString(m_live->path()));
}

void MainWindow::hintAtNewRows()
{
    const auto &store = m_live->store();
    const qsizetype size = store.size();
    m_hintedUpTo = std::max(m_hintedUpTo, size - kMostHintRows);
    for (; m_hintedUpTo < size; ++m_hintedUpTo) {
        const auto kind = store.kind(m_hintedUpTo);
        if (kind == EventKind::KeepAlive || kind == EventKind::Heartbeat)
            continue;
        const auto event = store.event(m_hintedUpTo);
        if (endsHints(event))
            recovered(event.source);
        const auto hint =
            liveHint(event, m_live->apiUrl(event.source), m_live->lastFailure(event.source));
        // The demo shows such troubles on purpose: no need to help with each of them.
        if (hint && (hint->fatal || (m_live->isLive() && !m_live->isDemo())))
            showHint(*hint, event.source);
    }
}

void MainWindow::showHint(const LiveHint &hint, const QString &source)
{
    if (m_live->isFleet()) {
        if (m_troubles.add(source, hint))
            tellOfTroubles();
        return;
    }
    if ((m_hinting && m_hint == hint) || (!hint.fatal && m_knownHints.contains(hint.text)))
        return;
    if (hint.fatal || hint.needsConnecting) {
        tell(hint.fatal ? MessageBar::Kind::Failure : MessageBar::Kind::Warning, hint.text,
             tr("Connect…"), [this] { connectInstead(); });
    } else {
        tell(MessageBar::Kind::Warning, hint.text, tr("Retry now"), [this] {
            // Whoever asks wants to know how it went, also when that is nothing new.
            m_hinting = false;
            retryNow();
        });
    }
    m_hinting = true;
    m_hint = hint;
}

/// Where one watch of a fleet has a trouble, many may: one message says all of it.
void MainWindow::tellOfTroubles()
{
    const bool isFatal = m_troubles.isFatal();
    const LiveHint all{m_troubles.text(m_live->watchCount()), isFatal, false};
    tell(isFatal ? MessageBar::Kind::Failure : MessageBar::Kind::Warning, all.text);
    m_hinting = true;
    m_hint = all;
}

void MainWindow::recovered(const QString &source)
{
    if (!m_live->isFleet()) {
        forgetHints();
        return;
    }
    if (!m_troubles.remove(source) || !m_hinting)
        return;
    if (m_troubles.isWorthTelling())
        tellOfTroubles();
    else
        forgetHints();
}

/// The watch that is selected, or all of a fleet.
void MainWindow::retryNow()
{
    if (!m_live)
        return;
    if (const int source = m_view->shownSource(); source >= 0)
        m_live->retryNow(m_live->store().sourceName(static_cast<quint16>(source)));
    else
        m_live->retryAllNow();
}

void MainWindow::forgetHints()
{
    m_knownHints.clear();
    if (m_hinting)
        m_messages->dismiss();
    m_hinting = false;
}

void MainWindow::connectInstead()
{
    ConnectDialog dialog(m_preset, this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    // The watch that cannot get through makes room for the one that may.
    closeDocument();
    connectAs(dialog.options());
}

void MainWindow::showConnectDialog()
{
    ConnectDialog dialog(m_preset, this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    connectAs(dialog.options());
}

void MainWindow::showFleetDialog(const QString &fleetFile)
{
    FleetDialog dialog(m_preset, fleetFile, this);
    if (dialog.exec() == QDialog::Accepted)
        startWatches(dialog.watches());
}

void MainWindow::connectAs(const ConnectionOptions &options)
{
    m_preset.apiUrl = options.watch.apiUrl.toString();
    m_preset.caFile = options.caFile;
    m_preset.apiTimeout = options.watch.apiTimeout;
    m_preset.afterWake = options.watch.afterWake;
    startWatch(options);
}

void MainWindow::tell(MessageBar::Kind kind, const QString &text, const QString &action,
                      std::function<void()> whatToDo)
{
    m_hinting = false;
    m_tellsOfRecording = false;
    m_messageAction = std::move(whatToDo);
    m_messages->tell(kind, text, action);
}

void MainWindow::showDocument(Document *document)
{
    m_tellsVerification = false;
    m_check->setDocument(document);
    m_view->setDocument(document);
    applyFilter(); // times of the day are this session's
    m_filterHistory.startAnew();
    const bool any = document != nullptr;
    m_pages->setCurrentIndex(any ? 1 : 0);
    m_stripRow->setVisible(any);
    if (!any)
        m_rangeDock->hide();
    m_inspectorDock->setVisible(any && m_docksShown);
    m_findings->setStore(any ? &document->store() : nullptr, any && document->isLive());
    m_findings->setVisible(any && m_findingsShown);
    m_whatIf->setStore(any ? &document->store() : nullptr, any && document->isLive());
    m_whatIf->setVisible(any && m_whatIfShown);
    if (any && m_docksShown)
        m_inspectorDock->raise();
    // Only now is the window as large as it will be, if nobody chose a width before.
    if (any && std::exchange(m_fitsInspector, false))
        resizeDocks({m_inspectorDock}, {std::clamp(width() * 25 / 100, 250, 400)}, Qt::Horizontal);
    m_filterAction->setVisible(any);
    m_kindsAction->setVisible(any);
    if (any)
        m_view->table()->setFocus();
    else
        m_startPage->setFocus();
    updateStrip();
    updateInspector();
    updateStatusBar();
    updateTitle();
    updateActions();
    updateTicking();
}

void MainWindow::closeDocument()
{
    m_exporter->cancel();
    m_findCounter->clear();
    m_check->setDocument(nullptr);
    if (!document())
        return;
    endComparison();
    // It was about what goes now.
    m_messages->dismiss();
    m_hinting = false;
    m_docksShown = !m_inspectorDock->isHidden() || isShowingStartPage();
    m_differencesDock->hide();
    m_findingsShown = !m_findings->isHidden() || isShowingStartPage();
    m_whatIfShown = !m_whatIf->isHidden();
    m_whatIf->setStore(nullptr, false);
    m_view->setDocument(nullptr);
    m_findings->setStore(nullptr, false);
    m_recorded.reset();
    m_live.reset();
    m_startPage->refresh();
    showDocument(nullptr);
}

void MainWindow::updateStrip()
{
    if (auto *shown = document(); shown && !isShowingStartPage())
        m_strip->setView(statusView(m_view->statusInput(), shown->store()));
}

void MainWindow::updateTicking()
{
    const bool counts = m_live && m_live->isLive() && isVisible() && !isMinimized();
    if (counts == m_tick.isActive())
        return;
    if (counts) {
        m_sinceTimelineTick.start();
        m_tick.start();
    } else {
        m_tick.stop();
    }
}

void MainWindow::tick()
{
    updateStrip();
    if (const auto *shown = document())
        m_rangeDock->panel()->refresh(shown->now());
    // Figures that grow with every event need no more than that.
    if (m_sinceStatusBar.hasExpired(kStatusBarMs))
        updateStatusBar();
    // The timeline moves on when there is a pixel to move on by, and once a second at the least.
    const auto *timeline = m_view->timeline();
    const auto range = timeline->visibleRange();
    const double width = std::max(timeline->canvasRect().width(), 1.0);
    const double msPerPixel = static_cast<double>((range.end - range.begin).count()) / 1e6 / width;
    if (static_cast<double>(m_sinceTimelineTick.elapsed()) + kTickMs / 2.0 <
        std::min(msPerPixel, 1000.0))
        return;
    m_sinceTimelineTick.start();
    m_view->tick();
}

void MainWindow::updateInspector()
{
    auto *shown = document();
    if (!shown || isShowingStartPage() || m_inspectorDock->isHidden()) {
        m_inspector->showRow(nullptr, -1);
        return;
    }
    auto row = m_view->selectedRow();
    if (row < 0)
        row = m_view->statusInput().state.lastDecisionRow;
    m_inspector->showRow(&shown->store(), row);
}

void MainWindow::updateVerifyMark()
{
    const auto *shown = document();
    const bool any = shown && !isComparing() && (m_check->hasResult() || m_check->isRunning());
    m_verifyMark->setVisible(any);
    if (!any) {
        m_differences->showResult({}, {}, nullptr);
        return;
    }
    if (!m_check->hasResult()) {
        const auto percent = static_cast<int>(m_check->share() * 100);
        m_verifyMark->setMark(Tone::Quiet, tr("verifying the decisions: %1 %").arg(percent));
        m_verifyMark->setToolTip(tr("Whether they are the gateway's is known soon"));
        return;
    }
    const auto said = verdict();
    m_verifyMark->setMark(said.tone, said.mark);
    m_verifyMark->setToolTip(plainTip(said.sentence));
    m_differences->showResult(said.sentence, m_check->result(), &shown->store());
    if (m_tellsVerification && !m_check->isRunning())
        tellVerification();
}

Verdict MainWindow::verdict() const
{
    auto extent = Extent::Whole;
    if ((m_live && m_live->isLive()) || (m_recorded && m_recorded->isBeingRecorded()))
        extent = Extent::SoFar;
    else if (m_recorded && m_recorded->result().status != ReadResult::Status::Complete)
        extent = Extent::Readable;
    return verdictOf(m_check->result(), extent);
}

void MainWindow::updateRange()
{
    const auto *shown = document();
    const auto *timeline = m_view->timeline();
    m_rangeDock->setRange(shown ? &shown->store() : nullptr,
                          shown ? timeline->selectedRange() : std::nullopt,
                          shown ? shown->now() : Nanoseconds::zero(), timeline->isSelecting());
}

RangePanel *MainWindow::rangePanel() const
{
    return m_rangeDock->panel();
}

void MainWindow::updateStatusBar()
{
    m_sinceStatusBar.start();
    const auto *shown = document();
    if (!shown || isShowingStartPage()) {
        m_statusText->setText({});
        return;
    }
    QStringList parts;
    if (isComparing()) {
        m_statusText->setText(tr("comparing %1").arg(m_compare->title()));
        m_statusText->setToolTip({});
        return;
    }
    if (m_live) {
        parts.append(m_live->isDemo()    ? tr("demo: the simulator inside")
                     : m_live->isFleet() ? tr("a fleet of %1 watches").arg(m_live->watchCount())
                                         : singleLine(m_live->apiUrl().authority(), 80));
        const auto facts = m_live->connectionFacts();
        if (!facts.isEmpty())
            parts.append(facts);
    } else if (!shown->store().header().apiUrl.isEmpty()) {
        parts.append(singleLine(shown->store().header().apiUrl, 80));
    }
    const auto total = groupedNumber(shown->store().size());
    const auto *events = m_view->table()->events();
    auto size = events->isFiltered()
                    ? tr("%1 of %2 events").arg(groupedNumber(events->rowCount()), total)
                    : tr("%1 events").arg(total);
    const QFileInfo file(shown->path());
    if (file.exists())
        size += u", "_s + QLocale::c().formattedDataSize(file.size());
    parts.append(size);
    const auto unrecorded = m_live ? m_live->unrecordedFrames() : 0;
    const auto recorded = m_live ? m_live->hiddenFrames() - unrecorded : 0;
    if (recorded > 0)
        parts.append(tr("%1 more frames are recorded and not shown").arg(groupedNumber(recorded)));
    if (unrecorded > 0)
        parts.append(
            tr("%1 more frames are neither recorded nor shown").arg(groupedNumber(unrecorded)));
    if (const auto lost = shown->store().lostLines(); lost > 0)
        parts.append(tr("what %1 events said is lost").arg(groupedNumber(lost)));
    if (m_live && m_live->isLive() && m_live->growthOfFile().value_or(0) >= kFastGrowth)
        parts.append(tr("the file grows by %1 a second")
                         .arg(QLocale::c().formattedDataSize(*m_live->growthOfFile())));
    if (m_live && m_live->hasRecordingFailed())
        parts.append(tr("not recorded to its end: %1").arg(shown->name()));
    else if (shown->isLive())
        parts.append(tr("recording to %1").arg(shown->name()));
    else if (m_recorded && m_recorded->isBeingRecorded())
        parts.append(tr("%1, still being recorded").arg(shown->name()));
    else
        parts.append(shown->name());
    m_statusText->setText(parts.join(u" · "_s));
    m_statusText->setToolTip(plainTip(shown->path()));
}

void MainWindow::updateTitle()
{
    const auto *shown = document();
    if (!shown || isShowingStartPage())
        setWindowTitle(tr("Watchline"));
    else if (isComparing())
        setWindowTitle(tr("%1 – Watchline").arg(m_compare->title()));
    else if (m_live && m_live->isDemo())
        setWindowTitle(tr("Demo – Watchline"));
    else
        setWindowTitle(tr("%1 – Watchline").arg(singleLine(shown->name(), 120)));
}

void MainWindow::updateActions()
{
    const bool comparing = isComparing();
    const bool any = document() && !isShowingStartPage() && !comparing;
    const bool live = m_live && m_live->isLive();
    auto &a = *m_actions;
    for (auto *action : {a.saveCopy,
                         a.exportCsv,
                         a.exportPicture,
                         a.closeSession,
                         a.copy,
                         a.find,
                         a.findNext,
                         a.findPrevious,
                         a.filter,
                         a.fit,
                         a.zoomIn,
                         a.zoomOut,
                         a.relativeTimes,
                         a.note,
                         a.verify,
                         a.nextEvent,
                         a.previousEvent,
                         a.nextDecision,
                         a.previousDecision,
                         a.nextAttempt,
                         a.previousAttempt,
                         a.jump,
                         a.why,
                         a.findings,
                         a.range,
                         a.whatIf})
        action->setEnabled(any);
    a.report->setEnabled(any);
    for (auto *action : {a.compare, a.closeSession, a.fit, a.zoomIn, a.zoomOut})
        action->setEnabled(any || comparing);
    a.nextDifference->setEnabled(comparing);
    a.closeSession->setText(comparing ? tr("Close the comparison") : tr("Close the session"));
    m_exportButton->setEnabled(any);
    for (auto *action : {a.stop, a.retryNow, a.following})
        action->setEnabled(live);
    a.pause->setEnabled(any);
    a.followFile->setEnabled(any && m_recorded && m_recorded->canFollow());
    a.followFile->setChecked(any && m_recorded && m_recorded->isFollowing());
    for (auto *action : {a.loop, a.loopFrom, a.loopTo, a.skipIdle})
        action->setEnabled(any && !live);
    a.loop->setChecked(m_view->playhead()->isLooping());
    a.clearLoop->setEnabled(m_view->playhead()->hasLoopMarks());
    a.loopRange->setEnabled(any && !live && m_view->timeline()->selectedRange().has_value());
    a.pause->setText(!live                ? tr("Play or pause")
                     : m_view->isPaused() ? tr("Resume the view")
                                          : tr("Pause the view"));
    a.following->setChecked(m_view->isFollowing());
    a.following->setText(m_view->isFollowing() ? tr("Following live")
                         : m_view->isPaused()  ? tr("Paused")
                                               : tr("Follow live"));
    a.following->setIcon(icon(Icon::Live, m_view->isFollowing()
                                              ? QColor(Qt::white)
                                              : palette().color(QPalette::ButtonText)));
    a.following->setToolTip(m_view->isPaused() ? tr("Resume the view and follow live (Ctrl+L)")
                                               : tr("Keep the newest event in view (Ctrl+L)"));
    a.following->setVisible(live);
    a.back->setEnabled(any && m_view->canGoBack());
    a.undoFilter->setEnabled(any && m_filterHistory.canUndo());
    a.redoFilter->setEnabled(any && m_filterHistory.canRedo());
    a.onlyInRange->setEnabled(any && m_view->timeline()->selectedRange().has_value());
    const auto enableAlike = [&](Likeness like, const QList<QAction *> &actions) {
        const bool isAlike = any && !m_view->likeSelected(like).isEmpty();
        for (auto *action : actions)
            action->setEnabled(isAlike);
        m_inspector->siblings()->setAlike(like, isAlike ? SiblingBar::Alike::Yes
                                                : m_view->selectedRow() < 0
                                                    ? SiblingBar::Alike::NothingSelected
                                                    : SiblingBar::Alike::No);
    };
    enableAlike(Likeness::Outcome, {a.nextSameOutcome, a.previousSameOutcome, a.onlySameOutcome});
    enableAlike(Likeness::Lease, {a.nextSameLease, a.previousSameLease, a.onlySameLease});
    enableAlike(Likeness::Attempt, {a.nextSameAttempt, a.previousSameAttempt});
    a.forward->setEnabled(any && m_view->canGoForward());
}

void MainWindow::copySelection()
{
    auto *shown = document();
    if (!shown)
        return;
    if (const auto count = m_view->table()->selectedCount(); count > kMostCopied) {
        tell(MessageBar::Kind::Warning,
             tr("%1 rows are too many for the clipboard, which takes %2: export them as CSV "
                "instead")
                 .arg(groupedNumber(count), groupedNumber(kMostCopied)));
        return;
    }
    const auto rows = m_view->table()->selectedStoreRows();
    if (!rows.empty())
        QApplication::clipboard()->setText(QString::fromUtf8(csvOf(shown->store(), rows)));
}

/// And says so. Of a running watch it would take the file away that is being written.
bool MainWindow::isSessionItself(const QString &path)
{
    if (!isSameFile(document()->path(), path))
        return false;
    tell(MessageBar::Kind::Failure, tr("%1 is the session itself; choose another name").arg(path));
    return true;
}

void MainWindow::exportCsv(const QString &path)
{
    if (auto *shown = document(); shown && !isSessionItself(path))
        m_exporter->exportCsv(shown->store(), path);
}

void MainWindow::exportPicture(const QString &path)
{
    auto *shown = document();
    if (!shown || isSessionItself(path))
        return;
    const auto range = m_view->timeline()->visibleRange();
    m_exporter->exportPicture(shown->store(), path, path.endsWith(".svg"_L1, Qt::CaseInsensitive),
                              Theme::of(palette()).dark, range.begin, range.end);
}

void MainWindow::writeReport(const QString &path, bool redact)
{
    auto *shown = document();
    if (!shown || isSessionItself(path))
        return;
    ReportOptions options;
    options.names = redact ? ReportOptions::Names::Replace : ReportOptions::Names::Keep;
    if (const auto range = m_view->timeline()->selectedRange()) {
        options.from = range->begin;
        options.to = range->end;
    }
    if (m_recorded && shown == m_recorded.get() && !shown->isGrowing())
        options.read = m_recorded->result();
    m_exporter->writeReport(shown->store(), path, options);
}

void MainWindow::saveCopy(const QString &path)
{
    if (auto *shown = document(); shown && !isSessionItself(path))
        m_exporter->copySession(shown->store(), path);
}

void MainWindow::applyTheme(ThemeChoice choice)
{
    setThemeChoice(choice);
    applyAppearance(choice);
}

void MainWindow::restoreLayout()
{
    const auto settings = applicationSettings();
    restoreGeometry(settings.value("window/geometry"_L1).toByteArray());
    keepOnScreen();
    m_fitsInspector = !restoreState(settings.value("window/state"_L1).toByteArray());
    m_view->splitter()->restoreState(settings.value("window/splitter"_L1).toByteArray());
    m_docksShown = settings.value("window/inspector"_L1, true).toBool();
    m_rangeDock->hide();
    m_differencesDock->hide();
    m_whatIf->hide();
    m_findingsShown = settings.value("window/findings"_L1, true).toBool();
    m_toolBar->show();
}

void MainWindow::keepOnScreen()
{
    // The screen may have been a larger one when the window was last closed.
    const auto *at = QGuiApplication::screenAt(geometry().center());
    const auto *screen = at ? at : QGuiApplication::primaryScreen();
    if (!screen || isMaximized() || isFullScreen())
        return;
    const auto room = screen->availableGeometry();
    if (room.contains(geometry()))
        return;
    if (width() > room.width() || height() > room.height())
        resize(size().boundedTo(defaultSize()));
    auto kept = geometry();
    kept.moveRight(std::min(kept.right(), room.right()));
    kept.moveBottom(std::min(kept.bottom(), room.bottom()));
    kept.moveLeft(std::max(kept.left(), room.left()));
    kept.moveTop(std::max(kept.top(), room.top()));
    setGeometry(kept);
}

void MainWindow::saveLayout() const
{
    auto settings = applicationSettings();
    settings.setValue("window/geometry"_L1, saveGeometry());
    settings.setValue("window/state"_L1, saveState());
    settings.setValue("window/splitter"_L1, m_view->splitter()->saveState());
    if (!isShowingStartPage()) {
        settings.setValue("window/inspector"_L1, !m_inspectorDock->isHidden());
        settings.setValue("window/findings"_L1, !m_findings->isHidden());
    }
}

/// A stray key must not end the watch of a night. The demo can be had again.
bool MainWindow::mayEndWatch()
{
    if (!m_live || !m_live->isLive() || m_live->isDemo())
        return true;
    QMessageBox question(
        QMessageBox::Question, tr("End the watch?"),
        m_live->isFleet()
            ? tr("This ends %1 running watches.").arg(groupedNumber(m_live->watchCount()))
            : tr("This ends the running watch."),
        QMessageBox::NoButton, this);
    question.setTextFormat(Qt::PlainText);
    if (!m_live->hasRecordingFailed())
        question.setInformativeText(tr("The recording is kept: %1").arg(m_live->name()));
    auto *end = question.addButton(tr("End it"), QMessageBox::DestructiveRole);
    auto *goOn = question.addButton(tr("Go on watching"), QMessageBox::RejectRole);
    question.setDefaultButton(goOn);
    question.setEscapeButton(goOn);
    question.exec();
    return question.clickedButton() == end;
}

void MainWindow::quit()
{
    for (auto *widget : QApplication::topLevelWidgets()) {
        auto *window = qobject_cast<MainWindow *>(widget);
        if (window && !window->mayEndWatch())
            return;
    }
    QApplication::closeAllWindows();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    // A signal, or a system that shuts down, cannot wait for an answer.
    if (event->spontaneous() && !mayEndWatch()) {
        event->ignore();
        return;
    }
    endComparison();
    saveLayout();
    // The run ends in order and the recording is complete before the window goes.
    closeDocument();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    const auto urls = event->mimeData()->urls();
    if (std::ranges::any_of(urls, &QUrl::isLocalFile))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    // With Shift the first file is laid beside what is shown.
    if (event->modifiers().testFlag(Qt::ShiftModifier) && document()) {
        const auto urls = event->mimeData()->urls();
        const auto file = std::ranges::find_if(urls, &QUrl::isLocalFile);
        if (file != urls.end())
            compareWith(file->toLocalFile());
        event->acceptProposedAction();
        return;
    }
    MainWindow *window = this;
    for (const auto &url : event->mimeData()->urls()) {
        if (!url.isLocalFile())
            continue;
        if (!window) {
            window = new MainWindow(m_preset);
            window->setAttribute(Qt::WA_DeleteOnClose);
            window->show();
        }
        window->openSession(url.toLocalFile());
        window = nullptr;
    }
    event->acceptProposedAction();
}

bool MainWindow::event(QEvent *event)
{
    followSystem(event->type());
    return QMainWindow::event(event);
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        const auto sheet = watchline::styleSheet(Theme::of(QApplication::palette()));
        if (sheet != QMainWindow::styleSheet())
            setStyleSheet(sheet);
        updateActions(); // icons in the new colours
    } else if (event->type() == QEvent::WindowStateChange) {
        updateTicking();
        if (!isMinimized())
            m_view->refresh();
    }
}

/// Esc in a dock is that of the timeline, which has the focus from then on.
void MainWindow::keyPressEvent(QKeyEvent *event)
{
    const auto isDock = [](const QWidget *widget) {
        while (widget && !qobject_cast<const QDockWidget *>(widget))
            widget = widget->parentWidget();
        return widget != nullptr;
    };
    if (event->key() != Qt::Key_Escape || event->modifiers() != Qt::NoModifier || !document() ||
        isShowingStartPage() || !isDock(focusWidget())) {
        QMainWindow::keyPressEvent(event);
        return;
    }
    m_view->timeline()->setFocus();
    if (m_view->timeline()->selectedRange())
        m_view->timeline()->setSelectedRange(std::nullopt);
    else
        m_view->clearSelection();
}

void MainWindow::paintEvent(QPaintEvent *event)
{
    QMainWindow::paintEvent(event);
    static bool first = true;
    if (std::exchange(first, false))
        qCDebug(startUp) << "first paint";
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    updateTicking();
}

void MainWindow::hideEvent(QHideEvent *event)
{
    QMainWindow::hideEvent(event);
    updateTicking();
}

} // namespace watchline
