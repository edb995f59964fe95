"""What a classifier said of an hour's regions: `autoid/CATEGORY/aid/…aid.dDDD.hHH`, a region a line.

A line holds the region's path, `…roi.NNNNNNNNNN.tif`, and its confidence where the classifier has one; the category is
the folder's name. `aidmea/…aid.mea.dDDD.hHH` beside `aid` measures the same regions in the same order, in pixels. So
reads `vprr` (`vpr_autoid_read`, `read_aid_cnn`).
"""

import re
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

from classifier.instruments.files import Files, read_whole
from classifier.instruments.records import BrokenFile, InstrumentLabel

AID = re.compile(r"(?:^|/)([^/]+)/aid/[^/]+\.d(\d{1,3})\.h(\d{1,2})$", re.IGNORECASE)
REGION = re.compile(r"roi\d*\.(\d{10})\S*\s*(\S*)", re.IGNORECASE)
MEASURES = ("perimeter", "area", "width1", "width2", "width3", "short_axis_length", "long_axis_length")
MOST = 200 * 2**20  # bytes of such a list
REMEDY = "The other lines count. Make the list again."
ListReading = Generator[BrokenFile, None, list[str]]


@dataclass
class HourLabels:
    """By the ten digits of a region."""

    labels: dict[str, InstrumentLabel] = field(default_factory=dict)
    measures: dict[str, dict[str, float]] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)  # that are in lists of two categories

    def add(self, region: str, label: InstrumentLabel) -> None:
        former = self.labels.get(region, label)
        if former.taxon != label.taxon or region in self.doubtful:
            self.doubtful.add(region)
            self.labels.pop(region, None)
        else:
            self.labels[region] = label


def aids_by_hour(paths: Sequence[str]) -> dict[tuple[int, int], list[str]]:
    """The lists of each day and hour, with their measurements."""
    present = set(paths)
    hours: dict[tuple[int, int], list[str]] = defaultdict(list)
    for path in paths:
        if match := AID.search(path):
            hours[int(match[2]), int(match[3])] += [path, *({measures_of(path)} & present)]
    return hours


def measures_of(aid: str) -> str:
    """`Calanus/aid/xaid.d222.h03` is measured in `Calanus/aidmea/xaid.mea.d222.h03`."""
    folder, _, name = aid.rpartition("/aid/")
    stem, day, hour = name.rsplit(".", 2)
    return f"{folder}/aidmea/{stem}.mea.{day}.{hour}"


def read_aids(files: Files, paths: Sequence[str], into: HourLabels) -> Iterator[BrokenFile]:
    for path in paths:
        if match := AID.search(path):
            regions = yield from _regions(files, path, match[1], into)
            if measures_of(path) in paths:
                yield from _measured(files, measures_of(path), regions, into)
    if into.doubtful:
        message = f"Regions in lists of two categories: {len(into.doubtful)}. They come in without a label."
        yield BrokenFile(paths[0], message, "Correct the lists, or label them here.", warning=True)


def _regions(files: Files, path: str, category: str, into: HourLabels) -> ListReading:
    regions: list[str] = []
    lines = yield from _lines(files, path)
    for number, line in enumerate(lines, 1):
        match = REGION.search(line)
        if match:
            regions.append(match[1])
            into.add(match[1], InstrumentLabel(category, score=_score(match[2])))
        elif line.strip():
            yield BrokenFile(path, "The line names no region roi.NNNNNNNNNN.", REMEDY, number)
    return regions


def _measured(files: Files, path: str, regions: list[str], into: HourLabels) -> Iterator[BrokenFile]:
    """Lines stand for those of the list by their order alone, so that all are left out where one is missing."""
    lines = yield from _lines(files, path)
    rows = [line.split() for line in lines if line.strip()]
    if len(rows) != len(regions):
        message = (
            f"It has {len(rows)} lines, and its list of regions {len(regions)}: nobody knows which is whose."
        )
        yield BrokenFile(path, message, "The measurements are left out. Make both again.", warning=True)
        return
    for number, (region, row) in enumerate(zip(regions, rows, strict=True), 1):
        try:
            into.measures[region] = dict(zip(MEASURES, map(float, row), strict=True))
        except ValueError:
            yield BrokenFile(path, f"The line is not {len(MEASURES)} numbers.", REMEDY, number)


def _lines(files: Files, path: str) -> ListReading:
    content = read_whole(files, path, MOST)
    if isinstance(content, BrokenFile):
        yield content
        return []
    return content.decode("latin-1").splitlines()


def _score(text: str) -> float | None:
    try:
        score = float(text)
    except ValueError:
        return None
    return score if 0 <= score <= 1 else None
