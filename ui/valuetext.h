// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QTextEdit>

namespace watchline {

/// A value to read and to copy: plain text in a fixed font, as high as it needs to be. It breaks
/// between the words of a name, and anywhere where it must: a long lease or URL makes no panel
/// wide. What is copied has no such breaks.
class ValueText : public QTextEdit
{
    Q_OBJECT

public:
    static constexpr int kGapAbove = 7;

    explicit ValueText(QWidget *parent = nullptr);

    void setValue(const QString &text);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    QMimeData *createMimeDataFromSelection() const override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void updateHeight();

    QString m_value;
};

} // namespace watchline
