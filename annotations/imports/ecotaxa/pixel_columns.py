"""Columns of an acquisition that say how large a pixel is: how they are called, and how their numbers are read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from annotations.imports.ecotaxa.instruments import plausible
from annotations.imports.ecotaxa.pixel_units import MICRONS, UNIT, unit_in

PIXEL = r"(?:pixels?|pix|px)"
SIZE_COLUMN = re.compile(
    rf"^(?:particle_|image_|img_|camera_|acq_|mean_)?{PIXEL}_?(?P<word>size|width|length|resolution|spacing|pitch|scale)?"
    rf"(?:_?[\[(]?(?:{UNIT})[\])]?)?$"
)
RESOLUTION_COLUMN = re.compile(rf"^(?:image_|camera_|optical_)?resolution_(?:{UNIT})$")
SIZE_A_PIXEL = re.compile(rf"^(?:\w+_)?(?:{UNIT})(?:_?(?:per|/)_?|_){PIXEL}$")
PIXELS_A_UNIT = re.compile(rf"^(?:\w+_)?{PIXEL}_?(?:per|/)_?(?:{UNIT})$")
DOTS_AN_INCH = re.compile(r"^(?:\w+_)?[dp]pi$")
CALIBRATION = re.compile(r"^calibration(?:_(?:factor|constant))?$")  # of a FlowCam, in µm a pixel
FLOWCAM = re.compile(r"flow.?cam", re.IGNORECASE)
_NUMBER = r"^(?P<number>\d+(?:[.,]\d*)?|[.,]\d+)(?P<power>e[+-]?\d+)?\s*"
NUMBER = re.compile(rf"{_NUMBER}(?P<unit>{UNIT})?(?:\s*(?:/|per|a)\s*{PIXEL})?$", re.IGNORECASE)
UNITS_A_PIXEL = re.compile(rf"{_NUMBER}(?:{UNIT})\s*(?:/|per|a)\s*{PIXEL}$", re.IGNORECASE)
PIXELS_IN_A_UNIT = re.compile(rf"{_NUMBER}{PIXEL}\s*(?:/|per|a)\s*(?:{UNIT})$", re.IGNORECASE)
ROUNDED = 0.005  # by how much a cell may differ from the size that was read of it or typed
POSSIBLE = (1e-6, 1e8)  # µm: beyond it nothing can be computed from it
REMEDY = "correct it in the package or, later, on the page of acquisitions."


@dataclass(frozen=True)
class ColumnUnit:
    """How the number of a column is to be read: its unit, or none; whether it is pixels a unit."""

    unit: str
    is_inverse: bool = False
    says_size: bool = False  # its name leaves no doubt that it is the size of a pixel


@dataclass(frozen=True)
class Statement:
    """What one column says: `micrometres` where its unit is sure, else `bare` as it stands."""

    column: str
    cell: str
    micrometres: float | None = None
    bare: float | None = None


def statements_of(
    fields: Mapping[str, str], instrument: str
) -> tuple[list[Statement], tuple[tuple[str, str], ...]]:
    """What each column that speaks of a pixel's size says, those with a unit first; and what could not be read."""
    statements, notes = [], []
    for column, text in fields.items():
        cell = text.strip()
        reading = _reading_of(_bare_name(column), cell, instrument)
        if reading is None or not cell:
            continue
        statement = _statement(column, cell, reading)
        if statement is None:
            sentence = (
                f"{cell!r} is no size of a pixel that can be read, so this column is passed over: {REMEDY}"
            )
            notes.append((column, sentence))
        elif _is_rather_inverse(statement, reading, instrument):
            sentence = (
                f"{cell!r} would be a pixel of {statement.micrometres:,.6g} µm, so this column is passed over. If it "
                f"says how many pixels make a {reading.unit}, call it {column.split('_')[0]}_pixels_per_{reading.unit}."
            )
            notes.append((column, sentence))
        else:
            statements.append(statement)
    return sorted(statements, key=lambda one: one.micrometres is None), tuple(notes)


def speaks_of_pixels(column: str) -> bool:
    """Whether a column is called as one that says how large a pixel is, whatever its prefix."""
    return _reading_of(_bare_name(column), "", "") is not None


def restated(column: str, cell: str, instrument: str, before: float, after: float) -> str | None:
    """The cell as it says a size of `after` µm, where it says one of `before`; None where it says anything else."""
    cell = cell.strip()
    reading = _reading_of(_bare_name(column), cell, instrument)
    statement = _statement(column, cell, reading) if reading else None
    if reading is None or statement is None or not _says(statement, before):
        return None
    inverse = PIXELS_IN_A_UNIT.match(cell)
    match = inverse or NUMBER.match(cell)
    assert match is not None
    text = match["number"] + (match["power"] or "")
    number = _number_in(match) * (before / after if inverse or reading.is_inverse else after / before)
    written = f"{number:.9g}"
    return f"{written.replace('.', ',') if ',' in text else written}{cell[len(text) :]}"


def _says(statement: Statement, micrometres: float) -> bool:
    sure = statement.micrometres
    sizes = [sure] if sure is not None else [(statement.bare or 0) * MICRONS[unit] for unit in ("um", "mm")]
    return any(abs(size / micrometres - 1) <= ROUNDED for size in sizes)


def _bare_name(column: str) -> str:
    """Without its prefix; with `_` for what stands between words."""
    return re.sub(r"[\s.\-]+", "_", column.split("_", 1)[-1].lower()).replace("_(", "(").replace("_[", "[")


def _reading_of(name: str, cell: str, instrument: str) -> ColumnUnit | None:
    """How a column's number is to be read, by its bare name, or by a cell as `0.75 µm/px`; None for any other."""
    if DOTS_AN_INCH.match(name):
        return ColumnUnit("inch", is_inverse=True)
    for pattern, is_inverse in ((PIXELS_A_UNIT, True), (SIZE_A_PIXEL, False), (RESOLUTION_COLUMN, False)):
        if match := pattern.match(name):
            return ColumnUnit(unit_in(match), is_inverse)
    if match := SIZE_COLUMN.match(name):
        return ColumnUnit(unit_in(match), says_size=bool(match["word"]))
    if CALIBRATION.match(name) and FLOWCAM.search(instrument):
        return ColumnUnit("um")
    if UNITS_A_PIXEL.match(cell) or PIXELS_IN_A_UNIT.match(cell):
        return ColumnUnit("")
    return None


def _statement(column: str, cell: str, reading: ColumnUnit) -> Statement | None:
    """None for what is no number, or no size that a pixel can have. A unit in the cell counts before the column's."""
    if match := PIXELS_IN_A_UNIT.match(cell):
        reading = ColumnUnit(unit_in(match), is_inverse=True)
    elif match := NUMBER.match(cell):
        reading = replace(reading, unit=unit_in(match) or reading.unit)
    number = _number_in(match) if match else 0.0
    if not 0 < number < float("inf"):
        return None
    if not reading.unit:
        return Statement(column, cell, bare=number)
    micrometres = MICRONS[reading.unit] / number if reading.is_inverse else number * MICRONS[reading.unit]
    return Statement(column, cell, micrometres) if POSSIBLE[0] <= micrometres <= POSSIBLE[1] else None


def _number_in(match: re.Match) -> float:
    return float(match["number"].replace(",", ".") + (match["power"] or ""))


def _is_rather_inverse(statement: Statement, reading: ColumnUnit, instrument: str) -> bool:
    """Whether `px_mm 94.3` means pixels a mm: as the size of a pixel it can't be, the other way round it can."""
    if statement.micrometres is None or reading.is_inverse or reading.says_size or not reading.unit:
        return False
    low, high = plausible(instrument)
    other_way = MICRONS[reading.unit] ** 2 / statement.micrometres
    return not low <= statement.micrometres <= high and low <= other_way <= high
