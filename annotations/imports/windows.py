"""One window for all deep pictures of an acquisition, so that their brightness can be compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Max, Min, Q

from annotations.common.problems import Problems
from annotations.pictures.rendering import Windows
from annotations.samples.models import Image
from annotations.samples.naming import name_in_package
from classifier.contract.rendering import MODE_NAMES
from classifier.contract.windows import ValueRange, Window, window_of

AcquisitionKey = tuple[str, str]  # names of sample and acquisition, as in a package


@dataclass
class AcquisitionRanges:
    """The smallest and largest values of deep pictures by acquisition, floats apart from integers."""

    ranges: dict[tuple[str, str, bool], ValueRange] = field(default_factory=dict)

    def note(self, acquisition: AcquisitionKey, values: ValueRange) -> None:
        key = (*acquisition, values.is_float)
        self.ranges[key] = self.ranges[key] | values if key in self.ranges else values

    def windows(self, acquisition: AcquisitionKey) -> Windows:
        return {
            is_float: window_of(self.ranges[*acquisition, is_float])
            for is_float in (False, True)
            if (*acquisition, is_float) in self.ranges
        }

    def join_project(self, project_id: int, table: str, problems: Problems) -> None:
        """Adds what the project holds of these acquisitions; warns where its window is too small for what comes."""
        if not self.ranges:
            return
        for key, window in _present_windows(project_id):
            if key not in self.ranges:
                continue
            together = self.ranges[key] | ValueRange(window.low, window.high, key[2])
            self.ranges[key] = together
            if window_of(together) != window:
                problems.warn(_two_windows(key, window, window_of(together)), table)

    def as_list(self) -> list[list]:
        """For a job's checkpoint."""
        return [[*key, values.low, values.high] for key, values in self.ranges.items()]

    @classmethod
    def from_list(cls, rows: list[list]) -> "AcquisitionRanges":
        return cls({(s, a, f): ValueRange(low, high, f) for s, a, f, low, high in rows})


def _present_windows(project_id: int) -> Iterator[tuple[tuple[str, str, bool], Window]]:
    rows = (
        Image.objects.filter(object__project=project_id, window_high__isnull=False)
        .order_by()
        .values_list("object__sample__original_id", "object__acquisition__original_id")
        .annotate(
            is_float=Q(origin__contains=MODE_NAMES["F"]), low=Min("window_low"), high=Max("window_high")
        )
        .values_list(
            "object__sample__original_id", "object__acquisition__original_id", "is_float", "low", "high"
        )
    )
    for sample, acquisition, is_float, low, high in rows:
        yield (name_in_package(sample), name_in_package(acquisition), is_float), Window(low, high)


def _two_windows(key: tuple[str, str, bool], present: Window, coming: Window) -> str:
    return (
        f"The pictures of acquisition {key[1] or '(none)'} that are here already show values from {present}, these "
        f"from {coming}: their brightness can't be compared. When they are in, an administrator gives all of them one "
        "range with `manage.py render_pictures`."
    )
