"""WebDataset: tar files of pictures, each with `.cls`, the number of its class, and `.json`, what it is."""

import io
import tarfile
from pathlib import Path
from typing import Any

import orjson

from annotations.exports.card import citation, licence_of
from annotations.exports.datasets.vignettes import Vignette
from annotations.exports.datasets.writing import DatasetWriter, write_dataset
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, Written

PICTURES = 10_000  # in a shard


def write_shards(out: Path, request: ExportRequest, on_progress: OnProgress) -> Written:
    return write_dataset(out, request, on_progress, TarShards)


class TarShards(DatasetWriter):
    title = "WebDataset shards"
    files = (
        "`shards/`: tar files, with a learning set called after their folds; of each picture `.png` or so, `.cls`, "
        "`.json`",
    )

    def __init__(self, *args: Any):
        super().__init__(*args)
        self.terms = {
            "licence": licence_of(self.request.project),
            "citation": citation(self.request.project),
        }
        self.tar: tarfile.TarFile | None = None
        self.fold, self.number, self.count = "", 0, 0

    def path_of(self, vignette: Vignette) -> str:
        return vignette.file_name

    def add(self, vignette: Vignette, content: bytes) -> None:
        if self.tar is None or self.count == PICTURES or vignette.fold != self.fold:
            self._begin(vignette.fold)
        stem = vignette.file_name.rpartition(".")[0] or vignette.file_name
        self._add(vignette.file_name, content)
        self._add(f"{stem}.cls", str(self.numbers[vignette.taxon]).encode())
        self._add(f"{stem}.json", orjson.dumps(self._about(vignette)))
        self.count += 1

    def finish(self) -> None:
        """The last shard is closed with all else that is open."""

    def _begin(self, fold: str) -> None:
        self.open_files.close()
        self.number = self.number + 1 if self.tar is not None and fold == self.fold else 0
        self.fold, self.count = fold, 0
        name = f"shards/{fold or 'objects'}-{self.number:06}.tar"
        raw = self.open_files.enter_context(self.package.stored(name))
        self.tar = self.open_files.enter_context(tarfile.TarFile.open(fileobj=raw, mode="w|"))

    def _add(self, name: str, content: bytes) -> None:
        assert self.tar is not None
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        self.tar.addfile(entry, io.BytesIO(content))

    def _about(self, vignette: Vignette) -> dict:
        return {
            "object": vignette.name,
            "class": self.classes[vignette.taxon],
            "state": vignette.state,
            "sample": vignette.sample,
            "pixel_um": vignette.pixel_um,
            **self.terms,
        }
