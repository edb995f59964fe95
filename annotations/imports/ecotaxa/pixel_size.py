"""How large a pixel is, as a package says it: in mm or µm, as pixels a micron, in dots an inch, with comma or unit.

ZooProcess writes `process_pixel` in mm in one version and in µm in another, UVPapp in µm, PlanktoScope in µm. The unit
is told from the column's name, from sizes that one object has in pixels and in µm, and from what the instrument can
see; where that leaves two answers, `size_of` gives none of them and the person is asked.
"""

import re
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

MICRONS = {"nm": 0.001, "um": 1.0, "mm": 1000.0, "cm": 10_000.0, "inch": 25_400.0}  # µm a unit
UNIT_NAMES = {
    "nm": r"nm|nanomet(?:er|re)s?",
    "um": r"um|[µμ]m|mic|microns?|micromet(?:er|re)s?",
    "mm": r"mm|millimet(?:er|re)s?",
    "cm": r"cm|centimet(?:er|re)s?",
    "inch": r"inch(?:es)?",
}
UNIT = "|".join(f"(?P<{unit}>{names})" for unit, names in UNIT_NAMES.items())
PIXEL = r"(?:pixels?|pix|px)"
SIZE_COLUMN = re.compile(
    rf"^(?:particle_|image_|img_|camera_|acq_|mean_)?{PIXEL}_?(?:size|width|length|resolution)?(?:_?[\[(]?(?:{UNIT})[\])]?)?$"
)
RESOLUTION_COLUMN = re.compile(rf"^(?:image_|camera_|optical_)?resolution_(?:{UNIT})$")
SIZE_A_PIXEL = re.compile(rf"^(?:\w+_)?(?:{UNIT})_?(?:per|/)_?{PIXEL}$")
PIXELS_A_UNIT = re.compile(rf"^(?:\w+_)?{PIXEL}_?(?:per|/)_?(?:{UNIT})$")
DOTS_AN_INCH = re.compile(r"^(?:\w+_)?[dp]pi$")
NUMBER = re.compile(
    rf"^(?P<number>\d+(?:[.,]\d*)?|[.,]\d+)(?P<power>e[+-]?\d+)?\s*(?P<unit>{UNIT})?(?:\s*(?:/|per)\s*{PIXEL})?$",
    re.IGNORECASE,
)
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
SAME = 0.02  # by how much two statements of one size may differ
LIKE = 0.2  # and a size from measurements, which are rounded


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
    statements, notes = _statements(fields)
    measured = pairs.micrometres if pairs else None
    for statement in statements:
        if statement.micrometres is not None:
            notes += _contradictions(statement, statements, measured)
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


def plausible(instrument: str) -> tuple[float, float]:
    """From and to how many µm a pixel of this instrument may be."""
    return next(((low, high) for name, low, high in PLAUSIBLE if name.search(instrument)), ANY)


def _doubt(answers: Mapping[str, float], instrument: str, both: bool) -> str:
    what = "could both be" if both else "can neither be"
    seen_by = f" with {instrument.strip()}" if instrument.strip() else ""
    return f"{answers['um']:.4g} µm and {answers['mm']:.4g} µm (if it is in mm) {what} the size of a pixel{seen_by}"


def _written(unit: str) -> str:
    return {"um": "µm"}.get(unit, unit)


# --- Columns ----------------------------------------------------------------------------------------------------------


def _statements(fields: Mapping[str, str]) -> tuple[list[Statement], tuple[tuple[str, str], ...]]:
    """What each column that speaks of a pixel's size says, those with a unit first; and what could not be read."""
    statements, notes = [], []
    for column, cell in fields.items():
        reading = _reading_of(column.split("_", 1)[-1].lower())
        if reading is None or not cell.strip():
            continue
        statement = _statement(column, cell.strip(), *reading)
        if statement is not None:
            statements.append(statement)
        else:
            notes.append(
                (column, f"{cell!r} is no size of a pixel that can be read, so this column is passed over.")
            )
    return sorted(statements, key=lambda one: one.micrometres is None), tuple(notes)


def _reading_of(name: str) -> tuple[str, bool] | None:
    """(unit or "", whether the number is pixels a unit) of a column's name without its prefix; None for any other."""
    if DOTS_AN_INCH.match(name):
        return "inch", True
    for pattern, is_inverse in ((PIXELS_A_UNIT, True), (SIZE_A_PIXEL, False), (RESOLUTION_COLUMN, False)):
        if match := pattern.match(name):
            return _unit_in(match), is_inverse
    match = SIZE_COLUMN.match(name)
    return (_unit_in(match), False) if match else None


def _unit_in(match: re.Match) -> str:
    return next((unit for unit in MICRONS if match.group(unit)), "")


def _statement(column: str, cell: str, unit: str, is_inverse: bool) -> Statement | None:
    match = NUMBER.match(cell)
    if match is None:
        return None
    number = float(match["number"].replace(",", ".") + (match["power"] or ""))
    if not 0 < number < float("inf"):
        return None
    own_unit = _unit_in(match)
    if is_inverse:
        return Statement(column, cell, MICRONS[unit] / number)
    if own_unit or unit:
        return Statement(column, cell, number * MICRONS[own_unit or unit])
    return Statement(column, cell, bare=number)


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
        f"{chosen.column} was believed; correct it in the package or, later, on the page of acquisitions."
    )
    return ((chosen.column, sentence),)


# --- Sizes of objects -------------------------------------------------------------------------------------------------

_SUFFIX = re.compile(rf"^(?P<stem>.+?)_?[\[(]?(?:{UNIT})(?P<square>2|²)?[\])]?$")
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
