"""Reads a folder that a test wrote, as the command does."""

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from classifier.instruments.base import instruments, recognised_instrument
from classifier.instruments.files import open_files
from classifier.instruments.records import BrokenFile, InstrumentVignette
from classifier.instruments.volumes import imaged_by_sample


def write_files(folder: Path, contents: Mapping[str, bytes | str]) -> Path:
    """Texts are written as Latin-1, as most instruments do."""
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode("latin-1"))
    return folder


def read_all(
    folder: Path, name: str, options: Mapping[str, str] | None = None
) -> tuple[list[InstrumentVignette], list[str]]:
    """The vignettes, and what is wrong as sentences. The instrument must recognise the folder beyond doubt."""
    with open_files(folder) as files:
        reader = recognised_instrument(files.paths())
        assert reader is instruments()[name]
        records = [
            each for part in reader.parts(files) for each in reader.read(files, part, dict(options or {}))
        ]
        broken = [*reader.leftovers(files), *(each for each in records if isinstance(each, BrokenFile))]
    return [each for each in records if isinstance(each, InstrumentVignette)], [str(each) for each in broken]


def imaged_in(folder: Path, name: str) -> dict[str, float]:
    """The ml that the acquisitions of each sample looked at together."""
    reader = instruments()[name]
    with open_files(folder) as files:
        return imaged_by_sample(
            water for part in reader.parts(files) for water in reader.imaged(files, part, {})
        )


def encoded(pixels: np.ndarray, kind: str = "PNG", **settings: object) -> bytes:
    """A picture as a file of a kind that Pillow writes."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **settings)
    return file.getvalue()
