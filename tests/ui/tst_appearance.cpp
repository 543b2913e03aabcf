// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"
#include "ui/appearance.h"
#include "ui/document.h"
#include "ui/eventtableview.h"
#include "ui/mainwindow.h"
#include "ui/sessionview.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/timeline/timelineview.h"

#include <QApplication>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace watchline;

namespace {

constexpr int kPatience = 30'000;

bool isDark(QWidget &widget)
{
    return Theme::of(widget.palette()).dark;
}

/// What most of the widget is painted with.
int lightness(QWidget &widget)
{
    const auto image = widget.grab().toImage();
    int sum = 0;
    constexpr int kSamples = 40;
    for (int i = 0; i < kSamples; ++i) {
        sum += image
                   .pixelColor(image.width() * (2 * i + 1) / (2 * kSamples),
                               image.height() * ((7 * i) % kSamples) / kSamples)
                   .lightness();
    }
    return sum / kSamples;
}

/// The widgets hear of a palette in the next turns of the event loop.
void settle()
{
    for (int turn = 0; turn < 3; ++turn)
        QApplication::processEvents();
}

void tell(QWidget &window, QEvent::Type type)
{
    QEvent event(type);
    QApplication::sendEvent(&window, &event);
    settle();
}

} // namespace

class AppearanceTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName(u"watchline-test-appearance"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        applicationSettings().clear();
        applyAppearance(ThemeChoice::System);
        setSystemIsDark(false);
        settle();
    }

    void allOfTheWindowFollowsTheSystem();
    void aChoiceOfOnesOwnStays_data();
    void aChoiceOfOnesOwnStays();
    void theSystemIsFollowedAgainWhenChosen();
    void looksAtTheSystemWhenTheThemeChanges();
    void takesALightnessOutOfAnothersPalette();
};

void AppearanceTest::allOfTheWindowFollowsTheSystem()
{
    const QTemporaryDir folder;
    const auto store = outageSession();
    const auto path = folder.filePath(u"outage.watchline"_s);
    SessionWriter writer;
    QVERIFY(writer.open(path, store->header(), SessionWriter::Existing::Replace));
    for (qsizetype row = 0; row < store->size(); ++row)
        writer.append(store->line(row));
    writer.close();
    MainWindow window{ConnectionPreset{}};
    window.resize(1200, 800);
    window.show();
    window.openSession(path);
    QTRY_VERIFY_WITH_TIMEOUT(window.document() && !window.document()->isGrowing(), kPatience);
    auto &timeline = *window.sessionView()->timeline();
    auto &table = *window.sessionView()->table();
    const auto lightSheet = window.styleSheet();
    const QList<QWidget *> parts{&window, &timeline, &table};
    for (auto *part : parts)
        QVERIFY2(lightness(*part) > 190, part->metaObject()->className());

    setSystemIsDark(true);
    settle();
    QVERIFY(window.styleSheet() != lightSheet);
    for (auto *part : parts) {
        QVERIFY2(isDark(*part), part->metaObject()->className());
        QVERIFY2(lightness(*part) < 100, part->metaObject()->className());
    }

    setSystemIsDark(false);
    settle();
    QCOMPARE(window.styleSheet(), lightSheet);
    for (auto *part : parts)
        QVERIFY2(lightness(*part) > 190, part->metaObject()->className());
}

void AppearanceTest::aChoiceOfOnesOwnStays_data()
{
    QTest::addColumn<ThemeChoice>("choice");
    QTest::newRow("light") << ThemeChoice::Light;
    QTest::newRow("dark") << ThemeChoice::Dark;
}

void AppearanceTest::aChoiceOfOnesOwnStays()
{
    QFETCH(const ThemeChoice, choice);
    MainWindow window{ConnectionPreset{}};
    window.show();
    applyAppearance(choice);
    settle();
    for (const bool dark : {true, false}) {
        setSystemIsDark(dark);
        settle();
        QCOMPARE(isDark(window), choice == ThemeChoice::Dark);
        tell(window, QEvent::ThemeChange);
        QCOMPARE(isDark(window), choice == ThemeChoice::Dark);
    }
}

void AppearanceTest::theSystemIsFollowedAgainWhenChosen()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    applyAppearance(ThemeChoice::Light);
    settle();
    setSystemIsDark(true);
    settle();
    QVERIFY(!isDark(window));
    applyAppearance(ThemeChoice::System);
    settle();
    QVERIFY(isDark(window));
}

void AppearanceTest::looksAtTheSystemWhenTheThemeChanges()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    setSystemIsDark(true);
    settle();
    QVERIFY(isDark(window));
    // This platform is a light one, below the palette that is on it.
    tell(window, QEvent::ThemeChange);
    QVERIFY(!isDark(window));
    QCOMPARE(QApplication::palette().color(QPalette::Window), Theme::light().window);
}

void AppearanceTest::takesALightnessOutOfAnothersPalette()
{
    MainWindow window{ConnectionPreset{}};
    window.show();
    QPalette black;
    black.setColor(QPalette::Window, Qt::black);
    QApplication::setPalette(black);
    tell(window, QEvent::ApplicationPaletteChange);
    QVERIFY(isDark(window));
    QCOMPARE(QApplication::palette().color(QPalette::Window), Theme::darkTheme().window);
}

QTEST_MAIN(AppearanceTest)
#include "tst_appearance.moc"
