// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QSlider>

#include <optional>
#include <utility>

namespace watchline {

/// A slider that shows which part of it is looped. A click goes there at once.
class PositionSlider : public QSlider
{
    Q_OBJECT

public:
    explicit PositionSlider(QWidget *parent = nullptr);

    /// From which value to which; nothing for none.
    void setLoop(std::optional<std::pair<int, int>> loop, bool isOn);
    std::optional<std::pair<int, int>> loop() const { return m_loop; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    QRect groove() const;
    int handleLength() const;

    std::optional<std::pair<int, int>> m_loop;
    bool m_isOn = false;
};

} // namespace watchline
