"""COCO: `annotations/objects.json`, or one a fold; the box of an object is its whole picture, marks are drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
from django.utils import timezone

from annotations.exports.card import citation, licence_of
from annotations.exports.datasets.marks import PictureMarks
from annotations.exports.datasets.vignettes import Vignette
from annotations.exports.datasets.writing import DatasetWriter, write_dataset
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, Written


def write_coco(out: Path, request: ExportRequest, on_progress: OnProgress) -> Written:
    return write_dataset(out, request, on_progress, CocoFiles)


class CocoFiles(DatasetWriter):
    title = "COCO"
    files = (
        "`images/`: the pictures",
        "`annotations/objects.json`, or one file a fold: `categories` are taxa and the labels of marks",
    )

    def __init__(self, *args: Any):
        super().__init__(*args)
        self.marks = PictureMarks(self.request.project)
        first = len(self.classes) + 1
        self.mark_categories = {label: first + place for place, label in enumerate(self.marks.labels)}
        self.folds: dict[str, FoldFile] = {}
        self.annotations = 0

    def path_of(self, vignette: Vignette) -> str:
        return f"images/{vignette.place}{vignette.file_name}"

    def add(self, vignette: Vignette, content: bytes) -> None:
        super().add(vignette, content)
        fold = self._fold(vignette.fold)
        fold.add_image(self._image(vignette))
        drawn = [
            {**each, "category_id": self.mark_categories[each["category_id"]]}
            for each in self.marks.annotations_of(vignette)
        ]
        for annotation in (self._whole_picture(vignette), *drawn):
            self.annotations += 1
            fold.add_annotation({**annotation, "id": self.annotations})

    def _fold(self, name: str) -> "FoldFile":
        if name not in self.folds:
            self.folds[name] = self.open_files.enter_context(fold_file())
        return self.folds[name]

    def finish(self) -> None:
        for name, fold in self.folds.items():
            with self.package.table(f"annotations/{f'objects_{name}' if name else 'objects'}.json") as file:
                fold.write(file, self._head())

    def _image(self, vignette: Vignette) -> dict:
        return {
            "id": vignette.image_id,
            "file_name": f"{vignette.place}{vignette.file_name}",
            "width": vignette.width,
            "height": vignette.height,
            "license": 1,
            "object": vignette.name,
            "rank": vignette.rank,
            "sample": vignette.sample,
            "pixel_um": vignette.pixel_um,
        }

    def _whole_picture(self, vignette: Vignette) -> dict:
        size = [vignette.width, vignette.height]
        return {
            "image_id": vignette.image_id,
            "category_id": self.numbers[vignette.taxon] + 1,
            "bbox": [0, 0, *size],
            "area": size[0] * size[1],
            "segmentation": [],
            "iscrowd": 0,
            "state": vignette.state,
            "score_of_label": vignette.score,
        }

    def _head(self) -> dict:
        project = self.request.project
        taxa = [
            {"id": self.numbers[taxon] + 1, "name": name, "supercategory": "taxon", "taxon": taxon}
            for taxon, name in self.classes.items()
        ]
        labels = [
            {"id": self.mark_categories[label], "name": name, "supercategory": "mark"}
            for label, name in self.marks.labels.items()
        ]
        info = {
            "description": project.title,
            "contributor": citation(project),
            "url": project.doi_url,
            "date_created": f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}",
        }
        licence = {"id": 1, "name": licence_of(project), "url": project.licence_url}
        return {"info": info, "licenses": [licence], "categories": [*taxa, *labels]}


@dataclass(frozen=True)
class FoldFile:
    """Images and annotations come in turns, and stand one behind the other: both wait in files of their own."""

    images: IO[bytes]
    annotations: IO[bytes]

    def add_image(self, entry: dict) -> None:
        _append(self.images, entry)

    def add_annotation(self, entry: dict) -> None:
        _append(self.annotations, entry)

    def write(self, file: IO[bytes], head: dict) -> None:
        file.write(orjson.dumps(head)[:-1])
        for name, entries in (("images", self.images), ("annotations", self.annotations)):
            file.write(f',\n"{name}":['.encode())
            entries.seek(0)
            while block := entries.read(2**20):
                file.write(block)
            file.write(b"]")
        file.write(b"}\n")


@contextmanager
def fold_file() -> Iterator[FoldFile]:
    with TemporaryFile() as images, TemporaryFile() as annotations:
        yield FoldFile(images, annotations)


def _append(file: IO[bytes], entry: dict) -> None:
    file.write((b",\n" if file.tell() else b"\n") + orjson.dumps(entry))
