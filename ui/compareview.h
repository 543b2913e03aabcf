// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "ui/comparisonrun.h"
#include "ui/messagebar.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QSplitter;

namespace watchline {

class ComparePanel;
class Document;
class RecordedDocument;
class TimelineLink;
class TimelineView;

/// Two sessions in one window: their timelines one above the other, aligned in time, and below how
/// they differ. A is a document of the window, B is read here.
class CompareView : public QWidget
{
    Q_OBJECT

public:
    explicit CompareView(QWidget *parent = nullptr);
    ~CompareView() override;

    /// `a` is not owned; it must outlive the comparison, that is until end(). `timelineOfA` shows
    /// it elsewhere: its index is used here too.
    void begin(Document *a, const TimelineView *timelineOfA, const QString &pathOfB);
    /// Lets go of both.
    void end();
    bool isActive() const { return m_a != nullptr; }
    /// Reading B stops where it is.
    void cancel();

    RecordedDocument *documentB() const { return m_b.get(); }
    TimelineView *timelineA() const { return m_timelineA; }
    TimelineView *timelineB() const { return m_timelineB; }
    ComparePanel *panel() const { return m_panel; }
    const ComparisonRun &run() const { return m_run; }
    QString title() const;

    void setAlignment(Alignment alignment);
    /// False: that is no offset.
    bool setOffset(const QString &typed);
    void fit();
    void zoomIn();
    void zoomOut();
    void nextDifference();

signals:
    /// Somebody has seen enough.
    void closeRequested();
    void told(watchline::MessageBar::Kind kind, const QString &text);
    /// B cannot be read: there is nothing to compare.
    void failed(const QString &text);
    /// Of reading B, below 0 when it is not known; 1 when it is over.
    void progressed(double share);
    void titleChanged();

protected:
    void changeEvent(QEvent *event) override;

private:
    class Title;
    /// A way to align them, as it is listed.
    struct Offer
    {
        Alignment alignment = Alignment::Start;
        QString name;
        QString tip;
        bool isEnabled = false;

        bool operator==(const Offer &) const = default;
    };

    QWidget *buildBar();
    void connectTimeline(TimelineView *timeline);
    void loaded();
    void startWhenRead();
    void readThrough();
    void waitForMore();
    void readOn();
    void fillAlignments();
    Alignment alignment() const;
    void align();
    void updateTitles();
    void updateTitle(Title *title, const Document *document, const TimelineView *timeline);
    void showState();
    void select(TimelineView *timeline, qsizetype row);
    void showDifference(const ComparedSource &source);
    void showFinding(bool isOfB, const Finding &finding);
    TimelineView *timelineInUse() const;

    Document *m_a = nullptr;
    std::unique_ptr<RecordedDocument> m_b;
    ComparisonRun m_run;
    Nanoseconds m_offset{};
    double m_share = 0; ///< Of B, that was read.
    QTimer m_more;      ///< Until a session that is still being recorded is compared again.
    std::vector<Offer> m_offers;
    QComboBox *m_alignments;
    QLineEdit *m_offsetEdit;
    QLabel *m_facts;
    Title *m_titleA;
    Title *m_titleB;
    TimelineView *m_timelineA;
    TimelineView *m_timelineB;
    TimelineLink *m_link;
    ComparePanel *m_panel;
    QSplitter *m_splitter;
};

} // namespace watchline
