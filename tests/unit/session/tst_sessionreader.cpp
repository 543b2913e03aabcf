// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/eventparser.h"
#include "core/session/sessionreader.h"
#include "core/session/sessionscan.h"
#include "tests/support/samplesession.h"

#include <QBuffer>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <limits>
#include <sys/stat.h>

using namespace watchline;
using namespace Qt::StringLiterals;
using Status = ReadResult::Status;

class TestSessionReader : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void readsAWholeSession_data();
    void readsAWholeSession();
    void keepsTheHeader();
    void keepsAllWholeLinesWhereverTheFileIsCut();
    void pipesAreCutInTheSameWay();
    void saysWhatACutOffFileLost();
    void leavesOutDamagedLines();
    void saysWhatIsWrongWithALine_data();
    void saysWhatIsWrongWithALine();
    void keepsNumbersThatDoNotFit();
    void linesMayHoldNuls();
    void keepsUnknownKindsAsOpaqueRows();
    void aHeaderAloneIsAnEmptySession();
    void refusesWhatIsNoSession_data();
    void refusesWhatIsNoSession();
    void refusesFilesThatCannotBeOpened();
    void waitingForAPipesWriterCanBeCancelled();
    void namesALaterVersion();
    void canBeCancelled();
    void readsADeviceInSmallPieces();
    void appendsToARecordedSession();
    void readsManyPieces();
    void keepsALineOfManyPieces();
    void veryLongLinesAreReadOneAtATime();
    void leavesOutALineWithoutEnd();
    void leavesOutManyTinyLines();
    void keepsTimesThatGoBackwards();
    void aFileCutShortWhileItIsReadGivesWhatIsLeft();
    void linesCutOffLaterSaySo();
    void whatIsAddedMeanwhileIsNotSeen();

private:
    QString write(const QByteArray &bytes)
    {
        const auto path = m_folder.filePath(u"file-%1"_s.arg(++m_files));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write the test's file");
        return path;
    }

    QTemporaryDir m_folder;
    int m_files = 0;
};

void TestSessionReader::readsAWholeSession_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto file = sampleFile();
    QTest::newRow("as written") << file;
    QTest::newRow("with a byte order mark") << "\xEF\xBB\xBF" + file;
    QTest::newRow("with CRLF") << QByteArray(file).replace("\n", "\r\n");
    QTest::newRow("without the last line end") << file.chopped(1);
    QTest::newRow("with blank lines") << QByteArray(file).replace("\n", "\n\n");
    QTest::newRow("with more in the header")
        << QByteArray(file).replace(R"({"watchline":1)", R"({"later":[{}],"watchline":1)");
}

void TestSessionReader::readsAWholeSession()
{
    QFETCH(QByteArray, bytes);
    const auto events = sampleEvents();

    SessionStore mapped;
    const auto result = readSession(write(bytes), mapped);
    QCOMPARE(result.message, QString());
    QCOMPARE(result.status, Status::Complete);
    QCOMPARE(result.events, events.size());
    QCOMPARE(mapped.size(), events.size());
    for (qsizetype row = 0; row < events.size(); ++row) {
        QCOMPARE(mapped.line(row), toJsonLine(events[row]));
        QCOMPARE(mapped.event(row), events[row]);
    }

    QBuffer buffer(&bytes);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    SessionStore fromDevice;
    QCOMPARE(readSession(&buffer, u"a device"_s, fromDevice).status, Status::Complete);
    QCOMPARE(fromDevice.size(), events.size());
    for (qsizetype row = 0; row < events.size(); ++row)
        QCOMPARE(fromDevice.line(row), toJsonLine(events[row]));
}

void TestSessionReader::keepsTheHeader()
{
    SessionStore store;
    readSession(write(sampleFile()), store);
    QCOMPARE(store.header(), sampleHeader());
}

void TestSessionReader::keepsAllWholeLinesWhereverTheFileIsCut()
{
    const auto file = sampleFile();
    const auto headerEnd = file.indexOf('\n');
    for (qsizetype size = 0; size < file.size(); ++size) {
        const auto cut = file.first(size);
        SessionStore store;
        const auto result = readSession(write(cut), store);
        if (size < headerEnd) {
            QCOMPARE(result.status, Status::Failed);
            QVERIFY(!result.message.isEmpty());
            QCOMPARE(store.size(), 0);
            continue;
        }
        // A line that lacks nothing but its line end is whole.
        const bool isWhole = cut.endsWith('\n') || file[size] == '\n';
        const auto lines = cut.count('\n') - (cut.endsWith('\n') ? 1 : 0);
        const auto whole = cut.endsWith('\n') || isWhole ? lines : lines - 1;
        QCOMPARE(store.size(), whole);
        QCOMPARE(result.status, isWhole ? Status::Complete : Status::Truncated);
        QCOMPARE(result.lostBytes, isWhole ? 0 : size - (cut.lastIndexOf('\n') + 1));
        for (qsizetype row = 0; row < store.size(); ++row)
            QCOMPARE(store.line(row), toJsonLine(sampleEvents().at(row)));
    }
}

void TestSessionReader::pipesAreCutInTheSameWay()
{
    const auto file = sampleFile();
    for (qsizetype size = 0; size < file.size(); ++size) {
        auto cut = file.first(size);
        SessionStore mapped;
        const auto expected = readSession(write(cut), mapped);
        QBuffer buffer(&cut);
        QVERIFY(buffer.open(QIODevice::ReadOnly));
        SessionStore store;
        const auto result = readSession(&buffer, u"a device"_s, store);
        QCOMPARE(result.status, expected.status);
        QCOMPARE(result.lostBytes, expected.lostBytes);
        QCOMPARE(store.size(), mapped.size());
    }
}

void TestSessionReader::saysWhatACutOffFileLost()
{
    const auto path = write(sampleFile() + R"({"t":13000000001,"ki)");
    SessionStore store;
    const auto result = readSession(path, store);
    QCOMPARE(result.status, Status::Truncated);
    QCOMPARE(
        result.message,
        u"the session is cut off: %1: the last 20 bytes are no whole line and were left out; 16 events read"_s
            .arg(path));
}

void TestSessionReader::leavesOutDamagedLines()
{
    auto lines = sampleFile().split('\n');
    lines[3] = "{\"t\":1,\"kind\":";
    lines[5] = QByteArray(40, '\0');
    lines[6] = R"({"kind":"note"})";
    const auto path = write(lines.join('\n'));
    SessionStore store;
    const auto result = readSession(path, store);
    QCOMPARE(result.status, Status::Damaged);
    QCOMPARE(result.lostLines, 3);
    QCOMPARE(result.events, sampleEvents().size() - 3);
    QVERIFY2(
        result.message.startsWith(
            u"the session is damaged: %1: 3 lines could not be understood (first line 4: "_s.arg(
                path)),
        qPrintable(result.message));
    QVERIFY(result.message.endsWith(u"; 13 events read"_s));
    QVERIFY(!result.message.contains(u'\n'));
}

void TestSessionReader::saysWhatIsWrongWithALine_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("reason");
    const auto at = [](qint64 t) {
        return QByteArray(R"({"t":)" + QByteArray::number(t) + R"(,"kind":"note"})");
    };
    const qint64 farthest = Nanoseconds(kFarthestTime).count();
    const auto outOfRange = u"its time is out of range"_s;
    QTest::newRow("latest time") << at(farthest) << QString();
    QTest::newRow("earliest time") << at(-farthest) << QString();
    QTest::newRow("later") << at(farthest + 1) << outOfRange;
    QTest::newRow("earlier") << at(-farthest - 1) << outOfRange;
    QTest::newRow("largest integer") << at(std::numeric_limits<qint64>::max()) << outOfRange;
    QTest::newRow("smallest integer") << at(std::numeric_limits<qint64>::min()) << outOfRange;
    const auto noInteger = u"it has no integer member \"t\""_s;
    QTest::newRow("a time that does not fit")
        << QByteArray(R"({"t":123456789012345678901234567890,"kind":"note"})") << noInteger;
    QTest::newRow("a fraction") << QByteArray(R"({"t":1.5,"kind":"note"})") << noInteger;
    QTest::newRow("no kind") << QByteArray(R"({"t":1,"kind":""})")
                             << u"it has no text member \"kind\""_s;

    const auto with = [](int members) {
        QByteArray line = R"({"t":1,"kind":"note")";
        for (int i = 2; i < members; ++i)
            line += R"(,"x":0)";
        return QByteArray(line + '}');
    };
    QTest::newRow("as many members as may be") << with(EventParser::kMostMembers) << QString();
    QTest::newRow("one more") << with(EventParser::kMostMembers + 1)
                              << u"it has too many members"_s;
}

void TestSessionReader::saysWhatIsWrongWithALine()
{
    QFETCH(QByteArray, line);
    QFETCH(QString, reason);
    SessionStore store;
    const auto result = readSession(write(sampleFile() + line + '\n'), store);
    QCOMPARE(result.lostLines, reason.isEmpty() ? 0 : 1);
    QVERIFY2(result.message.contains(reason), qPrintable(result.message));
    QCOMPARE(store.size(), sampleEvents().size() + 1 - result.lostLines);
}

void TestSessionReader::keepsNumbersThatDoNotFit()
{
    const QByteArray line = R"({"t":14000000000,"kind":"heartbeat","source":"robot-7","attempt":2,)"
                            R"("result":"ok","duration_ms":1e400 ,)"
                            R"("x":123456789012345678901234567890,"y":-1.5E+999})";
    SessionStore store;
    QCOMPARE(readSession(write(sampleFile() + line + '\n'), store).message, QString());
    const auto event = store.event(store.size() - 1);
    QCOMPARE(event.word(), Word::Ok);
    QVERIFY(!event.number(Field::DurationMs));
    const Member x{Field::Unknown, u"x"_s, u"123456789012345678901234567890"_s};
    const Member y{Field::Unknown, u"y"_s, u"-1.5E+999"_s};
    QCOMPARE(event.members.at(2), x);
    QCOMPARE(event.members.at(3), y);

    for (const auto *number :
         {"01", "1.", "-", "1e", "1e+", "1x", "+1", "12345678901234567890123a"}) {
        const QByteArray bad = QByteArray(R"({"t":1,"kind":"note","x":)") + number + "}\n";
        SessionStore rest;
        QVERIFY2(readSession(write(sampleFile() + bad), rest).lostLines == 1, number);
    }
}

void TestSessionReader::linesMayHoldNuls()
{
    // What is nested is not looked into, so such lines are read.
    QByteArray line = R"({"t":14000000000,"kind":"note","source":"robot-7","attempt":2,"x":[_]})";
    line.replace('_', '\0');
    QByteArray bytes = sampleFile() + line + '\n' + line + '\n';
    QBuffer buffer(&bytes);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    SessionStore store;
    QCOMPARE(readSession(&buffer, u"a device"_s, store).message, QString());
    QCOMPARE(store.size(), sampleEvents().size() + 2);
    QCOMPARE(store.line(store.size() - 2), line);
    QCOMPARE(store.line(store.size() - 1), line);
}

void TestSessionReader::keepsUnknownKindsAsOpaqueRows()
{
    const QByteArray line =
        R"({"t":14000000000,"kind":"telepathy","source":"robot-7","attempt":2,"range":[1,2]})";
    SessionStore store;
    const auto result = readSession(write(sampleFile() + line + '\n'), store);
    QCOMPARE(result.status, Status::Complete);
    const auto row = store.size() - 1;
    QCOMPARE(store.kind(row), EventKind::Unknown);
    QCOMPARE(store.event(row).kindText(), u"telepathy"_s);
    QCOMPARE(store.line(row), line);
}

void TestSessionReader::aHeaderAloneIsAnEmptySession()
{
    SessionStore store;
    const auto result = readSession(write(toJsonLine(sampleHeader()) + '\n'), store);
    QCOMPARE(result.status, Status::Complete);
    QCOMPARE(result.message, QString());
    QVERIFY(store.isEmpty());
}

void TestSessionReader::refusesWhatIsNoSession_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("reason");
    QTest::newRow("empty") << QByteArray() << u"it is empty"_s;
    QTest::newRow("blank") << QByteArray("\n\n  \n") << u"it is empty"_s;
    QTest::newRow("HTML") << QByteArray("<!DOCTYPE html>\n<html></html>\n")
                          << u"it is a web page"_s;
    QTest::newRow("binary") << QByteArray("\x7f"
                                          "ELF\0\0\0\0",
                                          8)
                            << u"it is a binary file"_s;
    QTest::newRow("binary without lines")
        << QByteArray(3 * 1024 * 1024, '\1') << u"it does not start"_s;
    QTest::newRow("other JSON") << QByteArray("{\"name\":\"x\"}\n") << u"it does not start"_s;
    QTest::newRow("a JSON list") << QByteArray("[1]\n") << u"it does not start"_s;
    QTest::newRow("events without header")
        << sampleFile().sliced(sampleFile().indexOf('\n') + 1) << u"it does not start"_s;
    QTest::newRow("text") << QByteArray("hello\nworld\n") << u"it does not start"_s;
    QTest::newRow("a header that is cut off")
        << QByteArray(R"({"watchline":1,"star)") << u"its first line, the header, is cut off"_s;
}

void TestSessionReader::refusesWhatIsNoSession()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, reason);
    const auto path = write(bytes);
    SessionStore store;
    const auto result = readSession(path, store);
    QCOMPARE(result.status, Status::Failed);
    QVERIFY2(result.message.startsWith(u"not a session: %1: %2"_s.arg(path, reason)),
             qPrintable(result.message));
    QVERIFY(result.message.contains(u';'));
    QVERIFY(store.isEmpty());

    QBuffer buffer(&bytes);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    SessionStore fromDevice;
    const auto sequential = readSession(&buffer, path, fromDevice);
    QCOMPARE(sequential.status, Status::Failed);
    QCOMPARE(sequential.message, result.message);
}

void TestSessionReader::refusesFilesThatCannotBeOpened()
{
    SessionStore store;
    const auto missing = readSession(m_folder.filePath(u"nowhere"_s), store);
    QCOMPARE(missing.status, Status::Failed);
    QVERIFY(missing.message.startsWith(u"cannot read the session: "_s));
    QVERIFY(missing.message.contains(u"no such file"_s));

    const auto folder = readSession(m_folder.path(), store);
    QCOMPARE(folder.status, Status::Failed);
    QVERIFY(folder.message.contains(u"it is a folder"_s));

    const auto below = readSession(write("x") + u"/session"_s, store);
    QCOMPARE(below.status, Status::Failed);
}

void TestSessionReader::waitingForAPipesWriterCanBeCancelled()
{
    const auto path = m_folder.filePath(u"pipe"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(path).constData(), 0600), 0);
    SessionStore store;
    int asked = 0;
    const auto result = readSession(path, store, [&asked](qint64, qint64) { return ++asked < 3; });
    QCOMPARE(result.status, Status::Cancelled);
    QCOMPARE(asked, 3);
    QVERIFY(store.isEmpty());
}

void TestSessionReader::namesALaterVersion()
{
    SessionStore store;
    const auto result = readSession(write("{\"watchline\":2,\"anything\":{}}\n\1\2\n"), store);
    QCOMPARE(result.status, Status::Failed);
    QVERIFY2(result.message.contains(u"later release"_s), qPrintable(result.message));
    QVERIFY(result.message.contains(u"update Watchline"_s));
}

void TestSessionReader::canBeCancelled()
{
    SessionStore store;
    qint64 told = -1;
    const auto result = readSession(write(sampleFile()), store, [&told](qint64, qint64 total) {
        told = total;
        return false;
    });
    QCOMPARE(result.status, Status::Cancelled);
    QCOMPARE(told, qint64{sampleFile().size()});
    QVERIFY(store.size() < sampleEvents().size());
}

/// Gives one byte a read, as a slow pipe may.
class Dribble : public QIODevice
{
public:
    explicit Dribble(QByteArray bytes)
        : m_bytes(std::move(bytes))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    bool isSequential() const override { return true; }

protected:
    qint64 readData(char *data, qint64 size) override
    {
        if (m_read == m_bytes.size() || size == 0)
            return -1;
        *data = m_bytes[m_read++];
        return 1;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qsizetype m_read = 0;
};

void TestSessionReader::readsADeviceInSmallPieces()
{
    Dribble device(sampleFile());
    SessionStore store;
    QCOMPARE(readSession(&device, u"a device"_s, store).status, Status::Complete);
    QCOMPARE(store.size(), sampleEvents().size());
    QCOMPARE(store.header(), sampleHeader());
}

void TestSessionReader::appendsToARecordedSession()
{
    for (const auto &file : {sampleFile(), sampleFile().chopped(1), sampleFile() + "{\"t\":1"}) {
        SessionStore store;
        readSession(write(file), store);
        Event note(EventKind::Note);
        note.source = u"robot-7"_s;
        note.set(Field::Detail, u"later"_s);
        store.append(note);
        QCOMPARE(store.event(store.size() - 1), note);
        for (qsizetype row = 0; row < sampleEvents().size(); ++row)
            QCOMPARE(store.event(row), sampleEvents().at(row));
    }
}

/// `count` notes, as lines.
QByteArray notes(int count)
{
    QByteArray lines;
    for (int i = 0; i < count; ++i) {
        Event note(EventKind::Note);
        note.t = Milliseconds(14'000 + i);
        note.source = i % 3 == 0 ? u"robot-8"_s : u"robot-7"_s;
        note.set(Field::LeaseId, u"rwl_%1"_s.arg(i / 100)).set(Field::Detail, QString::number(i));
        lines += toJsonLine(note) + '\n';
    }
    return lines;
}

void TestSessionReader::readsManyPieces()
{
    constexpr int kNotes = 40'000; // some MiB
    auto lines = notes(kNotes).split('\n');
    lines[30'000] = "{damaged";
    lines[30'001] = "";
    const auto path = write(sampleFile() + lines.join('\n'));
    SessionStore store;
    qint64 told = 0;
    const auto result = readSession(path, store, [&told](qint64 done, qint64) {
        const bool grows = done >= told;
        told = done;
        return grows;
    });
    QCOMPARE(result.status, Status::Damaged);
    QCOMPARE(result.events, sampleEvents().size() + kNotes - 2);
    const auto lineNumber = 1 + sampleEvents().size() + 30'001;
    QVERIFY2(result.message.contains(u"line %1 could not"_s.arg(lineNumber)),
             qPrintable(result.message));
    QCOMPARE(told, QFile(path).size());
    QCOMPARE(store.size(), result.events);
    lines.remove(30'000, 2);
    for (int i = 0; i < kNotes - 2; ++i) {
        const auto row = sampleEvents().size() + i;
        QCOMPARE(store.line(row), lines[i]);
        const int number = i < 30'000 ? i : i + 2;
        QCOMPARE(store.time(row), Nanoseconds(Milliseconds(14'000 + number)));
        QCOMPARE(store.sourceName(store.source(row)),
                 number % 3 == 0 ? u"robot-8"_s : u"robot-7"_s);
        QCOMPARE(store.string(store.row(row).leaseId), u"rwl_%1"_s.arg(number / 100));
    }
}

void TestSessionReader::keepsALineOfManyPieces()
{
    Event longNote(EventKind::Note);
    longNote.t = Milliseconds(13'500);
    longNote.set(Field::Detail, QString(5'000'000, u'x'));
    const auto path = write(sampleFile() + toJsonLine(longNote) + '\n' + notes(2));
    SessionStore store;
    QCOMPARE(readSession(path, store).message, QString());
    QCOMPARE(store.size(), sampleEvents().size() + 3);
    QCOMPARE(store.event(sampleEvents().size()), longNote);
    QCOMPARE(store.event(store.size() - 1).text(Field::Detail), u"1"_s);
}

void TestSessionReader::leavesOutALineWithoutEnd()
{
    const auto path = write(sampleFile());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    // A hole: it takes no room.
    QVERIFY(file.seek(file.size() + EventParser::kLongestLine + 1'000'000));
    QVERIFY(file.write("\n" + notes(2)) > 0);
    file.close();
    SessionStore store;
    const auto result = readSession(path, store);
    QCOMPARE(result.status, Status::Damaged);
    QCOMPARE(result.lostLines, 1);
    const auto expected = u"line %1 could not be understood (it is longer than 128 MiB)"_s.arg(
        sampleEvents().size() + 2);
    QVERIFY2(result.message.contains(expected), qPrintable(result.message));
    QCOMPARE(store.size(), sampleEvents().size() + 2);
    QCOMPARE(store.event(store.size() - 1).text(Field::Detail), u"1"_s);
}

void TestSessionReader::leavesOutManyTinyLines()
{
    constexpr int kTiny = 200'000;
    const auto path = write(sampleFile() + QByteArray("x\n").repeated(kTiny) + notes(2));
    SessionStore store;
    const auto result = readSession(path, store);
    QCOMPARE(result.status, Status::Damaged);
    QCOMPARE(result.lostLines, kTiny);
    QCOMPARE(store.size(), sampleEvents().size() + 2);
    QCOMPARE(store.event(store.size() - 1).text(Field::Detail), u"1"_s);
}

void TestSessionReader::keepsTimesThatGoBackwards()
{
    const QByteArray early = R"({"t":-5,"kind":"note","source":"robot-7","attempt":0})";
    SessionStore store;
    QCOMPARE(readSession(write(sampleFile() + early + '\n'), store).message, QString());
    QCOMPARE(store.line(store.size() - 1), early);
    QVERIFY(store.time(store.size() - 1) == Nanoseconds(-5));
    QVERIFY(store.lastTime() == std::chrono::seconds(13));
}

void TestSessionReader::aFileCutShortWhileItIsReadGivesWhatIsLeft()
{
    const auto lines = sampleFile() + notes(10'000);
    constexpr qsizetype kLeft = 300'000;
    const auto path = write(lines);
    SessionStore store;
    const auto result = readSession(path, store, [&path](qint64, qint64) {
        QFile::resize(path, kLeft);
        return true;
    });
    QCOMPARE(result.status, Status::Truncated);
    QVERIFY2(result.message.contains(u"cut short while it was being read"_s),
             qPrintable(result.message));
    QCOMPARE(store.size(), lines.first(kLeft).count('\n') - 1);
    QCOMPARE(store.line(store.size() - 1), lines.split('\n').at(store.size()));
}

void TestSessionReader::linesCutOffLaterSaySo()
{
    const auto path = write(sampleFile());
    SessionStore store;
    readSession(path, store);
    const auto expected = store.event(8);
    QVERIFY(QFile::resize(path, store.linePosition(9) + 20));
    QCOMPARE(store.event(8), expected);
    const auto gone = store.event(11);
    QCOMPARE(gone.kind, EventKind::KeepAlive);
    QCOMPARE(gone.text(Field::LeaseId), u"rwl_400"_s);
    QVERIFY(gone.text(Field::Detail).contains(u"cut short"_s));
    QVERIFY(store.event(9).text(Field::Detail).contains(u"cut short"_s));
    QCOMPARE(store.line(11), QByteArray());
}

void TestSessionReader::whatIsAddedMeanwhileIsNotSeen()
{
    const auto path = write(sampleFile());
    SessionStore store;
    const auto result = readSession(path, store, [&path](qint64, qint64) {
        QFile file(path);
        return file.open(QIODevice::Append) && file.write(notes(1000)) > 0;
    });
    QCOMPARE(result.status, Status::Complete);
    QCOMPARE(store.size(), sampleEvents().size());
    QCOMPARE(store.event(store.size() - 1), sampleEvents().last());
}

/// Each takes many times its size while it is read.
void TestSessionReader::veryLongLinesAreReadOneAtATime()
{
    class Counter : public LineProduct
    {
    public:
        Counter(std::atomic<int> &atWork, std::atomic<int> &most)
            : m_atWork(atWork)
            , m_most(most)
        {}
        void clear() override { events = 0; }
        void add(const EventView &, QByteArrayView, qint64) override
        {
            ++events;
            m_most = std::max(m_most.load(), ++m_atWork);
        }
        int events = 0;

    private:
        std::atomic<int> &m_atWork;
        std::atomic<int> &m_most;
    };

    constexpr int kLines = 6;
    const QByteArray line =
        R"({"t":1,"kind":"note","text":")" + QByteArray(5 * 1024 * 1024, 'x') + "\"}\n";
    FileSource source;
    QCOMPARE(source.open(write(sampleFile().split('\n').first() + '\n' + line.repeated(kLines))),
             0);
    SessionScan scan(source, u"the test"_s, {});
    QVERIFY(scan.readHeader());
    std::atomic<int> atWork{0};
    std::atomic<int> most{0};
    int made = 0;
    int madeBefore = 0;
    int events = 0;
    scan.run(
        [&] {
            ++made;
            return std::make_unique<Counter>(atWork, most);
        },
        [&](LineProduct &product, const LinePiece &) {
            const int count = static_cast<Counter &>(product).events;
            if (events == 0)
                madeBefore = made;
            events += count;
            atWork -= count;
            return true;
        });
    QCOMPARE(scan.result().status, Status::Complete);
    QCOMPARE(events, kLines);
    QCOMPARE(most.load(), 1);
    // The pieces that were used gave back what they held.
    QCOMPARE(made, madeBefore + kLines);
}

QTEST_GUILESS_MAIN(TestSessionReader)
#include "tst_sessionreader.moc"
