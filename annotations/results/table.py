"""The rows of a table of results: how many, m⁻³, mm³ m⁻³, how large, of each group and taxon, zeros included."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from annotations.common.snapshot import snapshot
from annotations.projects.models import Project
from annotations.regroupings.counted_taxa import TaxonTargets
from annotations.results.caveats import OVER_LAYERS, samples_over_layers
from annotations.results.query import ACQUISITION, LAYER, PROJECT, ResultsQuery
from annotations.results.sums import ObjectSums, SumKey, Sums, count_objects, sum_objects
from annotations.results.walk import NO_DEPTH
from annotations.volumes.formulas.syntax import parse_formula
from annotations.volumes.queries import volume_settings_of
from annotations.volumes.sampling import SampledAcquisition, sampled_acquisitions

UNEQUAL = (
    "Parts were sub-sampled differently: shares and mean sizes are of the objects as they were looked at, "
    "not as they are in the water. Concentrations are not concerned."
)
OF_OBJECTS = ("count", "share")  # figures that need no volume
MOST_REASONS = 3  # of a row why it has no concentration
OF_A_LAYER = (
    "The volumes are of whole samples: nobody knows how much of one is of this layer. Results › Depth and time takes "
    "samples that lie in one layer."
)


@dataclass(frozen=True)
class ResultGroup:
    """What the objects of a row have in common; None where that is not asked."""

    sample: int | None = None
    sample_name: str = ""
    acquisition: int | None = None
    acquisition_name: str = ""
    layer: int | None = None  # upper end, metres; NO_DEPTH where nobody knows


@dataclass(frozen=True)
class ResultRow:
    """A group and a taxon with their figures; None where a figure can't be worked out, and `warnings` say why."""

    group: ResultGroup
    taxon: int  # a group of a regrouping is below zero: see `taxon_filters.own_number`
    taxon_name: str
    count: float  # whole, but where it is an estimate
    share: float | None  # of the group's objects in these states, 0 to 1
    concentration: float | None  # m⁻³
    biovolume: float | None  # mm³ m⁻³
    mean_size: float | None  # mm, the mean equivalent spherical diameter
    left_out: int  # objects of the group in other states: as long as there are some, a zero may be none
    warnings: list[str]
    intervals: Mapping[str, tuple[float, float]] = field(
        default_factory=dict
    )  # of 95 %, of estimates, by field
    basis: str = ""  # what an estimate stands on
    by_figure: Mapping[str, list[str]] = field(
        default_factory=dict
    )  # the warnings, by the field they are about

    def warnings_of(self, figure: str) -> list[str]:
        """Those about one figure; of an estimate all: a count needs no volume."""
        return self.by_figure.get(figure, self.warnings)


@dataclass
class GroupSums:
    """Sums by acquisition and taxon, and who takes part, whether or not with a counted object."""

    acquisitions: dict[int, SampledAcquisition] = field(default_factory=dict)
    sums: dict[tuple[int, int], Sums] = field(default_factory=dict)
    counted: int = 0
    left_out: int = 0


def results_table(
    project: Project,
    query: ResultsQuery,
    after_chunk: Callable[[], None] = lambda: None,
    with_sizes: bool = True,
) -> Iterator[ResultRow]:
    """Rows in the order of samples, acquisitions and layers, and in these of the taxa's names.

    All is summed up before the first row, as it was at one moment; `after_chunk` is called meanwhile. Without sizes
    rows have neither biovolume nor mean size, and are there sooner; not of layers. Raises ValidationError where the
    filter can't be answered.
    """
    with snapshot():
        counted_taxa = TaxonTargets(project, query.rank, query.regrouping)
        settings = volume_settings_of(project)
        acquisitions = sampled_acquisitions(settings, query.criteria.sample)
        layer_m = query.layer_m if query.by == LAYER else None
        if with_sizes or layer_m:
            individual = parse_formula(settings.individual_volume)
            objects = sum_objects(project, query.within, acquisitions, individual, layer_m, after_chunk)
        else:
            objects = count_objects(project, query.within)
        groups = _grouped(objects.by_key, acquisitions, query, counted_taxa)
        names = counted_taxa.names({taxon for group in groups.values() for _, taxon in group.sums})
        over_layers = samples_over_layers(project, query.within, layer_m) if layer_m else set()
    of_samples = len({each.sample for each in acquisitions.values()})
    return _rows(groups, names, objects, query, of_samples, over_layers)


def _rows(
    groups: Mapping[ResultGroup, GroupSums],
    names: Mapping[int, str],
    objects: ObjectSums,
    query: ResultsQuery,
    of_samples: int,
    over_layers: set[int],
) -> Iterator[ResultRow]:
    ordered = sorted(names, key=lambda taxon: (names[taxon].casefold(), taxon))
    for group, sums in groups.items():
        factors = _factors(sums.acquisitions, query.by, of_samples)
        if group.sample in over_layers:
            factors.warnings.append(OVER_LAYERS)
        for taxon in ordered:
            row = _row(group, sums, taxon, names[taxon], factors, objects)
            if row.count or query.zeros:
                yield row


def _grouped(
    by_key: Mapping[SumKey, Sums],
    acquisitions: Mapping[int, SampledAcquisition],
    query: ResultsQuery,
    counted_taxa: TaxonTargets,
) -> dict[ResultGroup, GroupSums]:
    place = {number: order for order, number in enumerate(acquisitions)}
    samples = {each.sample: order for order, each in enumerate(acquisitions.values())}

    def order(key: SumKey) -> tuple[int, int, int]:
        return samples[acquisitions[key.acquisition].sample], key.layer, place[key.acquisition]

    states = {state.value for state in query.states}
    targets = counted_taxa.targets({key.taxon for key in by_key} - {0}) | {0: 0}
    groups: dict[ResultGroup, GroupSums] = {}
    for key in sorted(by_key, key=order):
        acquisition, sums = acquisitions[key.acquisition], by_key[key]
        group = groups.setdefault(_group_of(acquisition, key, query.by), GroupSums())
        group.acquisitions[acquisition.id] = acquisition
        target = targets[key.taxon]
        if target is None:
            continue
        if key.state not in states:
            group.left_out += sums.count
            continue
        group.counted += sums.count
        if query.taxa is None or key.taxon in query.taxa:
            group.sums.setdefault((acquisition.id, target), Sums()).add(sums)
    return groups


def _group_of(acquisition: SampledAcquisition, key: SumKey, by: str) -> ResultGroup:
    if by == PROJECT:
        return ResultGroup()
    of_sample = ResultGroup(acquisition.sample, acquisition.sample_name)
    if by == ACQUISITION:
        return replace(of_sample, acquisition=acquisition.id, acquisition_name=acquisition.name)
    return replace(of_sample, layer=key.layer) if by == LAYER else of_sample


# --- Figures ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Factors:
    """How many objects m⁻³ one stands for, by acquisition; None where one of the group can't tell."""

    by_acquisition: Mapping[int, float] | None
    warnings: list[str]


def _factors(acquisitions: Mapping[int, SampledAcquisition], by: str, of_samples: int) -> Factors:
    """Of a whole project it is the mean of its samples, those without an object of the taxon as zeros."""
    every = list(acquisitions.values())
    warnings = [UNEQUAL] if len({each.per_cubic_metre for each in every}) > 1 else []
    if by == LAYER:
        return Factors(None, [OF_A_LAYER, *warnings])
    if reasons := [each.why_not for each in every if each.per_cubic_metre is None]:
        return Factors(None, first_few(reasons))
    samples = len({each.sample for each in every}) if by == PROJECT else 1
    if by == PROJECT and samples < of_samples:
        warnings.append(_of_fewer(samples, of_samples))
    return Factors({each.id: (each.per_cubic_metre or 0) / samples for each in every}, warnings)


def _of_fewer(samples: int, of_samples: int) -> str:
    return f"The mean of {samples:,} of {of_samples:,} samples: the others were not taken as the filter asks."


def first_few(sentences: list[str]) -> list[str]:
    different = list(dict.fromkeys(sentences))
    more = len(different) - MOST_REASONS
    return different[:MOST_REASONS] + ([f"And {more:,} more of the kind."] if more > 0 else [])


def figure_caveats(rows: Iterable[ResultRow], quantity: str) -> list[str]:
    """Why figures of the quantity are missing; of shares and counts, which never lack a volume, what they are of where
    the parts of a sample were sub-sampled differently."""
    if quantity in OF_OBJECTS:
        return [UNEQUAL] if any(UNEQUAL in row.warnings for row in rows) else []
    return first_few(
        [each for row in rows if getattr(row, quantity) is None for each in row.warnings_of(quantity)]
    )


def _row(
    group: ResultGroup, sums: GroupSums, taxon: int, name: str, factors: Factors, objects: ObjectSums
) -> ResultRow:
    parts = {number: sums.sums.get((number, taxon), Sums()) for number in sums.acquisitions}
    whole = Sums()
    for part in parts.values():
        whole.add(part)
    by_acquisition = factors.by_acquisition
    has_no_volume = objects.has_sizes and whole.volumes < whole.count
    has_no_size = objects.has_sizes and whole.diameters < whole.count
    of_volume = [_without_volume(whole, objects)] if has_no_volume else []
    of_size = [_without_size(whole)] if has_no_size else []
    has_volume = by_acquisition is not None and whole.volumes == whole.count
    return ResultRow(
        group=group,
        taxon=taxon,
        taxon_name=name,
        count=whole.count,
        share=whole.count / sums.counted if sums.counted else None,
        concentration=_total(by_acquisition, {n: part.count for n, part in parts.items()}),
        biovolume=_total(
            by_acquisition if has_volume else None, {n: part.volume for n, part in parts.items()}
        ),
        mean_size=whole.diameter / whole.diameters if whole.diameters else None,
        left_out=sums.left_out,
        warnings=[*factors.warnings, *of_volume, *of_size],
        by_figure=_by_figure(factors.warnings, of_volume, of_size),
    )


def _by_figure(of_water: list[str], of_volume: list[str], of_size: list[str]) -> dict[str, list[str]]:
    as_imaged = [UNEQUAL] if UNEQUAL in of_water else []
    return {
        **dict.fromkeys(OF_OBJECTS, as_imaged),
        "mean_size": [*as_imaged, *of_size],
        "concentration": of_water,
        "biovolume": [*of_water, *of_volume],
    }


def _total(factors: Mapping[int, float] | None, amounts: Mapping[int, float]) -> float | None:
    return None if factors is None else sum(factors[number] * amount for number, amount in amounts.items())


def _without_size(whole: Sums) -> str:
    if not whole.diameters:
        return (
            "No mean size: give the objects an object.area under Data › Objects and a size of the pixel under "
            "Data › Acquisitions."
        )
    return f"The mean size is of {whole.diameters:,} of {whole.count:,} objects."


def _without_volume(whole: Sums, objects: ObjectSums) -> str:
    missing = whole.count - whole.volumes
    if objects.missing_columns:
        names = ", ".join(map(str, objects.missing_columns))
        return f"No biovolume: the project has no {names}. Choose another formula under Volumes and formulas."
    of_how_many = f"of {missing:,} of {whole.count:,} objects"
    return (
        f"No biovolume: {of_how_many} the formula gives none. Fill in what it asks for under Data › Objects and the "
        "size of a pixel under Data › Acquisitions."
    )


__all__ = ["NO_DEPTH", "ResultGroup", "ResultRow", "figure_caveats", "results_table"]
