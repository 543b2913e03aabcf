// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/document.h"
#include "ui/eventtableview.h"
#include "ui/filterhistory.h"
#include "ui/mainwindow.h"
#include "ui/sessionview.h"
#include "ui/settings.h"

#include <QAction>
#include <QLineEdit>
#include <QMenu>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace watchline;

class FilterHistoryTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName(u"watchline-test-filterhistory"_s);
        applicationSettings().clear();
    }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void goesBackAndForth();
    void whatIsTypedInOneGoIsOneStep();
    void whatIsTypedAndTakenBackIsNone();
    void anotherFilterEndsWhatWasAhead();
    void startsAnewWithWhatIs();
    void theWindowTakesTheFilterBack();
};

void FilterHistoryTest::goesBackAndForth()
{
    FilterHistory history;
    QVERIFY(!history.canUndo() && !history.undo());
    history.take({u"lease:a"_s}, false);
    history.take({u"lease:a"_s, 4}, false);
    history.take({u"lease:a"_s, 4}, false); // as it is
    QCOMPARE(history.undo(), FilterState{u"lease:a"_s});
    QCOMPARE(history.undo(), FilterState());
    QVERIFY(!history.canUndo());
    QCOMPARE(history.redo(), FilterState{u"lease:a"_s});
    QCOMPARE(history.redo(), (FilterState{u"lease:a"_s, 4}));
    QVERIFY(!history.redo());
}

void FilterHistoryTest::startsAnewWithWhatIs()
{
    FilterHistory history;
    history.take({u"lease:a"_s}, false);
    history.take({u"lease:b"_s}, false);
    history.undo();
    history.startAnew();
    QVERIFY(!history.canUndo() && !history.canRedo());
    history.take({u"lease:c"_s}, true);
    QCOMPARE(history.undo(), FilterState{u"lease:a"_s});
}

void FilterHistoryTest::whatIsTypedInOneGoIsOneStep()
{
    FilterHistory history;
    for (const auto *text : {"k", "ki", "kind:wake"})
        history.take({QString::fromLatin1(text)}, true);
    history.rest();
    history.take({u"kind:wake x"_s}, true);
    QCOMPARE(history.undo(), FilterState{u"kind:wake"_s});
    QCOMPARE(history.undo(), FilterState());
}

void FilterHistoryTest::whatIsTypedAndTakenBackIsNone()
{
    FilterHistory history;
    history.take({u"a"_s}, false);
    history.take({u"ab"_s}, true);
    history.take({u"a"_s}, true);
    QCOMPARE(history.undo(), FilterState());
}

void FilterHistoryTest::anotherFilterEndsWhatWasAhead()
{
    FilterHistory history;
    history.take({u"a"_s}, false);
    history.take({u"b"_s}, false);
    history.undo();
    history.take({u"c"_s}, false);
    QVERIFY(!history.canRedo());
    QCOMPARE(history.undo(), FilterState{u"a"_s});
}

void FilterHistoryTest::theWindowTakesTheFilterBack()
{
    QTemporaryDir folder;
    const auto path = folder.filePath(u"outage.watchline"_s);
    const auto store = outageSession();
    SessionWriter writer;
    QVERIFY(writer.open(path, store->header(), SessionWriter::Existing::Replace));
    for (qsizetype row = 0; row < store->size(); ++row)
        QVERIFY(writer.append(store->line(row)));
    QVERIFY(writer.close());
    MainWindow window{ConnectionPreset{}};
    window.show();
    window.openSession(path);
    QTRY_VERIFY_WITH_TIMEOUT(window.document() && !window.document()->isGrowing(), 30'000);
    auto *field = window.findChild<QLineEdit *>(u"filter"_s);
    const auto *events = window.sessionView()->table()->events();
    const auto act = [&window](const QKeySequence &keys) {
        for (auto *action : window.actions()) {
            if (action->shortcut() == keys)
                action->trigger();
        }
    };
    field->setText(u"kind:decision"_s);
    QTRY_VERIFY(events->isFiltered());
    QAction *wakes = nullptr;
    for (auto *action : window.findChildren<QAction *>()) {
        if (action->text() == u"wake"_s && action->isCheckable())
            wakes = action;
    }
    QVERIFY(wakes);
    field->setText(QString());
    QTRY_VERIFY(!events->isFiltered());
    wakes->trigger();
    QVERIFY(events->isFiltered());
    act(QKeySequence::Undo);
    QVERIFY(!wakes->isChecked());
    QVERIFY(!events->isFiltered());
    act(QKeySequence::Undo);
    QCOMPARE(field->text(), u"kind:decision"_s);
    QVERIFY(events->isFiltered());
    act(QKeySequence::Redo);
    act(QKeySequence::Redo);
    QVERIFY(wakes->isChecked());
    QVERIFY(field->text().isEmpty());
    QVERIFY(events->isFiltered());
    // Another session has no filters to go back to.
    const auto *before = window.document();
    window.openSession(path);
    QTRY_VERIFY_WITH_TIMEOUT(window.document() != before, 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(window.document() && !window.document()->isGrowing(), 30'000);
    const auto shown = field->text();
    const bool isChecked = wakes->isChecked();
    act(QKeySequence::Undo);
    QCOMPARE(field->text(), shown);
    QCOMPARE(wakes->isChecked(), isChecked);
}

QTEST_MAIN(FilterHistoryTest)
#include "tst_filterhistory.moc"
