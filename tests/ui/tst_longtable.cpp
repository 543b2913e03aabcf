// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/longtable.h"

#include <QAbstractTableModel>
#include <QHeaderView>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

class Rows : public QAbstractTableModel
{
public:
    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : m_count;
    }
    int columnCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : 3;
    }
    QVariant data(const QModelIndex &index, int role) const override
    {
        if (role == Qt::DisplayRole)
            ++asked;
        return role == Qt::DisplayRole ? QVariant(index.row()) : QVariant();
    }
    void add(int count)
    {
        beginInsertRows({}, m_count, m_count + count - 1);
        m_count += count;
        endInsertRows();
    }
    void clear()
    {
        beginResetModel();
        m_count = 0;
        endResetModel();
    }

    mutable int asked = 0;

private:
    int m_count = 0;
};

constexpr int kMany = 10'000'000;

} // namespace

class TestLongTable : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void asksForWhatIsInSightOnly();
    void scrollsToAnyRow_data();
    void scrollsToAnyRow();
    void keysMove_data();
    void keysMove();
    void shiftSelectsWholeRows();
    void aClickSelectsItsRow();
    void selectsAllWithoutWalkingThroughThem();
    void growsAndEmpties();

private:
    std::unique_ptr<Rows> m_rows;
    std::unique_ptr<LongTable> m_table;
};

void TestLongTable::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    m_rows = std::make_unique<Rows>();
    m_table = std::make_unique<LongTable>();
    m_table->setModel(m_rows.get());
    m_table->setRowHeight(20);
    m_table->resize(400, 300);
    m_table->show();
    m_rows->add(kMany);
}

void TestLongTable::cleanup()
{
    m_table.reset();
    m_rows.reset();
}

void TestLongTable::asksForWhatIsInSightOnly()
{
    m_table->grab();
    m_rows->asked = 0;
    m_table->verticalScrollBar()->setValue(m_table->verticalScrollBar()->maximum() / 2);
    m_table->grab();
    QVERIFY(m_rows->asked > 0);
    QVERIFY2(m_rows->asked < 500, qPrintable(QString::number(m_rows->asked)));
    QCOMPARE(m_table->verticalHeader()->count(), 0);
}

void TestLongTable::scrollsToAnyRow_data()
{
    QTest::addColumn<int>("row");
    for (const int row : {0, 1, 17, 5'000'000, kMany - 2, kMany - 1})
        QTest::addRow("%d", row) << row;
}

void TestLongTable::scrollsToAnyRow()
{
    QFETCH(int, row);
    const auto index = m_rows->index(row, 1);
    m_table->scrollTo(index);
    const auto rect = m_table->visualRect(index);
    QVERIFY(m_table->viewport()->rect().contains(rect));
    QCOMPARE(rect.height(), 20);
    QCOMPARE(m_table->indexAt(rect.center()), index);
    m_table->scrollTo(index, QAbstractItemView::PositionAtTop);
    QVERIFY(row > kMany - 10 || m_table->visualRect(index).top() == 0);
}

void TestLongTable::keysMove_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<Qt::Key>("key");
    QTest::addColumn<int>("to");
    const int page = 300 / 20 - 3; // less the header, and a row that stays in sight
    QTest::newRow("down") << 5 << Qt::Key_Down << 6;
    QTest::newRow("up") << 5 << Qt::Key_Up << 4;
    QTest::newRow("up at the beginning") << 0 << Qt::Key_Up << 0;
    QTest::newRow("down at the end") << kMany - 1 << Qt::Key_Down << kMany - 1;
    QTest::newRow("home") << 5'000'000 << Qt::Key_Home << 0;
    QTest::newRow("end") << 5 << Qt::Key_End << kMany - 1;
    QTest::newRow("page down") << 100 << Qt::Key_PageDown << 100 + page;
    QTest::newRow("page up") << 100 << Qt::Key_PageUp << 100 - page;
}

void TestLongTable::keysMove()
{
    QFETCH(int, from);
    QFETCH(Qt::Key, key);
    QFETCH(int, to);
    m_table->setCurrentIndex(m_rows->index(from, 0));
    QTest::keyClick(m_table.get(), key);
    // How many rows a page has depends on the style's header.
    const int tolerance = key == Qt::Key_PageDown || key == Qt::Key_PageUp ? 2 : 0;
    const int row = m_table->currentIndex().row();
    QVERIFY2(std::abs(row - to) <= tolerance, qPrintable(QString::number(row)));
    QVERIFY(m_table->selectionModel()->isRowSelected(row));
    QVERIFY(m_table->viewport()->rect().contains(m_table->visualRect(m_table->currentIndex())));
}

void TestLongTable::shiftSelectsWholeRows()
{
    m_table->setCurrentIndex(m_rows->index(100, 0));
    QTest::keyClick(m_table.get(), Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(m_table.get(), Qt::Key_Down, Qt::ShiftModifier);
    for (const int row : {100, 101, 102})
        QVERIFY(m_table->selectionModel()->isRowSelected(row));
    QVERIFY(!m_table->selectionModel()->isRowSelected(103));
}

void TestLongTable::aClickSelectsItsRow()
{
    m_table->scrollTo(m_rows->index(7'000'000, 0), QAbstractItemView::PositionAtTop);
    const auto place = m_table->visualRect(m_rows->index(7'000'003, 1)).center();
    QTest::mouseClick(m_table->viewport(), Qt::LeftButton, {}, place);
    QCOMPARE(m_table->currentIndex().row(), 7'000'003);
    QVERIFY(m_table->selectionModel()->isRowSelected(7'000'003));
}

void TestLongTable::selectsAllWithoutWalkingThroughThem()
{
    m_table->selectAll();
    const auto selection = m_table->selectionModel()->selection();
    QCOMPARE(selection.size(), 1);
    QCOMPARE(selection.first().height(), kMany);
}

void TestLongTable::growsAndEmpties()
{
    const int before = m_table->verticalScrollBar()->maximum();
    m_rows->add(50);
    QCOMPARE(m_table->verticalScrollBar()->maximum(), before + 50 * 20);
    m_rows->clear();
    QTRY_COMPARE(m_table->verticalScrollBar()->maximum(), 0);
    QVERIFY(!m_table->indexAt({5, 5}).isValid());
    QTest::keyClick(m_table.get(), Qt::Key_Down);
    QVERIFY(!m_table->currentIndex().isValid());
    m_rows->add(1);
    QCOMPARE(m_table->indexAt({5, 5}).row(), 0);
}

QTEST_MAIN(TestLongTable)
#include "tst_longtable.moc"
