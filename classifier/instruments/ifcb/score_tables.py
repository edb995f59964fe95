"""Class scores in CSV: a line a region, as iRfcb and ClassiPyR write it, or a column a class, as WHOI's tools do."""

import csv
import io
import re

import numpy as np

from classifier.instruments.ifcb.classes import LabelFileError, RegionLabels, best_classes, predicted

REGION = re.compile(
    r"(?:^|_)(\d{1,6})(?:\.png)?$", re.IGNORECASE
)  # `D…_IFCB134_00002.png`, or the number alone
ID_COLUMNS = {"pid", "file_name", "filename", "roi_number", "roi", "roi_numbers", "id"}
CLASS_COLUMNS = ("class_name_auto", "class_name")  # the winner, and the same where it is above its threshold


def labels_in_csv(content: bytes) -> RegionLabels:
    """Raises LabelFileError, with the line, for what is no such table."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig", "replace")))
    head = [name.strip() for name in next(rows, [])]
    if not head or head[0].lower() not in ID_COLUMNS:
        raise LabelFileError("Its first column is none of file_name, pid and roi_number.", 1)
    lines = [(rows.line_num, row) for row in rows if row]
    for number, row in lines:
        if len(row) != len(head):
            raise LabelFileError(f"The line has {len(row)} columns, the first one {len(head)}.", number)
    return _named(head, lines) if set(CLASS_COLUMNS) & set(head) else _scored(head, lines)


def _named(head: list[str], lines: list[tuple[int, list[str]]]) -> RegionLabels:
    column = head.index(next(name for name in CLASS_COLUMNS if name in head))
    score = head.index("score") if "score" in head else None
    labels = {}
    for number, row in lines:
        label = predicted(row[column], None if score is None else _number(row[score], number))
        if label is not None:
            labels[_region(row[0], number)] = label
    return labels


def _scored(head: list[str], lines: list[tuple[int, list[str]]]) -> RegionLabels:
    scores = [[_number(cell, number) for cell in row[1:]] for number, row in lines]
    regions = np.array([_region(row[0], number) for number, row in lines])
    return best_classes(np.array(scores, float).reshape(len(lines), len(head) - 1), head[1:], regions)


def _region(text: str, line: int) -> int:
    match = REGION.search(text.strip())
    if match is None:
        raise LabelFileError(f"{text!r} names no region of a bin.", line)
    return int(match[1])


def _number(text: str, line: int) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        raise LabelFileError(f"{text!r} is no score.", line) from None
