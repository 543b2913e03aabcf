// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/connectdialog.h"
#include "ui/fleetdialog.h"

#include <QCheckBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace watchline;

namespace {

QString shown(const FleetDialog &dialog, const QString &name)
{
    const auto *label = dialog.findChild<QLabel *>(name);
    return label->isHidden() ? QString() : label->text();
}

} // namespace

class FleetDialogTest : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        write(u"t"_s, "token");
        m_file = write(u"fleet.txt"_s, "a, https://h:1, t\nb, http://h.example:2, t\n");
    }

    void doesNotAcceptBeforeTheUserAgreed();
    void givesAWatchForEachLine();
    void namesWhatTheFileHolds();
    void tellsWhatIsWrong_data();
    void tellsWhatIsWrong();

private:
    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write");
        return file.fileName();
    }

    QTemporaryDir m_folder;
    QString m_file;
};

void FleetDialogTest::doesNotAcceptBeforeTheUserAgreed()
{
    FleetDialog dialog(ConnectionPreset{}, m_file);
    dialog.accept();
    QCOMPARE(dialog.result(), 0);
    QVERIFY(shown(dialog, u"agreedError"_s).contains(u"nothing is sent"_s));
    QVERIFY(dialog.watches().isEmpty());
    dialog.findChild<QCheckBox *>(u"agreed"_s)->setChecked(true);
    QCOMPARE(shown(dialog, u"agreedError"_s), QString());
    dialog.accept();
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
}

void FleetDialogTest::givesAWatchForEachLine()
{
    ConnectionPreset preset;
    preset.apiTimeout = std::chrono::seconds(7);
    preset.afterWake = AfterWake::Continue;
    FleetDialog dialog(preset, m_file);
    dialog.findChild<QCheckBox *>(u"agreed"_s)->setChecked(true);
    dialog.accept();
    QCOMPARE(dialog.watches().size(), 2);
    const auto &second = dialog.watches().at(1).watch;
    QCOMPARE(second.source, u"b"_s);
    QCOMPARE(second.apiUrl, QUrl(u"http://h.example:2"_s));
    QCOMPARE(second.token, Secret("token"));
    QCOMPARE(second.apiTimeout, std::chrono::seconds(7));
    QCOMPARE(second.afterWake, AfterWake::Continue);
}

void FleetDialogTest::namesWhatTheFileHolds()
{
    FleetDialog dialog(ConnectionPreset{}, QString());
    QCOMPARE(shown(dialog, u"fleetNames"_s), QString());
    dialog.findChild<QLineEdit *>(u"fleetFile"_s)->setText(m_file);
    const auto names = shown(dialog, u"fleetNames"_s);
    QVERIFY2(names.startsWith(u"2 watch"_s) && names.contains(u"a, b"_s), qPrintable(names));
    QVERIFY2(names.contains(u"Without TLS"_s), qPrintable(names));
}

void FleetDialogTest::tellsWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("said");
    QTest::newRow("empty") << QByteArray() << u"names nobody"_s;
    QTest::newRow("bad line") << QByteArray("\na, b\n") << u"line 2"_s;
}

void FleetDialogTest::tellsWhatIsWrong()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, said);
    FleetDialog dialog(ConnectionPreset{}, write(u"bad.txt"_s, content));
    dialog.findChild<QCheckBox *>(u"agreed"_s)->setChecked(true);
    QCOMPARE(shown(dialog, u"fleetError"_s), QString());
    dialog.accept();
    QCOMPARE(dialog.result(), 0);
    QVERIFY2(shown(dialog, u"fleetError"_s).contains(said),
             qPrintable(shown(dialog, u"fleetError"_s)));
    dialog.findChild<QLineEdit *>(u"fleetFile"_s)->clear();
    QCOMPARE(shown(dialog, u"fleetError"_s), QString());
    dialog.accept();
    QVERIFY(shown(dialog, u"fleetError"_s).contains(u"Choose"_s));
}

QTEST_MAIN(FleetDialogTest)
#include "tst_fleetdialog.moc"
