// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventparser.h"
#include "core/session/storesource.h"
#include "tests/support/fulldisk.h"
#include "tests/support/sessionbuilder.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

QByteArray rest(StoreSource &source, qint64 piece = 1 << 16)
{
    QByteArray all;
    for (auto bytes = source.take(piece); !bytes.isEmpty(); bytes = source.take(piece))
        all += bytes;
    return all;
}

/// Without rows, as those of a flood.
void appendHidden(SessionStore &store, int count)
{
    for (int i = 0; i < count; ++i)
        store.appendLine(toJsonLine(Event(EventKind::KeepAlive)));
}

} // namespace

class TestStoreSource : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_folder = std::make_unique<QTemporaryDir>();
        m_store = std::make_unique<SessionStore>(SessionBuilder::header());
        QVERIFY(FullDisk::fill(*m_store, m_folder->filePath(u"full.watchline"_s)));
    }
    void cleanup() { m_store.reset(); }
    void countsWhatWasForgotten_data();
    void countsWhatWasForgotten();
    void countsWhatIsForgottenWhileItIsRead();
    void givesALineWholeThatIsForgottenMeanwhile();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<SessionStore> m_store;
};

void TestStoreSource::countsWhatWasForgotten_data()
{
    QTest::addColumn<int>("hidden"); // behind the last row
    QTest::newRow("a row at the end") << 0;
    QTest::newRow("a frame without a row at the end") << 1;
    QTest::newRow("many") << 1'000;
}

void TestStoreSource::countsWhatWasForgotten()
{
    QFETCH(int, hidden);
    appendHidden(*m_store, hidden);
    StoreSource source(*m_store, StoreSource::Extent::Everything);
    const auto lines = rest(source).count('\n') - 1; // the header's
    QVERIFY(source.missing() > 0);
    QCOMPARE(lines + source.missing(), FullDisk::kEvents + hidden);
    StoreSource rows(*m_store);
    QCOMPARE(rest(rows).count('\n') + rows.missing(), FullDisk::kEvents);
}

void TestStoreSource::countsWhatIsForgottenWhileItIsRead()
{
    StoreSource source(*m_store, StoreSource::Extent::Everything);
    QByteArray taken;
    while (source.missing() == 0)
        taken += source.take(1'000);
    taken += source.take(5'000);
    const auto before = source.missing();
    // What comes now is beyond the source's end; it forgets more of what is in front of it.
    appendHidden(*m_store, 2'500);
    taken += rest(source);
    QVERIFY(source.missing() > before);
    QCOMPARE(taken.count('\n') - 1 + source.missing(), FullDisk::kEvents);
}

void TestStoreSource::givesALineWholeThatIsForgottenMeanwhile()
{
    StoreSource source(*m_store, StoreSource::Extent::Everything);
    QByteArray taken;
    while (source.missing() == 0)
        taken += source.take(7); // in the middle of a line
    appendHidden(*m_store, 2'500);
    taken += rest(source, 7);
    QVERIFY(taken.endsWith('\n'));
    for (const auto &line : taken.chopped(1).split('\n'))
        QVERIFY2(line.startsWith('{') && line.endsWith('}'), line.constData());
}

QTEST_GUILESS_MAIN(TestStoreSource)
#include "tst_storesource.moc"
