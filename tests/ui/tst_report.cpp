// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/failingdevice.h"
#include "tests/support/sessionbuilder.h"
#include "ui/report.h"
#include "ui/reporthtml.h"

#include <QBuffer>
#include <QImage>
#include <QRegularExpression>
#include <QTest>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype kLargestPage = 2 * 1024 * 1024;

QByteArray pageOf(const SessionStore &store, const ReportOptions &options = {})
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const auto result = writeReport(buffer, store, options);
    return result.status == ExportResult::Status::Done ? buffer.data()
                                                       : "failed: " + result.error.toUtf8();
}

ReportOptions named()
{
    ReportOptions options;
    options.names = ReportOptions::Names::Keep;
    return options;
}

/// Elements that are open at the end, or were closed without being open. Attributes' values are
/// quoted, texts have neither < nor >.
QString structureProblem(const QByteArray &page)
{
    static const QStringList kVoid{u"meta"_s, u"img"_s, u"source"_s};
    static const QRegularExpression element(u"<(/?)([a-z0-9]+)((?: [a-z-]+=\"[^\"<>]*\")*)>"_s);
    auto text = QString::fromUtf8(page);
    const auto style = QRegularExpression(u"(?<=<style>)[^<]*"_s);
    text.remove(style);
    text.remove(u"<!DOCTYPE html>"_s);
    QStringList open;
    qsizetype end = 0;
    auto all = element.globalMatch(text);
    while (all.hasNext()) {
        const auto match = all.next();
        const auto between = QStringView(text).sliced(end, match.capturedStart() - end);
        if (between.contains(u'<') || between.contains(u'>'))
            return u"not escaped: "_s + between.toString();
        end = match.capturedEnd();
        const auto name = match.captured(2);
        if (kVoid.contains(name))
            continue;
        if (match.captured(1).isEmpty())
            open.append(name);
        else if (open.isEmpty() || open.takeLast() != name)
            return u"closed without being open: "_s + name;
    }
    return open.join(u' ');
}

/// What could fetch or run something.
bool isInert(const QByteArray &page)
{
    static const QRegularExpression active(
        u"<(script|link|iframe|object|embed|form|base|a|svg|style [^>]*)[ >]|"
        "<[^>]* (src|srcset|href)=\"(?!data:image/png;base64,)|<[^>]* on[a-z]+=|@import|url\\("_s,
        QRegularExpression::CaseInsensitiveOption);
    const auto text = QString::fromUtf8(page);
    return !text.contains(active) && text.contains(u"default-src 'none'"_s);
}

} // namespace

class TestReport : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void tellsWhatHappened();
    void hasPicturesOfBothThemes();
    void isTheSameTwice();
    void escapesWhatOthersWrote_data();
    void escapesWhatOthersWrote();
    void hasNoNamesUnlessAsked();
    void isAboutThePartThatWasAskedFor();
    void tellsOfAnEmptySession();
    void tellsWhatTheFileLost();
    void isBounded();
    void canBeStopped();
    void saysWhyItCouldNotBeWritten();
    void refusesARangeBeyondTheSession();
};

void TestReport::tellsWhatHappened()
{
    const auto page = pageOf(*outageSession(), named());
    QCOMPARE(structureProblem(page), QString());
    QVERIFY(isInert(page));
    for (const auto &text :
         {"session of 2026-11-23 14:30:00 UTC", "<code>lease_contention</code>",
          "outcome.stream_error_healthy", "all as the gateway decides", "Longest silence",
          "What was left out", "prefers-color-scheme: dark", "@media print"})
        QVERIFY2(page.contains(text), text);
}

void TestReport::hasPicturesOfBothThemes()
{
    const auto page = QString::fromUtf8(pageOf(*outageSession()));
    static const QRegularExpression picture(u"(src|srcset)=\"data:image/png;base64,([^\"]+)\""_s);
    auto all = picture.globalMatch(page);
    QList<QColor> corners;
    while (all.hasNext()) {
        const auto image =
            QImage::fromData(QByteArray::fromBase64(all.next().captured(2).toLatin1()), "PNG");
        QCOMPARE(image.width(), 1'600);
        corners.append(image.pixelColor(image.width() - 3, image.height() - 3));
    }
    QCOMPARE(corners.size(), 2);
    QVERIFY(corners.first().lightness() < 128); // <source> comes first
    QVERIFY(corners.last().lightness() > 128);
}

void TestReport::isTheSameTwice()
{
    const auto store = outageSession();
    QCOMPARE(pageOf(*store), pageOf(*store));
    QVERIFY(pageOf(*store) != pageOf(*store, named()));
}

void TestReport::escapesWhatOthersWrote_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("shown");
    const auto row = [](const char *name, const QString &text, const QByteArray &shown) {
        QTest::newRow(name) << text << shown;
    };
    row("markup", u"<script>alert(1)</script>"_s, "&lt;script&gt;alert(1)&lt;/script&gt;");
    row("quotes", u"\" onload=\"x' &"_s, "&quot; onload=&quot;x' &amp;");
    row("the end of the style", u"</style></td><img src=http://x>"_s,
        "&lt;/style&gt;&lt;/td&gt;&lt;img src=http://x&gt;");
    row("bidirectional", u"a\u202Eb"_s, "a\\u202eb");
    row("controls", u"a\x1b[31m\n\u0000b"_s, "a\\x1b[31m\\n");
    row("a lone surrogate", u"a"_s + QChar(0xD800) + u'b', "a\uFFFDb");
    row("an entity", u"&lt;b&gt;"_s, "&amp;lt;b&amp;gt;");
}

void TestReport::escapesWhatOthersWrote()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, shown);
    auto header = SessionBuilder::header();
    header.generator = text;
    header.apiUrl = text;
    SessionStore store(header);
    SessionBuilder session(text);
    session.start().connect(text).run(20s).note(text).end(WatchOutcome::StreamError);
    session.appendTo(store);
    const auto page = pageOf(store, named());
    QCOMPARE(structureProblem(page), QString());
    QVERIFY(isInert(page));
    QVERIFY(page.count(shown) >= 4); // source, API, generator, note
    QVERIFY(isInert(pageOf(store)));
}

void TestReport::hasNoNamesUnlessAsked()
{
    SessionStore store(SessionBuilder::header());
    SessionBuilder session(u"crane-1"_s);
    session.start().connect(u"rwl_secret"_s).run(20s).note(u"crane-1 held rwl_secret"_s);
    session.appendTo(store);
    const auto redacted = pageOf(store);
    QVERIFY(!redacted.contains("crane-1"));
    QVERIFY(!redacted.contains("rwl_secret"));
    QVERIFY(redacted.contains("source-1 held lease-1"));
    QVERIFY(pageOf(store, named()).contains("crane-1 held rwl_secret"));
}

void TestReport::isAboutThePartThatWasAskedFor()
{
    SessionStore store(SessionBuilder::header());
    SessionBuilder session;
    session.start().connect(u"rwl_1"_s).run(60s).note(u"early"_s).end(WatchOutcome::StreamEnded);
    session.connect(u"rwl_2"_s).run(60s).note(u"late"_s).end(WatchOutcome::HeartbeatConflict);
    session.appendTo(store);
    auto options = named();
    options.from = 70s;
    const auto page = pageOf(store, options);
    QVERIFY(!page.contains("<td>early</td>"));
    QVERIFY(page.contains("<td>late</td>"));
    QVERIFY(page.contains("of that part alone"));
    // The numbers are the session's.
    qsizetype row = store.size() - 1;
    while (store.kind(row) != EventKind::Outcome)
        --row;
    static const QRegularExpression contention(u"<code>lease_contention</code>[^/]*#(\\d+)"_s);
    const auto match = contention.match(QString::fromUtf8(page));
    QVERIFY(match.hasMatch());
    QVERIFY(std::abs(match.captured(1).toLongLong() - (row + 1)) <= 1); // the heartbeat or its end
}

void TestReport::tellsOfAnEmptySession()
{
    const SessionStore store(SessionBuilder::header());
    for (const auto &page : {pageOf(store), pageOf(store, named())}) {
        QCOMPARE(structureProblem(page), QString());
        QVERIFY(page.contains("<dt>Events</dt><dd>0</dd>"));
    }
}

void TestReport::tellsWhatTheFileLost()
{
    ReportOptions options;
    options.read.lostLines = 3;
    options.read.lostBytes = 17;
    const auto page = pageOf(*outageSession(), options);
    QVERIFY(page.contains("3 lines of the file that could not be understood"));
    QVERIFY(page.contains("The last 17 bytes of the file"));
}

void TestReport::isBounded()
{
    SessionStore store(SessionBuilder::header());
    SessionBuilder session;
    session.start();
    for (int i = 0; i < 3'000; ++i) {
        session.connect(u"rwl_%1"_s.arg(i)).wait(1s).note(QString(5'000, u'n'));
        session.end(i % 2 == 0 ? WatchOutcome::StreamEnded : WatchOutcome::ReadTimeout);
    }
    session.appendTo(store);
    const auto page = pageOf(store);
    QVERIFY2(page.size() < kLargestPage, QByteArray::number(page.size()).constData());
    QVERIFY(page.contains("6\u202F000 decisions:"));
    QVERIFY(page.contains("2\u202F800 more notes."));
}

void TestReport::canBeStopped()
{
    for (const auto names : {ReportOptions::Names::Replace, ReportOptions::Names::Keep}) {
        ReportOptions options;
        options.names = names;
        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        const auto result =
            writeReport(buffer, *outageSession(), options, [](double) { return false; });
        QCOMPARE(result.status, ExportResult::Status::Cancelled);
        QCOMPARE(buffer.data(), QByteArray());
    }
}

void TestReport::saysWhyItCouldNotBeWritten()
{
    FailingDevice device(100);
    device.open(QIODevice::WriteOnly);
    const auto result = writeReport(device, *outageSession(), {});
    QCOMPARE(result.status, ExportResult::Status::Failed);
    QVERIFY(!result.error.isEmpty());
}

void TestReport::refusesARangeBeyondTheSession()
{
    ReportOptions options;
    QCOMPARE(reportComplaint(options, *outageSession()), QString());
    options.from = std::chrono::hours(100);
    QVERIFY(reportComplaint(options, *outageSession()).contains(u"after the session's end"_s));
}

QTEST_MAIN(TestReport)
#include "tst_report.moc"
