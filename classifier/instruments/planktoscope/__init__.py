"""PlanktoScope: `metadata.json` with the objects of the segmenter beside their pictures, or with the raw frames."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, splitext
from typing import Any

from classifier.instruments.base import Instrument, InstrumentPart, InstrumentReading, instrument
from classifier.instruments.decoding import UnreadablePictureError, read_pixels
from classifier.instruments.files import Files, read_whole
from classifier.instruments.naming import by_folder, folder_of, part_names
from classifier.instruments.planktoscope.metadata import (
    DILUTION,
    UNKNOWN,
    MetadataError,
    acquisition_of,
    dilution_factor,
    moment_of,
    number_of,
    parse,
    sample_of,
    unread,
)
from classifier.instruments.records import (
    BrokenFile,
    InstrumentAcquisition,
    InstrumentSample,
    InstrumentVignette,
)

METADATA = "metadata.json"
MOST_BYTES = 2**28  # of a metadata.json: a hundred thousand objects have about half of it
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff")
CORRECT = "Correct it there and import again, or give it later."
REMEDY = "The others come in. Segment the acquisition again, or copy it again."


@instrument
class PlanktoScope(Instrument):
    """Acquisitions of a PlanktoScope, one metadata.json each."""

    name = "planktoscope"
    title = "PlanktoScope acquisitions"
    help = (
        "Folders with a metadata.json: of the segmenter, with the objects it cut out, or raw, whose whole frames come "
        "in as objects. Its EcoTaxa export is imported as an EcoTaxa package."
    )
    options = (DILUTION,)

    def recognises(self, paths: Sequence[str]) -> bool:
        folders = {folder_of(path) for path in paths if basename(path) == METADATA}
        return any(folder_of(path) in folders and path.lower().endswith(PICTURES) for path in paths)

    def parts(self, files: Files) -> list[InstrumentPart]:
        texts = [path for path in files.paths() if basename(path) == METADATA]
        folders = by_folder(files.paths())
        names = part_names([folder_of(text) or files.name for text in texts])
        return [
            InstrumentPart(
                name, (text, *(p for p in folders[folder_of(text)] if p.lower().endswith(PICTURES)))
            )
            for name, text in zip(names, texts, strict=True)
        ]

    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        path = part.files[0]
        content = read_whole(files, path, MOST_BYTES)
        if isinstance(content, BrokenFile):
            yield content
            return
        try:
            metadata = parse(content)
        except MetadataError as error:
            yield BrokenFile(path, str(error), REMEDY)
            return
        yield from AcquisitionReader(files, part, metadata, options.get(DILUTION.name) or UNKNOWN).read()


@dataclass
class AcquisitionReader:
    """Turns objects or frames of one metadata.json into records."""

    files: Files
    part: InstrumentPart
    metadata: dict[str, Any]
    dilution: str

    def read(self) -> InstrumentReading:
        sample = sample_of(self.metadata, self.part.name)
        acquisition = acquisition_of(self.metadata, self.part.name, self.dilution)
        factor = dilution_factor(self.metadata)
        if factor != 1 and self.dilution == UNKNOWN:
            message = f"sample_dilution_factor is {factor:g}, and nobody said which way it counts: there is no volume."
            yield BrokenFile(self.part.files[0], message, "Choose it under dilution.", warning=True)
        for sentence in unread(self.metadata):
            yield BrokenFile(self.part.files[0], f"{sentence} It was left out.", CORRECT, warning=True)
        for name, path, values in self._pictures():
            try:
                if path is None:
                    raise UnreadablePictureError(f"There is no picture {name}.jpg of this object.")
                yield self._vignette(name, path, values, sample, acquisition)
            except UnreadablePictureError as error:
                yield BrokenFile(path or self.part.files[0], str(error), REMEDY)

    def _pictures(self) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
        """(name, path, measurements) of each object, or of each frame where nothing was segmented."""
        paths = {splitext(basename(path))[0]: path for path in self.part.files[1:]}
        if "objects" not in self.metadata:
            yield from ((name, path, {}) for name, path in paths.items())
            return
        for entry in self.metadata["objects"]:
            name = str(entry.get("name", ""))
            yield name, paths.get(name), entry.get("metadata") or {}

    def _vignette(
        self,
        name: str,
        path: str,
        values: dict[str, Any],
        sample: InstrumentSample,
        acquisition: InstrumentAcquisition,
    ) -> InstrumentVignette:
        names = ("lat", "lon", "depth_min", "depth_max")
        north, east, top, bottom = (number_of(self.metadata.get(f"object_{name}")) for name in names)
        taken_at, has_time = moment_of(self.metadata)
        return InstrumentVignette(
            f"{acquisition.original_id}_{name}",
            f"{name}.png",
            read_pixels(self.files, path),
            sample,
            acquisition,
            north if east is not None else None,
            east if north is not None else None,
            depth_min=top,
            depth_max=bottom,
            taken_at=taken_at,
            has_time=has_time,
            numbers={
                key: value for key, raw in values.items() for value in [number_of(raw)] if value is not None
            },
            file=path,
        )
