// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/protocol/sseparser.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QStringList>
#include <QTest>

#include <algorithm>

using namespace watchline;
using namespace Qt::StringLiterals;

namespace {

/// A frame as one line of text, so that lists of them compare and print well.
QString shown(const SseFrame &frame)
{
    const auto data = QString::fromLatin1(frame.data.toByteArray().toPercentEncoding(
        QByteArray(" {}[]\":,=<>/;()*!"), QByteArray("%")));
    switch (frame.kind) {
    case SseFrame::Kind::Comment:
        return u"comment "_s + data;
    case SseFrame::Kind::Event:
        return u"event "_s + QString::fromUtf8(frame.type) + u"|"_s + data +
               (frame.unterminated ? u" (unterminated)"_s : QString());
    case SseFrame::Kind::Id:
        return u"id "_s + data;
    case SseFrame::Kind::Retry:
        return u"retry "_s + data;
    case SseFrame::Kind::BadLine:
        return u"bad "_s + data;
    }
    return {};
}

/// Feeds pieces, each from a buffer of its own that is gone when the next one comes, so that a view
/// kept too long shows up.
class Feeder
{
public:
    explicit Feeder(SseParser::Limits limits = {})
        : m_parser(limits)
    {}

    bool feed(QByteArrayView bytes)
    {
        auto piece = std::make_unique<QByteArray>(bytes.data(), bytes.size());
        const bool ok = m_parser.feed(*piece, *this);
        std::fill(piece->begin(), piece->end(), '#');
        return ok;
    }
    bool finish() { return m_parser.finish(*this); }
    const QStringList &frames() const { return m_frames; }
    SseParser &parser() { return m_parser; }

    void operator()(const SseFrame &frame) { m_frames.append(shown(frame)); }

private:
    SseParser m_parser;
    QStringList m_frames;
};

QStringList parsedWhole(const QByteArray &stream)
{
    Feeder feeder;
    feeder.feed(stream);
    feeder.finish();
    return feeder.frames();
}

/// The format again, written for plainness alone: the whole stream is at hand.
class PlainParser
{
public:
    static QStringList parse(const QByteArray &stream)
    {
        PlainParser parser;
        QByteArray line;
        bool first = true;
        for (qsizetype i = 0; i < stream.size(); ++i) {
            if (stream[i] != '\n' && stream[i] != '\r') {
                line += stream[i];
                continue;
            }
            if (stream[i] == '\r' && i + 1 < stream.size() && stream[i + 1] == '\n')
                ++i;
            if (first && line.startsWith("\xEF\xBB\xBF"))
                line.remove(0, 3);
            first = false;
            parser.take(line);
            line.clear();
        }
        parser.dispatch(true);
        return parser.m_frames;
    }

private:
    void take(const QByteArray &line)
    {
        if (line.isEmpty()) {
            dispatch(false);
            return;
        }
        if (!line.isValidUtf8()) {
            add({SseFrame::Kind::BadLine, {}, line, false});
            return;
        }
        const qsizetype colon = line.indexOf(':');
        const QByteArray field = line.left(colon < 0 ? line.size() : colon);
        QByteArray value = colon < 0 ? QByteArray() : line.mid(colon + 1);
        if (value.startsWith(' '))
            value.remove(0, 1);
        if (colon == 0)
            add({SseFrame::Kind::Comment, {}, value, false});
        else if (field == "data")
            m_data.append(value);
        else if (field == "event")
            m_type = value;
        else if (field == "id")
            add({SseFrame::Kind::Id, {}, value, false});
        else if (field == "retry")
            add({SseFrame::Kind::Retry, {}, value, false});
    }

    void dispatch(bool unterminated)
    {
        if (!m_data.isEmpty()) {
            const auto data = m_data.join('\n');
            const auto type = m_type.isEmpty() ? QByteArray("message") : m_type;
            add({SseFrame::Kind::Event, type, data, unterminated});
        }
        m_data.clear();
        m_type.clear();
    }

    void add(const SseFrame &frame) { m_frames.append(shown(frame)); }

    QByteArrayList m_data;
    QByteArray m_type;
    QStringList m_frames;
};

} // namespace

class TestSseParser : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void splitsIntoFrames_data();
    void splitsIntoFrames();
    void agreesWithAPlainParserOnRandomStreams_data();
    void agreesWithAPlainParserOnRandomStreams();
    void eventsAreGivenAsSoonAsTheirLastByteIsThere();
    void aLoneCarriageReturnEndsALineAtOnce();
    void onlyCommentsAndEventsAreSignsOfLife();
    void dataOfOneLineIsNotCopied();
    void refusesWhatIsPastALimit_data();
    void refusesWhatIsPastALimit();
    void takesWhatIsJustWithinTheLimits();
    void takesNothingAfterAnError();
    void stopsWhenTheSinkSaysSo();
    void takesNothingAfterTheEnd();
    void aLongLineInTinyPiecesIsParsed();
};

void TestSseParser::splitsIntoFrames_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QStringList>("frames");
    const auto row = [](const char *name, const QByteArray &stream, const QStringList &frames) {
        QTest::newRow(name) << stream << frames;
    };
    using B = QByteArray;

    row("nothing", "", {});
    row("one event", "event: hello\ndata: {\"a\":1}\n\n", {u"event hello|{\"a\":1}"_s});
    row("no name is message", "data: x\n\n", {u"event message|x"_s});
    row("empty name is message", "event:\ndata: x\n\n", {u"event message|x"_s});
    row("the last name counts", "event: a\nevent: b\ndata: x\n\n", {u"event b|x"_s});
    row("an emptied name is message", "event: a\nevent\ndata: x\n\n", {u"event message|x"_s});
    row("the name may follow the data", "data: x\nevent: a\n\n", {u"event a|x"_s});
    row("the name is of one event alone", "event: a\ndata: 1\n\ndata: 2\n\n",
        {u"event a|1"_s, u"event message|2"_s});
    row("LF", "data: a\n\ndata: b\n\n", {u"event message|a"_s, u"event message|b"_s});
    row("CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", {u"event message|a"_s, u"event message|b"_s});
    row("CR", "data: a\r\rdata: b\r\r", {u"event message|a"_s, u"event message|b"_s});
    row("line ends mixed", "data: a\r\ndata: b\rdata: c\ndata: d\n\r\n",
        {u"event message|a%0Ab%0Ac%0Ad"_s});
    row("LF then CR are two", "data: a\n\rdata: b\n\n",
        {u"event message|a"_s, u"event message|b"_s});
    row("CR then CRLF are two", "data: a\r\r\ndata: b\n\n",
        {u"event message|a"_s, u"event message|b"_s});
    row("two data lines", "data: a\ndata: b\n\n", {u"event message|a%0Ab"_s});
    row("many data lines", "data: a\ndata:\ndata: c\ndata\ndata: e\n\n",
        {u"event message|a%0A%0Ac%0A%0Ae"_s});
    row("an empty data line is data", "data:\n\n", {u"event message|"_s});
    row("data without a colon is data", "data\n\n", {u"event message|"_s});
    row("two empty data lines", "data\ndata\n\n", {u"event message|%0A"_s});
    row("data without a space", "data:a\n\n", {u"event message|a"_s});
    row("one space goes", "data:  a\n\n", {u"event message| a"_s});
    row("a tab stays", "data:\ta\n\n", {u"event message|%09a"_s});
    row("trailing spaces stay", "data: a  \n\n", {u"event message|a  "_s});
    row("only the first colon parts", "data: a:b: c\n\n", {u"event message|a:b: c"_s});
    row("NUL is a character", B("data: a\0b\n\n", 11), {u"event message|a%00b"_s});
    row("names are told by case", "Data: a\nDATA: b\n\n", {});
    row("a space before the name", " data: a\n\n", {});
    row("a space after the name", "data : a\n\n", {});
    row("unknown fields", "foo: a\ndatax: b\ndat: c\ndata: d\nbar\n\n", {u"event message|d"_s});
    row("no data, no event", "event: a\n\n", {});
    row("no data clears the name", "event: a\n\ndata: x\n\n", {u"event message|x"_s});
    row("empty lines alone", "\n\n\r\n\r\r\n", {});
    row("comment", ": keepalive\n\n", {u"comment keepalive"_s});
    row("comment without a space", ":keepalive\n", {u"comment keepalive"_s});
    row("empty comment", ":\n", {u"comment "_s});
    row("comment of colons", ":: a: b\n", {u"comment : a: b"_s});
    row("comment within an event", "event: a\n: c\ndata: 1\n:d\ndata: 2\n\n",
        {u"comment c"_s, u"comment d"_s, u"event a|1%0A2"_s});
    row("id and retry are shown", "id: 7\nretry: 100\ndata: x\nid\n\n",
        {u"id 7"_s, u"retry 100"_s, u"id "_s, u"event message|x"_s});
    row("id and retry make no event", "id: 7\nretry: soon\n\n", {u"id 7"_s, u"retry soon"_s});
    row("BOM",
        "\xEF\xBB\xBF"
        "data: x\n\n",
        {u"event message|x"_s});
    row("BOM before a comment", "\xEF\xBB\xBF: c\n", {u"comment c"_s});
    row("BOM before an empty line", "\xEF\xBB\xBF\ndata: x\n\n", {u"event message|x"_s});
    row("one BOM only",
        "\xEF\xBB\xBF\xEF\xBB\xBF"
        "data: x\ndata: y\n\n",
        {u"event message|y"_s});
    row("BOM later on",
        "data: x\n\n\xEF\xBB\xBF"
        "data: y\ndata: z\n\n",
        {u"event message|x"_s, u"event message|z"_s});
    row("half a BOM",
        "\xEF\xBB"
        "data: x\ndata: y\n\n",
        {u"bad %EF%BBdata: x"_s, u"event message|y"_s});
    row("characters of two to four bytes", "data: \xC3\xA4\xE2\x82\xAC\xF0\x9F\xA4\x96\n\n",
        {u"event message|%C3%A4%E2%82%AC%F0%9F%A4%96"_s});
    row("a name of many bytes", "event: \xE2\x82\xAC\ndata: x\n\n", {u"event €|x"_s});
    row("a line that is not UTF-8", "data: a\ndata: \xFF\ndata: b\n\n",
        {u"bad data: %FF"_s, u"event message|a%0Ab"_s});
    row("a cut character", "data: \xE2\x82\ndata: b\n\n",
        {u"bad data: %E2%82"_s, u"event message|b"_s});
    row("an overlong character", "data: \xC0\xAF\n: ok\n",
        {u"bad data: %C0%AF"_s, u"comment ok"_s});
    row("a surrogate", "data: \xED\xA0\x80\n\n", {u"bad data: %ED%A0%80"_s});
    row("a comment that is not UTF-8", ": \x80\n: ok\n", {u"bad : %80"_s, u"comment ok"_s});
    row("a name that is not UTF-8", "event: a\nevent: \xFE\ndata: x\n\n",
        {u"bad event: %FE"_s, u"event a|x"_s});
    row("the only data is not UTF-8", "event: wake\ndata: \xFE\n\n: ok\n",
        {u"bad data: %FE"_s, u"comment ok"_s});
    row("a character around a line end", "data: \xE2\x82\n\xAC\n\n",
        {u"bad data: %E2%82"_s, u"bad %AC"_s});
    row("ends after complete lines", "event: hello\ndata: {}\n",
        {u"event hello|{} (unterminated)"_s});
    row("ends after complete lines, CR", "event: hello\rdata: {}\r",
        {u"event hello|{} (unterminated)"_s});
    row("ends after complete lines, CRLF", "event: hello\r\ndata: {}\r\n",
        {u"event hello|{} (unterminated)"_s});
    row("ends within the only data line", "event: hello\ndata: {}", {});
    row("ends within a later line", "event: hello\ndata: {}\ndata: x",
        {u"event hello|{} (unterminated)"_s});
    row("ends within the empty line's CRLF", "data: x\r\n\r", {u"event message|x"_s});
    row("ends without data", "event: hello\n", {});
    row("ends within a comment", ": c", {});
    row("ends after a comment in an event", "data: x\n: c\n",
        {u"comment c"_s, u"event message|x (unterminated)"_s});
    row("ends after an id", "data: x\nid: 1\n", {u"id 1"_s, u"event message|x (unterminated)"_s});
    row("an HTML page", "<!DOCTYPE html>\n<html lang=\"en\">\n</html>\n", {});
    row("the example of a stock ticker", "data: YHOO\ndata: +2\ndata: 10\n\n",
        {u"event message|YHOO%0A%2B2%0A10"_s});
    row("the example of four blocks",
        ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event",
        {u"comment test stream"_s, u"id 1"_s, u"event message|first event"_s, u"id "_s,
         u"event message|second event"_s});
    row("the example of empty data",
        "data\n\ndata\ndata\n\ndata:", {u"event message|"_s, u"event message|%0A"_s});
    row("the example of equal events", "data:test\n\ndata: test\n\n",
        {u"event message|test"_s, u"event message|test"_s});
}

void TestSseParser::splitsIntoFrames()
{
    QFETCH(const QByteArray, stream);
    QFETCH(const QStringList, frames);

    QCOMPARE(parsedWhole(stream), frames);
    QCOMPARE(PlainParser::parse(stream), frames);

    for (qsizetype at = 0; at <= stream.size(); ++at) {
        Feeder feeder;
        QVERIFY(feeder.feed(stream.left(at)));
        QVERIFY(feeder.feed(stream.mid(at)));
        QVERIFY(feeder.finish());
        QCOMPARE(feeder.frames(), frames);
    }

    Feeder feeder;
    for (qsizetype i = 0; i < stream.size(); ++i)
        QVERIFY(feeder.feed(stream.mid(i, 1)));
    QVERIFY(feeder.finish());
    QCOMPARE(feeder.frames(), frames);
}

void TestSseParser::agreesWithAPlainParserOnRandomStreams_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 300; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestSseParser::agreesWithAPlainParserOnRandomStreams()
{
    QFETCH(const quint32, seed);
    QRandomGenerator random(seed);
    static const QByteArrayList kPieces{"data",
                                        "data:",
                                        "data: ",
                                        "event: ",
                                        "event:a",
                                        "id: 1",
                                        "retry: 5",
                                        ":",
                                        ": ",
                                        "\n",
                                        "\n",
                                        "\n\n",
                                        "\r",
                                        "\r\n",
                                        "\r\n\r\n",
                                        " ",
                                        "x",
                                        QByteArray(1, '\0'),
                                        "\xEF\xBB\xBF",
                                        "\xE2\x82\xAC",
                                        "\xE2\x82",
                                        "\xFF",
                                        "\xF0\x9F\xA4\x96",
                                        QByteArray(70, 'y'),
                                        QByteArray(70, 'y') + "\xC3\xA4"};
    QByteArray stream;
    const auto pieces = random.bounded(1, 200);
    for (int i = 0; i < pieces; ++i)
        stream += kPieces[random.bounded(static_cast<int>(kPieces.size()))];

    const auto expected = PlainParser::parse(stream);
    QCOMPARE(parsedWhole(stream), expected);
    for (int round = 0; round < 20; ++round) {
        Feeder feeder;
        const int longest = random.bounded(1, 100);
        for (qsizetype at = 0; at < stream.size();) {
            const qsizetype size = random.bounded(0, longest + 1);
            QVERIFY(feeder.feed(stream.mid(at, size)));
            at += size;
        }
        QVERIFY(feeder.finish());
        QCOMPARE(feeder.frames(), expected);
    }
}

void TestSseParser::eventsAreGivenAsSoonAsTheirLastByteIsThere()
{
    Feeder feeder;
    feeder.feed("data: x\n");
    QCOMPARE(feeder.frames(), QStringList());
    feeder.feed("\n");
    QCOMPARE(feeder.frames(), QStringList{u"event message|x"_s});
    feeder.feed(": c");
    QCOMPARE(feeder.frames().size(), 1);
    feeder.feed("\n");
    QCOMPARE(feeder.frames().size(), 2);
}

void TestSseParser::aLoneCarriageReturnEndsALineAtOnce()
{
    Feeder feeder;
    feeder.feed("data: x\r\r");
    QCOMPARE(feeder.frames(), QStringList{u"event message|x"_s});
    feeder.feed("\n");
    QCOMPARE(feeder.frames().size(), 1);
}

void TestSseParser::onlyCommentsAndEventsAreSignsOfLife()
{
    QList<SseFrame::Kind> alive;
    QList<SseFrame::Kind> others;
    SseParser parser;
    QVERIFY(
        parser.feed(": c\nid: 1\nretry: 2\ndata: \xFF\ndata: x\n\n", [&](const SseFrame &frame) {
            (frame.isSignOfLife() ? alive : others).append(frame.kind);
        }));
    using Kind = SseFrame::Kind;
    QCOMPARE(alive, (QList<Kind>{Kind::Comment, Kind::Event}));
    QCOMPARE(others, (QList<Kind>{Kind::Id, Kind::Retry, Kind::BadLine}));
}

void TestSseParser::dataOfOneLineIsNotCopied()
{
    const QByteArray stream("event: a\ndata: hello\n\n");
    SseParser parser;
    int events = 0;
    QVERIFY(parser.feed(stream, [&](const SseFrame &frame) {
        ++events;
        QCOMPARE(frame.data.data(), stream.constData() + 15);
    }));
    QCOMPARE(events, 1);
}

void TestSseParser::refusesWhatIsPastALimit_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<int>("framesBefore");
    QTest::addColumn<QString>("error");
    const auto lineError = u"a line of the event stream is longer than 20 bytes"_s;
    const auto eventError = u"an event of the stream has more than 30 bytes of data"_s;
    QTest::newRow("line") << QByteArray(": ok\n: 4567890123456789012\n: no\n") << 1 << lineError;
    QTest::newRow("line without an end")
        << QByteArray(": ok\n") + QByteArray(100'000, 'x') << 1 << lineError;
    QTest::newRow("first line with a BOM")
        << QByteArray("\xEF\xBB\xBF: 6789012345678901\n: no\n") << 0 << lineError;
    QTest::newRow("event") << QByteArray("data: 0123456789\ndata: 0123456789\ndata: 012345678\n\n")
                           << 0 << eventError;
    QTest::newRow("empty data lines") << QByteArray("data\n").repeated(32) + '\n'
                                      << 0 << eventError;
}

void TestSseParser::refusesWhatIsPastALimit()
{
    QFETCH(const QByteArray, stream);
    QFETCH(const int, framesBefore);
    QFETCH(const QString, error);
    for (const qsizetype size : {stream.size(), qsizetype{1}, qsizetype{2}, qsizetype{7}}) {
        Feeder feeder({20, 30});
        int refusals = 0;
        for (qsizetype at = 0; at < stream.size(); at += size)
            refusals += feeder.feed(stream.mid(at, size)) ? 0 : 1;
        QVERIFY(refusals > 0);
        QVERIFY(!feeder.finish());
        QCOMPARE(feeder.parser().error(), error);
        QCOMPARE(feeder.frames().size(), framesBefore);
    }
}

void TestSseParser::takesWhatIsJustWithinTheLimits()
{
    const QByteArray stream(": 456789012345678901\r\n"
                            "data: 0123456789\ndata: 0123456789\ndata: 01234567\n\n"
                            "data: 0123456789\ndata: 0123456789\ndata: 01234567\n\n");
    for (const qsizetype size : {stream.size(), qsizetype{1}, qsizetype{7}}) {
        Feeder feeder({20, 30});
        for (qsizetype at = 0; at < stream.size(); at += size)
            QVERIFY(feeder.feed(stream.mid(at, size)));
        QVERIFY(feeder.finish());
        QCOMPARE(feeder.frames().size(), 3);
    }
}

void TestSseParser::takesNothingAfterAnError()
{
    Feeder feeder({10, 10});
    QVERIFY(!feeder.feed("data: x\n01234567890\n: no\n"));
    QVERIFY(!feeder.feed("\n: no\n\n"));
    QVERIFY(!feeder.finish());
    QCOMPARE(feeder.frames(), QStringList());
}

void TestSseParser::stopsWhenTheSinkSaysSo()
{
    SseParser parser;
    QStringList frames;
    const auto sink = [&](const SseFrame &frame) {
        frames.append(shown(frame));
        parser.stop();
    };
    QVERIFY(!parser.feed(": a\n: b\ndata: c\n\n", sink));
    QVERIFY(!parser.feed(": d\n", sink));
    QVERIFY(!parser.finish(sink));
    QCOMPARE(frames, QStringList{u"comment a"_s});
    QCOMPARE(parser.error(), QString());
}

void TestSseParser::takesNothingAfterTheEnd()
{
    Feeder feeder;
    QVERIFY(feeder.feed("data: x\n"));
    QVERIFY(feeder.finish());
    QVERIFY(!feeder.feed("\n: a\n"));
    QVERIFY(!feeder.finish());
    QCOMPARE(feeder.frames(), QStringList{u"event message|x (unterminated)"_s});
}

void TestSseParser::aLongLineInTinyPiecesIsParsed()
{
    // A parser that looks at the whole line again with each piece would need 10^12 steps here.
    const SseParser::Limits limits;
    const QByteArray text(limits.line - 6, 'x');
    SseParser parser;
    qsizetype size = 0;
    const auto sink = [&](const SseFrame &frame) {
        if (frame.kind == SseFrame::Kind::Event)
            size += frame.data.size();
    };
    QVERIFY(parser.feed("data: ", sink));
    for (qsizetype i = 0; i < text.size(); ++i)
        QVERIFY(parser.feed(QByteArrayView(text).sliced(i, 1), sink));
    QVERIFY(parser.feed("\n\n", sink));
    QCOMPARE(size, text.size());

    // The same for an event of very many short lines.
    for (int i = 0; i < 500'000; ++i)
        QVERIFY(parser.feed("data:x\n", sink));
    QVERIFY(parser.feed("\n", sink));
    QCOMPARE(size, text.size() + 500'000 * 2 - 1);
}

QTEST_GUILESS_MAIN(TestSseParser)
#include "tst_sseparser.moc"
