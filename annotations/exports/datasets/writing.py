"""What all data sets have in common: pictures one by one, then a table of them, a dictionary, the classes, a card."""

import csv
import io
from abc import ABC, abstractmethod
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile

import orjson

from annotations.common.spreadsheet import BYTE_ORDER_MARK, neutralised
from annotations.exports.archive import ArchiveWriter
from annotations.exports.card import CARD, ClassCounts, data_card, dictionary
from annotations.exports.columns import TableColumn
from annotations.exports.datasets.vignettes import Vignette, class_names, vignettes
from annotations.exports.pictures import stored_picture
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, ImageChoice, Written
from annotations.exports.sessions import set_up_session
from annotations.exports.splits import FrozenSplit, split_of
from annotations.exports.tables import DICTIONARY, csv_text
from annotations.jobs.errors import JobError
from annotations.samples.models import State

REPORTED = 200  # pictures between two reports
TABLE = "objects.csv"
CLASSES = "classes.json"
COLUMNS = [
    TableColumn("file", "t", "", "the picture within the archive"),
    TableColumn("object", "t", "", "name of the object, once in a project"),
    TableColumn("rank", "f", "", "place of the picture among those of the object", "1"),
    TableColumn("class", "t", "", "taxon: the label"),
    TableColumn("state", "t", "", "who looked at the label that the object has now"),
    TableColumn("score", "f", "", "calibrated probability of the taxon, where a model gave it", "1"),
    TableColumn("fold", "t", "", "train, tune or test; empty where nothing is split"),
    TableColumn("sample", "t", "", "name of the sample: objects of one may be near duplicates"),
    TableColumn("width", "f", "", "of the picture", "pixels"),
    TableColumn("height", "f", "", "of the picture", "pixels"),
    TableColumn("pixel_um", "f", "", "side of a pixel", "µm"),
]


class DatasetWriter(ABC):
    """One shape of a data set. `classes` are names by the numbers of taxa, in the order of `numbers`, from 0."""

    title = ""
    files: tuple[str, ...] = ()  # what lies where, for the card

    def __init__(self, package: ArchiveWriter, request: ExportRequest, classes: dict[int, str]):
        self.package = package
        self.request = request
        self.classes = classes
        self.numbers = {taxon: number for number, taxon in enumerate(classes)}
        self.open_files = ExitStack()  # closed in the end, also where the export is cancelled

    @abstractmethod
    def path_of(self, vignette: Vignette) -> str:
        """Of its picture within the archive."""

    def add(self, vignette: Vignette, content: bytes) -> None:
        """`content` is empty where no pictures go along."""
        if content:
            self.package.picture(self.path_of(vignette), content)

    @abstractmethod
    def finish(self) -> None:
        """Writes what can only be written behind all pictures."""


def write_dataset(
    out: Path, request: ExportRequest, on_progress: OnProgress, shape: type[DatasetWriter]
) -> Written:
    """Pictures go out as pages and models see them, whatever came in."""
    request, written, counts = replace(request, rendered=True), Written(), ClassCounts()
    split = split_of(request)
    classes = class_names(request, split)
    set_up_session()
    with ArchiveWriter(out) as package, TemporaryFile("w+", newline="", encoding="utf-8") as table:
        dataset, lines = shape(package, request, classes), csv.writer(table, lineterminator="\n")
        table.write(BYTE_ORDER_MARK)
        lines.writerow([column.name for column in COLUMNS])
        with dataset.open_files:
            for vignette in vignettes(_with_pictures(request), split):
                dataset.add(vignette, _content(request, vignette))
                lines.writerow(map(neutralised, _line(dataset, vignette)))
                _count(written, counts, dataset, vignette)
                if written.rows % REPORTED == 0:
                    on_progress(written)
            dataset.finish()
        if not written.rows:
            raise JobError("No object of these has both a class and a picture: there is nothing to write.")
        _write_beside(package, dataset, table, counts, split)
    return written


def _count(written: Written, counts: Counter, dataset: DatasetWriter, vignette: Vignette) -> None:
    """An object counts with the first of its pictures."""
    written.pictures += dataset.request.images != ImageChoice.NONE
    if vignette.is_first:
        written.rows += 1
        counts[dataset.classes[vignette.taxon], State.from_word(vignette.state).value] += 1


def _with_pictures(request: ExportRequest) -> ExportRequest:
    """Without pictures the first of each object is named all the same."""
    return replace(request, images=ImageChoice.FIRST) if request.images == ImageChoice.NONE else request


def _content(request: ExportRequest, vignette: Vignette) -> bytes:
    return b"" if request.images == ImageChoice.NONE else stored_picture(vignette.key, vignette.file_name)


def _line(dataset: DatasetWriter, vignette: Vignette) -> list:
    return [
        dataset.path_of(vignette),
        vignette.name,
        vignette.rank,
        dataset.classes[vignette.taxon],
        vignette.state,
        vignette.score,
        vignette.fold,
        vignette.sample,
        vignette.width,
        vignette.height,
        vignette.pixel_um,
    ]


def _write_beside(
    package: ArchiveWriter,
    dataset: DatasetWriter,
    table: io.TextIOBase,
    counts: Counter,
    split: FrozenSplit | None,
) -> None:
    table.seek(0)
    with package.table(TABLE) as file:
        while block := table.read(2**20):
            file.write(block.encode())
    package.text(DICTIONARY, csv_text(dictionary(COLUMNS)))
    package.text(CLASSES, orjson.dumps(list(dataset.classes.values()), option=orjson.OPT_INDENT_2))
    files = [
        *dataset.files,
        f"`{TABLE}`: a line a picture; `{DICTIONARY}` says what its columns mean",
        f"`{CLASSES}`: the classes in the order of their numbers, from 0",
    ]
    notes = [_about_split(split), "Objects without a taxon or without a picture are left out."]
    package.text(CARD, data_card(dataset.request, dataset.title, counts, files, notes))


def _about_split(split: FrozenSplit | None) -> str:
    if split is None:
        return "Nothing is split: no learning set was chosen. Keep a sample on one side of your own split."
    return f"Labels and split are those of the frozen learning set {split.name}; objects outside it are left out."
