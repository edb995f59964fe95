"""Normalised size spectra of all that a filter lets through, or of each sample, layer, part of the day or taxon."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from annotations.common.snapshot import snapshot
from annotations.projects.models import Project
from annotations.regroupings.counted_taxa import TaxonTargets
from annotations.results.caveats import OVER_LAYERS, other_states, samples_over_layers
from annotations.results.spectra.classes import ALL, ClassSums, sum_classes
from annotations.results.spectra.query import LAYER, SAMPLE, SUN, TAXON, SpectrumQuery
from annotations.results.spectra.spectrum import PARTS, Spectrum, SpectrumGroup, spectrum_of
from annotations.results.walk import NO_DEPTH
from annotations.samples.models import DayPhase
from annotations.volumes.formulas.syntax import parse_formula
from annotations.volumes.queries import volume_settings_of
from annotations.volumes.sampling import SampledAcquisition, sampled_acquisitions

WITHOUT_VOLUME = (
    "{count:,} objects are in no class: the formula of a volume gives none, "
    "since a column or the size of a pixel is missing."
)


@dataclass(frozen=True)
class SizeSpectra:
    spectra: list[Spectrum]
    warnings: list[str]  # of all of them


def size_spectra(project: Project, query: SpectrumQuery) -> SizeSpectra:
    """Those that hold an object, in the order of samples, layers, the day, or of how many objects a taxon has.

    Raises ValidationError where the filter can't be answered.
    """
    with snapshot():
        counted_taxa = TaxonTargets(project, query.rank, query.regrouping)
        settings = volume_settings_of(project)
        acquisitions = sampled_acquisitions(settings, query.criteria.sample)
        individual = parse_formula(settings.individual_volume)
        sums = sum_classes(project, query, acquisitions, individual, counted_taxa)
        names = _names(query, sums, counted_taxa)
        reaching_over = query.by == LAYER and samples_over_layers(project, query.within, query.layer_m)
    groups = _grouped(sums, query, acquisitions)
    parted = _parted(sums) if query.by in PARTS else set()
    spectra = [
        spectrum_of(
            key, names.get(key, ""), group, query, acquisitions, not parted.isdisjoint(group.acquisitions)
        )
        for key, group in groups.items()
    ]
    warnings = [*_warnings(sums, acquisitions), *([OVER_LAYERS] if reaching_over else [])]
    return SizeSpectra(_ordered(spectra, query, acquisitions), warnings)


def _grouped(
    sums: ClassSums, query: SpectrumQuery, acquisitions: Mapping[int, SampledAcquisition]
) -> dict[int, SpectrumGroup]:
    """Of a taxon the water is all that was looked at."""
    groups: dict[int, SpectrumGroup] = {}

    def group_of(group: int, acquisition: int) -> SpectrumGroup:
        return groups.setdefault(
            acquisitions[acquisition].sample if query.by == SAMPLE else group, SpectrumGroup()
        )

    for (group, acquisition, number), amount in sums.amounts.items():
        group_of(group, acquisition).amounts[acquisition, number] = amount
    for group, acquisition in sums.present:
        if query.by == TAXON:
            for each in groups.values():
                each.acquisitions.add(acquisition)
        else:
            group_of(group, acquisition).acquisitions.add(acquisition)
    for (group, acquisition), count in sums.without_volume.items():
        group_of(group, acquisition).without_volume += count
    return {key: group for key, group in groups.items() if group.amounts}


def _names(query: SpectrumQuery, sums: ClassSums, counted_taxa: TaxonTargets) -> dict[int, str]:
    groups = {group for group, _, _ in sums.amounts}
    match query.by:
        case "taxon":
            return counted_taxa.names(groups) | ({0: "no taxon"} if 0 in groups else {})
        case "sun":
            return {group: DayPhase(chr(group)).label if group else "time not known" for group in groups}
        case "layer":
            return {group: _layer(group, query.layer_m) for group in groups}
    return {ALL: "all"}


def _layer(group: int, layer_m: int) -> str:
    return "depth not known" if group == NO_DEPTH else f"{group}–{group + layer_m} m"


def _ordered(
    spectra: list[Spectrum], query: SpectrumQuery, acquisitions: Mapping[int, SampledAcquisition]
) -> list[Spectrum]:
    if query.by == TAXON:
        return sorted(spectra, key=lambda spectrum: (-spectrum.count, spectrum.name))
    if query.by == SAMPLE:
        places = {each.sample: place for place, each in enumerate(acquisitions.values())}
        return sorted(spectra, key=lambda spectrum: places[spectrum.key])
    if query.by == SUN:
        order = [ord(phase.value) for phase in DayPhase]
        return sorted(spectra, key=lambda spectrum: order.index(spectrum.key) if spectrum.key else len(order))
    return sorted(spectra, key=lambda spectrum: (spectrum.key == NO_DEPTH, spectrum.key))


def _parted(sums: ClassSums) -> set[int]:
    """The acquisitions that have objects in several groups."""
    times = Counter(acquisition for _, acquisition in sums.present)
    return {acquisition for acquisition, groups in times.items() if groups > 1}


def _warnings(sums: ClassSums, acquisitions: Mapping[int, SampledAcquisition]) -> list[str]:
    others: Counter[int] = Counter()
    for acquisition, count in sums.other_states.items():
        others[acquisitions[acquisition].sample] += count
    return _without_volume(sums) + other_states(others)


def _without_volume(sums: ClassSums) -> list[str]:
    if sums.missing_columns:
        return [f"No volumes of objects: the project has no {', '.join(map(str, sums.missing_columns))}."]
    missing = sums.without_volume.total()
    return [WITHOUT_VOLUME.format(count=missing)] if missing else []
