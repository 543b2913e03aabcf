// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/commandpalette.h"
#include "ui/document.h"
#include "ui/mainwindow.h"
#include "ui/sessionview.h"
#include "ui/settings.h"

#include <QAction>
#include <QApplication>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace watchline;

namespace {

constexpr int kPatience = 30'000;

/// A window with a few menus, and the palette over them.
class Palette
{
public:
    Palette()
    {
        auto *file = m_menus.addMenu(u"&File"_s);
        open = file->addAction(u"&Open…"_s);
        open->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_O));
        file->addSeparator();
        csv = file->addMenu(u"&Export"_s)->addAction(u"As &CSV…"_s);
        stop = m_menus.addMenu(u"&Watch"_s)->addAction(u"Stop && leave"_s);
        m_window.resize(900, 600);
        m_window.show();
        if (!QTest::qWaitForWindowActive(&m_window))
            qFatal("the window is not active");
        m_palette = new CommandPalette(commandsOf(m_menus), &m_window);
    }

    bool isOpen() const { return m_palette && m_palette->isVisible(); }
    QLineEdit *filter() const { return m_palette->findChild<QLineEdit *>(u"commandFilter"_s); }
    QListWidget *list() const { return m_palette->findChild<QListWidget *>(u"commandList"_s); }
    QStringList texts() const
    {
        QStringList result;
        for (int row = 0; row < list()->count(); ++row)
            result.append(list()->item(row)->text());
        return result;
    }
    QString spoken(int row) const
    {
        return list()->item(row)->data(Qt::AccessibleTextRole).toString();
    }
    const QWidget *window() const { return &m_window; }
    void press(Qt::Key key) const { QTest::keyClick(filter(), key); }

    QAction *open;
    QAction *csv;
    QAction *stop;

private:
    QMenuBar m_menus;
    QWidget m_window;
    QPointer<CommandPalette> m_palette;
};

} // namespace

class CommandPaletteTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName(u"watchline-test-commandpalette"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        applicationSettings().clear();
    }

    void ranksMatches_data();
    void ranksMatches();
    void listsWhatTheMenusHave();
    void asksAMenuThatIsFilledWhenItOpens();
    void enterRunsTheBestMatch();
    void arrowsGoThroughTheList();
    void escapeClosesAndRunsNothing();
    void aClickBesideItLeavesIt();
    void runsNothingThatIsNotAvailable();
    void followsWhatBecomesAvailable();
    void saysWhenNothingMatches();
    void opensInEveryDocument_data();
    void opensInEveryDocument();
};

void CommandPaletteTest::ranksMatches_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("better");
    QTest::addColumn<QString>("worse");
    QTest::newRow("the beginning before a later word") << u"fi"_s << u"Fit"_s << u"As file"_s;
    QTest::newRow("a word before the middle of one") << u"note"_s << u"Add a note"_s << u"Denote"_s;
    QTest::newRow("a part before scattered letters") << u"cs"_s << u"As CSV"_s << u"Copy it as"_s;
    QTest::newRow("scattered letters before nothing") << u"zmi"_s << u"Zoom in"_s << u"Zoom out"_s;
    QTest::newRow("both words before one of them")
        << u"next dec"_s << u"Next decision"_s << u"Next event"_s;
    QTest::newRow("words in any order") << u"dec next"_s << u"Next decision"_s << u"Next event"_s;
}

void CommandPaletteTest::ranksMatches()
{
    QFETCH(const QString, query);
    QFETCH(const QString, better);
    QFETCH(const QString, worse);
    QVERIFY(matchScore(better, query) > matchScore(worse, query));
    QCOMPARE(matchScore(better, query.toUpper()), matchScore(better, query));
}

void CommandPaletteTest::listsWhatTheMenusHave()
{
    const Palette palette;
    QCOMPARE(palette.texts(), QStringList({u"Open…"_s, u"Stop & leave"_s, u"As CSV…"_s}));
    QCOMPARE(palette.spoken(0),
             u"Open…, File, "_s +
                 QKeySequence(Qt::CTRL | Qt::Key_O).toString(QKeySequence::NativeText));
    QCOMPARE(palette.spoken(2), u"As CSV…, File › Export"_s);
    QVERIFY(!palette.filter()->accessibleName().isEmpty());
    QVERIFY(!palette.list()->accessibleName().isEmpty());
}

void CommandPaletteTest::asksAMenuThatIsFilledWhenItOpens()
{
    QMenuBar menus;
    auto *recent = menus.addMenu(u"Recent"_s);
    connect(recent, &QMenu::aboutToShow, recent, [recent] { recent->addAction(u"a session"_s); });
    const auto commands = commandsOf(menus);
    QCOMPARE(commands.size(), std::size_t(1));
    QCOMPARE(commands.front().text, u"a session"_s);
}

void CommandPaletteTest::enterRunsTheBestMatch()
{
    const Palette palette;
    QSignalSpy open(palette.open, &QAction::triggered);
    QSignalSpy csv(palette.csv, &QAction::triggered);
    QTest::keyClicks(palette.filter(), u"csv"_s);
    QCOMPARE(palette.texts(), QStringList{u"As CSV…"_s});
    palette.press(Qt::Key_Return);
    QTRY_COMPARE(csv.size(), 1);
    QCOMPARE(open.size(), 0);
    QVERIFY(!palette.isOpen());
}

void CommandPaletteTest::arrowsGoThroughTheList()
{
    const Palette palette;
    QSignalSpy csv(palette.csv, &QAction::triggered);
    palette.press(Qt::Key_Down);
    QCOMPARE(palette.list()->currentRow(), 1);
    palette.press(Qt::Key_Up);
    palette.press(Qt::Key_Up);
    QCOMPARE(palette.list()->currentRow(), 2);
    palette.press(Qt::Key_Enter);
    QTRY_COMPARE(csv.size(), 1);
}

void CommandPaletteTest::escapeClosesAndRunsNothing()
{
    const Palette palette;
    QSignalSpy open(palette.open, &QAction::triggered);
    palette.press(Qt::Key_Escape);
    QVERIFY(!palette.isOpen());
    QCoreApplication::processEvents();
    QCOMPARE(open.size(), 0);
}

void CommandPaletteTest::aClickBesideItLeavesIt()
{
    const Palette palette;
    QTest::mouseClick(palette.window()->childAt(5, 590), Qt::LeftButton);
    QVERIFY(!palette.isOpen());
}

void CommandPaletteTest::runsNothingThatIsNotAvailable()
{
    const Palette palette;
    palette.stop->setEnabled(false);
    QSignalSpy stop(palette.stop, &QAction::triggered);
    QTest::keyClicks(palette.filter(), u"stop"_s);
    QCOMPARE(palette.texts(), QStringList{u"Stop & leave"_s});
    QVERIFY(palette.spoken(0).contains(u"not available"_s));
    palette.press(Qt::Key_Return);
    QVERIFY(palette.isOpen());
    QCoreApplication::processEvents();
    QCOMPARE(stop.size(), 0);
}

void CommandPaletteTest::followsWhatBecomesAvailable()
{
    const Palette palette;
    palette.stop->setEnabled(false);
    QVERIFY(palette.spoken(1).contains(u"not available"_s));
    palette.stop->setEnabled(true);
    QVERIFY(!palette.spoken(1).contains(u"not available"_s));
}

void CommandPaletteTest::saysWhenNothingMatches()
{
    const Palette palette;
    QTest::keyClicks(palette.filter(), u"qqq"_s);
    QCOMPARE(palette.list()->count(), 1);
    palette.press(Qt::Key_Return);
    QVERIFY(palette.isOpen());
}

void CommandPaletteTest::opensInEveryDocument_data()
{
    QTest::addColumn<QString>("document");
    QTest::addColumn<QString>("query");
    QTest::addColumn<bool>("isAvailable");
    QTest::newRow("start page") << u"none"_s << u"fit"_s << false;
    QTest::newRow("replay") << u"recorded"_s << u"fit"_s << true;
    QTest::newRow("replay, for a watch") << u"recorded"_s << u"retry now"_s << false;
    QTest::newRow("live") << u"live"_s << u"retry now"_s << true;
}

void CommandPaletteTest::opensInEveryDocument()
{
    QFETCH(const QString, document);
    QFETCH(const QString, query);
    QFETCH(const bool, isAvailable);
    const QTemporaryDir folder;
    MainWindow window{ConnectionPreset{}};
    window.show();
    if (document == u"recorded"_s) {
        const auto store = outageSession();
        const auto path = folder.filePath(u"outage.watchline"_s);
        SessionWriter writer;
        QVERIFY(writer.open(path, store->header(), SessionWriter::Existing::Replace));
        for (qsizetype row = 0; row < store->size(); ++row)
            writer.append(store->line(row));
        writer.close();
        window.openSession(path);
    } else if (document == u"live"_s) {
        window.startDemo(u"happy-day"_s);
    }
    QTRY_COMPARE_WITH_TIMEOUT(window.document() != nullptr, document != u"none"_s, kPatience);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : &window, Qt::Key_P,
                    Qt::ControlModifier | Qt::ShiftModifier);
    const auto *palette = window.findChild<CommandPalette *>();
    QVERIFY(palette && palette->isVisible());
    auto *list = palette->findChild<QListWidget *>(u"commandList"_s);
    QTest::keyClicks(palette->findChild<QLineEdit *>(u"commandFilter"_s), query);
    QCOMPARE(list->currentItem()->text().toLower(), query);
    const auto spoken = list->currentItem()->data(Qt::AccessibleTextRole).toString();
    QCOMPARE(!spoken.contains(u"not available"_s), isAvailable);
    if (const auto *shown = window.document(); shown && document == u"live"_s)
        QVERIFY(shown->isLive());
}

QTEST_MAIN(CommandPaletteTest)
#include "tst_commandpalette.moc"
