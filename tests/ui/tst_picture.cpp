// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/text.h"
#include "tests/support/sessionbuilder.h"
#include "ui/theme.h"
#include "ui/timeline/picture.h"

#include <QBuffer>
#include <QGuiApplication>
#include <QHash>
#include <QImage>
#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Takes a few bytes, then no more.
class FullDevice : public QIODevice
{
protected:
    qint64 readData(char *, qint64) override { return -1; }
    qint64 writeData(const char *, qint64) override
    {
        setErrorString(u"No space left"_s);
        return -1;
    }
};

QByteArray png(const SessionStore &store, const PictureOptions &options = {})
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QString error;
    return writeTimelinePng(buffer, store, options, &error) ? bytes : QByteArray();
}

QByteArray svg(const SessionStore &store, const PictureOptions &options = {})
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QString error;
    return writeTimelineSvg(buffer, store, options, &error) ? bytes : QByteArray();
}

bool hasColor(const QImage &image, QColor color)
{
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y) == color)
                return true;
        }
    }
    return false;
}

QColor mostCommonColor(const QImage &image)
{
    QHash<QRgb, int> counts;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            ++counts[image.pixel(x, y)];
    }
    const auto most = std::max_element(counts.cbegin(), counts.cend());
    return QColor(most.key());
}

} // namespace

class TestPicture : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void aPngHasTheSizeThatWasAskedFor_data();
    void aPngHasTheSizeThatWasAskedFor();
    void anSvgIsWellFormed();
    void textsInAnSvgAreText();
    void theSameSessionGivesTheSameBytes();
    void lightAndDarkDiffer();
    void aPartShowsOnlyThatPart();
    void aPartBeyondTheSessionIsRefused();
    void everyPictureHasAllLanes_data();
    void everyPictureHasAllLanes();
    void manySourcesAskForAHigherPicture();
    void theHostIsNamedOnce();
    void sessionsOfAllSortsArePainted();
    void hostileTextsAreEscaped();
    void impossibleOptionsAreRefused_data();
    void impossibleOptionsAreRefused();
    void aFullDeviceIsAnError();
};

void TestPicture::aPngHasTheSizeThatWasAskedFor_data()
{
    QTest::addColumn<QSize>("size");
    for (const QSize size :
         {QSize(1600, 600), QSize(900, 600), QSize(3840, 2160), kSmallestPicture, QSize(333, 1777)})
        QTest::addRow("%dx%d", size.width(), size.height()) << size;
}

void TestPicture::aPngHasTheSizeThatWasAskedFor()
{
    QFETCH(QSize, size);
    PictureOptions options;
    options.size = size;
    QImage image;
    QVERIFY(image.loadFromData(png(*outageSession(), options), "PNG"));
    QCOMPARE(image.size(), size);
}

void TestPicture::anSvgIsWellFormed()
{
    QXmlStreamReader xml(svg(*outageSession()));
    int elements = 0;
    QString viewBox;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (elements++ == 0) {
            QCOMPARE(xml.name(), u"svg"_s);
            viewBox = xml.attributes().value("viewBox"_L1).toString();
            QCOMPARE(xml.attributes().value("width"_L1), u"1600"_s);
            QCOMPARE(xml.attributes().value("height"_L1), u"600"_s);
        }
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QCOMPARE(viewBox, u"0 0 1600 600"_s);
    QVERIFY(elements > 100);
}

void TestPicture::textsInAnSvgAreText()
{
    const auto bytes = svg(*outageSession());
    for (const char *text : {"rwl_51c0", "Heartbeats", "outcome.stream_error_healthy",
                             "30 s  conflict", "staging.example.org"})
        QVERIFY2(bytes.contains(text), text);
}

void TestPicture::theSameSessionGivesTheSameBytes()
{
    QCOMPARE(svg(*outageSession()), svg(*outageSession()));
    QCOMPARE(png(*outageSession()), png(*outageSession()));
}

void TestPicture::lightAndDarkDiffer()
{
    PictureOptions dark;
    dark.dark = true;
    QImage light;
    QImage night;
    QVERIFY(light.loadFromData(png(*outageSession())));
    QVERIFY(night.loadFromData(png(*outageSession(), dark)));
    QCOMPARE(mostCommonColor(light), Theme::light().pane);
    QCOMPARE(mostCommonColor(night), Theme::darkTheme().pane);
}

void TestPicture::aPartShowsOnlyThatPart()
{
    PictureOptions options;
    options.from = 0s;
    options.to = 50s;
    const auto bytes = svg(*outageSession(), options);
    QVERIFY(bytes.contains("rwl_51c0"));
    QVERIFY(!bytes.contains("rwl_6b2e"));
}

void TestPicture::aPartBeyondTheSessionIsRefused()
{
    const auto store = outageSession();
    PictureOptions options;
    options.from = 5'000s;
    const auto complaint = pictureComplaint(options, *store);
    const auto length = readableDuration(store->time(store->size() - 1));
    QVERIFY2(complaint.contains(length), qPrintable(complaint));
    QVERIFY(png(*store, options).isEmpty());
    options.to = 6'000s;
    QVERIFY(svg(*store, options).isEmpty());
}

void TestPicture::everyPictureHasAllLanes_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("smallest") << kSmallestPicture;
    QTest::newRow("small") << QSize(500, 300);
    QTest::newRow("wide") << QSize(16'000, 300);
    QTest::newRow("usual") << QSize();
}

void TestPicture::everyPictureHasAllLanes()
{
    QFETCH(QSize, size);
    PictureOptions options;
    options.size = size;
    const auto bytes = svg(*outageSession(), options);
    QVERIFY(!bytes.isEmpty());
    for (const char *lane :
         {"Status", "Watch", "Decisions", "Backoff", "Heartbeats", "Frames", "Marks"})
        QVERIFY2(bytes.contains(lane), lane);
}

void TestPicture::manySourcesAskForAHigherPicture()
{
    std::vector<SessionBuilder> builders;
    for (int i = 0; i < 4; ++i) {
        builders.emplace_back(u"gateway %1"_s.arg(i));
        builders.back().start().connect(u"rwl_%1"_s.arg(i)).run(60s).end(WatchOutcome::StreamEnded);
    }
    const auto store = SessionBuilder::merged(builders);
    QCOMPARE(svg(*store).count(">Marks<"), 4);
    PictureOptions options;
    options.size = QSize(1600, 600);
    const auto complaint = pictureComplaint(options, *store);
    const QString least = u"at least 320x"_s;
    QVERIFY2(complaint.contains(least), qPrintable(complaint));
    const int height = complaint.mid(complaint.indexOf(least) + least.size()).toInt();
    options.size.setHeight(height);
    QCOMPARE(svg(*store, options).count(">Marks<"), 4);
    options.size.setHeight(height - 1);
    QVERIFY(svg(*store, options).isEmpty());
}

void TestPicture::theHostIsNamedOnce()
{
    auto header = SessionBuilder::header();
    header.apiUrl = u"http://127.0.0.1:39747/api/v1"_s;
    SessionStore store;
    store.setHeader(header);
    SessionBuilder session(u"127.0.0.1:39747"_s);
    session.start().connect(u"rwl_1"_s).run(20s);
    session.appendTo(store);
    QCOMPARE(svg(store).count("127.0.0.1"), 1);
}

void TestPicture::sessionsOfAllSortsArePainted()
{
    const SessionStore empty;
    QVERIFY(svg(empty).contains("No events"));
    QVERIFY(!png(empty).isEmpty());
    SessionBuilder one;
    one.wait(3s).note(u"the only one"_s);
    QVERIFY(svg(*one.store()).contains("the only one"));
    SessionBuilder days;
    days.setHeartbeatInterval(60s).setKeepAliveInterval(60s).start();
    for (int i = 0; i < 30; ++i)
        days.connect(u"rwl_%1"_s.arg(i)).run(140min).end(WatchOutcome::StreamEnded);
    QImage image;
    QVERIFY(image.loadFromData(png(*days.store())));
    QVERIFY(hasColor(image, Theme::light().color(Tone::Ok)));
}

void TestPicture::hostileTextsAreEscaped()
{
    SessionBuilder session(u"<script>alert(1)</script>"_s);
    session.start().connect(u"</text><b>"_s).run(60s).note(u"a\u202Eb & <c>"_s).run(60s);
    QXmlStreamReader xml(svg(*session.store()));
    while (!xml.atEnd()) {
        if (xml.readNext() == QXmlStreamReader::StartElement) {
            QVERIFY(xml.name() != u"script"_s);
            QVERIFY(xml.name() != u"b"_s);
        }
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
}

void TestPicture::impossibleOptionsAreRefused_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::newRow("too small") << QSize(10, 600) << 0 << 10;
    QTest::newRow("too large") << QSize(1600, 100'000) << 0 << 10;
    QTest::newRow("no height") << QSize(1600, 0) << 0 << 10;
    QTest::newRow("too low for the lanes") << QSize(1600, 200) << 0 << 10;
    QTest::newRow("ends before it begins") << QSize(1600, 600) << 20 << 10;
    QTest::newRow("ends as it begins") << QSize(1600, 600) << 20 << 20;
}

void TestPicture::impossibleOptionsAreRefused()
{
    QFETCH(QSize, size);
    QFETCH(int, from);
    QFETCH(int, to);
    PictureOptions options;
    options.size = size;
    options.from = from * 1s;
    options.to = to * 1s;
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QString error;
    QVERIFY(!writeTimelinePng(buffer, *outageSession(), options, &error));
    QVERIFY(!error.isEmpty() && !error.contains(u'\n'));
    QVERIFY(!writeTimelineSvg(buffer, *outageSession(), options, &error));
    QVERIFY(!writeTimelineSvg(buffer, *outageSession(), options, nullptr));
    QVERIFY(buffer.data().isEmpty());
}

void TestPicture::aFullDeviceIsAnError()
{
    FullDevice device;
    QVERIFY(device.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    QString error;
    QVERIFY(!writeTimelinePng(device, *outageSession(), {}, &error));
    QVERIFY2(error.contains(u"No space left"_s), qPrintable(error));
    QVERIFY(!writeTimelineSvg(device, *outageSession(), {}, &error));
}

QTEST_MAIN(TestPicture)
#include "tst_picture.moc"
