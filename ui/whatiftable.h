// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/analysis/whatif.h"

#include <QTreeWidget>

namespace watchline {

/// What all sources together come to: sums, and of the longest and the worst the greatest.
WhatIfFigures together(const std::vector<WhatIfSource> &sources, WhatIfFigures WhatIfSource::*of);

/// Recorded and what-if figures side by side, with their difference: of all sources, and of each
/// where there are several. As high as what it shows, within bounds.
class WhatIfTable : public QTreeWidget
{
    Q_OBJECT

public:
    /// Sources that are listed.
    static constexpr std::size_t kMostListed = 500;

    explicit WhatIfTable(QWidget *parent = nullptr);

    void showFigures(const WhatIf &whatIf);
    /// WhatIf::sources' index of the one that is chosen; -1: none, or all.
    int chosenSource() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void sourceChosen();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QTreeWidgetItem *addGroup(const QString &name, const WhatIfFigures &recorded,
                              const WhatIfFigures &whatIf, int source);
    void addFigures(QTreeWidgetItem *parent, const WhatIfFigures &recorded,
                    const WhatIfFigures &whatIf, bool isOfSeveral);
    QTreeWidgetItem *addRow(QTreeWidgetItem *parent, const QStringList &texts,
                            const QString &meaning);
    int shownRows() const;
};

} // namespace watchline
