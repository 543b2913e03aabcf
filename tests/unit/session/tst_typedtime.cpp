// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/typedtime.h"

#include <QRegularExpression>
#include <QTest>
#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

Q_DECLARE_METATYPE(std::optional<watchline::Nanoseconds>)

class TypedTimeTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void readsTimes_data();
    void readsTimes();
    void longSessionsAreReadSinceTheirStart();
    void aDayIsNotKnownWithoutAStart();
};

void TypedTimeTest::readsTimes_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<std::optional<Nanoseconds>>("expected");
    // The session goes from 14:30:00 to 15:40:00.
    const auto row = [](const char *typed, std::optional<Nanoseconds> expected) {
        QTest::newRow(typed) << QString::fromLatin1(typed) << expected;
    };
    row("+90s", 90s);
    row("90s", 90s);
    row(" + 90s ", 90s);
    row("1.5h", 90min);
    row("+1:02:03", 1h + 2min + 3s);
    row("1:02:03", 1h + 2min + 3s);
    row("1:02:03.25", 1h + 2min + 3'250ms);
    row("+00:01:30.000", 90s);
    row("2:03", 2min + 3s);
    row("14:32:05", 2min + 5s);
    row("14:32:05.5", 2min + 5'500ms);
    row("14:32", 14min + 32s); // that long is the session
    row("14:32Z", 2min);
    row("14:32 utc", 2min);
    row("15:00:00Z", 30min);
    row("2026-11-23 14:31:00", 1min);
    row("2026-11-23T14:31:00Z", 1min);
    row("2026-11-24 14:30:00 UTC", 24h);
    row("2026-11-23 14:29:00", -1min);
    row("0:30:00Z", 10h); // the next day's
    row("+14:32:05", 14h + 32min + 5s);
    row("", std::nullopt);
    row("+", std::nullopt);
    row("soon", std::nullopt);
    row("90", std::nullopt);
    row("1:2:3:4", std::nullopt);
    row("1:60", std::nullopt);
    row("1:60:00", std::nullopt);
    row("1.5:00", std::nullopt);
    row("-5s", std::nullopt);
    row(":30", std::nullopt);
    row("99999999999:00:00", std::nullopt);
    row("25:00:00Z", std::nullopt);
    row("2026-13-23 14:31:00", std::nullopt);
    row("9999-12-31 00:00:00", std::nullopt);
}

void TypedTimeTest::readsTimes()
{
    QFETCH(const QString, typed);
    QFETCH(const std::optional<Nanoseconds>, expected);
    const QDateTime started(QDate(2026, 11, 23), QTime(14, 30), QTimeZone::utc());
    QCOMPARE(timeFromText(typed, started, 70min), expected);
}

void TypedTimeTest::longSessionsAreReadSinceTheirStart()
{
    const QDateTime started(QDate(2026, 11, 23), QTime(14, 30), QTimeZone::utc());
    constexpr Nanoseconds twoDays = 48h;
    QCOMPARE(timeFromText(u"14:32:05", started, twoDays),
             std::optional<Nanoseconds>(14h + 32min + 5s));
    QCOMPARE(timeFromText(u"14:32:05Z", started, twoDays), std::optional<Nanoseconds>(2min + 5s));
}

void TypedTimeTest::aDayIsNotKnownWithoutAStart()
{
    constexpr Nanoseconds session = 1h;
    QCOMPARE(timeFromText(u"90s", {}, session), std::optional<Nanoseconds>(90s));
    QVERIFY(!timeFromText(u"14:32:05Z", {}, session));
    QVERIFY(!timeFromText(u"2026-11-23 14:32:05", {}, session));
}

QTEST_GUILESS_MAIN(TypedTimeTest)
#include "tst_typedtime.moc"
