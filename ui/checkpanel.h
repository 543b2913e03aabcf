// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/watch/apicheck.h"
#include "core/watch/watchrunner.h"
#include "ui/formparts.h"

#include <array>
#include <memory>

class QGridLayout;
class QLabel;

namespace watchline {

class ApiCheckRunner;
class ToneMark;

/// A card that tries the way to an API, and shows each step with its shape and colour, its time and
/// what to do. Hidden until a check is started; nothing is sent before.
class CheckPanel : public ToneFrame
{
    Q_OBJECT

public:
    explicit CheckPanel(QWidget *parent = nullptr);
    ~CheckPanel() override;

    /// Starts a check, in place of one that may be there. What is wrong with the CA file; empty
    /// when it has begun.
    QString start(const ConnectionOptions &options);
    /// Cancels the check, and hides its result.
    void clear();
    bool isRunning() const { return m_isRunning; }

signals:
    void runningChanged(bool isRunning);

private:
    struct Row
    {
        ToneMark *mark;
        QLabel *label;
        QLabel *time;
        QLabel *detail;
        QLabel *advice;
    };

    Row addRow(QGridLayout &grid, CheckStep step);
    void showReport(const CheckReport &report);
    void showRow(const Row &row, const CheckedStep &step);
    void setRunning(bool isRunning);

    QLabel *m_title;
    std::array<Row, kCheckSteps> m_rows{};
    std::unique_ptr<ApiCheckRunner> m_runner;
    bool m_isRunning = false;
};

} // namespace watchline
