"""One normalised size spectrum: biovolume and objects m⁻³ by size class, with a line through them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotations.results.spectra.classes import ClassAmount
from annotations.results.spectra.query import BIOVOLUME, LAYER, SAMPLE, SUN, SpectrumQuery
from annotations.results.table import first_few
from annotations.samples.naming import readable_id
from annotations.volumes.sampling import SampledAcquisition
from classifier.statistics.size_spectra import SpectrumLine, first_after_mode, first_gap, fitted_line

ROUNDING = 1e-4  # by how much an edge in an address may be off
OF_A_PART = (
    "Volumes are of whole samples, and some have objects in other {parts} too: heights are what this one contributes "
    "to them. The slope is not touched by that."
)
TOO_FEW = "No line: fewer than three filled classes follow each other from the smallest size on."
PARTS = {LAYER: "layers", SUN: "parts of the day"}


@dataclass(frozen=True)
class SizeClass:
    """From `low` to below `high` mm³; figures are None where no volume of water is known."""

    low: float
    high: float
    count: int
    abundance: float | None  # m⁻³
    biovolume: float | None  # mm³ m⁻³
    is_in_line: bool

    @property
    def middle(self) -> float:
        return float(np.sqrt(self.low * self.high))

    @property
    def density(self) -> float | None:
        """m⁻³ mm⁻³, of the normalised abundance spectrum."""
        return None if self.abundance is None else self.abundance / (self.high - self.low)

    @property
    def biovolume_density(self) -> float | None:
        """mm³ m⁻³ mm⁻³, of the normalised biovolume spectrum."""
        return None if self.biovolume is None else self.biovolume / (self.high - self.low)

    def height(self, measure: str) -> float | None:
        return self.biovolume_density if measure == BIOVOLUME else self.density


@dataclass(frozen=True)
class Spectrum:
    """`key` tells what the group is by number: sample, upper end of a layer, letter of the sun, taxon."""

    key: int
    name: str
    samples: int  # over which it is the mean
    count: int  # objects in its classes
    classes: list[SizeClass]
    line: SpectrumLine | None
    warnings: list[str] = field(default_factory=list)

    @property
    def ends(self) -> tuple[float, float] | None:
        """mm³, of the classes that the line goes through."""
        in_line = [each for each in self.classes if each.is_in_line]
        return (in_line[0].low, in_line[-1].high) if in_line and self.line else None


@dataclass
class SpectrumGroup:
    """Of which acquisitions the water is, and the amounts by acquisition and class."""

    acquisitions: set[int] = field(default_factory=set)
    amounts: dict[tuple[int, int], ClassAmount] = field(default_factory=dict)
    without_volume: int = 0


@dataclass(frozen=True)
class _Matrices:
    """(S, K), a row a sample, a column a class: objects, what they stand for m⁻³, its squares, mm³ m⁻³."""

    counts: np.ndarray
    numbers: np.ndarray
    squares: np.ndarray
    biovolumes: np.ndarray


def spectrum_of(
    key: int,
    name: str,
    group: SpectrumGroup,
    query: SpectrumQuery,
    acquisitions: Mapping[int, SampledAcquisition],
    is_part: bool,
) -> Spectrum:
    """`is_part`: some of its water is of objects in other groups, too."""
    water = [acquisitions[number] for number in sorted(group.acquisitions)]
    reasons = first_few([each.why_not for each in water if each.per_cubic_metre is None])
    numbers = [number for _, number in group.amounts]
    first, last = min(numbers), max(numbers)
    matrices = _matrices(group, water, first, last - first + 1)
    edges = query.base ** np.arange(first, last + 2, dtype=float)
    counts = matrices.counts.sum(0)
    in_line = slice(0, 0) if reasons else _in_line(query, edges, counts, matrices)
    line = None if reasons else _line(query, edges, matrices, in_line)
    return Spectrum(
        key=key,
        name=readable_id(water[0].sample_name) if query.by == SAMPLE else name,
        samples=len(matrices.counts),
        count=int(counts.sum()),
        classes=_classes(edges, matrices, in_line, bool(reasons)),
        line=line,
        warnings=[*reasons, *_warnings(query, group, is_part, line is None and not reasons)],
    )


def _matrices(
    group: SpectrumGroup, water: Sequence[SampledAcquisition], first: int, classes: int
) -> _Matrices:
    samples = {sample: row for row, sample in enumerate(dict.fromkeys(each.sample for each in water))}
    factors = {each.id: (samples[each.sample], each.per_cubic_metre or 0.0) for each in water}
    matrices = _Matrices(*(np.zeros((len(samples), classes)) for _ in range(4)))
    for (acquisition, number), amount in group.amounts.items():
        row, factor = factors[acquisition]
        at = row, number - first
        matrices.counts[at] += amount.count
        matrices.numbers[at] += factor * amount.count
        matrices.squares[at] += factor**2 * amount.count
        matrices.biovolumes[at] += factor * amount.volume
    return matrices


def _in_line(query: SpectrumQuery, edges: np.ndarray, counts: np.ndarray, matrices: _Matrices) -> slice:
    """The classes that the line goes through: as asked, else from the one after the highest to the first gap."""
    lows, highs = edges[:-1], edges[1:]
    if query.smallest is None:
        first = first_after_mode(_heights(query, edges, matrices).sum(0))
    else:
        first = int(np.searchsorted(lows, query.smallest * (1 - ROUNDING)))
    if query.largest is None:
        return slice(first, first_gap(counts, first))
    return slice(first, int(np.searchsorted(highs, query.largest * (1 + ROUNDING))))


def _line(
    query: SpectrumQuery, edges: np.ndarray, matrices: _Matrices, in_line: slice
) -> SpectrumLine | None:
    return fitted_line(
        np.sqrt(edges[:-1] * edges[1:])[in_line],
        _heights(query, edges, matrices)[:, in_line],
        matrices.numbers[:, in_line],
        matrices.squares[:, in_line],
    )


def _heights(query: SpectrumQuery, edges: np.ndarray, matrices: _Matrices) -> np.ndarray:
    """(S, K), of the measure, by the width of the classes."""
    amounts = matrices.biovolumes if query.measure == BIOVOLUME else matrices.numbers
    return amounts / np.diff(edges)


def _classes(edges: np.ndarray, matrices: _Matrices, in_line: slice, is_unknown: bool) -> list[SizeClass]:
    counts, samples = matrices.counts.sum(0), len(matrices.counts)
    return [
        SizeClass(
            low=float(edges[place]),
            high=float(edges[place + 1]),
            count=int(counts[place]),
            abundance=None if is_unknown else float(matrices.numbers[:, place].sum()) / samples,
            biovolume=None if is_unknown else float(matrices.biovolumes[:, place].sum()) / samples,
            is_in_line=bool(in_line.start <= place < in_line.stop and counts[place]),
        )
        for place in range(len(counts))
    ]


def _warnings(query: SpectrumQuery, group: SpectrumGroup, is_part: bool, has_no_line: bool) -> list[str]:
    warnings = [OF_A_PART.format(parts=PARTS[query.by])] if is_part else []
    if group.without_volume:
        warnings.append(f"{group.without_volume:,} objects have no volume: they are in no class.")
    return warnings + ([TOO_FEW] if has_no_line else [])
