// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/whatifsettings.h"

#include <QAbstractSpinBox>

class QComboBox;
class QLabel;
class QPushButton;

namespace watchline {

/// One of the settings as it is written: `30 s`, or a factor. The arrows go through usual values.
/// What stands there may be impossible.
class WhatIfField : public QAbstractSpinBox
{
    Q_OBJECT

public:
    /// `name` as assign() knows it.
    explicit WhatIfField(const QString &name, QWidget *parent = nullptr);

    QString name() const { return m_name; }
    void setValueOf(const WhatIfSettings &settings);
    /// As assign() takes it.
    QString assignment() const;

    void stepBy(int steps) override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void edited();

protected:
    StepEnabled stepEnabled() const override { return StepUpEnabled | StepDownEnabled; }

private:
    QString m_name;
};

/// The settings that a what-if is played with, and what is wrong with them.
class WhatIfForm : public QWidget
{
    Q_OBJECT

public:
    explicit WhatIfForm(QWidget *parent = nullptr);

    /// Puts all back to these.
    void setRecorded(const WhatIfSettings &recorded);
    const WhatIfSettings &recorded() const { return m_recorded; }
    void reset() { setRecorded(m_recorded); }
    /// Nothing while some of them are impossible: what is shown says why.
    std::optional<WhatIfSettings> settings() const { return m_settings; }
    bool isAsRecorded() const { return m_settings == m_recorded; }
    QWidget *firstField() const { return m_rows.front().field; }

signals:
    void changed();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Row
    {
        WhatIfField *field;
        QLabel *was; ///< The recorded value, where it is another.
        QLabel *problem;
    };

    void read();

    WhatIfSettings m_recorded;
    std::optional<WhatIfSettings> m_settings;
    std::vector<Row> m_rows;
    QComboBox *m_jitter;
    QLabel *m_contradiction;
    QPushButton *m_reset;
    bool m_isFilling = false;
};

} // namespace watchline
