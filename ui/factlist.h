// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QWidget>

#include <vector>

class QGridLayout;
class QLabel;
class QPushButton;

namespace watchline {

class ValueText;

/// One line of a fact list.
struct Fact
{
    QString caption;
    QString value;
    QString note;       ///< Below the value; may be empty.
    qsizetype row = -1; ///< An event that it is about; -1 for none.

    bool operator==(const Fact &) const = default;
};

/// Captions at the left, values in a fixed font at the right, which can be selected and copied. All
/// of it is plain text. The widgets are kept from one list to the next.
class FactList : public QWidget
{
    Q_OBJECT

public:
    explicit FactList(QWidget *parent = nullptr);

    void setFacts(const std::vector<Fact> &facts);

signals:
    void rowRequested(qsizetype row);

private:
    struct Line
    {
        QLabel *caption;
        ValueText *value;
        QLabel *note;
        QPushButton *link; ///< The note, where it leads to an event.
        qsizetype row = -1;
    };

    void addLine();

    QGridLayout *m_grid;
    std::vector<Line> m_lines;
    std::vector<Fact> m_facts;
};

} // namespace watchline
