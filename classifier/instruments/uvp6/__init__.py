"""UVP6 sequences: a text of frames, and the vignettes that were cut out of them under water."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, splitext

from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.base import Instrument, InstrumentPart, InstrumentReading, instrument
from classifier.instruments.decoding import UnreadablePictureError, read_pixels
from classifier.instruments.files import Files, all_paths, passing_over_damage
from classifier.instruments.naming import folder_of, part_names
from classifier.instruments.records import (
    BrokenFile,
    ImagedWater,
    InstrumentAcquisition,
    InstrumentSample,
    InstrumentVignette,
)
from classifier.instruments.uvp6.frames import UvpSequence, moment_of, positive
from classifier.instruments.uvp_tables import (
    SECTION,
    header_rows,
    position_faults,
    position_of,
    profile_of,
    read_ini,
)

DATA = re.compile(r"(?:^|/)(?:\d{8}-\d{6}(?:-\d+)?_data\.txt|particules\.csv)$", re.IGNORECASE)
VIGNETTE = re.compile(r"(\d{8}-\d{6}(?:-\d+)?)_(\d+)\.(?:png|vig|bmp|tiff?)", re.IGNORECASE)
INI = "metadata.ini"
RAW = "How a raw .vig is written is not published: let UVPapp save the sequence with vignettes as PNG."
REMEDY = "The other vignettes come in. Download the sequence again."


@instrument
class Uvp6(Instrument):
    """Sequences of a UVP6, one text of frames each."""

    name = "uvp6"
    title = "UVP6 sequences"
    volumes_in = "m3"
    help = (
        "Folders of sequences as the UVP6 or UVPapp writes them: …_data.txt (or particules.csv) and the vignettes in "
        "the same folder or below. Depth, time and the volume of the lit frames come from the text."
    )

    def recognises(self, paths: Sequence[str]) -> bool:
        return any(DATA.search(path) for path in paths) and any(
            VIGNETTE.fullmatch(basename(p)) for p in paths
        )

    def parts(self, files: Files) -> list[InstrumentPart]:
        texts = [path for path in files.paths() if DATA.search(path)]
        pictures = by_text(texts, files.paths())
        names = part_names([sequence_name(path, files.name) for path in texts])
        return [InstrumentPart(n, (path, *pictures[path])) for n, path in zip(names, texts, strict=True)]

    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        path = part.files[0]
        pictures = {picture: VIGNETTE.fullmatch(basename(picture)) for picture in part.files[1:]}
        frame_ids = {match[1] for match in pictures.values() if match}
        sequence = UvpSequence()
        try:
            with files.open(path) as file:
                yield from sequence.read(io.TextIOWrapper(file, encoding="latin-1"), frame_ids, path)
            yield from SequenceReader(files, part, sequence, profile(files, part)).read(frame_ids)
        except ZIP_DAMAGE as error:
            if is_transient(error):
                raise
            yield BrokenFile(path, f"The sequence can't be read ({error}).", REMEDY)

    def imaged(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> Iterator[ImagedWater]:
        """Sequences without any vignette looked at water, too."""
        sequence = UvpSequence()
        with passing_over_damage(), files.open(part.files[0]) as file:
            for _ in sequence.read(io.TextIOWrapper(file, encoding="latin-1"), (), part.files[0]):
                pass  # broken lines are named when the part is read
            if sequence.imaged_ml:
                yield ImagedWater(sample_id(profile(files, part), part), sequence.imaged_ml)

    def unused(self, files: Files) -> list[BrokenFile]:
        """Vignettes that lie in no sequence's folder."""
        texts = [path for path in files.paths() if DATA.search(path)]
        used = {picture for pictures in by_text(texts, files.paths()).values() for picture in pictures}
        lost = [path for path in files.paths() if VIGNETTE.fullmatch(basename(path)) and path not in used]
        message = f"Vignettes that lie beside no …_data.txt: {len(lost)}."
        return [BrokenFile(lost[0], message, "Put them into the folder of their sequence.")] if lost else []


@dataclass
class SequenceReader:
    """Turns the vignettes of a sequence into records, when its text has been read."""

    files: Files
    part: InstrumentPart
    sequence: UvpSequence
    profile: dict[str, str]

    def read(self, frame_ids: set[str]) -> InstrumentReading:
        sample, acquisition = self._sample(), self._acquisition()
        yield from position_faults(self.profile, self.part.files[0])
        without_line = sorted(frame_ids - self.sequence.frames.keys())
        if without_line:
            message = f"Frames that have vignettes, but no line: {len(without_line)}, the first is {without_line[0]}."
            remedy = "Their vignettes come in without a depth. Download the sequence again."
            yield BrokenFile(self.part.files[0], message, remedy, warning=True)
        for path in self.part.files[1:]:
            try:
                yield self._vignette(path, sample, acquisition)
            except (UnreadablePictureError, ValueError) as error:
                yield BrokenFile(path, str(error), RAW if path.lower().endswith(".vig") else REMEDY)

    def _vignette(
        self, path: str, sample: InstrumentSample, acquisition: InstrumentAcquisition
    ) -> InstrumentVignette:
        stem = splitext(basename(path))[0]
        frame_id = stem.rpartition("_")[0]
        frame = self.sequence.frames.get(frame_id)
        depth = frame.depth if frame else None
        north, east = position_of(self.profile)
        return InstrumentVignette(
            stem,
            f"{stem}.png",
            read_pixels(self.files, path),
            sample,
            acquisition,
            north,
            east,
            depth,
            depth,
            frame.taken_at if frame else moment_of(frame_id),
            numbers={"temperature": frame.temperature} if frame and frame.temperature is not None else {},
            file=path,
        )

    def _sample(self) -> InstrumentSample:
        names = {
            "cruise",
            "ship",
            "profileid",
            "stationid",
            "bottomdepth",
            "ctdrosettefilename",
            "sampletype",
        }
        fields = {name: value for name, value in self.profile.items() if name in names and value}
        return InstrumentSample(sample_id(self.profile, self.part), fields)

    def _acquisition(self) -> InstrumentAcquisition:
        sequence = self.sequence
        pixel = positive(sequence.settings.get("pixel_size", ""))
        counts = {
            "lit_frames": sequence.lit,
            "black_frames": sequence.black,
            "over_exposed": sequence.over_exposed,
        }
        return InstrumentAcquisition(
            self.part.name,
            "UVP6",
            pixel,
            "Pixel_Size of HW_CONF" if pixel else "",
            sequence.imaged_ml,
            sequence.settings | {name: str(count) for name, count in counts.items()},
        )


def by_text(texts: Sequence[str], paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The vignettes of each text: those in its folder and below, but not in that of a text further down."""
    folders = {folder_of(text): text for text in texts}
    pictures: dict[str, list[str]] = {text: [] for text in texts}
    for path in paths:
        if VIGNETTE.fullmatch(basename(path)):
            nearest = next((folder for folder in above(path) if folder in folders), None)
            if nearest is not None:
                pictures[folders[nearest]].append(path)
    return {text: tuple(mine) for text, mine in pictures.items()}


def above(path: str) -> Iterator[str]:
    """Folders that a file lies in, the nearest first; the last is the top, an empty text."""
    while path:
        path = folder_of(path)
        yield path


def sequence_name(text: str, top: str) -> str:
    """`20200205-111823_data.txt` is called as its time, `particules.csv` as its folder."""
    if text.lower().endswith("_data.txt"):
        return text[: -len("_data.txt")]
    return folder_of(text) or top


def sample_id(profile: Mapping[str, str], part: InstrumentPart) -> str:
    return profile.get("profileid") or part.name


def profile(files: Files, part: InstrumentPart) -> dict[str, str]:
    """What a metadata.ini beside the text, or the project's table of profiles, says of the sequence."""
    folder = folder_of(part.files[0])
    ini = f"{folder}/{INI}" if folder else INI
    if ini in all_paths(files):
        with files.open(ini) as file:
            if row := read_ini(file.read()).get(SECTION):
                return row
    return profile_of(header_rows(files), part.name, basename(folder))
