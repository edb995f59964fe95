"""Counts with their intervals, a line each; beside them what people have validated."""

from collections.abc import Sequence

from annotations.abundance.queries import AbundanceRow
from annotations.abundance.wording import count_in_words, interval_in_words
from annotations.common.plots.axes import category_axis, linear_axis, short_label
from annotations.common.plots.chart import rows_frame
from annotations.common.plots.dots import Dot, DotPlot
from annotations.samples.naming import readable_id

MOST_LINES = 30


def abundance_plot(title: str, rows: Sequence[AbundanceRow], by_taxon: bool) -> DotPlot | None:
    """The first rows, from above. `by_taxon`: a line a sample, of one taxon; else a line a taxon, of one sample."""
    lines = rows[:MOST_LINES]
    if not lines:
        return None
    names = [short_label(readable_id(row.sample_name) if by_taxon else row.taxon_name) for row in lines]
    most = max(row.figure.high for row in lines)
    return DotPlot(
        title=f"{title}: objects with their 95 % intervals",
        description=f"Most: {_text(names[0], lines[0])}. The table has every number.",
        x=linear_axis("objects", 0, max(most, 1), whole=True),
        y=category_axis("", names, is_reversed=True),
        frame=rows_frame(len(lines)),
        dots=tuple(
            _dot(place, name, row) for place, (name, row) in enumerate(zip(names, lines, strict=True))
        ),
        is_horizontal=True,
        legend=("estimate with its 95 % interval", "validated alone"),
        caption=f"The first {MOST_LINES}; the table has all." if len(rows) > MOST_LINES else "",
    )


def _dot(place: int, name: str, row: AbundanceRow) -> Dot:
    one = row.figure
    text = f"{_text(name, row)}; {one.counted:,} validated"
    if row.is_exact:
        return Dot(place, one.estimate, text)
    return Dot(place, one.estimate, text, interval=(one.low, one.high), other=one.counted)


def _text(name: str, row: AbundanceRow) -> str:
    one = row.figure
    return f"{name}: {count_in_words(one.estimate)} ({interval_in_words(one.low, one.high)})"
