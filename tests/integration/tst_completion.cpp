// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/program.h"

#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <QTest>

using namespace Qt::StringLiterals;

namespace watchline {

/// What the shells complete, beside what the program says that there is.
class TestCompletion : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_program = std::make_unique<Program>();
        m_program->write(u"night.watchline"_s, "x");
    }
    void cleanup() { m_program.reset(); }

    void theHelpHasTheOptionsThatAreTaken_data() { addCommands(); }
    void theHelpHasTheOptionsThatAreTaken();
    void completesAllOptions_data() { addCommandsAndShells(); }
    void completesAllOptions();
    void completes_data();
    void completes();
    void isUnderstoodByZsh();
    void runsNothingOfTheLineInZsh();

private:
    QStringList commands() const;
    QStringList options(const QString &command) const;
    void addCommands() const;
    void addCommandsAndShells() const;
    QStringList completed(const QString &shell, const QString &line) const;

    std::unique_ptr<Program> m_program;
};

namespace {

const QString kFolder = QStringLiteral(WATCHLINE_COMPLETION);

bool isThere(const QString &shell)
{
    return !QStandardPaths::findExecutable(shell).isEmpty();
}

QStringList sorted(QStringList list)
{
    list.removeAll(QString());
    list.sort();
    return list;
}

} // namespace

QStringList TestCompletion::commands() const
{
    const auto help = QString::fromUtf8(Program().run({u"--help"_s}).out);
    const auto part = help.section(u"\nCommands"_s, 1).section(u"\n\n"_s, 0, 0);
    static const QRegularExpression name(u"^  ([a-z-]+) "_s, QRegularExpression::MultilineOption);
    QStringList commands;
    for (const auto &match : name.globalMatch(part))
        commands.append(match.captured(1));
    return commands;
}

/// All that a help text names in the lines that explain options.
QStringList TestCompletion::options(const QString &command) const
{
    auto arguments = command.isEmpty() ? QStringList() : QStringList{command};
    const auto help = QString::fromUtf8(Program().run(arguments << u"--help"_s).out);
    static const QRegularExpression option(u"--[a-z][a-z-]*"_s);
    QSet<QString> options;
    for (const auto &line : help.split(u'\n')) {
        if (!line.startsWith("  --"_L1))
            continue;
        const auto names = line.trimmed().section(u"  "_s, 0, 0);
        for (const auto &match : option.globalMatch(names))
            options.insert(match.captured());
    }
    return sorted(options.values());
}

void TestCompletion::addCommands() const
{
    QTest::addColumn<QString>("command");
    QTest::newRow("the program") << QString();
    for (const auto &command : commands())
        QTest::newRow(qPrintable(command)) << command;
}

void TestCompletion::addCommandsAndShells() const
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("shell");
    for (const auto &shell : {u"bash"_s, u"fish"_s}) {
        QTest::newRow(qPrintable(shell)) << QString() << shell;
        for (const auto &command : commands())
            QTest::newRow(qPrintable(shell + u' ' + command)) << command << shell;
    }
}

/// What a shell offers for the last word of a line; the program's name is left out.
QStringList TestCompletion::completed(const QString &shell, const QString &line) const
{
    QString script;
    if (shell == "bash"_L1) {
        // As the shell would call it. A = is a word of its own.
        auto words = QString(line).replace(u"="_s, u" = "_s).split(u' ');
        for (auto &word : words)
            word = u'\'' + word + u'\'';
        script = u". '%1/watchline.bash'; COMP_WORDS=(\"$watchline\" %2); COMP_CWORD=%3; "
                 "_watchline; printf '%s\\n' \"${COMPREPLY[@]}\""_s.arg(kFolder, words.join(u' '))
                     .arg(words.size());
    } else {
        script = u"source '%1/watchline.fish'; complete -C \"$watchline %2\""_s.arg(kFolder, line);
    }
    m_program->write(u"script"_s, script.toUtf8());
    const auto run = m_program->runShell(
        (shell == "bash"_L1 ? u"bash --norc script"_s : u"fish --no-config script"_s));
    QStringList found;
    for (const auto &one : QString::fromUtf8(run.out).split(u'\n'))
        found.append(one.section(u'\t', 0, 0));
    return run.status == 0 ? sorted(found) : QStringList{QString::fromUtf8(run.err)};
}

void TestCompletion::theHelpHasTheOptionsThatAreTaken()
{
    QFETCH(QString, command);
    const auto all = options(command);
    QVERIFY(all.contains(u"--help"_s));
    for (const auto &option : all) {
        // Ends at once, with --help or a complaint, whatever the option does.
        auto arguments = command.isEmpty() ? QStringList() : QStringList{command};
        arguments << option << u"--no-such-option"_s;
        const auto said = m_program->run(arguments).err;
        QVERIFY2(!said.contains("unknown option: " + option.toUtf8()), said.constData());
    }
}

void TestCompletion::completesAllOptions()
{
    QFETCH(QString, command);
    QFETCH(QString, shell);
    if (!isThere(shell))
        QSKIP("there is no such shell here");
    const auto line = command.isEmpty() ? u"--"_s : QString(command + u" --"_s);
    QCOMPARE(completed(shell, line), options(command));
}

void TestCompletion::completes_data()
{
    QTest::addColumn<QString>("shell");
    QTest::addColumn<QString>("line");
    QTest::addColumn<QStringList>("expected");
    for (const auto &shell : {u"bash"_s, u"fish"_s}) {
        const auto row = [&shell](const char *line, const QStringList &expected) {
            QTest::newRow(qPrintable(shell + u": "_s + QLatin1StringView(line)))
                << shell << QString::fromLatin1(line) << expected;
        };
        row("rep", {u"replay"_s, u"report"_s});
        row("export --format ", {u"csv"_s, u"jsonl"_s, u"png"_s, u"svg"_s});
        row("export --format p", {u"png"_s});
        row("export --fo", {u"--force"_s, u"--format"_s});
        row("export ni", {u"night.watchline"_s});
        row("export --output ni", {u"night.watchline"_s});
        row("export night.watchline --theme d", {u"dark"_s});
        row("export --kind hel", {u"hello"_s});
        row("export --kind wake,connect_a", {u"wake,connect_attempt"_s});
        row("replay --speed ", {u"max"_s});
        row("record --duration ", {});
        row("what-if --set max", {u"max_backoff_ms="_s});
        row("simulate --scenario happy", {u"happy-day"_s});
        row("--demo hot", {u"hot-loop"_s});
        row("compare --align f", {u"first-outcome"_s});
    }
    QTest::newRow("bash: =") << u"bash"_s << u"export --format=j"_s << QStringList{u"jsonl"_s};
    QTest::newRow("fish: =") << u"fish"_s << u"export --format=j"_s
                             << QStringList{u"--format=jsonl"_s};
}

void TestCompletion::completes()
{
    QFETCH(QString, shell);
    QFETCH(QString, line);
    QFETCH(QStringList, expected);
    if (!isThere(shell))
        QSKIP("there is no such shell here");
    QCOMPARE(completed(shell, line), expected);
}

void TestCompletion::isUnderstoodByZsh()
{
    if (!isThere(u"zsh"_s))
        QSKIP("there is no such shell here");
    const auto run = m_program->runShell(u"zsh -f -n '%1/_watchline'"_s.arg(kFolder));
    QCOMPARE(run.err, QByteArray());
    QCOMPARE(run.status, 0);
}

void TestCompletion::runsNothingOfTheLineInZsh()
{
    if (!isThere(u"zsh"_s))
        QSKIP("there is no such shell here");
    m_program->write(u"script"_s, "compadd() { :; }; compset() { :; }; _files() { :; }\n"
                                  "words=('$(touch ran)' ''); CURRENT=2; . \"$1\"\n");
    const auto run = m_program->runShell(u"zsh -f script '%1/_watchline'"_s.arg(kFolder));
    QCOMPARE(run.status, 0);
    QVERIFY(!QFile::exists(m_program->path(u"ran"_s)));
}

} // namespace watchline

QTEST_GUILESS_MAIN(watchline::TestCompletion)
#include "tst_completion.moc"
