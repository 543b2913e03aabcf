// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/fleetdialog.h"

#include "core/base/text.h"
#include "core/protocol/endpoints.h"
#include "core/watch/fleetfile.h"
#include "ui/connectdialog.h"
#include "ui/connectioncheck.h"
#include "ui/formparts.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// So many are named one by one.
constexpr qsizetype kMostNamed = 5;

QString summaryOf(const Fleet &fleet)
{
    QStringList names;
    for (const auto &member : fleet.first(std::min(fleet.size(), kMostNamed)))
        names += singleLine(member.name, 40);
    auto text = (fleet.size() == 1 ? FleetDialog::tr("1 watch: %1")
                                   : FleetDialog::tr("%1 watches: %2").arg(fleet.size()))
                    .arg(names.join(u", "_s));
    if (fleet.size() > kMostNamed)
        text += u" …"_s;
    const bool isInTheClear = std::ranges::any_of(
        fleet, [](const FleetMember &member) { return sendsTokenInTheClear(member.apiUrl); });
    if (isInTheClear)
        text += u'\n' + FleetDialog::tr("Without TLS everybody on the way can read the tokens");
    return text;
}

} // namespace

FleetDialog::FleetDialog(const ConnectionPreset &preset, const QString &fleetFile, QWidget *parent)
    : QDialog(parent)
    , m_apiTimeout(preset.apiTimeout)
    , m_file(new QLineEdit(fleetFile))
    , m_fileError(problemLabel(u"fleetError"_s))
    , m_names(new QLabel)
    , m_afterWake(new QComboBox)
    , m_caFile(new QLineEdit(preset.caFile))
    , m_caError(problemLabel(u"caError"_s))
    , m_agreed(new QCheckBox(tr("I may take all these devices' leases")))
    , m_agreedError(problemLabel(u"agreedError"_s))
{
    setWindowTitle(tr("Connect to a fleet"));
    build();
    clearWhenEdited(m_caFile, m_caError);
    m_afterWake->setCurrentIndex(preset.afterWake == AfterWake::Continue ? 1 : 0);
    showFleet();
}

void FleetDialog::build()
{
    m_file->setObjectName(u"fleetFile"_s);
    m_file->setMinimumWidth(420);
    m_file->setPlaceholderText(tr("one watch a line: name, URL, token file"));
    connect(m_file, &QLineEdit::textChanged, this, &FleetDialog::showFleet);
    m_names->setObjectName(u"fleetNames"_s);
    m_names->setTextFormat(Qt::PlainText);
    m_names->setWordWrap(true);
    m_afterWake->addItem(tr("Stop that watch"), static_cast<int>(AfterWake::Stop));
    m_afterWake->addItem(tr("Keep watching"), static_cast<int>(AfterWake::Continue));
    m_caFile->setObjectName(u"caFile"_s);
    m_caFile->setPlaceholderText(tr("none: the system's certificates alone"));

    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(10);
    auto *file = stacked({withBrowse(m_file, tr("Choose a fleet file")), m_fileError, m_names});
    auto *ca = stacked({withBrowse(m_caFile, tr("Choose a file of PEM certificates")), m_caError});
    form->addRow(tr("&Fleet file"), file);
    form->addRow(tr("After a &wake"), m_afterWake);
    form->addRow(tr("C&A file"), ca);
    qobject_cast<QLabel *>(form->labelForField(file))->setBuddy(m_file);
    qobject_cast<QLabel *>(form->labelForField(ca))->setBuddy(m_caFile);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    auto *connectButton = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
    connectButton->setDefault(true);
    connectButton->setObjectName(u"primary"_s);
    connect(buttons, &QDialogButtonBox::accepted, this, &FleetDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &FleetDialog::reject);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(14);
    layout->addLayout(form);
    layout->addWidget(buildConsent());
    layout->addWidget(buttons);
    layout->setSizeConstraint(QLayout::SetFixedSize);
}

QWidget *FleetDialog::buildConsent()
{
    return consentCard(
        tr("Connecting takes the leases from their gateways"),
        tr("Watchline takes the place of all these robots' gateways: while it is connected it "
           "holds their devices' leases, and gateways that run will be refused with a conflict. "
           "None of the robots can be viewed until you stop."),
        m_agreed, m_agreedError);
}

/// What the file names, as soon as it can be read; what is wrong with it is told on demand.
void FleetDialog::showFleet()
{
    setProblem(m_fileError, {});
    const auto path = m_file->text().trimmed();
    // At every keystroke: the tokens are read once, when the fleet is accepted.
    const auto fleet = QFileInfo(path).isFile() ? readFleetFile(path, FleetRead::NoTokens)
                                                : Result<Fleet>::failed(QString());
    m_names->setText(fleet ? summaryOf(*fleet) : QString());
    m_names->setVisible(fleet.value.has_value());
}

bool FleetDialog::check()
{
    const auto path = m_file->text().trimmed();
    const auto fleet = path.isEmpty()
                           ? Result<Fleet>::failed(tr("Choose the file that names the fleet"))
                           : readFleetFile(path, FleetRead::RegularFiles);
    const auto caFile = m_caFile->text().trimmed();
    const auto caProblem = checkCaFile(caFile);
    const auto agreedProblem =
        m_agreed->isChecked() ? QString() : tr("Tick this first: without it nothing is sent");
    setProblem(m_fileError, fleet.error);
    setProblem(m_caError, caProblem);
    setProblem(m_agreedError, agreedProblem);
    if (!fleet)
        m_file->setFocus();
    else if (!caProblem.isEmpty())
        m_caFile->setFocus();
    else if (!agreedProblem.isEmpty())
        m_agreed->setFocus();
    if (!fleet || !caProblem.isEmpty() || !agreedProblem.isEmpty())
        return false;

    ConnectionOptions common;
    common.watch.apiTimeout = m_apiTimeout;
    common.watch.afterWake = static_cast<AfterWake>(m_afterWake->currentData().toInt());
    common.caFile = caFile;
    m_watches = fleetOptions(*fleet, common);
    return true;
}

void FleetDialog::accept()
{
    if (check())
        QDialog::accept();
}

} // namespace watchline
