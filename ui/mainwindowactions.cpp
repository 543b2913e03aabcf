// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/mainwindowactions.h"

#include "core/base/text.h"
#include "core/simulator/scenario.h"
#include "generated/version.h"
#include "ui/commandpalette.h"
#include "ui/compareview.h"
#include "ui/decisioncheck.h"
#include "ui/eventtableview.h"
#include "ui/eventtext.h"
#include "ui/exporter.h"
#include "ui/findbar.h"
#include "ui/findingsdock.h"
#include "ui/icons.h"
#include "ui/inspector.h"
#include "ui/jumpdialog.h"
#include "ui/keysdialog.h"
#include "ui/livedocument.h"
#include "ui/rangedock.h"
#include "ui/recordeddocument.h"
#include "ui/sessionview.h"
#include "ui/startpage.h"
#include "ui/timeline/timelineview.h"
#include "ui/verdict.h"
#include "ui/whatifdock.h"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QShortcut>
#include <QToolBar>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

QToolButton *menuButton(const QString &text, QMenu *menu, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setText(text);
    button->setMenu(menu);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

void MainWindow::buildActions()
{
    auto &a = *m_actions;
    const auto make = [this](QAction *&action, const QString &text, const QKeySequence &keys,
                             auto &&slot) {
        action = new QAction(text, this);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, std::forward<decltype(slot)>(slot));
        addAction(action);
    };
    make(a.connect, tr("&Connect…"), QKeySequence::New, [this] { showConnectDialog(); });
    make(a.connectFleet, tr("Connect to a &fleet…"), QKeySequence(tr("Ctrl+Shift+N")),
         [this] { showFleetDialog(); });
    make(a.demo, tr("Try the &demo"), {}, [this] { startDemo({}); });
    make(a.open, tr("&Open…"), QKeySequence::Open, [this] { askOpen(); });
    make(a.compare, tr("Compare &with…"), QKeySequence(tr("Ctrl+Shift+C")),
         [this] { askCompare(); });
    make(a.nextDifference, tr("Next &difference"), QKeySequence(tr("Ctrl+D")),
         [this] { m_compare->nextDifference(); });
    make(a.saveCopy, tr("&Save a copy as…"), QKeySequence::SaveAs, [this] { askSaveCopy(); });
    make(a.exportCsv, tr("As &CSV…"), QKeySequence(tr("Ctrl+E")), [this] { askExportCsv(); });
    make(a.exportPicture, tr("As a &picture…"), QKeySequence(tr("Ctrl+Shift+E")),
         [this] { askExportPicture(); });
    make(a.report, tr("As a &report…"), QKeySequence(tr("Ctrl+Shift+R")), [this] { askReport(); });
    make(a.closeSession, tr("Close the session"), QKeySequence::Close, [this] {
        if (isComparing())
            endComparison();
        else if (mayEndWatch())
            closeDocument();
    });
    make(a.copy, tr("&Copy as CSV"), QKeySequence::Copy, [this] { copySelection(); });
    make(a.find, tr("&Find…"), QKeySequence::Find, [this] { m_findBar->begin(); });
    make(a.findNext, tr("Find &next"), QKeySequence(Qt::Key_F3),
         [this] { find(m_findBar->text(), false); });
    make(a.findPrevious, tr("Find &previous"), QKeySequence(Qt::SHIFT | Qt::Key_F3),
         [this] { find(m_findBar->text(), true); });
    make(a.filter, tr("Fi&lter"), QKeySequence(Qt::Key_Slash), [this] {
        m_filter->setFocus(Qt::ShortcutFocusReason);
        m_filter->selectAll();
    });
    make(a.undoFilter, tr("&Undo the filter"), QKeySequence::Undo,
         [this] { setFilter(m_filterHistory.undo()); });
    make(a.redoFilter, tr("&Redo the filter"), QKeySequence::Redo,
         [this] { setFilter(m_filterHistory.redo()); });
    const auto like = [&](QAction *&action, const QString &text, const QKeySequence &keys,
                          Likeness what, bool backwards) {
        make(action, text, keys, [this, what, backwards] { m_view->findLike(what, backwards); });
    };
    like(a.nextSameOutcome, tr("Next with the same &outcome"), QKeySequence(Qt::ALT | Qt::Key_Down),
         Likeness::Outcome, false);
    like(a.previousSameOutcome, tr("Previous with the same o&utcome"),
         QKeySequence(Qt::ALT | Qt::Key_Up), Likeness::Outcome, true);
    like(a.nextSameLease, tr("Next with the same &lease"),
         QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_Down), Likeness::Lease, false);
    like(a.previousSameLease, tr("Previous with the same l&ease"),
         QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_Up), Likeness::Lease, true);
    like(a.nextSameAttempt, tr("Next in this &attempt"), QKeySequence(tr("Ctrl+.")),
         Likeness::Attempt, false);
    like(a.previousSameAttempt, tr("Previous in this a&ttempt"), QKeySequence(tr("Ctrl+,")),
         Likeness::Attempt, true);
    make(a.onlySameOutcome, tr("Only those with this kind and outcome"), {},
         [this] { filterLike(Likeness::Outcome); });
    make(a.onlySameLease, tr("Only those with this lease"), {},
         [this] { filterLike(Likeness::Lease); });
    make(a.onlyInRange, tr("Only those in the selected range"), {}, [this] { filterRange(); });
    make(a.note, tr("Add a &note…"), QKeySequence(tr("Ctrl+M")), [this] { m_view->requestNote(); });
    make(a.back, tr("Selected &before"), QKeySequence(Qt::ALT | Qt::Key_Left), [this] {
        m_view->goBack();
        updateActions();
    });
    make(a.forward, tr("Selected &after"), QKeySequence(Qt::ALT | Qt::Key_Right), [this] {
        m_view->goForward();
        updateActions();
    });
    make(a.following, tr("Following live"), QKeySequence(tr("Ctrl+L")),
         [this](bool on) { m_view->setFollowing(on); });
    a.following->setCheckable(true);
    make(a.fit, tr("Fit"), QKeySequence(tr("Ctrl+0")),
         [this] { isComparing() ? m_compare->fit() : m_view->timeline()->fit(); });
    make(a.zoomIn, tr("Zoom &in"), QKeySequence::ZoomIn,
         [this] { isComparing() ? m_compare->zoomIn() : m_view->timeline()->zoomIn(); });
    make(a.zoomOut, tr("Zoom &out"), QKeySequence::ZoomOut,
         [this] { isComparing() ? m_compare->zoomOut() : m_view->timeline()->zoomOut(); });
    make(a.relativeTimes, tr("Times since the &start"), {},
         [this](bool on) { m_view->timeline()->setWallClock(!on); });
    a.relativeTimes->setCheckable(true);
    make(a.stop, tr("Stop"), {}, [this] {
        if (m_live)
            m_live->stop();
    });
    make(a.followFile, tr("&Follow the file"), {}, [this](bool on) {
        if (m_recorded)
            m_recorded->setFollowing(on);
        updateActions();
    });
    a.followFile->setCheckable(true);
    make(a.retryNow, tr("Retry now"), QKeySequence(tr("Ctrl+R")), [this] { retryNow(); });
    make(a.pause, tr("Play or pause"), {}, [this] { m_view->togglePlaying(); });
    make(a.nextEvent, tr("&Next event"), QKeySequence(Qt::CTRL | Qt::Key_Right),
         [this] { m_view->step(1, StepTo::Event); });
    make(a.previousEvent, tr("&Previous event"), QKeySequence(Qt::CTRL | Qt::Key_Left),
         [this] { m_view->step(-1, StepTo::Event); });
    make(a.nextDecision, tr("Next &decision"), QKeySequence(Qt::CTRL | Qt::Key_Down),
         [this] { m_view->step(1, StepTo::Decision); });
    make(a.previousDecision, tr("Previous d&ecision"), QKeySequence(Qt::CTRL | Qt::Key_Up),
         [this] { m_view->step(-1, StepTo::Decision); });
    make(a.nextAttempt, tr("Next &attempt"), QKeySequence(Qt::CTRL | Qt::Key_PageDown),
         [this] { m_view->step(1, StepTo::Attempt); });
    make(a.previousAttempt, tr("Previous a&ttempt"), QKeySequence(Qt::CTRL | Qt::Key_PageUp),
         [this] { m_view->step(-1, StepTo::Attempt); });
    make(a.jump, tr("&Go to a time…"), QKeySequence(tr("Ctrl+G")), [this] { askJump(); });
    make(a.loop, tr("&Loop"), QKeySequence(tr("Ctrl+Shift+L")),
         [this](bool on) { setLooping(on); });
    a.loop->setCheckable(true);
    a.loop->setToolTip(tr("Play the marked part again and again: [ and ] mark it (Ctrl+Shift+L)"));
    make(a.loopFrom, tr("Loop &from here"), QKeySequence(Qt::Key_BracketLeft), [this] {
        m_view->playhead()->setLoopBegin(m_view->playhead()->position());
        m_view->playhead()->setLooping(true);
    });
    make(a.loopTo, tr("Loop up t&o here"), QKeySequence(Qt::Key_BracketRight), [this] {
        m_view->playhead()->setLoopEnd(m_view->playhead()->position());
        m_view->playhead()->setLooping(true);
    });
    make(a.loopRange, tr("Loop the &selected range"), {}, [this] { loopSelectedRange(); });
    make(a.clearLoop, tr("Loop &no more"), {}, [this] {
        m_view->playhead()->setLooping(false);
        m_view->playhead()->setLoopBegin(std::nullopt);
        m_view->playhead()->setLoopEnd(std::nullopt);
    });
    make(a.skipIdle, tr("S&kip idle time"), QKeySequence(tr("Ctrl+Shift+I")),
         [this](bool on) { m_view->setSkippingIdle(on); });
    a.skipIdle->setCheckable(true);
    a.skipIdle->setToolTip(
        tr("Jump over times without events that are longer than 2 s (Ctrl+Shift+I)"));
    m_view->transport()->addToggle(a.loop, Icon::Loop);
    m_view->transport()->addToggle(a.skipIdle, Icon::SkipIdle);
    make(a.why, tr("&Why"), QKeySequence(tr("Ctrl+I")), [this] { showWhy(); });
    make(a.verify, tr("&Verify the decisions"), QKeySequence(tr("Ctrl+Shift+V")),
         [this] { verifySession(); });
    make(a.findings, tr("Show the &findings"), QKeySequence(tr("Ctrl+Shift+F")),
         [this] { m_findings->reveal(); });
    make(a.range, tr("Show the &range's figures"), QKeySequence(tr("Ctrl+Shift+M")),
         [this] { m_rangeDock->reveal(); });
    make(a.whatIf, tr("What &if …"), QKeySequence(tr("Ctrl+Shift+W")), [this] { showWhatIf(); });
    make(a.commands, tr("All &commands…"), QKeySequence(tr("Ctrl+Shift+P")),
         [this] { showCommands(); });
    make(a.keys, tr("&Keys"), QKeySequence(tr("?")), [this] { showKeys(); });
    a.keys->setShortcuts({QKeySequence(tr("?")), QKeySequence(Qt::Key_F1)});
}

void MainWindow::buildMenus()
{
    auto &a = *m_actions;
    auto *file = menuBar()->addMenu(tr("&File"));
    file->addAction(a.connect);
    file->addAction(a.connectFleet);
    file->addAction(a.demo);
    auto *scenarios = file->addMenu(tr("Demo of a t&rouble"));
    connect(scenarios, &QMenu::aboutToShow, this, [this, scenarios] {
        if (!scenarios->isEmpty())
            return;
        for (const auto &listed : Scenario::builtIn()) {
            auto *action = scenarios->addAction(listed.name);
            action->setToolTip(plainTip(listed.title));
            connect(action, &QAction::triggered, this,
                    [this, name = listed.name] { startDemo(name); });
        }
        scenarios->setToolTipsVisible(true);
    });
    file->addSeparator();
    file->addAction(a.open);
    auto *recent = file->addMenu(tr("Open &recent"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecentMenu(recent); });
    file->addAction(a.compare);
    file->addAction(a.saveCopy);
    auto *exports = file->addMenu(tr("&Export"));
    exports->addAction(a.exportCsv);
    exports->addAction(a.exportPicture);
    exports->addAction(a.report);
    file->addSeparator();
    file->addAction(a.closeSession);
    file->addAction(tr("&Quit"), QKeySequence::Quit, this, &MainWindow::quit);

    auto *edit = menuBar()->addMenu(tr("&Edit"));
    edit->addAction(a.copy);
    edit->addSeparator();
    edit->addActions({a.find, a.findNext, a.findPrevious, a.filter, a.undoFilter, a.redoFilter});
    edit->addSeparator();
    const QList<QAction *> likes{a.nextSameOutcome,   a.previousSameOutcome, a.nextSameLease,
                                 a.previousSameLease, a.nextSameAttempt,     a.previousSameAttempt};
    const QList<QAction *> only{a.onlySameOutcome, a.onlySameLease, a.onlyInRange};
    edit->addActions(likes + only);
    for (auto *part :
         {static_cast<QWidget *>(m_view->table()), static_cast<QWidget *>(m_view->timeline())}) {
        auto *between = new QAction(part);
        between->setSeparator(true);
        part->addActions(likes + QList<QAction *>{between} + only);
        part->addAction(a.copy);
        part->setContextMenuPolicy(Qt::ActionsContextMenu);
    }
    edit->addSeparator();
    edit->addAction(a.note);

    auto *view = menuBar()->addMenu(tr("&View"));
    view->addActions({a.following, a.fit, a.zoomIn, a.zoomOut, a.relativeTimes});
    view->addSeparator();
    view->addActions({a.back, a.forward});
    view->addSeparator();
    auto *inspector = m_inspectorDock->toggleViewAction();
    inspector->setText(tr("Inspector"));
    connect(inspector, &QAction::triggered, this, [this](bool on) {
        m_docksShown = on;
        updateInspector();
    });
    view->addAction(inspector);
    auto *differences = m_differencesDock->toggleViewAction();
    differences->setText(tr("Differences from the &gateway"));
    view->addAction(differences);
    auto *findings = m_findings->toggleViewAction();
    connect(findings, &QAction::triggered, this, [this](bool on) { m_findingsShown = on; });
    view->addAction(findings);
    view->addAction(m_rangeDock->toggleViewAction());
    auto *whatIf = m_whatIf->toggleViewAction();
    connect(whatIf, &QAction::triggered, this, [this](bool on) { m_whatIfShown = on; });
    view->addAction(whatIf);
    auto *theme = view->addMenu(tr("&Theme"));
    auto *group = new QActionGroup(this);
    for (const auto &[choice, text] :
         {std::pair(ThemeChoice::System, tr("As the &system")),
          std::pair(ThemeChoice::Light, tr("&Light")), std::pair(ThemeChoice::Dark, tr("&Dark"))}) {
        auto *action = group->addAction(text);
        action->setCheckable(true);
        action->setChecked(themeChoice() == choice);
        connect(action, &QAction::triggered, this, [this, choice = choice] { applyTheme(choice); });
        theme->addAction(action);
    }

    auto *watch = menuBar()->addMenu(tr("&Watch"));
    watch->addActions({a.stop, a.retryNow, a.followFile});
    watch->addSeparator();
    watch->addAction(a.pause);
    watch->addSeparator();
    watch->addActions({a.nextEvent, a.previousEvent, a.nextDecision, a.previousDecision,
                       a.nextAttempt, a.previousAttempt, a.jump});
    watch->addSeparator();
    watch->addActions({a.loop, a.loopFrom, a.loopTo, a.loopRange, a.clearLoop, a.skipIdle});

    auto *analyze = menuBar()->addMenu(tr("&Analyze"));
    analyze->addActions({a.findings, a.why, a.range, a.verify, a.whatIf});
    analyze->addSeparator();
    analyze->addActions({a.compare, a.nextDifference});

    auto *help = menuBar()->addMenu(tr("&Help"));
    help->addActions({a.commands, a.keys});
    help->addAction(tr("&About Watchline"), this, &MainWindow::showAbout);
}

void MainWindow::buildToolBar()
{
    auto &a = *m_actions;
    m_toolBar->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_toolBar->setIconSize({12, 12});
    m_toolBar->addAction(a.connect);
    m_toolBar->addAction(a.stop);
    m_toolBar->addAction(a.retryNow);
    m_toolBar->addSeparator();
    m_toolBar->addAction(a.open);
    auto *exports = new QMenu(this);
    exports->addAction(a.exportCsv);
    exports->addAction(a.exportPicture);
    exports->addAction(a.report);
    exports->addAction(a.saveCopy);
    m_exportButton = menuButton(tr("Export"), exports, this);
    m_exportButton->setObjectName(u"export"_s);
    m_toolBar->addWidget(m_exportButton);
    m_toolBar->addSeparator();
    m_toolBar->addAction(a.following);
    m_toolBar->addAction(a.fit);
    // As wide as its longest text: nothing beside it moves when following ends.
    if (auto *button = qobject_cast<QToolButton *>(m_toolBar->widgetForAction(a.following))) {
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setMinimumWidth(button->fontMetrics().horizontalAdvance(tr("Following live")) + 44);
    }

    auto *space = new QWidget;
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_toolBar->addWidget(space);
    auto *kinds = new QMenu(this);
    fillKindMenu(kinds);
    m_kindMenu = kinds;
    auto *kindButton = menuButton(tr("Kinds"), kinds, this);
    kindButton->setToolTip(tr("Which kinds of events the table shows"));
    m_kindsAction = m_toolBar->addWidget(kindButton);
    m_filter = new QLineEdit;
    m_filter->setObjectName(u"filter"_s);
    m_filter->setPlaceholderText(tr("Filter: text, kind:, outcome:, lease:, source:, from:  /"));
    m_filter->setAccessibleName(tr("Filter"));
    m_filter->setToolTip(tr("Text in any value, or kind:heartbeat,wake outcome:failed lease:7f3a "
                            "source:crane from:20m to:14:32:05; names may be cut short, times are "
                            "since the start or of the day"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(320);
    m_filter->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_filterAction = m_toolBar->addWidget(m_filter);
    // Its arrow is black in any theme.
    if (auto *more = m_toolBar->findChild<QToolButton *>(u"qt_toolbar_ext_button"_s)) {
        more->setText(u"»"_s);
        more->setToolButtonStyle(Qt::ToolButtonTextOnly);
        more->setAccessibleName(tr("More tools"));
    }
    connect(m_filter, &QLineEdit::editingFinished, this, [this] { m_filterHistory.rest(); });
    auto *leave = new QShortcut(QKeySequence(Qt::Key_Escape), m_filter);
    leave->setContext(Qt::WidgetShortcut);
    connect(leave, &QShortcut::activated, this, [this] {
        m_filter->clear();
        m_view->table()->setFocus();
    });
}

void MainWindow::fillRecentMenu(QMenu *menu)
{
    menu->clear();
    for (const auto &path : recentSessions()) {
        auto text = QFileInfo(path).fileName();
        text.replace(u'&', u"&&"_s);
        auto *action = menu->addAction(text);
        connect(action, &QAction::triggered, this, [this, path] { openSession(path); });
    }
    if (menu->isEmpty()) {
        menu->addAction(tr("None yet"))->setEnabled(false);
        return;
    }
    menu->addSeparator();
    menu->addAction(tr("Forget them"), this, [this] {
        clearRecentSessions();
        m_startPage->refresh();
    });
}

void MainWindow::fillKindMenu(QMenu *menu)
{
    auto *all = menu->addAction(tr("All kinds"));
    connect(all, &QAction::triggered, this, [this, menu] {
        for (auto *action : menu->actions())
            action->setChecked(false);
        m_kinds = 0;
        applyFilter();
    });
    menu->addSeparator();
    for (int kind = 1; kind < kEventKindCount; ++kind) {
        auto *action = menu->addAction(fromView(name(static_cast<EventKind>(kind))));
        action->setCheckable(true);
        action->setData(1U << kind);
        connect(action, &QAction::triggered, this, [this, kind](bool on) {
            const quint32 bit = 1U << kind;
            m_kinds = on ? m_kinds | bit : m_kinds & ~bit;
            applyFilter();
        });
    }
}

FilterContext MainWindow::filterContext() const
{
    const auto *shown = document();
    return shown ? FilterContext{shown->store().header().started, shown->store().lastTime()}
                 : FilterContext();
}

void MainWindow::applyFilter()
{
    m_filterGate.stop();
    const auto context = filterContext();
    auto filter = eventFilterFromText(m_filter->text(), context);
    m_view->table()->setFilterHint(filterHint(m_filter->text(), context));
    if (filter.kinds == 0)
        filter.kinds = m_kinds;
    else if (m_kinds != 0)
        filter.kinds = filter.kinds & m_kinds ? filter.kinds & m_kinds : kNoKind;
    m_view->setFilter(filter);
    m_filterHistory.take({m_filter->text(), m_kinds}, m_filter->hasFocus());
    updateActions();
}

/// One that was; nothing: as it is.
void MainWindow::setFilter(const std::optional<FilterState> &state)
{
    if (!state)
        return;
    m_filter->setText(state->text);
    m_kinds = state->kinds;
    for (auto *action : m_kindMenu->actions())
        action->setChecked((m_kinds & action->data().toUInt()) != 0);
    applyFilter();
}

/// Written into the filter's field, where it can be read, changed and cleared.
void MainWindow::filterLike(Likeness like)
{
    if (const auto filter = m_view->likeSelected(like); !filter.isEmpty())
        m_filter->setText(textOf(filter));
}

void MainWindow::filterRange()
{
    const auto range = m_view->timeline()->selectedRange();
    if (!range)
        return;
    EventFilter filter;
    filter.from = range->begin;
    filter.to = range->end;
    m_filter->setText(textOf(filter));
}

void MainWindow::askOpen()
{
    const auto paths = QFileDialog::getOpenFileNames(
        this, tr("Open a session"), QString(),
        tr("Sessions and robots' logs (*.watchline *.log *.log.gz);;All files (*)"));
    if (!paths.isEmpty())
        openSession(paths.first());
}

void MainWindow::askCompare()
{
    const auto path = QFileDialog::getOpenFileName(
        this, tr("Compare with another session"), QString(),
        tr("Sessions and robots' logs (*.watchline *.log *.log.gz);;All files (*)"));
    if (!path.isEmpty())
        compareWith(path);
}

QString MainWindow::askPath(const QString &title, const QString &suffix, const QString &filters,
                            QString *chosenFilter)
{
    if (!document())
        return {};
    QFileDialog dialog(this, title, {}, filters);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(suffix);
    dialog.selectFile(suggestedName(document()->path(), suffix));
    connect(&dialog, &QFileDialog::filterSelected, &dialog, [&dialog](const QString &filter) {
        // "SVG (*.svg)"
        dialog.setDefaultSuffix(filter.section(u"*."_s, 1).section(u')', 0, 0));
    });
    if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty())
        return {};
    if (chosenFilter)
        *chosenFilter = dialog.selectedNameFilter();
    return dialog.selectedFiles().constFirst();
}

void MainWindow::askExportCsv()
{
    const auto path = askPath(tr("Export as CSV"), u"csv"_s, tr("CSV (*.csv)"));
    if (!path.isEmpty())
        exportCsv(path);
}

void MainWindow::askExportPicture()
{
    const auto path =
        askPath(tr("Export what the timeline shows"), u"png"_s, tr("PNG (*.png);;SVG (*.svg)"));
    if (!path.isEmpty())
        exportPicture(path);
}

void MainWindow::askReport()
{
    const auto redacted = tr("Page without names (*.html)");
    const auto named = tr("Page with names (*.html)");
    const bool isPart = m_view->timeline()->selectedRange().has_value();
    QString filter;
    const auto path = askPath(isPart ? tr("Report on the selected range") : tr("Report"), u"html"_s,
                              redacted + u";;"_s + named, &filter);
    if (!path.isEmpty())
        writeReport(path, filter != named);
}

void MainWindow::askSaveCopy()
{
    const auto path =
        askPath(tr("Save a copy of the session"), u"watchline"_s, tr("Sessions (*.watchline)"));
    if (!path.isEmpty())
        saveCopy(path);
}

void MainWindow::askNote(TimeRange of)
{
    if (!document())
        return;
    QInputDialog dialog(this);
    dialog.setWindowTitle(tr("Add a note"));
    const auto started = document()->store().header().started;
    const auto begin = clockText(started, of.begin);
    dialog.setLabelText(of.isEmpty() ? tr("Note at %1:").arg(begin)
                                     : tr("Note on %1 – %2, %3:")
                                           .arg(begin, clockText(started, of.end),
                                                readableDuration(of.duration())));
    dialog.resize(420, dialog.sizeHint().height());
    if (dialog.exec() != QDialog::Accepted || !document())
        return;
    const auto text = dialog.textValue().trimmed();
    if (text.isEmpty())
        return;
    const auto problem = document()->addNote(text, of.begin, of.duration());
    if (!problem.isEmpty())
        tell(MessageBar::Kind::Failure, problem);
}

void MainWindow::verifySession()
{
    if (!document())
        return;
    if (m_check->isFinal()) {
        tellVerification();
        return;
    }
    m_tellsVerification = true;
    m_check->check();
}

void MainWindow::tellVerification()
{
    m_tellsVerification = false;
    const auto said = verdict();
    const auto &result = m_check->result();
    if (result.differences == 0 || result.first.empty())
        tell(said.tone == Tone::Ok || result.decisions == 0 ? MessageBar::Kind::Note
                                                            : MessageBar::Kind::Warning,
             said.sentence);
    else
        tell(MessageBar::Kind::Failure, said.sentence, tr("Show them"),
             [this] { showDifferences(); });
}

void MainWindow::askJump()
{
    const auto *shown = document();
    if (!shown)
        return;
    JumpDialog dialog(shown->store().header().started, {shown->store().firstTime(), shown->now()},
                      this);
    if (dialog.exec() == QDialog::Accepted && dialog.target() && document() == shown)
        m_view->jumpTo(*dialog.target());
}

/// Without marks it is the selected range that is looped, or all.
void MainWindow::setLooping(bool on)
{
    auto *playhead = m_view->playhead();
    if (on && !playhead->hasLoopMarks() && m_view->timeline()->selectedRange())
        loopSelectedRange();
    else
        playhead->setLooping(on);
}

void MainWindow::loopSelectedRange()
{
    const auto range = m_view->timeline()->selectedRange();
    if (!range)
        return;
    auto *playhead = m_view->playhead();
    playhead->setLoopBegin(range->begin);
    playhead->setLoopEnd(range->end);
    playhead->setLooping(true);
}

void MainWindow::showDifferences()
{
    const bool isNew = m_differencesDock->isHidden();
    m_differencesDock->show();
    m_differencesDock->raise();
    if (isNew)
        resizeDocks({m_differencesDock}, {height() * 35 / 100}, Qt::Vertical);
}

void MainWindow::showWhy()
{
    m_docksShown = true;
    m_inspectorDock->show();
    m_inspectorDock->raise();
    m_inspector->setFocus(Qt::ShortcutFocusReason);
    updateInspector();
}

void MainWindow::showWhatIf()
{
    m_whatIfShown = true;
    m_whatIf->reveal();
}

void MainWindow::showCommands()
{
    if (auto *open = findChild<CommandPalette *>(); open && open->isVisible()) {
        open->leave();
        return;
    }
    auto commands = commandsOf(*menuBar());
    std::erase_if(commands,
                  [this](const Command &command) { return command.action == m_actions->commands; });
    new CommandPalette(std::move(commands), this);
}

void MainWindow::showKeys()
{
    KeysDialog(this).exec();
}

void MainWindow::showAbout()
{
    QMessageBox box(QMessageBox::NoIcon, tr("About Watchline"),
                    tr("Watchline %1").arg(QString::fromLatin1(kVersion)), QMessageBox::Close,
                    this);
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(tr("Shows why a robot's gateway could not be reached.\n\n"
                              "MIT licence. Not affiliated with Foxglove."));
    box.exec();
}

} // namespace watchline
