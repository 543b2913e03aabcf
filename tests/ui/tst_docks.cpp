// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/document.h"
#include "ui/findingcard.h"
#include "ui/findingsdock.h"
#include "ui/inspector.h"
#include "ui/mainwindow.h"
#include "ui/rangedock.h"
#include "ui/rangepanel.h"
#include "ui/sessionview.h"
#include "ui/settings.h"
#include "ui/siblingbar.h"
#include "ui/timeline/timelineview.h"
#include "ui/valuetext.h"

#include <QAction>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

namespace {

constexpr int kPatience = 30'000;

QAction *actionFor(const MainWindow &window, const QKeySequence &keys)
{
    for (auto *action : window.actions()) {
        if (action->shortcut() == keys)
            return action;
    }
    qFatal("no action for %s", qPrintable(keys.toString()));
}

QStringList siblingTips(const MainWindow &window)
{
    QStringList tips;
    for (const auto *button : window.inspector()->siblings()->findChildren<QToolButton *>())
        tips.append(button->toolTip());
    return tips;
}

} // namespace

/// What lies beside and below the timeline, in a window with the outage.
class DocksTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName(u"watchline-test-docks"_s);
    }
    void init();
    void cleanup();

    void nothingOpensUnderTheHandThatDrags();
    void aRangeBringsItsFiguresOnce();
    void figuresThatWereAskedForStay();
    void figuresAreReachedByKey();
    void escInADockIsTheTimelines_data();
    void escInADockIsTheTimelines();
    void buttonsToSiblingsSayWhyTheyAreDead();
    void theFindingThatGetsTheFocusIsInSight();

private:
    TimelineView *timeline() const { return m_window->sessionView()->timeline(); }
    RangeDock *rangeDock() const { return m_window->findChild<RangeDock *>(); }

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

void DocksTest::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    applicationSettings().clear();
    const auto store = outageSession();
    const auto path = m_folder.filePath(u"outage.watchline"_s);
    SessionWriter writer;
    QVERIFY(writer.open(path, store->header(), SessionWriter::Existing::Replace));
    for (qsizetype row = 0; row < store->size(); ++row)
        QVERIFY(writer.append(store->line(row)));
    QVERIFY(writer.close());
    m_window = std::make_unique<MainWindow>(ConnectionPreset{});
    m_window->resize(1200, 800);
    m_window->show();
    m_window->openSession(path);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->document() && !m_window->document()->isGrowing(), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->findings()->watcher().isUpToDate() &&
                                 !m_window->findings()->cards().empty(),
                             kPatience);
}

void DocksTest::cleanup()
{
    m_window.reset();
}

void DocksTest::nothingOpensUnderTheHandThatDrags()
{
    const auto canvas = timeline()->canvasRect();
    const auto at = [&](double share) {
        return QPoint(static_cast<int>(canvas.left() + share * canvas.width()),
                      static_cast<int>(canvas.center().y()));
    };
    QTest::mousePress(timeline(), Qt::LeftButton, {}, at(0.3));
    QTest::mouseMove(timeline(), at(0.4));
    QTest::mouseMove(timeline(), at(0.6));
    QVERIFY(timeline()->selectedRange());
    QVERIFY(rangeDock()->isHidden());
    QTest::mouseRelease(timeline(), Qt::LeftButton, {}, at(0.6));
    QVERIFY(!rangeDock()->isHidden());
}

void DocksTest::aRangeBringsItsFiguresOnce()
{
    timeline()->setSelectedRange(TimeRange{10s, 20s});
    QVERIFY(!rangeDock()->isHidden());
    rangeDock()->close();
    timeline()->setSelectedRange(TimeRange{10s, 30s});
    QVERIFY(rangeDock()->isHidden()); // whoever shut it does not want it with every step
    timeline()->setSelectedRange(std::nullopt);
    timeline()->setSelectedRange(TimeRange{10s, 30s});
    QVERIFY(!rangeDock()->isHidden());
    timeline()->setSelectedRange(std::nullopt);
    QVERIFY(rangeDock()->isHidden());
}

void DocksTest::figuresThatWereAskedForStay()
{
    rangeDock()->toggleViewAction()->trigger();
    QVERIFY(!rangeDock()->isHidden());
    timeline()->setSelectedRange(TimeRange{10s, 20s});
    timeline()->setSelectedRange(std::nullopt);
    QVERIFY(!rangeDock()->isHidden());
}

void DocksTest::figuresAreReachedByKey()
{
    auto *show = actionFor(*m_window, QKeySequence(u"Ctrl+Shift+M"_s));
    QVERIFY(show->isEnabled());
    show->trigger();
    QVERIFY(m_window->rangePanel()->isVisible());
}

void DocksTest::escInADockIsTheTimelines_data()
{
    QTest::addColumn<QString>("where");
    QTest::newRow("a finding") << u"finding"_s;
    QTest::newRow("the Why card") << u"inspector"_s;
    QTest::newRow("a value of it") << u"value"_s;
    QTest::newRow("the figures of a range") << u"range"_s;
}

void DocksTest::escInADockIsTheTimelines()
{
    QFETCH(QString, where);
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get(), kPatience));
    m_window->sessionView()->select(5);
    timeline()->setSelectedRange(TimeRange{10s, 20s});
    const auto focus = [&]() -> QWidget * {
        if (where == u"finding"_s) {
            m_window->findings()->reveal();
            return m_window->findings()->cards().front();
        }
        if (where == u"range"_s) {
            rangeDock()->reveal();
            return m_window->rangePanel();
        }
        actionFor(*m_window, QKeySequence(u"Ctrl+I"_s))->trigger();
        if (where == u"inspector"_s)
            return m_window->inspector();
        return m_window->inspector()->findChild<ValueText *>();
    };
    auto *part = focus();
    part->setFocus();
    QTRY_COMPARE_WITH_TIMEOUT(m_window->focusWidget(), part, kPatience);
    QTest::keyClick(part, Qt::Key_Escape);
    QVERIFY(!timeline()->selectedRange());
    QCOMPARE(m_window->focusWidget(), timeline());
    QCOMPARE(m_window->sessionView()->selectedRow(), qsizetype{5});
    part = focus();
    part->setFocus();
    QTest::keyClick(part, Qt::Key_Escape);
    QCOMPARE(m_window->sessionView()->selectedRow(), qsizetype{-1});
}

void DocksTest::buttonsToSiblingsSayWhyTheyAreDead()
{
    m_window->sessionView()->clearSelection();
    for (const auto &tip : siblingTips(*m_window))
        QCOMPARE(tip, u"Select an event first"_s);
    const auto &store = m_window->document()->store();
    for (qsizetype row = 0; row < store.size(); ++row) {
        if (store.kind(row) == EventKind::Heartbeat) {
            m_window->sessionView()->select(row);
            break;
        }
    }
    QVERIFY(siblingTips(*m_window).contains(u"Next in this lease"_s));
    QVERIFY(!siblingTips(*m_window).contains(u"Select an event first"_s));
    // Before the first attempt.
    m_window->sessionView()->select(0);
    QVERIFY(siblingTips(*m_window).contains(u"The selected event belongs to no attempt"_s));
}

void DocksTest::theFindingThatGetsTheFocusIsInSight()
{
    auto *dock = m_window->findings();
    m_window->resize(900, 480);
    dock->reveal();
    auto *scroll = dock->findChild<QScrollArea *>();
    auto *bar = scroll->verticalScrollBar();
    QTRY_VERIFY_WITH_TIMEOUT(bar->maximum() > 0, kPatience);
    bar->setValue(bar->maximum());
    dock->reveal();
    QCOMPARE(m_window->focusWidget(), dock->cards().front());
    QVERIFY(!dock->cards().front()->visibleRegion().isEmpty());
}

QTEST_MAIN(DocksTest)
#include "tst_docks.moc"
