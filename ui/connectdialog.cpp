// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/connectdialog.h"

#include "core/protocol/endpoints.h"
#include "ui/checkpanel.h"
#include "ui/connectioncheck.h"
#include "ui/fittedscroll.h"
#include "ui/formparts.h"
#include "ui/settings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

#include <cmath>

using namespace Qt::StringLiterals;

namespace watchline {

ConnectionPreset defaultConnection()
{
    const auto last = lastConnection();
    ConnectionPreset preset;
    preset.apiUrl = qEnvironmentVariable("FOXGLOVE_API_URL", last.apiUrl);
    if (preset.apiUrl.isEmpty())
        preset.apiUrl = QString::fromLatin1(kDefaultApiUrl);
    preset.tokenFile = last.tokenFile;
    preset.caFile = last.caFile;
    bool isNumber = false;
    const int seconds = qEnvironmentVariableIntValue("FOXGLOVE_API_TIMEOUT", &isNumber);
    preset.apiTimeout =
        isNumber && seconds > 0 ? std::chrono::milliseconds(seconds * 1000LL) : last.apiTimeout;
    if (!qEnvironmentVariableIsEmpty("FOXGLOVE_API_TIMEOUT") && !(isNumber && seconds > 0)) {
        preset.timeoutProblem = ConnectDialog::tr(
            "FOXGLOVE_API_TIMEOUT is not used: set it to whole seconds, 1 or more");
    }
    preset.afterWake = last.continueAfterWake ? AfterWake::Continue : AfterWake::Stop;
    preset.token = Secret(qgetenv("FOXGLOVE_DEVICE_TOKEN").trimmed());
    return preset;
}

ConnectDialog::ConnectDialog(const ConnectionPreset &preset, QWidget *parent)
    : QDialog(parent)
    , m_presetToken(preset.token)
    , m_url(new QLineEdit(preset.apiUrl))
    , m_urlError(problemLabel(u"urlError"_s))
    , m_tokenTyped(new QRadioButton(tr("Enter it")))
    , m_tokenGiven(new QRadioButton(tr("From FOXGLOVE_DEVICE_TOKEN")))
    , m_tokenFromFile(new QRadioButton(tr("From a file")))
    , m_token(new QLineEdit)
    , m_tokenFile(new QLineEdit(preset.tokenFile))
    , m_tokenError(problemLabel(u"tokenError"_s))
    , m_timeout(new QDoubleSpinBox)
    , m_afterWake(new QComboBox)
    , m_caFile(new QLineEdit(preset.caFile))
    , m_caError(problemLabel(u"caError"_s))
    , m_agreed(new QCheckBox(tr("I may take this device's lease")))
    , m_agreedError(problemLabel(u"agreedError"_s))
    , m_check(new CheckPanel)
    , m_checkButton(new QPushButton(tr("C&heck")))
{
    setWindowTitle(tr("Connect to an API"));
    build(preset);
    clearWhenEdited(m_token, m_tokenError);
    clearWhenEdited(m_tokenFile, m_tokenError);
    clearWhenEdited(m_caFile, m_caError);
    watchFields();
    showHint();
}

void ConnectDialog::build(const ConnectionPreset &preset)
{
    m_url->setObjectName(u"url"_s);
    m_url->setPlaceholderText(QString::fromLatin1(kDefaultApiUrl));
    m_url->setMinimumWidth(420);
    connect(m_url, &QLineEdit::textChanged, this, &ConnectDialog::showHint);
    m_timeout->setRange(0.1, 3600);
    m_timeout->setDecimals(1);
    m_timeout->setSuffix(tr(" s"));
    m_timeout->setValue(static_cast<double>(preset.apiTimeout.count()) / 1000);
    m_timeout->setToolTip(tr("For device-info and heartbeats, and for connecting the stream"));
    m_afterWake->addItem(tr("Stop watching"), static_cast<int>(AfterWake::Stop));
    m_afterWake->addItem(tr("Keep watching"), static_cast<int>(AfterWake::Continue));
    m_afterWake->setCurrentIndex(preset.afterWake == AfterWake::Continue ? 1 : 0);

    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(10);
    form->addRow(tr("API &URL"), stacked({m_url, m_urlError}));
    form->addRow(tr("Device token"), buildTokenPart(preset));
    auto *timeoutError = problemLabel(u"timeoutError"_s);
    setProblem(timeoutError, preset.timeoutProblem);
    form->addRow(tr("API &time-out"), stacked({m_timeout, timeoutError}));
    form->addRow(tr("After a &wake"), m_afterWake);
    form->addRow(tr("C&A file"), buildCaPart(preset));
    qobject_cast<QLabel *>(form->labelForField(m_url->parentWidget()))->setBuddy(m_url);
    qobject_cast<QLabel *>(form->labelForField(m_timeout->parentWidget()))->setBuddy(m_timeout);
    qobject_cast<QLabel *>(form->labelForField(m_caError->parentWidget()))->setBuddy(m_caFile);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    auto *connectButton = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
    connectButton->setDefault(true);
    connectButton->setObjectName(u"primary"_s);
    m_checkButton->setObjectName(u"check"_s);
    m_checkButton->setAutoDefault(false);
    m_checkButton->setToolTip(
        tr("Tries the way to the API up to device-info; the lease is not taken"));
    buttons->addButton(m_checkButton, QDialogButtonBox::ActionRole);
    connect(m_checkButton, &QPushButton::clicked, this, &ConnectDialog::toggleCheck);
    connect(m_check, &CheckPanel::runningChanged, m_checkButton, [this](bool isRunning) {
        m_checkButton->setText(isRunning ? tr("Stop c&hecking") : tr("C&heck"));
    });
    // Once it has its place.
    connect(
        m_check, &CheckPanel::runningChanged, this,
        [this] {
            if (m_check->isVisible())
                m_scroll->ensureWidgetVisible(m_check);
        },
        Qt::QueuedConnection);
    connect(buttons, &QDialogButtonBox::accepted, this, &ConnectDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &ConnectDialog::reject);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(14);
    auto *page = new QWidget;
    auto *parts = new QVBoxLayout(page);
    parts->setContentsMargins(0, 0, 0, 0);
    parts->setSpacing(14);
    parts->addLayout(form);
    parts->addWidget(buildConsent());
    parts->addWidget(m_check);
    m_scroll = new FittedScroll(page);
    layout->addWidget(m_scroll, 1);
    layout->addWidget(buttons);
    layout->setSizeConstraint(QLayout::SetFixedSize);
}

QWidget *ConnectDialog::buildTokenPart(const ConnectionPreset &preset)
{
    m_tokenTyped->setObjectName(u"tokenTyped"_s);
    m_tokenGiven->setObjectName(u"tokenGiven"_s);
    m_tokenFromFile->setObjectName(u"tokenFromFile"_s);
    m_token->setObjectName(u"token"_s);
    m_token->setEchoMode(QLineEdit::Password);
    m_token->setAccessibleName(tr("Device token"));
    m_token->setPlaceholderText(tr("never stored, shown or recorded"));
    m_token->setInputMethodHints(Qt::ImhSensitiveData | Qt::ImhNoPredictiveText |
                                 Qt::ImhNoAutoUppercase);
    m_tokenFile->setObjectName(u"tokenFile"_s);
    m_tokenFile->setAccessibleName(tr("Token file"));
    auto *fileRow = withBrowse(m_tokenFile, tr("Choose a token file"));

    m_tokenGiven->setVisible(!preset.token.isEmpty());
    auto *const chosen = !preset.token.isEmpty()       ? m_tokenGiven
                         : !preset.tokenFile.isEmpty() ? m_tokenFromFile
                                                       : m_tokenTyped;
    chosen->setChecked(true);
    const auto showFields = [this, fileRow] {
        m_token->setVisible(m_tokenTyped->isChecked());
        fileRow->setVisible(m_tokenFromFile->isChecked());
        setProblem(m_tokenError, {});
    };
    auto *choice = new QWidget;
    auto *choiceLayout = new QHBoxLayout(choice);
    choiceLayout->setContentsMargins(0, 0, 0, 0);
    choiceLayout->setSpacing(14);
    for (auto *radio : {m_tokenTyped, m_tokenGiven, m_tokenFromFile}) {
        choiceLayout->addWidget(radio);
        connect(radio, &QRadioButton::toggled, this, showFields);
    }
    choiceLayout->addStretch(1);
    auto *part = stacked({choice, m_token, fileRow, m_tokenError});
    showFields();
    return part;
}

QWidget *ConnectDialog::buildCaPart(const ConnectionPreset &)
{
    m_caFile->setObjectName(u"caFile"_s);
    m_caFile->setPlaceholderText(tr("none: the system's certificates alone"));
    m_caFile->setToolTip(tr("PEM certificates to trust besides the system's"));
    auto *row = withBrowse(m_caFile, tr("Choose a file of PEM certificates"));
    return stacked({row, m_caError});
}

QWidget *ConnectDialog::buildConsent()
{
    return consentCard(
        tr("Connecting takes the lease from its gateway"),
        tr("Watchline takes the place of the robot's gateway: while it is connected it holds the "
           "device's lease, and a gateway that runs will be refused with a conflict. The robot "
           "cannot be viewed through it until you stop."),
        m_agreed, m_agreedError);
}

void ConnectDialog::showHint()
{
    QUrl url;
    const auto problem = checkApiUrl(m_url->text(), &url);
    setProblem(m_urlError, problem.isEmpty() && sendsTokenInTheClear(url)
                               ? tr("Without TLS everybody on the way can read the token")
                               : QString());
}

QString ConnectDialog::checkEnteredToken(Secret *token) const
{
    if (m_tokenFromFile->isChecked())
        return checkTokenFile(m_tokenFile->text().trimmed(), token);
    return checkToken(m_tokenGiven->isChecked() ? m_presetToken.reveal()
                                                : m_token->text().trimmed().toUtf8(),
                      token);
}

/// A check's result is one of what was entered then.
void ConnectDialog::watchFields()
{
    for (const auto *edit : {m_url, m_token, m_tokenFile, m_caFile})
        connect(edit, &QLineEdit::textChanged, m_check, &CheckPanel::clear);
    for (const auto *radio : {m_tokenTyped, m_tokenGiven, m_tokenFromFile})
        connect(radio, &QRadioButton::toggled, m_check, &CheckPanel::clear);
    connect(m_timeout, &QDoubleSpinBox::valueChanged, m_check, &CheckPanel::clear);
    connect(this, &QDialog::finished, m_check, &CheckPanel::clear);
}

void ConnectDialog::toggleCheck()
{
    if (m_check->isRunning())
        m_check->clear();
    else if (const auto options = readFields())
        setProblem(m_caError, m_check->start(*options));
}

/// What a check needs, too; the problems stand beside the fields.
std::optional<ConnectionOptions> ConnectDialog::readFields()
{
    QUrl url;
    Secret token;
    const auto urlProblem = checkApiUrl(m_url->text(), &url);
    const auto tokenProblem = checkEnteredToken(&token);
    const auto caFile = m_caFile->text().trimmed();
    const auto caProblem = checkCaFile(caFile);
    showHint(); // which stays beside a URL that can be used
    if (!urlProblem.isEmpty())
        setProblem(m_urlError, urlProblem);
    setProblem(m_tokenError, tokenProblem);
    setProblem(m_caError, caProblem);

    if (!urlProblem.isEmpty())
        m_url->setFocus();
    else if (!tokenProblem.isEmpty())
        m_tokenFromFile->isChecked() ? m_tokenFile->setFocus() : m_token->setFocus();
    else if (!caProblem.isEmpty())
        m_caFile->setFocus();
    if (urlProblem.isEmpty() && tokenProblem.isEmpty() && caProblem.isEmpty()) {
        ConnectionOptions options;
        options.watch.apiUrl = url;
        options.watch.token = token;
        options.watch.apiTimeout =
            std::chrono::milliseconds(std::llround(m_timeout->value() * 1000));
        options.watch.afterWake = static_cast<AfterWake>(m_afterWake->currentData().toInt());
        options.caFile = caFile;
        return options;
    }
    if (auto *field = focusWidget())
        m_scroll->ensureWidgetVisible(field);
    return std::nullopt;
}

bool ConnectDialog::validate()
{
    const auto options = readFields();
    const bool isAgreed = m_agreed->isChecked();
    setProblem(m_agreedError,
               isAgreed ? QString() : tr("Tick this first: without it nothing is connected"));
    if (options && !isAgreed)
        m_agreed->setFocus();
    if (!options || !isAgreed)
        return false;
    m_options = *options;
    return true;
}

void ConnectDialog::accept()
{
    if (!validate())
        return;
    remember();
    QDialog::accept();
}

void ConnectDialog::remember() const
{
    LastConnection last;
    last.apiUrl = m_options.watch.apiUrl.toString();
    last.tokenFile = m_tokenFromFile->isChecked() ? m_tokenFile->text().trimmed() : QString();
    last.caFile = m_options.caFile;
    last.apiTimeout = m_options.watch.apiTimeout;
    last.continueAfterWake = m_options.watch.afterWake == AfterWake::Continue;
    setLastConnection(last);
}

} // namespace watchline
