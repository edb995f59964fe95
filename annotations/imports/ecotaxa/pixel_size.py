"""How large a pixel is, as a package says it: in mm or µm, as pixels a micron, in dots an inch, with comma or unit.

ZooProcess writes `process_pixel` in mm in one version and in µm in another, UVPapp in µm, PlanktoScope in µm. The unit
is told from the column's name, from sizes that one object has in pixels and in µm, and from what the instrument can
see; where that leaves two answers, `size_of` gives none of them and the person is asked.
"""

import re
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

MICRONS = {
    "nm": 0.001,
    "um": 1.0,
    "mm": 1000.0,
    "cm": 10_000.0,
    "m": 1_000_000.0,
    "inch": 25_400.0,
}  # µm a unit
UNIT_NAMES = {
    "nm": r"nm|nanomet(?:er|re)s?",
    "um": r"um|[µμ]m|mic|microns?|micromet(?:er|re)s?",
    "mm": r"mm|millimet(?:er|re)s?",
    "cm": r"cm|centimet(?:er|re)s?",
    "m": r"m|met(?:er|re)s?",
    "inch": r"inch(?:es)?",
}
UNIT = "|".join(f"(?P<{unit}>{names})" for unit, names in UNIT_NAMES.items())
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
# what a pixel of an instrument can be, in µm: the first that its software or its name speaks of
PLAUSIBLE = [
    (re.compile(r"plankto.?scope|pscope", re.IGNORECASE), 0.2, 8.0),
    (re.compile(r"ifcb|flow.?cytobot", re.IGNORECASE), 0.1, 2.0),
    (re.compile(r"flow.?cam|cyto.?sense|cytobuoy|amnis", re.IGNORECASE), 0.05, 15.0),
    (re.compile(r"holo|microscop", re.IGNORECASE), 0.02, 20.0),
    (re.compile(r"uvp", re.IGNORECASE), 20.0, 300.0),
    (re.compile(r"isiis|\bpi-?10\b|plankton imager|loki|cpics|zoo.?cam|vpr", re.IGNORECASE), 3.0, 300.0),
    (re.compile(r"zoo.?scan|zoo.?process|epson|hydroptic|scan", re.IGNORECASE), 3.0, 300.0),
]
ANY = (0.1, 500.0)
ANY_WITH_UNIT = (0.01, 1000.0)  # what is written with its unit may be rarer
POSSIBLE = (1e-6, 1e8)  # µm: beyond it nothing can be computed from it
REMEDY = "correct it in the package or, later, on the page of acquisitions."
SAME = 0.02  # by how much two statements of one size may differ
LIKE = 0.2  # and a size from measurements, which are rounded


@dataclass(frozen=True)
class Reading:
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


@dataclass(frozen=True)
class PixelSize:
    """The side of a pixel in µm, or None; `source` says where from, `doubt` why nobody can tell, `notes` what else."""

    micrometres: float | None = None
    source: str = ""
    column: str = ""
    doubt: str = ""
    notes: tuple[tuple[str, str], ...] = ()  # (column, sentence)


@dataclass
class SizePairs:
    """Sizes that objects of an acquisition have both in pixels and in a unit: each gives the size of a pixel."""

    ratios: list[float] = field(default_factory=list)

    def note(self, numbers: Mapping[str, float | None]) -> None:
        for in_unit, in_pixels, microns, power in _pairs(frozenset(numbers)):
            size, pixels = numbers[in_unit], numbers[in_pixels]
            if size and pixels and size > 0 and pixels > 0:
                self.ratios.append((size * microns**power / pixels) ** (1 / power))

    @property
    def micrometres(self) -> float | None:
        """µm a pixel, where the objects agree."""
        if not self.ratios:
            return None
        middle = statistics.median(self.ratios)
        agree = sum(abs(ratio / middle - 1) < LIKE for ratio in self.ratios)
        return middle if agree > 0.8 * len(self.ratios) else None


def size_of(
    fields: Mapping[str, str], instrument: str, pairs: SizePairs | None = None, unit: str = ""
) -> PixelSize:
    """The size of a pixel from the columns of an acquisition and its process (`acq_pixel` …, with their cells).

    `instrument` is all that names it and its software. `unit` is the answer to an earlier doubt: `mm` or `um`.
    """
    statements, notes = _statements(fields, instrument)
    measured = pairs.micrometres if pairs else None
    for statement in statements:
        if statement.micrometres is not None:
            notes += _contradictions(statement, statements, measured) + _strange(statement, instrument)
            return PixelSize(
                statement.micrometres, f"{statement.column} {statement.cell}", statement.column, "", notes
            )
    if statements:
        return _agreed(_with_unit(statements[0], instrument, measured, unit, notes), statements)
    if measured is not None:
        return PixelSize(measured, "objects' sizes in pixels and in µm", "", "", notes)
    return PixelSize(notes=notes)


def _agreed(size: PixelSize, statements: list[Statement]) -> PixelSize:
    """The size, with a word about columns that say another one."""
    if size.micrometres is None:
        return size
    believed = replace(statements[0], micrometres=size.micrometres)
    return replace(size, notes=size.notes + _contradictions(believed, statements[1:], None))


def _with_unit(
    statement: Statement,
    instrument: str,
    measured: float | None,
    unit: str,
    notes: tuple[tuple[str, str], ...],
) -> PixelSize:
    """Finds the unit of a number that has none."""
    assert statement.bare is not None
    answers = {name: statement.bare * MICRONS[name] for name in ("um", "mm")}
    column, says = statement.column, f"{statement.column} {statement.cell}"
    if unit:
        return PixelSize(answers[unit], f"{says}, said to be in {_written(unit)}", column, "", notes)
    if measured is not None:
        fitting = [name for name, size in answers.items() if abs(size / measured - 1) < LIKE]
        if fitting:
            (name,) = fitting
            source = f"{says} in {_written(name)}, as objects' sizes in pixels and µm tell"
            return PixelSize(answers[name], source, column, "", notes)
        doubt = f"objects' sizes in pixels and in µm speak of {measured:.3g} µm a pixel, which is neither"
        return PixelSize(None, "", column, doubt, notes)
    low, high = plausible(instrument)
    fitting = [name for name, size in answers.items() if low <= size <= high]
    if len(fitting) == 1:
        source = f"{says} in {_written(fitting[0])}"
        return PixelSize(answers[fitting[0]], source, column, "", notes)
    return PixelSize(None, "", column, _doubt(answers, instrument, bool(fitting)), notes)


def plausible(instrument: str, otherwise: tuple[float, float] = ANY) -> tuple[float, float]:
    """From and to how many µm a pixel of this instrument may be."""
    return next(((low, high) for name, low, high in PLAUSIBLE if name.search(instrument)), otherwise)


def _strange(statement: Statement, instrument: str) -> tuple[tuple[str, str], ...]:
    """A word where the unit is written, but no such instrument has pixels of that size."""
    assert statement.micrometres is not None
    low, high = plausible(instrument, ANY_WITH_UNIT)
    if low <= statement.micrometres <= high:
        return ()
    who = instrument.strip() if (low, high) != ANY_WITH_UNIT else "an instrument"
    sentence = (
        f"{statement.cell!r} makes a pixel of {statement.micrometres:,.6g} µm, where {who} has {low:g} to {high:g} µm. "
        f"It was believed, for its unit is written; {REMEDY}"
    )
    return ((statement.column, sentence),)


def _doubt(answers: Mapping[str, float], instrument: str, both: bool) -> str:
    what = "could both be" if both else "can neither be"
    seen_by = f" with {instrument.strip()}" if instrument.strip() else ""
    return f"{answers['um']:.4g} µm and {answers['mm']:.4g} µm (if it is in mm) {what} the size of a pixel{seen_by}"


def _written(unit: str) -> str:
    return {"um": "µm"}.get(unit, unit)


# --- Columns ----------------------------------------------------------------------------------------------------------


def _statements(
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


def _bare_name(column: str) -> str:
    """Without its prefix; with `_` for what stands between words."""
    return re.sub(r"[\s.\-]+", "_", column.split("_", 1)[-1].lower()).replace("_(", "(").replace("_[", "[")


def _reading_of(name: str, cell: str, instrument: str) -> Reading | None:
    """How a column's number is to be read, by its bare name, or by a cell as `0.75 µm/px`; None for any other."""
    if DOTS_AN_INCH.match(name):
        return Reading("inch", is_inverse=True)
    for pattern, is_inverse in ((PIXELS_A_UNIT, True), (SIZE_A_PIXEL, False), (RESOLUTION_COLUMN, False)):
        if match := pattern.match(name):
            return Reading(_unit_in(match), is_inverse)
    if match := SIZE_COLUMN.match(name):
        return Reading(_unit_in(match), says_size=bool(match["word"]))
    if CALIBRATION.match(name) and FLOWCAM.search(instrument):
        return Reading("um")
    if UNITS_A_PIXEL.match(cell) or PIXELS_IN_A_UNIT.match(cell):
        return Reading("")
    return None


def _unit_in(match: re.Match) -> str:
    groups = match.groupdict()
    return next((unit for unit in MICRONS if groups.get(unit)), "")


def _statement(column: str, cell: str, reading: Reading) -> Statement | None:
    """None for what is no number, or no size that a pixel can have. A unit in the cell counts before the column's."""
    if match := PIXELS_IN_A_UNIT.match(cell):
        reading = Reading(_unit_in(match), is_inverse=True)
    elif match := NUMBER.match(cell):
        reading = replace(reading, unit=_unit_in(match) or reading.unit)
    number = _number_in(match) if match else 0.0
    if not 0 < number < float("inf"):
        return None
    if not reading.unit:
        return Statement(column, cell, bare=number)
    micrometres = MICRONS[reading.unit] / number if reading.is_inverse else number * MICRONS[reading.unit]
    return Statement(column, cell, micrometres) if POSSIBLE[0] <= micrometres <= POSSIBLE[1] else None


def _number_in(match: re.Match) -> float:
    return float(match["number"].replace(",", ".") + (match["power"] or ""))


def _is_rather_inverse(statement: Statement, reading: Reading, instrument: str) -> bool:
    """Whether `px_mm 94.3` means pixels a mm: as the size of a pixel it can't be, the other way round it can."""
    if statement.micrometres is None or reading.is_inverse or reading.says_size or not reading.unit:
        return False
    low, high = plausible(instrument)
    other_way = MICRONS[reading.unit] ** 2 / statement.micrometres
    return not low <= statement.micrometres <= high and low <= other_way <= high


def _contradictions(
    chosen: Statement, statements: Iterable[Statement], measured: float | None
) -> tuple[tuple[str, str], ...]:
    """Other columns, or the objects' own sizes, that say something else than the one that is believed."""
    assert chosen.micrometres is not None
    others = []
    for other in statements:
        sizes = (
            [other.micrometres]
            if other.micrometres
            else [(other.bare or 0) * MICRONS[u] for u in ("um", "mm")]
        )
        if all(abs((size or 0) / chosen.micrometres - 1) > SAME for size in sizes):
            others.append(f"{other.column} says {other.cell}")
    if measured is not None and abs(measured / chosen.micrometres - 1) > LIKE:
        others.append(f"objects' sizes in pixels and µm speak of {measured:.3g} µm")
    if not others:
        return ()
    sentence = (
        f"A pixel is {chosen.micrometres:.4g} µm by {chosen.column}, but {' and '.join(others)}. "
        f"{chosen.column} was believed; {REMEDY}"
    )
    return ((chosen.column, sentence),)


# --- Sizes of objects -------------------------------------------------------------------------------------------------

_UNIT_OF_SIZE = "|".join(f"(?P<{unit}>{names})" for unit, names in UNIT_NAMES.items() if unit != "m")
_SUFFIX = re.compile(rf"^(?P<stem>.+?)_?[\[(]?(?:{_UNIT_OF_SIZE})(?P<square>2|²)?[\])]?$")
_PIXEL_SUFFIXES = ("", "_px", "_pix", "_pixel", "_pixels", "_px2")
_LENGTHS = re.compile(
    r"^(?:region_)?(?:feret|major|minor|esd|equivalent_diameter|perim\.?|perimeter|length|width|height|diameter"
    r"|maj|min_axis|max_axis|major_axis|minor_axis|bounding_box_\w+|area)"
)
_cache: dict[frozenset[str], list[tuple[str, str, float, int]]] = {}


def _pairs(names: frozenset[str]) -> list[tuple[str, str, float, int]]:
    """(column in a unit, the same in pixels, µm a unit, 2 for areas) among the columns of objects."""
    if names not in _cache:
        _cache[names] = list(_find_pairs(names))
    return _cache[names]


def _find_pairs(names: frozenset[str]) -> Iterable[tuple[str, str, float, int]]:
    for name in sorted(names):
        match = _SUFFIX.match(name)
        if match is None or not _LENGTHS.match(name):
            continue
        in_pixels = next(
            (match["stem"] + suffix for suffix in _PIXEL_SUFFIXES if match["stem"] + suffix in names), ""
        )
        if in_pixels:
            is_area = bool(match["square"]) or "area" in match["stem"]
            yield name, in_pixels, MICRONS[_unit_in(match)], 2 if is_area else 1
