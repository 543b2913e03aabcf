// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/watch/watchrunner.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace watchline {

struct ConnectionPreset;

/// Asks which fleet to watch, and once for leave to take all its devices' leases. Nothing is sent
/// by it; it closes with Accepted when the fleet file can be used and the user has agreed.
class FleetDialog : public QDialog
{
    Q_OBJECT

public:
    FleetDialog(const ConnectionPreset &preset, const QString &fleetFile,
                QWidget *parent = nullptr);

    /// What was agreed to; meaningful once it is accepted.
    const QList<ConnectionOptions> &watches() const { return m_watches; }

    void accept() override;

private:
    void build();
    QWidget *buildConsent();
    void showFleet();
    bool check();

    const std::chrono::milliseconds m_apiTimeout;
    QList<ConnectionOptions> m_watches;
    QLineEdit *m_file;
    QLabel *m_fileError;
    QLabel *m_names;
    QComboBox *m_afterWake;
    QLineEdit *m_caFile;
    QLabel *m_caError;
    QCheckBox *m_agreed;
    QLabel *m_agreedError;
};

} // namespace watchline
