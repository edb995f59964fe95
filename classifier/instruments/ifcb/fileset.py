"""The files of each bin, whatever folders they lie in."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from classifier.instruments.ifcb.names import BinName

FEATURES = re.compile(
    r"_(?:fea(?:tures)?_v(\d+)|features)\.csv", re.IGNORECASE
)  # without a version: a dashboard's
ENDINGS = (".adc", ".hdr", ".roi")
LABELS = re.compile(
    r"(_class(_scores)?(_v\d+)?)?\.(h5|mat|csv)$", re.IGNORECASE
)  # what stands behind a bin's id


@dataclass
class BinFiles:
    """`raw` by ending; `labels` are class scores and manual classifications; `repeated` further copies of raw files."""

    name: BinName
    raw: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    features: list[str] = field(default_factory=list)  # measurements of the newest version, one file at most

    @property
    def paths(self) -> tuple[str, ...]:
        return (*(self.raw[ending] for ending in ENDINGS if ending in self.raw), *self.labels, *self.features)


def bins_among(paths: Sequence[str]) -> dict[str, BinFiles]:
    """By the bins' ids, sorted; of two copies of a file the first is read. Labels alone make no bin."""
    bins: dict[str, BinFiles] = {}
    labels: dict[str, list[str]] = defaultdict(list)
    features: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        file_name = PurePosixPath(path).name
        name = BinName.at_start(file_name)
        rest = file_name[len(name.text) :].lower() if name else ""
        if name and rest in ENDINGS:
            one = bins.setdefault(name.text, BinFiles(name))
            if one.raw.setdefault(rest, path) != path:
                one.repeated.append(path)
        elif name and LABELS.match(rest):
            labels[name.text].append(path)
        elif name and FEATURES.fullmatch(rest):
            features[name.text].append(path)
    for text in bins:
        bins[text].labels = labels[text]
        bins[text].features = sorted(features[text], key=_version)[-1:]
    return dict(sorted(bins.items()))


def _version(path: str) -> int:
    """As 4 of `…_fea_v4.csv`; 0 of one that says none."""
    match = FEATURES.search(path)
    return int(match[1] or 0) if match else 0
