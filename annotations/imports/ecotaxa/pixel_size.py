"""How large a pixel is, as a package says it: in mm or µm, as pixels a micron, in dots an inch, with comma or unit.

ZooProcess writes `process_pixel` in mm in one version and in µm in another, UVPapp in µm, PlanktoScope in µm. The unit
is told from the column's name, from sizes that one object has in pixels and in µm, and from what the instrument can
see; where that leaves two answers, `size_of` gives none of them and the person is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from annotations.imports.ecotaxa.instruments import ANY_WITH_UNIT, plausible
from annotations.imports.ecotaxa.pixel_columns import REMEDY, Statement, statements_of
from annotations.imports.ecotaxa.pixel_units import MICRONS
from annotations.imports.ecotaxa.size_pairs import LIKE, SizePairs

SAME = 0.02  # by how much two statements of one size may differ


@dataclass(frozen=True)
class PixelSize:
    """The side of a pixel in µm, or None; `source` says where from, `doubt` why nobody can tell, `notes` what else."""

    micrometres: float | None = None
    source: str = ""
    column: str = ""
    doubt: str = ""
    notes: tuple[tuple[str, str], ...] = ()  # (column, sentence)


def size_of(
    fields: Mapping[str, str], instrument: str, pairs: SizePairs | None = None, unit: str = ""
) -> PixelSize:
    """The size of a pixel from the columns of an acquisition and its process (`acq_pixel` …, with their cells).

    `instrument` is all that names it and its software. `unit` is the answer to an earlier doubt: `mm` or `um`.
    """
    statements, notes = statements_of(fields, instrument)
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
