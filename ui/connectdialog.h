// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/watch/watchrunner.h"

#include <QDialog>

#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QRadioButton;
class QDoubleSpinBox;
class QPushButton;

namespace watchline {

class CheckPanel;
class FittedScroll;

/// What is known of a connection before the user is asked: from the command line, the environment
/// or the last time.
struct ConnectionPreset
{
    QString apiUrl;
    QString tokenFile;
    QString caFile;
    std::chrono::milliseconds apiTimeout = kDefaultApiTimeout;
    AfterWake afterWake = AfterWake::Stop;
    QString timeoutProblem; ///< What is wrong with the environment's time-out; mostly empty.
    Secret token;           ///< From the environment, or read from standard input; empty for none.
};

/// What the environment says, with what was used last where it says nothing.
ConnectionPreset defaultConnection();

/// Asks whom to watch, and for leave: connecting takes the device's lease from its gateway. Nothing
/// is sent by it but what the user asks for with a check, which leaves the lease alone. It closes
/// with Accepted when all that was entered can be used and the user has agreed, and tells beside
/// each field what is wrong with it until then.
class ConnectDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ConnectDialog(const ConnectionPreset &preset, QWidget *parent = nullptr);

    /// What was agreed to; meaningful once it is accepted.
    const ConnectionOptions &options() const { return m_options; }

    void accept() override;

private:
    void build(const ConnectionPreset &preset);
    QWidget *buildTokenPart(const ConnectionPreset &preset);
    QWidget *buildCaPart(const ConnectionPreset &preset);
    QWidget *buildConsent();
    void showHint();
    void watchFields();
    void toggleCheck();
    std::optional<ConnectionOptions> readFields();
    bool validate();
    QString checkEnteredToken(Secret *token) const;
    void remember() const;

    Secret m_presetToken;
    ConnectionOptions m_options;
    QLineEdit *m_url;
    QLabel *m_urlError;
    QRadioButton *m_tokenTyped;
    QRadioButton *m_tokenGiven;
    QRadioButton *m_tokenFromFile;
    QLineEdit *m_token;
    QLineEdit *m_tokenFile;
    QLabel *m_tokenError;
    QDoubleSpinBox *m_timeout;
    QComboBox *m_afterWake;
    QLineEdit *m_caFile;
    QLabel *m_caError;
    QCheckBox *m_agreed;
    QLabel *m_agreedError;
    FittedScroll *m_scroll = nullptr;
    CheckPanel *m_check;
    QPushButton *m_checkButton;
};

} // namespace watchline
