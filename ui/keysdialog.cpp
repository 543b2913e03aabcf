// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/keysdialog.h"

#include "ui/fittedscroll.h"
#include "ui/formparts.h"
#include "ui/theme.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <utility>
#include <vector>

namespace watchline {

namespace {

using Keys = std::vector<std::pair<QString, QString>>;

/// A mark as the timeline and the table have it.
class Mark : public QWidget
{
public:
    explicit Mark(Tone tone)
        : m_tone(tone)
    {
        setFixedSize(14, 14);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        paintGlyph(painter, QRectF(rect()), m_tone, Theme::of(palette()));
    }

private:
    Tone m_tone;
};

/// What would have been, as its lane has it.
class HypothesisMark : public QWidget
{
public:
    HypothesisMark() { setFixedSize(14, 14); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(Theme::of(palette()).color(Tone::Ok), 1.2, Qt::DashLine));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 3, 3);
    }
};

QWidget *legend()
{
    const std::vector<std::pair<Tone, QString>> marks{
        {Tone::Ok, KeysDialog::tr("went well: a hello, a heartbeat, a decision to run")},
        {Tone::Waiting, KeysDialog::tr("waits: connecting, a decision to back off")},
        {Tone::Ended, KeysDialog::tr("a clean end of the stream")},
        {Tone::Error, KeysDialog::tr("failed: an error, a lost or failed heartbeat")},
        {Tone::Conflict, KeysDialog::tr("conflict: another gateway holds the lease")},
        {Tone::Timeout, KeysDialog::tr("time-out: nothing came when it had to")},
        {Tone::Stopped, KeysDialog::tr("stopped: the token was rejected, or by hand")},
        {Tone::Wake, KeysDialog::tr("a wake: somebody wants to view the robot")},
        {Tone::Quiet, KeysDialog::tr("a sign of life: a keep-alive")},
    };
    auto *part = new QWidget;
    auto *grid = new QGridLayout(part);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(3);
    grid->addWidget(heading(KeysDialog::tr("Marks")), 0, 0, 1, 2);
    int row = 1;
    for (const auto &[tone, what] : marks) {
        auto *label = new QLabel(what);
        label->setTextFormat(Qt::PlainText);
        label->setProperty("dim", true);
        grid->addWidget(new Mark(tone), row, 0);
        grid->addWidget(label, row, 1);
        ++row;
    }
    auto *label = new QLabel(KeysDialog::tr("in dashes: what would have been, with other waits"));
    label->setTextFormat(Qt::PlainText);
    label->setProperty("dim", true);
    grid->addWidget(new HypothesisMark, row, 0);
    grid->addWidget(label, row, 1);
    ++row;
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(row, 1);
    return part;
}

QWidget *section(const QString &title, const Keys &keys)
{
    auto *part = new QWidget;
    auto *grid = new QGridLayout(part);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(3);
    grid->addWidget(heading(title), 0, 0, 1, 2);
    int row = 1;
    for (const auto &[key, what] : keys) {
        auto *keyLabel = new QLabel(key);
        keyLabel->setTextFormat(Qt::PlainText);
        keyLabel->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        auto *whatLabel = new QLabel(what);
        whatLabel->setTextFormat(Qt::PlainText);
        whatLabel->setProperty("dim", true);
        grid->addWidget(keyLabel, row, 0);
        grid->addWidget(whatLabel, row, 1);
        ++row;
    }
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(row, 1);
    return part;
}

} // namespace

KeysDialog::KeysDialog(QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Keys and marks"));
    const Keys timeline{
        {tr("Ctrl+wheel, W S, + -"), tr("zoom at the cursor")},
        {tr("Shift+wheel, A D"), tr("move in time")},
        {tr("wheel"), tr("scroll the lanes")},
        {tr("drag, Shift+Left Shift+Right"), tr("select a range and measure it")},
        {tr("Shift+drag, middle drag"), tr("pan")},
        {tr("F, again F"), tr("to the selection, fit all")},
        {tr("R"), tr("range from the selection")},
        {tr("Home, End"), tr("all; the end, and follow")},
        {tr(". ,"), tr("next and previous in the lane")},
        {tr("O, Shift+O"), tr("fold or open a source, all of them")},
        {tr("Ctrl+T"), tr("count times from here")},
        {tr("Esc"), tr("clear")},
    };
    const Keys replay{
        {tr("Space"), tr("play or pause; pause the view")},
        {tr("Ctrl+Right, Ctrl+Left"), tr("next and previous event")},
        {tr("Ctrl+Down, Ctrl+Up"), tr("next and previous decision")},
        {tr("Ctrl+PgDown, Ctrl+PgUp"), tr("next and previous attempt")},
        {tr("Ctrl+G"), tr("go to a time")},
        {tr("[ ]"), tr("loop from here, up to here")},
        {tr("Ctrl+Shift+L, Ctrl+Shift+I"), tr("loop or not; skip idle time")},
    };
    const Keys everywhere{
        {tr("Alt+Down, Alt+Up"), tr("next, previous: the same outcome")},
        {tr("Alt+Shift+Down, Alt+Shift+Up"), tr("the same lease")},
        {tr("Ctrl+. Ctrl+,"), tr("next and previous in this attempt")},
        {tr("Ctrl+I"), tr("why: all about the selected event")},
        {tr("Ctrl+Shift+V"), tr("are these the gateway's decisions?")},
        {tr("Alt+Left, Alt+Right"), tr("selected before, and after")},
        {tr("/, Ctrl+Z"), tr("filter; undo the filter")},
        {tr("Ctrl+F, F3"), tr("find, find next")},
        {tr("Ctrl+C"), tr("copy the rows as CSV")},
        {tr("M"), tr("note here, or on the selected range")},
        {tr("Ctrl+N, Ctrl+Shift+N"), tr("connect; connect to a fleet")},
        {tr("Ctrl+R"), tr("retry now")},
        {tr("Ctrl+O"), tr("open a session")},
        {tr("Ctrl+Shift+C, Ctrl+D"), tr("compare with another; next difference")},
        {tr("Ctrl+Shift+F"), tr("the findings")},
        {tr("Ctrl+Shift+M"), tr("the figures of the selected range")},
        {tr("Ctrl+Shift+W"), tr("what if the waits had been others?")},
        {tr("Ctrl+Shift+P"), tr("all commands")},
        {tr("?"), tr("this list")},
    };
    auto *page = new QWidget;
    auto *columns = new QHBoxLayout(page);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(28);
    auto *left = stacked({section(tr("Timeline"), timeline), legend()});
    left->layout()->setSpacing(20);
    columns->addWidget(left, 1);
    auto *right = stacked({section(tr("Replay"), replay), section(tr("Everywhere"), everywhere)});
    right->layout()->setSpacing(10);
    columns->addWidget(right, 1);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &KeysDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 14, 20, 12);
    layout->setSpacing(10);
    layout->addWidget(new FittedScroll(page), 1);
    layout->addWidget(buttons);
    resize(sizeHint()); // else it gets two thirds of the screen at the most
}

} // namespace watchline
