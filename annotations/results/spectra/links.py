"""From a size class to the bench: the filter that lets through exactly the objects that it counts."""

from collections.abc import Mapping
from math import pi
from urllib.parse import urlencode

from django.urls import reverse

from annotations.projects.models import Project
from annotations.results.spectra.query import SpectrumQuery
from annotations.results.spectra.spectrum import SizeClass, Spectrum
from annotations.results.taxon_filters import filter_of, filter_of_counted
from annotations.results.walk import NO_DEPTH
from annotations.samples.models import DayPhase
from annotations.volumes.models import INDIVIDUAL_VOLUME
from annotations.volumes.queries import volume_settings_of


class ClassLinks:
    """Addresses of the objects of the classes of spectra."""

    def __init__(self, project: Project, query: SpectrumQuery):
        self.query, self.base = query, query.criteria.as_dict()
        self.bench = reverse("gallery:bench", args=[project.pk])
        self.counted = filter_of_counted(query, project)
        # a filter asks for diameters: they stand for volumes where objects are spheres
        self.is_sphere = volume_settings_of(project).individual_volume == INDIVIDUAL_VOLUME

    def to(self, spectrum: Spectrum, of: SizeClass) -> str | None:
        """None where no filter can ask for it, or nothing is there."""
        group = self._group(spectrum)
        if group is None or self.counted is None or not of.count or not self.is_sphere:
            return None
        states = {"state": [state.word for state in self.query.states]}
        narrowed = {**self.base, **self.counted, **group, **self._sizes(of), **states}
        return f"{self.bench}?{urlencode(narrowed, doseq=True)}"

    def _sizes(self, of: SizeClass) -> dict:
        return {"esd": _within(self.base.get("esd"), diameter_of(of.low), diameter_of(of.high))}

    def _group(self, spectrum: Spectrum) -> Mapping[str, object] | None:
        key = spectrum.key
        match self.query.by:
            case "sample":
                return {"sample": [key]}
            case "taxon":
                return filter_of(self.query, [key])
            case "sun":
                return {"sun": [DayPhase(chr(key)).name.lower()]} if key else None
            case "layer":
                depths = _within(self.base.get("depth"), key, key + self.query.layer_m)
                return None if key == NO_DEPTH else {"depth": depths}
        return {}


def diameter_of(volume: float) -> float:
    """mm, of a sphere of so many mm³."""
    return float(2 * (3 * volume / 4 / pi) ** (1 / 3))


def _within(before: str | None, low: float, high: float) -> str:
    """The span, within what the filter asks for already."""
    if before:
        first, _, last = before.partition(":")
        low, high = max(low, float(first)), min(high, float(last))
    return f"{low!r}:{high!r}"
