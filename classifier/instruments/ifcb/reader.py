"""Bins as samples: each is one sample with one acquisition, and each of its regions an object."""

from collections.abc import Generator, Mapping, Sequence, Set

from classifier.contract.errors import ClassifierError
from classifier.instruments.base import (
    Instrument,
    InstrumentOption,
    InstrumentPart,
    InstrumentReading,
    instrument,
)
from classifier.instruments.files import UNREADABLE, Files, read_whole, unreadable
from classifier.instruments.ifcb.adc import AdcLine, read_adc
from classifier.instruments.ifcb.bins import USUAL_PIXELS, BinRecords
from classifier.instruments.ifcb.features import RegionFeatures, features_in_csv
from classifier.instruments.ifcb.fileset import BinFiles, bins_among
from classifier.instruments.ifcb.hdr import read_hdr
from classifier.instruments.ifcb.labels import read_labels, read_regions
from classifier.instruments.ifcb.roi import regions_of
from classifier.instruments.ifcb.stitching import (
    STITCH,
    beside_the_first,
    is_stitching,
    pairs_of,
    stitched_regions,
    unstitched,
)
from classifier.instruments.records import BrokenFile, InstrumentLabel

PIXELS = InstrumentOption(
    "ifcb_pixels_per_um",
    "IFCB: pixels a micrometre",
    "No file of a bin says it. Left empty it is 3.4, as in ifcb-analysis, iRfcb and easyIFCB; your instrument's own "
    "calibration is better.",
)
HeaderReading = Generator[BrokenFile, None, Mapping[str, str]]
Measuring = Generator[BrokenFile, None, Mapping[int, RegionFeatures]]
Labelling = Generator[BrokenFile, None, Mapping[int, InstrumentLabel]]


@instrument
class Ifcb(Instrument):
    name = "ifcb"
    title = "IFCB bins"
    help = (
        "Bins of an Imaging FlowCytobot in one or many folders: .adc, .hdr and .roi, old and new, with class scores "
        "(.h5, .mat, .csv), manual classifications (.mat) and features (_fea_v2.csv, _fea_v4.csv) where there are any."
    )
    options = (PIXELS, STITCH)

    def recognises(self, paths: Sequence[str]) -> bool:
        return any({".adc", ".roi"} & set(one.raw) for one in bins_among(paths).values())

    def check_options(self, options: Mapping[str, str]) -> None:
        _pixels_per_um(options)
        is_stitching(options)

    def assumptions(self, options: Mapping[str, str]) -> list[str]:
        if _pixels_per_um(options) is not None:
            return []
        return [
            f"No file of a bin says how large a pixel is: {USUAL_PIXELS:g} pixels a µm were taken, as is usual. "
            "Correct it under Acquisitions where your instrument was calibrated otherwise."
        ]

    def parts(self, files: Files) -> list[InstrumentPart]:
        return [InstrumentPart(text, one.paths) for text, one in bins_among(files.paths()).items()]

    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        return _read(files, bins_among(part.files)[part.name], _pixels_per_um(options), is_stitching(options))

    def unused(self, files: Files) -> list[BrokenFile]:
        return [
            BrokenFile(path, f"{text} has this file twice: it was not read.", "Remove one.", warning=True)
            for text, one in bins_among(files.paths()).items()
            for path in one.repeated
        ]


def _pixels_per_um(options: Mapping[str, str]) -> float | None:
    """As a person wrote it. Raises ClassifierError."""
    text = options.get(PIXELS.name, "").strip()
    try:
        value = float(text.replace(",", ".")) if text else None
    except ValueError:
        value = 0
    if value is not None and not 0.1 <= value <= 100:
        raise ClassifierError(f"{text} pixels a micrometre can't be: say a number such as 3.4.")
    return value


def _read(files: Files, one: BinFiles, pixels_per_um: float | None, stitches: bool) -> InstrumentReading:
    if missing := [ending for ending in (".adc", ".roi") if ending not in one.raw]:
        message = f"The bin {one.name.text} has no {' and no '.join(missing)}, so nothing of it was read."
        yield BrokenFile(one.paths[0], message, "Copy all three files of it.")
        return
    settings = yield from _settings(files, one)
    content = read_whole(files, one.raw[".adc"])
    if isinstance(content, BrokenFile):
        yield content
        return
    lines = []
    for line in read_adc(one.raw[".adc"], content, one.name.is_new):
        if isinstance(line, BrokenFile):
            yield line
        else:
            lines.append(line)
    records = BinRecords.of(one, settings, lines, pixels_per_um)
    pairs = {} if one.name.is_new else pairs_of(lines)
    if pairs and not stitches:
        yield unstitched(one.raw[".adc"], pairs)
    yield from _vignettes(files, one, lines, records, pairs if stitches else {})


def _settings(files: Files, one: BinFiles) -> HeaderReading:
    """What the header says; without one the pixels come in all the same."""
    if ".hdr" not in one.raw:
        message = f"The bin {one.name.text} has no .hdr: its settings are not known."
        yield BrokenFile(one.raw[".adc"], message, "Copy that file, too.", warning=True)
        return {}
    content = read_whole(files, one.raw[".hdr"])
    if isinstance(content, BrokenFile):
        yield content
        return {}
    return read_hdr(content)


def _labels(files: Files, one: BinFiles, numbers: Set[int]) -> Labelling:
    """By the regions' numbers; what a person said stands over what a program said."""
    labels: dict[int, InstrumentLabel] = {}
    for path in one.labels:
        reading = read_labels(files, path, numbers)
        yield from reading.broken
        by_people = {number: label for number, label in labels.items() if label.is_validated}
        labels |= {**reading.regions, **by_people}
    return labels


def _features(files: Files, one: BinFiles, numbers: Set[int]) -> Measuring:
    features: dict[int, RegionFeatures] = {}
    for path in one.features:
        reading = read_regions(files, path, numbers, features_in_csv)
        yield from reading.broken
        features |= reading.regions
    return features


def _vignettes(
    files: Files, one: BinFiles, lines: list[AdcLine], records: BinRecords, pairs: Mapping[int, AdcLine]
) -> InstrumentReading:
    yield from records.doubts()
    numbers = {line.number for line in lines if line.width}
    labels = yield from _labels(files, one, numbers)
    features = yield from _features(files, one, numbers)
    yield from beside_the_first(one.raw[".adc"], pairs, labels)
    path = one.raw[".roi"]
    try:
        with files.open(path) as file:
            regions = regions_of(path, file, files.size(path), lines)
            for region in stitched_regions(regions, pairs):
                if isinstance(region, BrokenFile):
                    yield region
                else:
                    number = region[0].number
                    yield records.vignette(*region, labels.get(number), features.get(number))
    except UNREADABLE as error:
        yield unreadable(path, error)
