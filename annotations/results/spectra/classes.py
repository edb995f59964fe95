"""One walk through a project's objects: how many, and how much volume, of each acquisition and size class."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from annotations.projects.models import Project
from annotations.regroupings.counted_taxa import TaxonTargets
from annotations.results.spectra.query import LAYER, SUN, TAXON, SpectrumQuery
from annotations.results.walk import (
    ChunkValues,
    ObjectColumns,
    acquisitions_that_match,
    combinations,
    layer_key,
    object_chunks,
    object_columns,
)
from annotations.volumes.formulas.syntax import Formula, FormulaColumn
from annotations.volumes.sampling import SampledAcquisition

SMALLEST, LARGEST = 1e-15, 1e15  # mm³: what lies beyond is a slip of somebody's pen
LEFT_OUT = -(2**63)  # in the place of what an object counts for
ALL = 0  # the group where nothing is told apart, or where all taxa have the same water


@dataclass
class ClassAmount:
    count: int = 0
    volume: float = 0.0  # mm³


@dataclass
class ClassSums:
    """Groups are layers, letters of the sun or taxa, ALL where none is asked for."""

    amounts: dict[tuple[int, int, int], ClassAmount] = field(
        default_factory=dict
    )  # by group, acquisition, class
    present: set[tuple[int, int]] = field(default_factory=set)  # group and acquisition, whatever the label
    without_volume: Counter[tuple[int, int]] = field(default_factory=Counter)  # by group and acquisition
    missing_columns: list[FormulaColumn] = field(default_factory=list)
    other_states: Counter[int] = field(default_factory=Counter)  # objects that don't count, by acquisition


def class_of(volumes: np.ndarray, base: float) -> np.ndarray:
    """(n,) mm³ above 0 → (n,) whole numbers k with base^k ≤ volume < base^(k + 1)."""
    classes = np.floor(np.log(volumes) / np.log(base))
    # the logarithm of a power of the base may lie a hair below a whole number
    return (classes + (volumes >= base ** (classes + 1)) - (volumes < base**classes)).astype(np.int64)


def sum_classes(
    project: Project,
    query: SpectrumQuery,
    acquisitions: Mapping[int, SampledAcquisition],
    individual: Formula,
    counted_taxa: TaxonTargets,
) -> ClassSums:
    columns, missing = object_columns(project, individual)
    sums = ClassSums(missing_columns=missing)
    sums.present.update(
        (group, acquisition)
        for acquisition, group in acquisitions_that_match(project, query.within, _group(query))
    )
    for rows in object_chunks(project, query.within, columns, _group(query)):
        _note_present(sums, rows)
        targets = _targets(rows, counted_taxa)
        has_state = np.isin(rows["state"], [ord(state.value) for state in query.states])
        sums.other_states.update(rows["acquisition"][~has_state & (targets != LEFT_OUT)].tolist())
        is_counted = has_state & _has_taxon(rows, query) & (targets != LEFT_OUT)
        counted = rows[is_counted]
        if len(counted):
            _add(
                sums,
                counted,
                targets[is_counted] if query.by == TAXON else counted["layer"].astype(np.int64),
                _volumes(counted, columns, acquisitions, individual),
                query,
            )
    return sums


def _group(query: SpectrumQuery) -> str:
    if query.by == LAYER:
        return layer_key(query.layer_m)
    return "COALESCE(ascii(o.sun), 0)" if query.by == SUN else str(ALL)


def _note_present(sums: ClassSums, rows: np.ndarray) -> None:
    pairs, _ = combinations([rows["layer"], rows["acquisition"]])
    sums.present.update(zip(*pairs, strict=True))


def _has_taxon(rows: np.ndarray, query: SpectrumQuery) -> np.ndarray:
    if query.taxa is None:
        return np.ones(len(rows), bool)
    return np.isin(rows["taxon"], np.array(sorted(query.taxa), np.int64))


def _targets(rows: np.ndarray, counted_taxa: TaxonTargets) -> np.ndarray:
    """(n,) what each object counts for."""
    taxa, places = np.unique(rows["taxon"].astype(np.int64), return_inverse=True)
    targets = counted_taxa.targets(set(taxa.tolist()) - {0}) | {0: 0}
    numbers = [LEFT_OUT if (target := targets[taxon]) is None else target for taxon in taxa.tolist()]
    return np.array(numbers, np.int64)[places]


def _volumes(
    rows: np.ndarray,
    columns: ObjectColumns,
    acquisitions: Mapping[int, SampledAcquisition],
    individual: Formula,
) -> np.ndarray:
    return ChunkValues(rows, columns, acquisitions).volumes(individual)


def _add(
    sums: ClassSums, rows: np.ndarray, groups: np.ndarray, volumes: np.ndarray, query: SpectrumQuery
) -> None:
    with np.errstate(invalid="ignore"):
        has_volume = (volumes > SMALLEST) & (volumes < LARGEST)
    acquisitions = rows["acquisition"].astype(np.int64)
    sums.without_volume.update(
        zip(groups[~has_volume].tolist(), acquisitions[~has_volume].tolist(), strict=True)
    )
    if not has_volume.any():
        return
    volumes = volumes[has_volume]
    keys = [groups[has_volume], acquisitions[has_volume], class_of(volumes, query.base)]
    different, places = combinations(keys)
    counts, totals = np.bincount(places), np.bincount(places, volumes)
    for key, count, volume in zip(zip(*different, strict=True), counts, totals, strict=True):
        amount = sums.amounts.setdefault(key, ClassAmount())
        amount.count += int(count)
        amount.volume += float(volume)
