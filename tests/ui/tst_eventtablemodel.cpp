// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/csvexporter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/eventtablemodel.h"
#include "ui/eventtableview.h"
#include "ui/eventtext.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace watchline;

class EventTableModelTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void showsNothingWithoutAStore();
    void showsOneRowAnEvent();
    void insertsWhatHasComeInOneBatch();
    void filters_data();
    void filters();
    void filtersWhatComesLater();
    void findsTheRowOfAnEventBehindAFilter();
    void namesThatAreOnlyMembersAreNoMatch();
    void showsHostileTextOnOneLine();
    void numbersAreTheSessions();
    void takesNothingInWhileFrozen();
    void sourcesAreShownWhereThereAreSeveral();
    void deltasAreThoseOfTheSource();
    void datesAreShownOfASessionOfDays();

private:
    static QString cell(const EventTableModel &model, int row, int column)
    {
        return model.index(row, column).data().toString();
    }
};

void EventTableModelTest::showsNothingWithoutAStore()
{
    EventTableModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.refresh();
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.columnCount(), int(EventTableModel::ColumnCount));
    QCOMPARE(model.storeRow(0), -1);
}

void EventTableModelTest::showsOneRowAnEvent()
{
    SessionBuilder session;
    session.failConnect(ConnectError::Conflict, 409);
    const auto store = session.store();
    EventTableModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setStore(store.get());

    QCOMPARE(model.rowCount(), int(store->size()));
    int decision = -1;
    for (int row = 0; row < model.rowCount(); ++row) {
        if (cell(model, row, EventTableModel::Kind) == u"decision"_s)
            decision = row;
    }
    QVERIFY(decision >= 0);
    QCOMPARE(cell(model, decision, EventTableModel::Outcome), u"retry_after"_s);
    QCOMPARE(cell(model, decision, EventTableModel::RuleName), u"connect.conflict"_s);
    QCOMPARE(cell(model, decision, EventTableModel::Delay), u"30 s"_s);
    QCOMPARE(cell(model, 0, EventTableModel::Number), u"1"_s);
    QCOMPARE(cell(model, 0, EventTableModel::Time).left(8), u"14:30:00"_s);
}

void EventTableModelTest::insertsWhatHasComeInOneBatch()
{
    SessionStore store(SessionBuilder::header());
    EventTableModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setStore(&store);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    for (int round = 1; round <= 3; ++round) {
        for (int i = 0; i < 1'000; ++i) {
            Event event(EventKind::KeepAlive);
            event.t = std::chrono::milliseconds(store.size());
            store.append(event);
        }
        model.refresh();
        QCOMPARE(inserted.size(), round);
        QCOMPARE(model.rowCount(), round * 1'000);
    }
    model.refresh();
    QCOMPARE(inserted.size(), 3);
}

void EventTableModelTest::filters_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<quint32>("kinds");
    QTest::addColumn<QStringList>("kindsLeft");

    QTest::addRow("by kind") << QString() << (1U << quint32(EventKind::Hello))
                             << QStringList{u"hello"_s, u"hello"_s};
    QTest::addRow("by a lease, whatever its case")
        << u"RWL_2"_s << (1U << quint32(EventKind::Hello)) << QStringList{u"hello"_s};
    QTest::addRow("by the kind's name")
        << u"hello"_s << quint32(0) << QStringList{u"hello"_s, u"hello"_s};
    QTest::addRow("by an outcome")
        << u"stream_err"_s << (1U << quint32(EventKind::Outcome)) << QStringList{u"outcome"_s};
    QTest::addRow("by a number") << u"409"_s << quint32(0) << QStringList{u"connect_error"_s};
    QTest::addRow("by nothing that is there") << u"zzz"_s << quint32(0) << QStringList{};
}

void EventTableModelTest::filters()
{
    QFETCH(const QString, text);
    QFETCH(const quint32, kinds);
    QFETCH(const QStringList, kindsLeft);
    SessionBuilder session;
    session.connect(u"rwl_1"_s)
        .end(WatchOutcome::StreamError)
        .failConnect(ConnectError::Conflict, 409)
        .connect(u"rwl_2"_s);
    const auto store = session.store();
    EventTableModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setStore(store.get());
    model.setFilter({text, kinds});

    QStringList found;
    for (int row = 0; row < model.rowCount(); ++row)
        found.append(cell(model, row, EventTableModel::Kind));
    QCOMPARE(found, kindsLeft);
    model.setFilter({});
    QCOMPARE(model.rowCount(), int(store->size()));
}

void EventTableModelTest::filtersWhatComesLater()
{
    SessionStore store(SessionBuilder::header());
    EventTableModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setStore(&store);
    model.setFilter({u"beta"_s, 0});
    // More than one turn of the event loop looks through.
    for (int i = 0; i < 50'000; ++i) {
        Event event(EventKind::Note);
        event.t = std::chrono::milliseconds(i);
        event.set(Field::Detail, i % 10 == 0 ? u"Beta"_s : u"alpha"_s);
        store.append(event);
    }
    QSignalSpy filtered(&model, &EventTableModel::filtered);
    model.refresh();
    QVERIFY(model.isFiltering());
    QTRY_VERIFY_WITH_TIMEOUT(!filtered.isEmpty(), 30'000);
    QCOMPARE(model.rowCount(), 5'000);
    QCOMPARE(model.storeRow(4'999), 49'990);
}

void EventTableModelTest::findsTheRowOfAnEventBehindAFilter()
{
    SessionStore store(SessionBuilder::header());
    for (int i = 0; i < 10; ++i) {
        Event event(i % 2 == 0 ? EventKind::Note : EventKind::KeepAlive);
        event.t = std::chrono::milliseconds(i);
        store.append(event);
    }
    EventTableModel model;
    model.setStore(&store);
    model.setFilter({{}, 1U << quint32(EventKind::Note)});
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.tableRow(4), 2);
    QCOMPARE(model.tableRow(5), -1);
    QCOMPARE(model.tableRowAtOrBefore(5), 2);
    QCOMPARE(model.tableRowAtOrBefore(-1), -1);
}

void EventTableModelTest::namesThatAreOnlyMembersAreNoMatch()
{
    SessionStore store(SessionBuilder::header());
    Event event(EventKind::KeepAlive);
    event.source = u"robot"_s;
    event.set(Field::LeaseId, u"rwl_1"_s);
    store.append(event);
    EventTableModel model;
    model.setStore(&store);
    model.setFilter({u"lease_id"_s, 0});
    QCOMPARE(model.rowCount(), 0);
    model.setFilter({u"ROBOT"_s, 0});
    QCOMPARE(model.rowCount(), 1);
}

void EventTableModelTest::showsHostileTextOnOneLine()
{
    SessionStore store(SessionBuilder::header());
    Event event(EventKind::Note);
    event.set(Field::Detail, u"<b>bold</b>\nnext \u202Eturned"_s);
    store.append(event);
    EventTableModel model;
    model.setStore(&store);
    const auto detail = cell(model, 0, EventTableModel::Detail);
    QCOMPARE(detail, u"<b>bold</b>\\nnext \\u202eturned"_s);
    const auto tip = model.index(0, EventTableModel::Detail).data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.contains(u"&lt;b&gt;"_s), qPrintable(tip));
}

void EventTableModelTest::numbersAreTheSessions()
{
    SessionStore store(SessionBuilder::header());
    const Event event(EventKind::KeepAlive);
    store.append(event);
    for (int i = 0; i < 998; ++i)
        store.appendLine(toJsonLine(event));
    store.append(event);
    EventTableModel model;
    model.setStore(&store);
    QCOMPARE(cell(model, 0, EventTableModel::Number), u"1"_s);
    QCOMPARE(cell(model, 1, EventTableModel::Number), groupedNumber(1'000));
    // The clipboard says the same.
    QVERIFY(csvOf(store, {1}).contains("\r\n1000,"));
}

void EventTableModelTest::takesNothingInWhileFrozen()
{
    SessionStore store(SessionBuilder::header());
    store.append(Event(EventKind::KeepAlive));
    EventTableModel model;
    model.setStore(&store);
    model.setFrozen(true);
    store.append(Event(EventKind::KeepAlive));
    store.append(Event(EventKind::Note));
    model.refresh();
    QCOMPARE(model.rowCount(), 1);
    model.setFilter({{}, 1U << quint32(EventKind::Note)});
    QCOMPARE(model.rowCount(), 0);
    model.setFilter({});
    QCOMPARE(model.rowCount(), 1);
    model.setFrozen(false);
    QCOMPARE(model.rowCount(), 3);
}

void EventTableModelTest::sourcesAreShownWhereThereAreSeveral()
{
    SessionStore store(SessionBuilder::header());
    Event event(EventKind::KeepAlive);
    event.source = u"crane-1"_s;
    store.append(event);
    EventTableView view;
    view.resize(1'200, 300);
    view.events()->setStore(&store);
    QVERIFY(view.isColumnHidden(EventTableModel::Source));
    event.source = u"crane-2"_s;
    store.append(event);
    view.events()->refresh();
    QVERIFY(!view.isColumnHidden(EventTableModel::Source));
    QVERIFY(view.columnWidth(EventTableModel::Source) > 60);
    QCOMPARE(cell(*view.events(), 1, EventTableModel::Source), u"crane-2"_s);
    const SessionStore other(SessionBuilder::header());
    view.events()->setStore(&other);
    QVERIFY(view.isColumnHidden(EventTableModel::Source));
}

void EventTableModelTest::deltasAreThoseOfTheSource()
{
    SessionStore store(SessionBuilder::header());
    const auto add = [&store](const QString &source, int ms) {
        Event event(EventKind::KeepAlive);
        event.source = source;
        event.t = std::chrono::milliseconds(ms);
        store.append(event);
    };
    add(u"a"_s, 0);
    add(u"b"_s, 10);
    add(u"a"_s, 100);
    add(u"a"_s, 130);
    add(u"b"_s, 1'000);
    EventTableModel model;
    model.setStore(&store);
    QStringList deltas;
    for (int row = 0; row < model.rowCount(); ++row)
        deltas.append(cell(model, row, EventTableModel::Delta));
    QCOMPARE(deltas, (QStringList{u"0.0"_s, u"0.0"_s, u"100.0"_s, u"30.0"_s, u"990.0"_s}));
}

void EventTableModelTest::datesAreShownOfASessionOfDays()
{
    SessionStore store(SessionBuilder::header()); // from half past two in the afternoon
    Event event(EventKind::KeepAlive);
    store.append(event);
    EventTableView view;
    view.events()->setStore(&store);
    const auto narrow = view.columnWidth(EventTableModel::Time);
    QCOMPARE(cell(*view.events(), 0, EventTableModel::Time), u"14:30:00.000"_s);
    event.t = std::chrono::hours(10);
    store.append(event);
    view.events()->refresh();
    QCOMPARE(cell(*view.events(), 0, EventTableModel::Time), u"Nov 23 14:30:00.000"_s);
    QCOMPARE(cell(*view.events(), 1, EventTableModel::Time), u"Nov 24 00:30:00.000"_s);
    QVERIFY(view.columnWidth(EventTableModel::Time) > narrow);
}

QTEST_MAIN(EventTableModelTest)
#include "tst_eventtablemodel.moc"
