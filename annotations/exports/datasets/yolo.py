"""YOLO: a text file a picture with lines of `class x y width height`, as shares of the picture, and data.yaml."""

from pathlib import Path
from typing import Any

import orjson

from annotations.exports.datasets.marks import PictureMarks
from annotations.exports.datasets.vignettes import Vignette
from annotations.exports.datasets.writing import DatasetWriter, write_dataset
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, Written

FOLDS = {"train": "train", "val": "tune", "test": "test"}  # what YOLO calls ours


def write_yolo(out: Path, request: ExportRequest, on_progress: OnProgress) -> Written:
    return write_dataset(out, request, on_progress, YoloBoxes)


class YoloBoxes(DatasetWriter):
    title = "YOLO"
    files = (
        "`images/`, `labels/`: a picture and its boxes, under the same name",
        "`data.yaml`: where they lie, and the classes: taxa first, then labels of marks",
    )

    def __init__(self, *args: Any):
        super().__init__(*args)
        self.marks = PictureMarks(self.request.project)
        first = len(self.classes)
        self.mark_numbers = {label: first + place for place, label in enumerate(self.marks.labels)}
        self.folds: set[str] = set()

    def path_of(self, vignette: Vignette) -> str:
        return f"images/{vignette.place}{vignette.file_name}"

    def add(self, vignette: Vignette, content: bytes) -> None:
        super().add(vignette, content)
        self.folds.add(vignette.fold)
        lines = [f"{self.numbers[vignette.taxon]} 0.5 0.5 1 1", *self._boxes(vignette)]
        stem = vignette.file_name.rpartition(".")[0] or vignette.file_name
        self.package.text(f"labels/{vignette.place}{stem}.txt", "\n".join(lines) + "\n")

    def finish(self) -> None:
        names = [*self.classes.values(), *self.marks.labels.values()]
        folders = {name: f"images/{fold}" for name, fold in FOLDS.items() if fold in self.folds}
        # no `path`: then it is the folder of data.yaml, wherever that lies
        lines = [*(f"{name}: {folder}" for name, folder in _with_required(folders).items()), "names:"]
        # a text of JSON is one of YAML
        lines += [f"  {number}: {orjson.dumps(name).decode()}" for number, name in enumerate(names)]
        self.package.text("data.yaml", "\n".join(lines) + "\n")

    def _boxes(self, vignette: Vignette) -> list[str]:
        lines = []
        for each in self.marks.annotations_of(vignette):
            x, y, width, height = each["bbox"]
            if width > 0 and height > 0:
                box = (
                    (x + width / 2) / vignette.width,
                    (y + height / 2) / vignette.height,
                    width / vignette.width,
                    height / vignette.height,
                )
                numbers = " ".join(f"{share:.6g}" for share in box)
                lines.append(f"{self.mark_numbers[each['category_id']]} {numbers}")
        return lines


def _with_required(folders: dict[str, str]) -> dict[str, str]:
    """YOLO asks for pictures to train and to measure on, also where nothing is split or a fold is empty."""
    anything = next(iter(folders.values()), "images")
    return {"train": anything, "val": folders.get("test", anything), **folders}
