"""Unpacks what instruments recorded: each part becomes an EcoTaxa package of its own."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from classifier.contract.errors import ClassifierError
from classifier.instruments.base import Instrument, InstrumentPart, instruments, recognised_instrument
from classifier.instruments.files import Files
from classifier.instruments.pictures import PictureReader
from classifier.instruments.plausible import plausible
from classifier.instruments.records import BrokenFile
from classifier.instruments.unpacking.cells import cells_of
from classifier.instruments.unpacking.done import DonePart, made_by, note_done, read_done
from classifier.instruments.unpacking.packages import PackageWriter
from classifier.instruments.volumes import VolumeColumns, imaged_by_sample

AUTO = "auto"
UNSAFE = re.compile(r"[^\w.-]+")
OnUnpacked = Callable[[int, int, int, float], None]  # parts done, of how many, vignettes, seconds


@dataclass
class Unpacked:
    """What a run has done; `vignettes` are those that it wrote itself, `present` those of earlier runs."""

    parts: int = 0
    vignettes: int = 0
    present: int = 0
    seconds: float = 0
    broken: list[BrokenFile] = field(default_factory=list)
    left_out: dict[str, None] = field(default_factory=dict)

    @property
    def errors(self) -> list[BrokenFile]:
        return [entry for entry in self.broken if not entry.warning]


def chosen_instrument(name: str, files: Files) -> Instrument:
    """By its name, or by the files. Raises ClassifierError."""
    every = instruments()
    if name != AUTO:
        return every[name]
    instrument = recognised_instrument(files.paths())
    if instrument is None:
        matching = [each.name for each in every.values() if each.recognises(files.paths())]
        what = f"more than one ({', '.join(matching)})" if matching else f"none of {', '.join(every)}"
        raise ClassifierError(f"{files.name} could be of {what}: name the instrument in the place of auto.")
    return instrument


def unpack(
    instrument: Instrument,
    files: Files,
    out: Path,
    options: Mapping[str, str],
    as_folders: bool = False,
    on_progress: OnUnpacked = lambda *numbers: None,
) -> Unpacked:
    """Writes what is not there yet. Raises ClassifierError for options that can't be meant, and for no data."""
    instrument.check_options(options)
    parts = instrument.parts(files)
    if not parts:
        raise ClassifierError(f"There is nothing of {instrument.title} in {files.name}.")
    out.mkdir(parents=True, exist_ok=True)
    done, total, began = read_done(out), Unpacked(broken=instrument.leftovers(files)), time.monotonic()
    waters = [list(instrument.imaged(files, part, options)) for part in parts]
    imaged = imaged_by_sample(chain.from_iterable(waters))
    for part, looked_at in zip(parts, waters, strict=True):
        target = out / (UNSAFE.sub("_", part.name) + ("" if as_folders else ".zip"))
        sizes = {path: files.size(path) for path in part.files}
        of_samples = {water.sample: imaged[water.sample] for water in looked_at}
        maker = made_by(instrument.name, options, sizes, of_samples)
        earlier = done.get(part.name)
        is_here = (
            earlier is not None and earlier.made_by == maker and (target.exists() or not earlier.vignettes)
        )
        if earlier is not None and is_here:
            total.present += earlier.vignettes
            _add(total, earlier)
        else:
            written = _unpack_part(instrument, files, part, target, options, maker, imaged)
            note_done(out, written)
            total.vignettes += written.vignettes
            _add(total, written)
        total.seconds = time.monotonic() - began
        on_progress(total.parts, len(parts), total.vignettes, total.seconds)
    return total


def _add(total: Unpacked, part: DonePart) -> None:
    total.parts += 1
    total.broken += part.broken
    total.left_out |= dict.fromkeys(part.left_out)


def _unpack_part(
    instrument: Instrument,
    files: Files,
    part: InstrumentPart,
    target: Path,
    options: Mapping[str, str],
    maker: str,
    imaged: Mapping[str, float],
) -> DonePart:
    pictures, volumes, broken = PictureReader(files), VolumeColumns(imaged=imaged), []
    with PackageWriter(target, UNSAFE.sub("_", part.name)) as package:
        for entry in plausible(instrument.read(files, part, options)):
            picture = entry if isinstance(entry, BrokenFile) else pictures.content(entry)
            if isinstance(picture, BrokenFile):
                broken.append(picture)
            elif not isinstance(entry, BrokenFile) and not package.add(cells_of(entry, volumes), picture):
                message = f"{entry.object_id} comes twice: its second picture is left out."
                broken.append(BrokenFile(entry.file, message, "Give each a name of its own.", entry.line))
    return DonePart(part.name, maker, package.lines, broken, package.left_out)
