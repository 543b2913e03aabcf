// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/secret.h"

#include <QDebug>
#include <QRegularExpression>
#include <QTest>

#include <optional>
#include <type_traits>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

template<typename T>
concept Printable = requires(QDebug debug, const T &value)
{
    debug << value;
};

} // namespace

class TestSecret : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void givesBackItsBytes();
    void emptyOnesAreEmpty();
    void outlivesItsCopies();
    void wipingLeavesTheGiversBytesAlone();
    void whatWasRevealedOutlivesIt();
    void comparesBytes();
    void fingerprintTellsApartWithoutGivingAway();
    void cannotBePrintedByMistake();
};

void TestSecret::givesBackItsBytes()
{
    const QByteArray bytes("a\0b\n", 4);
    const Secret secret(bytes);
    QVERIFY(!secret.isEmpty());
    QCOMPARE(secret.reveal(), bytes);
}

void TestSecret::emptyOnesAreEmpty()
{
    QVERIFY(Secret().isEmpty());
    QVERIFY(Secret(QByteArray()).isEmpty());
    QCOMPARE(Secret().reveal(), QByteArray());
    QCOMPARE(Secret().fingerprint(), Secret(QByteArray()).fingerprint());
}

void TestSecret::outlivesItsCopies()
{
    auto first = std::make_optional<Secret>("token");
    const Secret second = *first;
    first.reset();
    QCOMPARE(second.reveal(), QByteArray("token"));
}

void TestSecret::wipingLeavesTheGiversBytesAlone()
{
    const QByteArray bytes = QByteArray("to") + "ken";
    {
        const Secret secret(bytes);
    }
    QCOMPARE(bytes, QByteArray("token"));
    static const char literal[] = "token";
    {
        const Secret secret(QByteArray::fromRawData(literal, 5));
    }
    QCOMPARE(QByteArray(literal), QByteArray("token"));
}

void TestSecret::whatWasRevealedOutlivesIt()
{
    auto secret = std::make_optional<Secret>("token");
    const auto revealed = secret->reveal();
    secret.reset();
    QCOMPARE(revealed, QByteArray("token"));
}

void TestSecret::comparesBytes()
{
    QVERIFY(Secret("a") == Secret("a"));
    QVERIFY(Secret("a") != Secret("b"));
    QVERIFY(Secret("a") != Secret("aa"));
    QVERIFY(Secret("a") != Secret());
    QVERIFY(Secret() != Secret("a"));
    QVERIFY(Secret() == Secret(QByteArray()));
}

void TestSecret::fingerprintTellsApartWithoutGivingAway()
{
    const Secret secret("abc");
    QCOMPARE(secret.fingerprint(), u"sha256:ba7816bf"_s);
    QCOMPARE(Secret("abc").fingerprint(), secret.fingerprint());
    QVERIFY(Secret("abd").fingerprint() != secret.fingerprint());
}

void TestSecret::cannotBePrintedByMistake()
{
    static_assert(!Printable<Secret>);
    static_assert(Printable<QByteArray>);
    static_assert(!std::is_convertible_v<Secret, QByteArray>);
    static_assert(!std::is_convertible_v<Secret, QString>);
    static_assert(!std::is_convertible_v<QByteArray, Secret>);
}

QTEST_GUILESS_MAIN(TestSecret)
#include "tst_secret.moc"
