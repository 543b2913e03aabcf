// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/startpage.h"

#include "core/session/sessionfolder.h"
#include "ui/bigbutton.h"
#include "ui/settings.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kColumnWidth = 620;
constexpr int kMostListed = 6;
constexpr qsizetype kMostUnfinished = 4;

QLabel *label(const QString &text, double size, bool heavy)
{
    auto *made = new QLabel(text);
    made->setTextFormat(Qt::PlainText);
    auto font = made->font();
    font.setPointSizeF(font.pointSizeF() * size);
    if (heavy)
        font.setWeight(QFont::DemiBold);
    made->setFont(font);
    return made;
}

QString folderText(const QFileInfo &file)
{
    const auto home = QDir::homePath();
    const auto folder = file.absolutePath();
    return folder.startsWith(home) ? QString(u'~' + folder.sliced(home.size())) : folder;
}

} // namespace

StartPage::StartPage(QWidget *parent)
    : QWidget(parent)
    , m_lists(new QWidget)
    , m_listLayout(new QVBoxLayout(m_lists))
{
    auto *connectButton =
        new BigButton(tr("Connect to an API"), tr("Watch a device live, as its gateway would"));
    connectButton->setPrimary(true);
    auto *demoButton =
        new BigButton(tr("Try the demo"), tr("Two minutes of trouble, from a simulator inside"));
    auto *openButton = new BigButton(tr("Open a session"), tr("Or drop its file onto this window"));
    connect(connectButton, &QAbstractButton::clicked, this, &StartPage::connectRequested);
    connect(demoButton, &QAbstractButton::clicked, this, &StartPage::demoRequested);
    connect(openButton, &QAbstractButton::clicked, this, &StartPage::openRequested);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(12);
    for (auto *button : {connectButton, demoButton, openButton})
        buttons->addWidget(button, 1);

    auto *column = new QWidget;
    column->setMaximumWidth(kColumnWidth + 120);
    auto *columnLayout = new QVBoxLayout(column);
    columnLayout->setContentsMargins(24, 24, 24, 24);
    columnLayout->setSpacing(6);
    columnLayout->addWidget(label(tr("Watchline"), 2.0, true));
    auto *what = label(tr("See why a robot's gateway could not be reached: every attempt, wait, "
                          "lease and decision."),
                       1.05, false);
    what->setWordWrap(true);
    what->setObjectName(u"dim"_s);
    columnLayout->addWidget(what);
    columnLayout->addSpacing(18);
    columnLayout->addLayout(buttons);
    columnLayout->addSpacing(18);
    columnLayout->addWidget(m_lists);
    m_listLayout->setContentsMargins(0, 0, 0, 0);
    m_listLayout->setSpacing(2);

    auto *page = new QWidget;
    auto *pageLayout = new QHBoxLayout(page);
    pageLayout->setContentsMargins(0, 0, 0, 0);
    auto *middle = new QVBoxLayout;
    middle->addStretch(2);
    middle->addWidget(column);
    middle->addStretch(3);
    pageLayout->addStretch(1);
    pageLayout->addLayout(middle, 6);
    pageLayout->addStretch(1);

    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(page);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    setFocusProxy(connectButton);
    refresh();
}

void StartPage::refresh()
{
    while (auto *item = m_listLayout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    QStringList unfinished;
    for (const auto &session : recordedSessions()) {
        if (session.end == RecordedSession::End::Interrupted && unfinished.size() < kMostUnfinished)
            unfinished.append(session.path);
    }
    auto recent = recentSessions();
    recent.removeIf([&](const QString &path) { return unfinished.contains(path); });
    addList(tr("Recorded, but not ended in order"), unfinished);
    addList(tr("Recent sessions"), recent.mid(0, kMostListed));
    m_listLayout->addStretch(1);
}

void StartPage::addList(const QString &title, const QStringList &paths)
{
    if (paths.isEmpty())
        return;
    auto *heading = label(title, 1.0, true);
    heading->setContentsMargins(0, 8, 0, 4);
    m_listLayout->addWidget(heading);
    for (const auto &path : paths) {
        const QFileInfo file(path);
        auto *entry =
            new ListButton(file.fileName(), folderText(file),
                           QLocale().formattedDataSize(file.size()) + u" · "_s +
                               QLocale().toString(file.lastModified(), QLocale::ShortFormat));
        connect(entry, &QAbstractButton::clicked, this, [this, path] { emit sessionChosen(path); });
        m_listLayout->addWidget(entry);
    }
}

} // namespace watchline
