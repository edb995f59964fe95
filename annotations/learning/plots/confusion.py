"""Which taxa are taken for which, and how far apart these are."""

import numpy as np

from annotations.common.plots.axes import category_axis, share_axis
from annotations.common.plots.bars import Bar, BarChart
from annotations.common.plots.chart import Frame
from annotations.common.plots.matrix import Cell, Matrix, MatrixRow
from annotations.learning.seriation import by_confusion

MOST_ROWS = 40
BAR_ROW = 30  # height


def confusion_matrix(confusion: dict, order: list[int], address: str = "", *, as_shares: bool) -> Matrix:
    """The taxa with the most objects, in that order; a cell's address is `taxon:predicted`."""
    labels, matrix = confusion["labels"], confusion["matrix"]
    most = set(sorted(range(len(labels)), key=lambda k: -sum(matrix[k]))[:MOST_ROWS])
    places = [k for k in order if k in most]
    rows = []
    for k in places:
        total = max(sum(matrix[k]), 1)
        cells = tuple(_cell(labels[k], labels[j], matrix[k][j], total, as_shares) for j in places)
        rows.append(MatrixRow(labels[k]["name"], cells))
    columns = tuple(labels[k]["name"] for k in places)
    hidden = len(labels) - len(places)
    return Matrix(columns, tuple(rows), name="Confusion matrix", address=address, hidden=hidden)


def _cell(label: dict, predicted: dict, count: int, total: int, as_shares: bool) -> Cell:
    percent = max(round(100 * count / total), 1)
    text = str(percent if as_shares else count) if count else ""
    address = f"{label['id']}:{predicted['id']}"
    is_diagonal = label is predicted
    called = "called so" if is_diagonal else f"called {predicted['name']}"
    unit = " %" if as_shares else ""
    description = f"{text}{unit}: {label['name']}, {called}" if count else ""
    return Cell(text, round(count / total, 2), address, description, is_diagonal=is_diagonal)


def order_by_confusion(confusion: dict) -> list[int]:
    return by_confusion(np.array(confusion["matrix"], float))


def error_distances(steps: list[dict]) -> BarChart | None:
    """How far up the common ancestor of an error lies, as shares of the errors."""
    wrong = [entry for entry in steps if entry["steps"] > 0]
    total = sum(entry["count"] for entry in wrong)
    if not total:
        return None
    names = [f"{entry['steps']} up" for entry in wrong]
    labels = [f"{entry['count']:,} ({entry['count'] / total:.0%})" for entry in wrong]
    bars = tuple(
        Bar(n - 0.36, n + 0.36, entry["count"] / total, f"{name}: {label}", label)
        for n, (entry, name, label) in enumerate(zip(wrong, names, labels, strict=True))
    )
    return BarChart(
        title="Errors by how many steps up the tree the two taxa meet",
        description=f"{', '.join(bar.text for bar in bars)}.",
        x=share_axis("share of the errors"),
        y=category_axis("", names, is_reversed=True),
        bars=bars,
        is_horizontal=True,
        frame=Frame(width=300, height=BAR_ROW * len(bars), name="narrow"),
    )
