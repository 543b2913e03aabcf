// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/connectdialog.h"
#include "ui/fittedscroll.h"
#include "ui/keysdialog.h"

#include <QPushButton>
#include <QRegularExpression>
#include <QTest>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using namespace watchline;

class FittedScrollTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void isAsLargeAsItsPart();
    void isNoLargerThanTheScreenHasRoomFor_data();
    void isNoLargerThanTheScreenHasRoomFor();
    void growsWithItsPart();
    void dialogsFitSmallScreens_data();
    void dialogsFitSmallScreens();
};

namespace {

QWidget *part(QSize size)
{
    auto *widget = new QWidget;
    widget->setMinimumSize(size);
    return widget;
}

} // namespace

void FittedScrollTest::isAsLargeAsItsPart()
{
    const FittedScroll scroll(part({300, 200}));
    QCOMPARE(scroll.sizeOn({1280, 800}), QSize(300, 200));
}

void FittedScrollTest::isNoLargerThanTheScreenHasRoomFor_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("too tall") << QSize(300, 2000);
    QTest::newRow("too wide") << QSize(3000, 200);
    QTest::newRow("both") << QSize(3000, 2000);
}

void FittedScrollTest::isNoLargerThanTheScreenHasRoomFor()
{
    QFETCH(QSize, size);
    const FittedScroll scroll(part(size));
    const auto fitted = scroll.sizeOn({960, 540});
    QVERIFY(fitted.width() < 960 && fitted.height() <= 540 - 100);
    // What it can show it shows: beside the bar, too.
    QVERIFY(size.width() > 960 || fitted.width() > size.width());
    QVERIFY(size.height() > 540 || fitted.height() > size.height());
}

void FittedScrollTest::growsWithItsPart()
{
    auto *widget = new QWidget;
    auto *layout = new QVBoxLayout(widget);
    auto *shown = part({200, 100});
    auto *more = part({200, 100});
    layout->addWidget(shown);
    layout->addWidget(more);
    more->hide();
    QWidget window;
    auto *dialog = new QWidget(&window);
    auto *outer = new QVBoxLayout(dialog);
    outer->setSizeConstraint(QLayout::SetFixedSize);
    outer->addWidget(new FittedScroll(widget));
    window.show();
    QTRY_VERIFY(dialog->height() >= 100);
    const int before = dialog->height();
    more->show();
    QTRY_VERIFY(dialog->height() >= before + 100);
}

void FittedScrollTest::dialogsFitSmallScreens_data()
{
    QTest::addColumn<bool>("isOfKeys");
    QTest::newRow("keys") << true;
    QTest::newRow("connecting") << false;
}

/// All of 1080p at 200 %.
void FittedScrollTest::dialogsFitSmallScreens()
{
    QFETCH(bool, isOfKeys);
    const auto dialog = isOfKeys ? std::unique_ptr<QDialog>(std::make_unique<KeysDialog>())
                                 : std::make_unique<ConnectDialog>(ConnectionPreset{});
    const auto *scroll = dialog->findChild<FittedScroll *>();
    QVERIFY(scroll);
    const QSize screen(960, 540);
    const auto fitted = scroll->sizeOn(screen);
    // The buttons are outside of it, and there is room for them.
    for (const auto *button : dialog->findChildren<QPushButton *>()) {
        if (button->text().contains(u"Close"_s) || button->text().contains(u"Connect"_s))
            QVERIFY(!scroll->isAncestorOf(button));
    }
    const auto around = dialog->layout()->totalSizeHint() - scroll->sizeHint();
    QVERIFY2(fitted.height() + around.height() <= screen.height() - 30,
             qPrintable(QString::number(around.height())));
}

QTEST_MAIN(FittedScrollTest)
#include "tst_fittedscroll.moc"
