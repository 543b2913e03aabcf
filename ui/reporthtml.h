// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace watchline {

/// What a report says, in plain texts that may be anybody's.
struct ReportPage
{
    struct Fact
    {
        QString name;
        QString value;
    };
    struct Finding
    {
        QString severity; ///< `error`, `warning` or `info`.
        QString code;
        QString when;
        QString text;
        QString advice;
    };
    struct Table
    {
        QStringList columns;
        std::vector<QStringList> rows;
    };

    QString title;
    std::vector<Fact> facts;
    QByteArray lightPicture; ///< PNG; none when empty.
    QByteArray darkPicture;
    QString pictureText; ///< For who cannot see it.
    std::vector<Finding> findings;
    std::vector<Fact> figures;
    Table rules;
    Table decisions;
    Table notes;
    QStringList leftOut;
};

/// One HTML page that needs nothing else and does nothing: no script, no form, nothing to be
/// loaded, and a policy that forbids them. All texts are escaped, controls too. The same report
/// gives the same bytes.
QByteArray toHtml(const ReportPage &page);

} // namespace watchline
