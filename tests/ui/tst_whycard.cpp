// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/document.h"
#include "ui/eventtableview.h"
#include "ui/inspector.h"
#include "ui/mainwindow.h"
#include "ui/sessionview.h"
#include "ui/settings.h"

#include <QAction>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace watchline;

namespace {

constexpr int kPatience = 30'000;

} // namespace

class WhyCardTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName(u"watchline-test-whycard"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        applicationSettings().clear();
    }

    void isShownAndFocusedByItsKey();
    void leadsThroughTheAttempt();
    void leadsThroughTheLeaseOfADecision();
    void leadsToTheSameOutcome();
    void theCommandsDoTheSame();
    void keepsToTheSourceOfTheAttempt();
    void offersOnlyWhatThereIs();
    void wrapsItsButtonsWhereItIsNarrow();

private:
    QString write(const SessionStore &store, const QString &name)
    {
        const auto path = m_folder.filePath(name);
        SessionWriter writer;
        if (!writer.open(path, store.header(), SessionWriter::Existing::Replace))
            qFatal("%s", qPrintable(writer.error()));
        for (qsizetype row = 0; row < store.size(); ++row)
            writer.append(store.line(row));
        writer.close();
        return path;
    }

    static bool open(MainWindow &window, const QString &path)
    {
        window.openSession(path);
        return QTest::qWaitFor([&] { return window.document() && !window.document()->isGrowing(); },
                               kPatience);
    }

    static QToolButton *button(const MainWindow &window, const QString &name)
    {
        for (auto *button : window.inspector()->findChildren<QToolButton *>()) {
            if (button->accessibleName() == name)
                return button;
        }
        qFatal("no button %s", qPrintable(name));
    }

    static QAction *action(const MainWindow &window, const QKeySequence &keys)
    {
        for (auto *action : window.actions()) {
            if (action->shortcut() == keys)
                return action;
        }
        qFatal("no action for %s", qPrintable(keys.toString()));
    }

    /// Presses it and waits for what it finds.
    static bool press(MainWindow &window, const QString &name)
    {
        QSignalSpy found(window.sessionView(), &SessionView::found);
        button(window, name)->click();
        return (!found.isEmpty() || found.wait(kPatience)) && found.first().first().toBool();
    }

    static qsizetype firstRow(const SessionStore &store, Rule rule)
    {
        for (qsizetype row = 0; row < store.size(); ++row) {
            if (store.row(row).rule == rule)
                return row;
        }
        return -1;
    }

    QTemporaryDir m_folder;
};

void WhyCardTest::isShownAndFocusedByItsKey()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    QApplication::setActiveWindow(&window);
    window.inspector()->parentWidget()->hide();
    action(window, QKeySequence(Qt::CTRL | Qt::Key_I))->trigger();
    QVERIFY(window.inspector()->isVisible());
    QVERIFY(window.inspector()->hasFocus());
}

void WhyCardTest::leadsThroughTheAttempt()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    auto *view = window.sessionView();
    const auto &store = window.document()->store();
    const auto start = firstRow(store, Rule::OutcomeHeartbeatConflict);
    view->select(start);
    QVERIFY(press(window, u"Previous in this attempt"_s));
    QCOMPARE(view->selectedRow(), start - 1);
    QCOMPARE(store.row(view->selectedRow()).attempt, store.row(start).attempt);
    QVERIFY(press(window, u"Next in this attempt"_s));
    QCOMPARE(view->selectedRow(), start);
}

void WhyCardTest::leadsThroughTheLeaseOfADecision()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    auto *view = window.sessionView();
    const auto &store = window.document()->store();
    const auto start = firstRow(store, Rule::OutcomeHeartbeatConflict);
    QCOMPARE(store.row(start).leaseId, StringId{0});
    view->select(start);
    QVERIFY(press(window, u"Previous in this lease"_s));
    const auto row = store.row(view->selectedRow());
    QCOMPARE(row.kind, EventKind::Outcome);
    QCOMPARE(row.word, Word::HeartbeatConflict);
}

void WhyCardTest::leadsToTheSameOutcome()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    auto *view = window.sessionView();
    const auto &store = window.document()->store();
    const auto start = firstRow(store, Rule::OutcomeStreamErrorHealthy);
    view->select(start);
    QVERIFY(press(window, u"Next with the same outcome"_s));
    QVERIFY(view->selectedRow() > start);
    QVERIFY(store.row(view->selectedRow()).action == Action::Reconnect);
}

void WhyCardTest::theCommandsDoTheSame()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    auto *view = window.sessionView();
    const auto start = firstRow(window.document()->store(), Rule::OutcomeHeartbeatConflict);
    view->select(start);
    QSignalSpy found(view, &SessionView::found);
    action(window, QKeySequence(Qt::CTRL | Qt::Key_Comma))->trigger();
    QVERIFY(found.wait(kPatience));
    QCOMPARE(view->selectedRow(), start - 1);
    action(window, QKeySequence(Qt::CTRL | Qt::Key_Period))->trigger();
    QVERIFY(found.wait(kPatience));
    QCOMPARE(view->selectedRow(), start);
}

void WhyCardTest::keepsToTheSourceOfTheAttempt()
{
    SessionBuilder first(u"a"_s);
    first.start().connect(u"rwl_a"_s).run(20s);
    SessionBuilder second(u"b"_s, 10ms);
    second.start().connect(u"rwl_b"_s).run(20s);
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*SessionBuilder::merged({first, second}), u"two.watchline"_s)));
    auto *view = window.sessionView();
    const auto &store = window.document()->store();
    view->select(firstRow(store, Rule::ConnectSuccess));
    const auto start = store.row(view->selectedRow());
    for (int i = 0; i < 6; ++i) {
        QVERIFY(press(window, u"Next in this attempt"_s));
        QCOMPARE(store.row(view->selectedRow()).source, start.source);
        QCOMPARE(store.row(view->selectedRow()).attempt, start.attempt);
    }
}

void WhyCardTest::offersOnlyWhatThereIs()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QVERIFY(open(window, write(*outageSession(), u"outage.watchline"_s)));
    window.sessionView()->select(0); // before the first attempt
    QVERIFY(!button(window, u"Next in this attempt"_s)->isEnabled());
    QVERIFY(!button(window, u"Next in this lease"_s)->isEnabled());
    QVERIFY(button(window, u"Next with the same outcome"_s)->isEnabled());
}

void WhyCardTest::wrapsItsButtonsWhereItIsNarrow()
{
    SiblingBar bar;
    const auto wide = bar.sizeHint();
    const auto narrow = bar.minimumSizeHint();
    QVERIFY(narrow.width() < wide.width() / 2);
    QCOMPARE(bar.heightForWidth(wide.width()), wide.height());
    QVERIFY(bar.heightForWidth(narrow.width()) >= 3 * wide.height());
    bar.resize(narrow.width(), bar.heightForWidth(narrow.width()));
    bar.show();
    for (const auto *button : bar.findChildren<QToolButton *>()) {
        const auto place = QRect(button->mapTo(&bar, QPoint()), button->size());
        QVERIFY(bar.rect().contains(place));
    }
}

QTEST_MAIN(WhyCardTest)
#include "tst_whycard.moc"
