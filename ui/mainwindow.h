// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/eventfilter.h"
#include "core/session/sessionfollower.h"
#include "core/timeline/timerange.h"
#include "core/watch/watchrunner.h"
#include "ui/connectdialog.h"
#include "ui/filterhistory.h"
#include "ui/fleettroubles.h"
#include "ui/livehints.h"
#include "ui/messagebar.h"
#include "ui/settings.h"

#include <QElapsedTimer>
#include <QMainWindow>
#include <QTimer>

#include <functional>
#include <memory>

class QLineEdit;
class QMenu;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QToolBar;
class QToolButton;

namespace watchline {

class CompareView;
class DecisionCheck;
class DifferencesPanel;
class Document;
class Exporter;
class FindBar;
class FindCounter;
class FindingsDock;
class Inspector;
class LiveDocument;
class RangeDock;
class RangePanel;
class RecordedDocument;
class SessionView;
enum class Likeness;
class StartPage;
class StatusStrip;
class VerifyMark;
class WhatIfDock;
struct Verdict;

/// A window of the desktop app: the start page, or one session, live or recorded.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(ConnectionPreset preset, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Reads a session file in the background and shows it; what is wrong with it is told in the
    /// message bar.
    void openSession(const QString &path);
    /// Reads another file and shows it beside the session that is shown; of a running watch in
    /// another window, with what is recorded so far.
    void compareWith(const QString &path);
    /// Opens both.
    void compareSessions(const QString &a, const QString &b);
    void endComparison();
    bool isComparing() const;
    /// nullptr before the first comparison.
    CompareView *compareView() const { return m_compare; }
    /// Starts to watch, without asking: the user has agreed.
    void startWatch(const ConnectionOptions &options);
    void startWatches(const QList<ConnectionOptions> &watches);
    /// Starts the simulator inside and watches it.
    void startDemo(const QString &scenario);
    /// Asks whom to watch.
    void showConnectDialog();
    /// Asks which fleet to watch; `fleetFile` is proposed.
    void showFleetDialog(const QString &fleetFile = {});
    void tell(MessageBar::Kind kind, const QString &text, const QString &action = {},
              std::function<void()> whatToDo = {});

    Document *document() const;
    SessionView *sessionView() const { return m_view; }
    StatusStrip *strip() const { return m_strip; }
    MessageBar *messageBar() const { return m_messages; }
    Inspector *inspector() const { return m_inspector; }
    FindingsDock *findings() const { return m_findings; }
    WhatIfDock *whatIfDock() const { return m_whatIf; }
    RangePanel *rangePanel() const;
    bool isShowingStartPage() const;

    /// Writes the rows that are selected (all, when none is) to the clipboard as CSV.
    void copySelection();
    void exportCsv(const QString &path);
    void exportPicture(const QString &path);
    /// Of the selected range, or of all.
    void writeReport(const QString &path, bool redact);
    void saveCopy(const QString &path);
    void applyTheme(ThemeChoice choice);
    /// Tells whether the decisions are the gateway's, as soon as that is known.
    void verifySession();
    VerifyMark *verifyMark() const { return m_verifyMark; }
    DifferencesPanel *differences() const { return m_differences; }

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    struct Actions;

    // mainwindow.cpp
    void buildParts();
    void connectParts();
    void restoreLayout();
    void keepOnScreen();
    void saveLayout() const;
    void showDocument(Document *document);
    void showDocks(bool shown);
    void showComparison();
    void closeDocument();
    void updateStrip();
    void updateTicking();
    void tick();
    void updateInspector();
    void updateVerifyMark();
    void updateRange();
    void updateStatusBar();
    void updateTitle();
    void updateActions();
    void adopt(RecordedDocument *document);
    void loaded(RecordedDocument *document);
    void recordingChanged();
    void followingEnded(SessionFollower::End end, bool wasBeingRecorded);
    void hintAtNewRows();
    void tellOfFlood();
    void openRecording();
    void showHint(const LiveHint &hint, const QString &source);
    void tellOfTroubles();
    void recovered(const QString &source);
    void retryNow();
    void forgetHints();
    void connectInstead();
    void connectAs(const ConnectionOptions &options);
    void watchEnded(RunEnd end);
    MainWindow *windowForAnother();
    bool mayEndWatch();
    void quit();

    // mainwindowactions.cpp
    void buildActions();
    void buildMenus();
    void buildToolBar();
    void fillRecentMenu(QMenu *menu);
    void fillKindMenu(QMenu *menu);
    void askOpen();
    void askCompare();
    QString askPath(const QString &title, const QString &suffix, const QString &filters,
                    QString *chosenFilter = nullptr);
    void askExportCsv();
    void askReport();
    void askExportPicture();
    void askSaveCopy();
    void askNote(TimeRange of);
    void showCommands();
    void showKeys();
    void showAbout();
    FilterContext filterContext() const;
    void applyFilter();
    void setFilter(const std::optional<FilterState> &state);
    void find(const QString &text, bool backwards);
    void filterLike(Likeness like);
    void filterRange();
    bool isSessionItself(const QString &path);
    Verdict verdict() const;
    void tellVerification();
    void askJump();
    void setLooping(bool on);
    void loopSelectedRange();
    void showDifferences();
    void showWhy();
    void showWhatIf();

    ConnectionPreset m_preset;
    std::unique_ptr<Actions> m_actions;
    std::unique_ptr<RecordedDocument> m_opening; ///< Not one row of it is known yet.
    std::unique_ptr<RecordedDocument> m_recorded;
    std::unique_ptr<LiveDocument> m_live;
    std::unique_ptr<Exporter> m_exporter;
    std::unique_ptr<DecisionCheck> m_check;
    std::function<void()> m_messageAction;

    QToolBar *m_toolBar = nullptr;
    QToolBar *m_stripRow = nullptr;
    QToolButton *m_exportButton = nullptr;
    MessageBar *m_messages = nullptr;
    StatusStrip *m_strip = nullptr;
    QStackedWidget *m_pages = nullptr;
    StartPage *m_startPage = nullptr;
    SessionView *m_view = nullptr;
    CompareView *m_compare = nullptr;
    FindBar *m_findBar = nullptr;
    FindCounter *m_findCounter = nullptr;
    QDockWidget *m_inspectorDock = nullptr;
    Inspector *m_inspector = nullptr;
    QDockWidget *m_differencesDock = nullptr;
    DifferencesPanel *m_differences = nullptr;
    VerifyMark *m_verifyMark = nullptr;
    FindingsDock *m_findings = nullptr;
    WhatIfDock *m_whatIf = nullptr;
    RangeDock *m_rangeDock = nullptr;
    QLineEdit *m_filter = nullptr;
    QAction *m_filterAction = nullptr;
    QAction *m_kindsAction = nullptr;
    QLabel *m_statusText = nullptr;
    QProgressBar *m_progress = nullptr;
    QPushButton *m_cancel = nullptr;

    QTimer m_tick;
    QTimer m_inspectorGate;
    QTimer m_filterGate;
    QTimer m_stripGate;
    QElapsedTimer m_sinceTimelineTick;
    QElapsedTimer m_sinceStatusBar;
    QMenu *m_kindMenu = nullptr;
    quint32 m_kinds = 0;
    FilterHistory m_filterHistory;
    qsizetype m_hintedUpTo = 0;
    bool m_hinting = false; ///< The message that is shown is a hint at a live event.
    LiveHint m_hint;
    FleetTroubles m_troubles; ///< Of a fleet's watches.
    bool m_floodIsTold = false;
    bool m_tellsOfRecording = false; ///< The message that is shown says that the file grows.
    QStringList m_knownHints; ///< Dismissed by the user; not shown again before the next hello.
    bool m_tellsVerification = false; ///< Once it is known.
    QString m_compareNext;            ///< With what is being opened.
    bool m_docksShown = false;
    bool m_findingsShown = true;
    bool m_whatIfShown = false;
    bool m_fitsInspector = false; ///< The inspector has its default width yet to get.
};

} // namespace watchline
