"""Folders of classes: `copepoda/471_0.png`, with a learning set `train/copepoda/471_0.png`."""

from pathlib import Path
from typing import Any

from annotations.exports.datasets.vignettes import Vignette
from annotations.exports.datasets.writing import DatasetWriter, write_dataset
from annotations.exports.names import distinct_names
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, Written


def write_folders(out: Path, request: ExportRequest, on_progress: OnProgress) -> Written:
    return write_dataset(out, request, on_progress, ClassFolders)


class ClassFolders(DatasetWriter):
    title = "Folders of classes"
    files = ("a folder a class, in `train/`, `tune/` and `test/` where a learning set says so",)

    def __init__(self, *args: Any):
        super().__init__(*args)
        self.folders = distinct_names(self.classes.items())

    def path_of(self, vignette: Vignette) -> str:
        return f"{vignette.place}{self.folders[vignette.taxon]}/{vignette.file_name}"

    def finish(self) -> None:
        """Nothing: the pictures are all there is."""
