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

QTEST_MAIN(VerifyMarkTest)
#include "tst_verifymark.moc"
