// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/reporthtml.h"

#include "core/base/text.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kLongestText = 2'000;

const char kStyle[] = R"(
:root { color-scheme: light dark; --text: #1f2329; --dim: #5c6570; --pane: #ffffff; --window: #f5f7fa;
  --line: #d9dee5; --error: #c0392b; --warning: #a8690a; --info: #1f7a4d; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #e3e6ea; --dim: #9aa3ae;
  --pane: #1b1e23; --window: #24282e; --line: #3a4048; --error: #ff8a75; --warning: #f0b54a; --info: #5fd09a; } }
body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: var(--text); background: var(--pane);
  max-width: 1200px; margin: 0 auto; padding: 24px; overflow-wrap: anywhere; }
h1 { font-size: 1.5em; margin: 0 0 .5em; } h2 { font-size: 1.15em; margin: 2em 0 .5em;
  border-bottom: 1px solid var(--line); padding-bottom: .2em; }
img { width: 100%; height: auto; border: 1px solid var(--line); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1em 1.5em; margin: 0; }
dt { color: var(--dim); } dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; color: var(--dim); font-weight: normal; }
th, td { padding: .25em 1em .25em 0; border-bottom: 1px solid var(--line); vertical-align: top; }
article { background: var(--window); border-left: 4px solid var(--line); padding: .6em 1em; margin: .6em 0; }
article p { margin: .3em 0 0; } article .when { color: var(--dim); }
.error { border-color: var(--error); } .warning { border-color: var(--warning); } .info { border-color: var(--info); }
.error b { color: var(--error); } .warning b { color: var(--warning); } .info b { color: var(--info); }
code { font-family: "DejaVu Sans Mono", monospace; }
@media print { body { max-width: none; padding: 0; } article, tr, img { break-inside: avoid; } }
)";

QString tr(const char *text)
{
    return QCoreApplication::translate("Report", text);
}

QByteArray escaped(const QString &text)
{
    return singleLine(text, kLongestText).toHtmlEscaped().toUtf8();
}

void addHeading(QByteArray &out, const QString &text)
{
    out += "<h2>" + escaped(text) + "</h2>\n";
}

void addFacts(QByteArray &out, const std::vector<ReportPage::Fact> &facts)
{
    out += "<dl>\n";
    for (const auto &fact : facts)
        out += "<dt>" + escaped(fact.name) + "</dt><dd>" + escaped(fact.value) + "</dd>\n";
    out += "</dl>\n";
}

void addPicture(QByteArray &out, const ReportPage &page)
{
    constexpr char kPng[] = "data:image/png;base64,";
    if (page.lightPicture.isEmpty())
        return;
    out += "<picture>\n";
    if (!page.darkPicture.isEmpty()) {
        out += "<source media=\"screen and (prefers-color-scheme: dark)\" srcset=\"";
        out += kPng + page.darkPicture.toBase64() + "\">\n";
    }
    out += "<img alt=\"" + escaped(page.pictureText) + "\" src=\"";
    out += kPng + page.lightPicture.toBase64() + "\">\n</picture>\n";
}

/// Its shape says what its colour says.
QByteArray signOf(const QString &severity)
{
    if (severity == "error"_L1)
        return "\u2716";
    return severity == "warning"_L1 ? QByteArray("\u25B2") : QByteArray("\u25CF");
}

void addFinding(QByteArray &out, const ReportPage::Finding &finding)
{
    const bool isKnown = QStringList{u"error"_s, u"warning"_s}.contains(finding.severity);
    out += "<article class=\"" + (isKnown ? finding.severity.toUtf8() : QByteArray("info")) + "\">";
    out += "<b>" + signOf(finding.severity) + ' ' + escaped(finding.severity) + "</b> <code>" +
           escaped(finding.code) + "</code> <span class=\"when\">" + escaped(finding.when) +
           "</span>";
    out += "<p>" + escaped(finding.text) + "</p>";
    if (!finding.advice.isEmpty())
        out += "<p>" + escaped(finding.advice) + "</p>";
    out += "</article>\n";
}

void addTable(QByteArray &out, const ReportPage::Table &table)
{
    out += "<div class=\"wide\"><table>\n<tr>";
    for (const auto &column : table.columns)
        out += "<th scope=\"col\">" + escaped(column) + "</th>";
    out += "</tr>\n";
    for (const auto &row : table.rows) {
        out += "<tr>";
        for (const auto &cell : row)
            out += "<td>" + escaped(cell) + "</td>";
        out += "</tr>\n";
    }
    out += "</table></div>\n";
}

} // namespace

QByteArray toHtml(const ReportPage &page)
{
    QByteArray out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
                     "form-action 'none'\">\n"
                     "<meta name=\"referrer\" content=\"no-referrer\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    out += "<title>" + escaped(page.title) + "</title>\n<style>" + kStyle +
           "</style>\n</head>\n<body>\n<h1>" + escaped(page.title) + "</h1>\n";
    addFacts(out, page.facts);
    if (!page.lightPicture.isEmpty())
        addHeading(out, tr("Timeline"));
    addPicture(out, page);
    addHeading(out, tr("Findings"));
    for (const auto &finding : page.findings)
        addFinding(out, finding);
    addHeading(out, tr("Figures"));
    addFacts(out, page.figures);
    if (!page.decisions.rows.empty()) {
        addHeading(out, tr("Decisions"));
        if (!page.rules.rows.empty())
            addTable(out, page.rules);
        addHeading(out, tr("Decisions in order"));
        addTable(out, page.decisions);
    }
    if (!page.notes.rows.empty()) {
        addHeading(out, tr("Notes"));
        addTable(out, page.notes);
    }
    addHeading(out, tr("What was left out"));
    out += "<ul>\n";
    for (const auto &line : page.leftOut)
        out += "<li>" + escaped(line) + "</li>\n";
    out += "</ul>\n</body>\n</html>\n";
    return out;
}

} // namespace watchline
