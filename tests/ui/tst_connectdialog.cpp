// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/protocol/devicetoken.h"
#include "tests/unit/watch/rawserver.h"
#include "ui/checkpanel.h"
#include "ui/connectdialog.h"
#include "ui/settings.h"

#include <QCheckBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace watchline;

namespace {

constexpr int kPatience = 30'000;
const QByteArray kDeviceInfo =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 49\r\n\r\n"
    R"({"id":"dev_1","name":"Robot","projectId":"prj_1"})";

/// What a user does.
using Hand = std::function<void(ConnectDialog &)>;

ConnectionPreset goodPreset()
{
    ConnectionPreset preset;
    preset.apiUrl = u"https://api.example.org"_s;
    preset.token = Secret("device-token");
    return preset;
}

QString problem(const ConnectDialog &dialog, const QString &name)
{
    const auto *label = dialog.findChild<QLabel *>(name);
    return label->isHidden() ? QString() : label->text();
}

} // namespace

class ConnectDialogTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setApplicationName(u"watchline-test-connectdialog"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        applicationSettings().clear();
    }

    void doesNotAcceptBeforeTheUserAgreed();
    void acceptsWhatIsCompleteAndAgreedTo();
    void tellsBesideTheFieldWhatIsWrong_data();
    void tellsBesideTheFieldWhatIsWrong();
    void readsTheTokenFromAFile();
    void tellsWhichTokenFileIsOfNoUse_data();
    void tellsWhichTokenFileIsOfNoUse();
    void waitsForNoPipe();
    void warnsWhenTheTokenWouldTravelInTheClear();
    void keepsTheWarningBesideOtherProblems();
    void forgetsAProblemThatIsBeingMended();
    void masksTheToken();
    void neverStoresTheToken();
    void sendsNothingBeforeACheckIsAskedFor();
    void checksWithoutTakingTheLease();
    void showsWhereTheCheckFailed();
    void checksOnlyWhatIsComplete();
    void stopsTheCheck_data();
    void stopsTheCheck();

private:
    static ConnectionPreset presetFor(const RawServer &server)
    {
        auto preset = goodPreset();
        preset.apiUrl = server.url().toString();
        return preset;
    }
    static CheckPanel &panelOf(const ConnectDialog &dialog)
    {
        return *dialog.findChild<CheckPanel *>();
    }
    static QPushButton &checkButtonOf(const ConnectDialog &dialog)
    {
        return *dialog.findChild<QPushButton *>(u"check"_s);
    }
    static QString told(const ConnectDialog &dialog, const QString &label)
    {
        return dialog.findChild<QLabel *>(label)->text();
    }
};

void ConnectDialogTest::doesNotAcceptBeforeTheUserAgreed()
{
    ConnectDialog dialog(goodPreset());
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    dialog.accept();
    QCOMPARE(accepted.size(), 0);
    QVERIFY(!problem(dialog, u"agreedError"_s).isEmpty());
    QVERIFY(dialog.options().watch.token.isEmpty());
}

void ConnectDialogTest::acceptsWhatIsCompleteAndAgreedTo()
{
    ConnectDialog dialog(goodPreset());
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    dialog.findChild<QCheckBox *>(u"agreed"_s)->setChecked(true);
    dialog.accept();
    QCOMPARE(accepted.size(), 1);
    QCOMPARE(dialog.options().watch.apiUrl, QUrl(u"https://api.example.org"_s));
    QCOMPARE(dialog.options().watch.token.reveal(), "device-token");
    QCOMPARE(dialog.options().watch.apiTimeout, std::chrono::seconds(30));
    QCOMPARE(dialog.options().watch.afterWake, AfterWake::Stop);
}

void ConnectDialogTest::tellsBesideTheFieldWhatIsWrong_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("label");

    QTest::addRow("no URL") << u"url"_s << QString() << u"urlError"_s;
    QTest::addRow("no scheme") << u"url"_s << u"api.example.org"_s << u"urlError"_s;
    QTest::addRow("another scheme") << u"url"_s << u"ftp://api.example.org"_s << u"urlError"_s;
    QTest::addRow("no host") << u"url"_s << u"https://"_s << u"urlError"_s;
    QTest::addRow("a password") << u"url"_s << u"https://me:secret@api.example.org"_s
                                << u"urlError"_s;
    QTest::addRow("no token") << u"token"_s << QString() << u"tokenError"_s;
    QTest::addRow("a token with a space") << u"token"_s << u"two words"_s << u"tokenError"_s;
    QTest::addRow("a token that is too long")
        << u"token"_s << QString(kMaxTokenLength + 1, u'x') << u"tokenError"_s;
    QTest::addRow("no such CA file") << u"caFile"_s << u"/no/such/file.pem"_s << u"caError"_s;
    // Reading it would never end.
    QTest::addRow("a device for a CA file") << u"caFile"_s << u"/dev/zero"_s << u"caError"_s;
}

void ConnectDialogTest::tellsBesideTheFieldWhatIsWrong()
{
    QFETCH(const QString, field);
    QFETCH(const QString, text);
    QFETCH(const QString, label);
    ConnectDialog dialog(goodPreset());
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    dialog.findChild<QCheckBox *>(u"agreed"_s)->setChecked(true);
    if (field == u"token"_s)
        dialog.findChild<QRadioButton *>(u"tokenTyped"_s)->setChecked(true);
    dialog.findChild<QLineEdit *>(field)->setText(text);
    dialog.accept();
    QCOMPARE(accepted.size(), 0);
    const auto said = problem(dialog, label);
    QVERIFY(!said.isEmpty());
    QVERIFY2(!said.contains(u"secret"_s), qPrintable(said));
    for (const auto &other : {u"urlError"_s, u"tokenError"_s, u"caError"_s, u"agreedError"_s}) {
        if (other != label)
            QCOMPARE(problem(dialog, other), QString());
    }
}

void ConnectDialogTest::readsTheTokenFromAFile()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"token"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("from-a-file\n");
    file.close();
    auto preset = goodPreset();
    preset.token = {};
    preset.tokenFile = file.fileName();
    ConnectDialog dialog(preset);
    dialog.findChild<QCheckBox *>(u"agreed"_s)->setChecked(true);
    dialog.accept();
    QCOMPARE(dialog.options().watch.token.reveal(), "from-a-file");
}

void ConnectDialogTest::tellsWhichTokenFileIsOfNoUse_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("missing") << QByteArray();
    QTest::newRow("empty") << QByteArray("\n");
    QTest::newRow("two words") << QByteArray("very secret");
    QTest::newRow("too long") << QByteArray(20'000, 'x');
}

void ConnectDialogTest::tellsWhichTokenFileIsOfNoUse()
{
    QFETCH(const QByteArray, bytes);
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"token"_s));
    if (!bytes.isNull())
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    file.close();
    auto preset = goodPreset();
    preset.token = {};
    preset.tokenFile = file.fileName();
    ConnectDialog dialog(preset);
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    dialog.findChild<QCheckBox *>(u"agreed"_s)->setChecked(true);
    dialog.accept();
    QCOMPARE(accepted.size(), 0);
    const auto said = problem(dialog, u"tokenError"_s);
    QVERIFY2(said.contains(file.fileName()) && !said.contains(u"secret"_s), qPrintable(said));
}

/// Nobody writes to the pipe: who opens it waits for ever.
void ConnectDialogTest::waitsForNoPipe()
{
    const QTemporaryDir folder;
    const auto pipe = folder.filePath(u"pipe"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    auto preset = goodPreset();
    preset.token = Secret();
    preset.tokenFile = pipe;
    preset.caFile = pipe;
    ConnectDialog dialog(preset);
    dialog.accept();
    for (const auto &label : {u"tokenError"_s, u"caError"_s}) {
        const auto said = problem(dialog, label);
        QVERIFY2(said.contains(pipe) && said.contains(u"no regular file"_s), qPrintable(said));
    }
}

void ConnectDialogTest::warnsWhenTheTokenWouldTravelInTheClear()
{
    ConnectDialog dialog(goodPreset());
    QCOMPARE(problem(dialog, u"urlError"_s), QString());
    auto *url = dialog.findChild<QLineEdit *>(u"url"_s);
    url->setText(u"http://api.example.org"_s);
    QVERIFY(!problem(dialog, u"urlError"_s).isEmpty());
    url->setText(u"http://127.0.0.1:8080"_s);
    QCOMPARE(problem(dialog, u"urlError"_s), QString());
}

void ConnectDialogTest::keepsTheWarningBesideOtherProblems()
{
    ConnectDialog dialog(goodPreset());
    dialog.findChild<QLineEdit *>(u"url"_s)->setText(u"http://robot.invalid"_s);
    const auto warning = problem(dialog, u"urlError"_s);
    QVERIFY(!warning.isEmpty());
    dialog.accept(); // not agreed to
    QCOMPARE(problem(dialog, u"urlError"_s), warning);
}

void ConnectDialogTest::forgetsAProblemThatIsBeingMended()
{
    ConnectDialog dialog(goodPreset());
    dialog.findChild<QRadioButton *>(u"tokenTyped"_s)->setChecked(true);
    dialog.accept();
    QVERIFY(!problem(dialog, u"tokenError"_s).isEmpty());
    dialog.findChild<QLineEdit *>(u"token"_s)->setText(u"t"_s);
    QCOMPARE(problem(dialog, u"tokenError"_s), QString());
}

void ConnectDialogTest::masksTheToken()
{
    const ConnectDialog dialog(goodPreset());
    QCOMPARE(dialog.findChild<QLineEdit *>(u"token"_s)->echoMode(), QLineEdit::Password);
    for (const auto *edit : dialog.findChildren<QLineEdit *>())
        QVERIFY(!edit->text().contains(u"device-token"_s));
}

void ConnectDialogTest::neverStoresTheToken()
{
    ConnectDialog dialog(goodPreset());
    dialog.findChild<QCheckBox *>(u"agreed"_s)->setChecked(true);
    dialog.accept();
    const auto settings = applicationSettings();
    QVERIFY(!settings.allKeys().isEmpty());
    for (const auto &key : settings.allKeys())
        QVERIFY2(!settings.value(key).toString().contains(u"device-token"_s), qPrintable(key));
    QCOMPARE(lastConnection().apiUrl, u"https://api.example.org"_s);
}

void ConnectDialogTest::sendsNothingBeforeACheckIsAskedFor()
{
    RawServer server(kDeviceInfo);
    ConnectDialog dialog(presetFor(server));
    QVERIFY(panelOf(dialog).isHidden());
    QCoreApplication::processEvents();
    QCOMPARE(server.connections(), 0);
}

void ConnectDialogTest::checksWithoutTakingTheLease()
{
    RawServer server(kDeviceInfo);
    ConnectDialog dialog(presetFor(server));
    checkButtonOf(dialog).click();
    QVERIFY(panelOf(dialog).isRunning());
    QTRY_VERIFY_WITH_TIMEOUT(!panelOf(dialog).isRunning(), kPatience);
    QVERIFY(!panelOf(dialog).isHidden());
    QVERIFY2(told(dialog, u"checkTitle"_s).contains(u"lease was not touched"_s),
             qPrintable(told(dialog, u"checkTitle"_s)));
    QCOMPARE(told(dialog, u"check_device_info"_s), u"Robot (dev_1), project prj_1"_s);
    QCOMPARE(dialog.findChild<QWidget *>(u"checkMark_http"_s)->accessibleName(), u"passed"_s);
    QCOMPARE(server.requests().size(), 1);
    QVERIFY(server.requests().constFirst().contains("/device-info"));
    // It is no connecting: that still waits for leave.
    QCOMPARE(dialog.result(), 0);
    QVERIFY(dialog.options().watch.token.isEmpty());
    for (const auto *label : panelOf(dialog).findChildren<QLabel *>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
}

void ConnectDialogTest::showsWhereTheCheckFailed()
{
    RawServer server("HTTP/1.1 401 No\r\nContent-Length: 12\r\n\r\n<b>token</b>");
    ConnectDialog dialog(presetFor(server));
    checkButtonOf(dialog).click();
    QTRY_VERIFY_WITH_TIMEOUT(!panelOf(dialog).isRunning(), kPatience);
    QVERIFY(told(dialog, u"checkTitle"_s).contains(u"Failed at device-info"_s));
    QCOMPARE(dialog.findChild<QWidget *>(u"checkMark_device_info"_s)->accessibleName(),
             u"failed"_s);
    QVERIFY(told(dialog, u"check_device_info"_s).contains(u"<b>token</b>"_s));
    QVERIFY(told(dialog, u"checkAdvice_device_info"_s).contains(u"token is this device's"_s));
    // What is entered now has not been checked.
    dialog.findChild<QLineEdit *>(u"url"_s)->setText(u"http://127.0.0.1:9"_s);
    QVERIFY(panelOf(dialog).isHidden());
}

void ConnectDialogTest::checksOnlyWhatIsComplete()
{
    RawServer server(kDeviceInfo);
    auto preset = presetFor(server);
    preset.token = Secret();
    ConnectDialog dialog(preset);
    checkButtonOf(dialog).click();
    QVERIFY(!problem(dialog, u"tokenError"_s).isEmpty());
    QVERIFY(panelOf(dialog).isHidden());
    QCOMPARE(server.connections(), 0);
}

void ConnectDialogTest::stopsTheCheck_data()
{
    QTest::addColumn<Hand>("hand");
    QTest::newRow("by the button")
        << Hand([](ConnectDialog &dialog) { checkButtonOf(dialog).click(); });
    QTest::newRow("by another URL") << Hand([](ConnectDialog &dialog) {
        dialog.findChild<QLineEdit *>(u"url"_s)->setText(u"http://127.0.0.1:9"_s);
    });
    QTest::newRow("by closing the dialog") << Hand([](ConnectDialog &dialog) { dialog.reject(); });
}

void ConnectDialogTest::stopsTheCheck()
{
    QFETCH(Hand, hand);
    RawServer server([](QTcpSocket &, int) {});
    ConnectDialog dialog(presetFor(server));
    checkButtonOf(dialog).click();
    QTRY_COMPARE_WITH_TIMEOUT(server.requests().size(), 1, kPatience);
    QVERIFY(checkButtonOf(dialog).text().remove(u'&').contains(u"Stop checking"_s));
    hand(dialog);
    QVERIFY(!panelOf(dialog).isRunning());
    QVERIFY(panelOf(dialog).isHidden());
    QVERIFY(!checkButtonOf(dialog).text().contains(u"Stop"_s));
    QTRY_COMPARE_WITH_TIMEOUT(server.openConnections(), 0, kPatience);
}

QTEST_MAIN(ConnectDialogTest)
#include "tst_connectdialog.moc"
