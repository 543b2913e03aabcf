// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/differencespanel.h"
#include "ui/document.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/sessionview.h"
#include "ui/settings.h"
#include "ui/verifymark.h"

#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

namespace {

constexpr int kPatience = 30'000;

} // namespace

class VerifyMarkTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName(u"watchline-test-verifymark"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        applicationSettings().clear();
    }

    void everyRecordingIsMarked();
    void listsWhatDiffersSideBySide();
    void aDifferenceLeadsToItsEvent();
    void saysWhenThereIsNothingToVerify();
    void saysThatTheFileIsDamaged();
    void aRunningWatchIsMarkedToo();
    void theMarkGoesWithTheSession();
    void notesChangeNothing();
    void whatIsAddedToTheListLeavesThePlace();
    void theListFollowsTheTheme();
    void theTooltipIsThatOfTheMark();

private:
    QString write(const SessionStore &store, const QString &name)
    {
        const auto path = m_folder.filePath(name);
        SessionWriter writer;
        if (!writer.open(path, store.header(), SessionWriter::Existing::Replace))
            qFatal("%s", qPrintable(writer.error()));
        for (qsizetype row = 0; row < store.size(); ++row)
            writer.append(store.line(row));
        writer.close();
        return path;
    }

    static bool open(MainWindow &window, const QString &path)
    {
        window.openSession(path);
        return QTest::qWaitFor([&] { return window.document() && !window.document()->isGrowing(); },
                               kPatience);
    }

    /// The outage, with a wrong delay at its conflict; gives that decision's row.
    static qsizetype alter(SessionStore &store)
    {
        const auto original = outageSession();
        qsizetype altered = -1;
        for (qsizetype row = 0; row < original->size(); ++row) {
            auto event = original->event(row);
            if (event.text(Field::Rule) == u"outcome.heartbeat_conflict"_s) {
                event.set(Field::BackoffMs, 7'000);
                altered = row;
            }
            store.append(event);
        }
        return altered;
    }

    QTemporaryDir m_folder;
};

void VerifyMarkTest::everyRecordingIsMarked()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(window.verifyMark()->isHidden());
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    QTRY_COMPARE_WITH_TIMEOUT(window.verifyMark()->text(), u"these decisions are the gateway's"_s,
                              kPatience);
    QVERIFY(window.verifyMark()->isVisible());
    QCOMPARE(window.verifyMark()->tone(), Tone::Ok);
    QVERIFY(!window.messageBar()->isActive()); // quiet, until somebody asks
    window.verifyMark()->click();
    QVERIFY(window.messageBar()->isActive());
    QCOMPARE(window.messageBar()->kind(), MessageBar::Kind::Note);
}

void VerifyMarkTest::listsWhatDiffersSideBySide()
{
    SessionStore store(SessionBuilder::header());
    const auto row = alter(store);
    MainWindow window{ConnectionPreset{}};
    window.resize(1200, 800);
    window.show();
    QVERIFY(open(window, write(store, u"altered.watchline"_s)));
    QTRY_COMPARE_WITH_TIMEOUT(window.verifyMark()->tone(), Tone::Error, kPatience);
    QVERIFY(!window.differences()->isVisible());
    window.verifyMark()->click();
    QVERIFY(window.differences()->isVisible());
    const auto *list = window.differences()->findChild<QTreeWidget *>();
    QVERIFY(list);
    QVERIFY(list->topLevelItemCount() >= 1);
    const auto *item = list->topLevelItem(0);
    QVERIFY2(item->text(0).startsWith(u"#%1 "_s.arg(row + 1)), qPrintable(item->text(0)));
    QCOMPARE(item->childCount(), 6);
    const auto *differing = item->child(0); // what differs comes first
    QCOMPARE(differing->text(0), u"backoff_ms"_s);
    QCOMPARE(differing->text(1), u"7000"_s);
    QCOMPARE(differing->text(2), u"1000"_s);
    for (int i = 1; i < item->childCount(); ++i)
        QCOMPARE(item->child(i)->text(1), item->child(i)->text(2));
}

void VerifyMarkTest::aDifferenceLeadsToItsEvent()
{
    SessionStore store(SessionBuilder::header());
    const auto row = alter(store);
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(store, u"altered.watchline"_s)));
    QTRY_COMPARE_WITH_TIMEOUT(window.verifyMark()->tone(), Tone::Error, kPatience);
    window.verifyMark()->click();
    auto *list = window.differences()->findChild<QTreeWidget *>();
    QVERIFY(list);
    list->setCurrentItem(list->topLevelItem(0)->child(2));
    QCOMPARE(window.sessionView()->selectedRow(), row);
}

void VerifyMarkTest::saysWhenThereIsNothingToVerify()
{
    SessionStore store(SessionBuilder::header());
    store.append(Event(EventKind::Note).set(Field::Detail, "nothing happened"));
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(store, u"note.watchline"_s)));
    QTRY_COMPARE_WITH_TIMEOUT(window.verifyMark()->text(), u"no decisions to verify"_s, kPatience);
}

void VerifyMarkTest::saysThatTheFileIsDamaged()
{
    const auto path = write(*outageSession(), u"cut.watchline"_s);
    QFile file(path);
    QVERIFY(file.resize(file.size() - 20));
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, path));
    QTRY_COMPARE_WITH_TIMEOUT(window.verifyMark()->text(),
                              u"the gateway's decisions, as far as they can be read"_s, kPatience);
    QCOMPARE(window.verifyMark()->tone(), Tone::Waiting);
}

void VerifyMarkTest::aRunningWatchIsMarkedToo()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.startDemo(u"happy-day"_s);
    QVERIFY(window.document() && window.document()->isLive());
    QTRY_COMPARE_WITH_TIMEOUT(window.verifyMark()->text(), u"so far the gateway's decisions"_s,
                              kPatience);
    window.close();
}

void VerifyMarkTest::theMarkGoesWithTheSession()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    SessionStore store(SessionBuilder::header());
    alter(store);
    QVERIFY(open(window, write(store, u"altered.watchline"_s)));
    QTRY_COMPARE_WITH_TIMEOUT(window.verifyMark()->tone(), Tone::Error, kPatience);
    window.verifyMark()->click();
    const auto whole = write(*outageSession(), u"outage.watchline"_s);
    window.openSession(whole);
    QTRY_COMPARE_WITH_TIMEOUT(window.document()->path(), whole, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(window.verifyMark()->tone(), Tone::Ok, kPatience);
    QVERIFY(!window.differences()->isVisible());
    QCOMPARE(window.differences()->findChild<QTreeWidget *>()->topLevelItemCount(), 0);
}

void VerifyMarkTest::notesChangeNothing()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"noted.watchline"_s)));
    QTRY_COMPARE_WITH_TIMEOUT(window.verifyMark()->tone(), Tone::Ok, kPatience);
    QCOMPARE(window.document()->addNote(u"looked at it"_s, 3s, 0s), QString());
    window.verifySession();
    QTRY_VERIFY_WITH_TIMEOUT(window.messageBar()->isActive(), kPatience);
    QCOMPARE(window.verifyMark()->tone(), Tone::Ok);
}

namespace {

Verification manyDifferences(qsizetype count)
{
    Verification verification;
    verification.differences = count;
    for (qsizetype i = 0; i < count; ++i) {
        Difference difference;
        difference.row = i;
        difference.recorded = u"backoff"_s;
        difference.expected = u"reconnect"_s;
        difference.members = {{u"delay_ms"_s, u"1000"_s, u"2000"_s}};
        verification.first.push_back(difference);
    }
    return verification;
}

} // namespace

void VerifyMarkTest::whatIsAddedToTheListLeavesThePlace()
{
    const auto store = outageSession();
    QWidget window;
    DifferencesPanel panel(&window);
    panel.resize(600, 200);
    window.show();
    panel.showResult(u"So far."_s, manyDifferences(15), store.get());
    auto *list = panel.findChild<QTreeWidget *>();
    QCOMPARE(list->topLevelItemCount(), 15);
    auto *item = list->topLevelItem(7);
    list->setCurrentItem(item);
    list->topLevelItem(2)->setExpanded(false);
    list->scrollToItem(item, QAbstractItemView::PositionAtTop);
    const int top = list->visualItemRect(item).top();
    QSignalSpy requested(&panel, &DifferencesPanel::rowRequested);
    panel.showResult(u"So far."_s, manyDifferences(18), store.get());
    QCOMPARE(list->topLevelItemCount(), 18);
    QCOMPARE(list->currentItem(), item);
    QVERIFY(!list->topLevelItem(2)->isExpanded());
    QVERIFY(list->topLevelItem(17)->isExpanded());
    QCOMPARE(list->visualItemRect(item).top(), top);
    QCOMPARE(requested.size(), 0);
    // Another result is another list.
    panel.showResult(u"Other."_s, manyDifferences(3), store.get());
    QCOMPARE(list->topLevelItemCount(), 3);
}

void VerifyMarkTest::theListFollowsTheTheme()
{
    const auto store = outageSession();
    DifferencesPanel panel;
    panel.setPalette(Theme::light().palette());
    panel.showResult(u"Differences."_s, manyDifferences(2), store.get());
    const auto colorOf = [&] {
        const auto *list = panel.findChild<QTreeWidget *>();
        return list->topLevelItem(0)->child(0)->foreground(1).color();
    };
    QCOMPARE(colorOf(), Theme::light().color(Tone::Error));
    panel.setPalette(Theme::darkTheme().palette());
    QCOMPARE(colorOf(), Theme::darkTheme().color(Tone::Error));
}

void VerifyMarkTest::theTooltipIsThatOfTheMark()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    QTRY_VERIFY_WITH_TIMEOUT(window.verifyMark()->toolTip().contains(u"would have decided"_s),
                             kPatience);
    // While the next one is being verified nothing is said of the one before.
    QStringList stale;
    SessionStore altered(SessionBuilder::header());
    alter(altered);
    window.openSession(write(altered, u"altered.watchline"_s));
    QTRY_VERIFY_WITH_TIMEOUT(
        [&] {
            const auto *mark = window.verifyMark();
            if (mark->text().startsWith(u"verifying"_s) && mark->toolTip().contains(u"decided"_s))
                stale.append(mark->toolTip());
            return mark->tone() == Tone::Error;
        }(),
        kPatience);
    QCOMPARE(stale, QStringList());
    QVERIFY(window.verifyMark()->toolTip().contains(u"In 1 place"_s));
}

QTEST_MAIN(VerifyMarkTest)
#include "tst_verifymark.moc"
