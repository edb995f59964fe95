"""Writes objects as one table: a line an object, with its card, its dictionary, and pictures."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any

from annotations.common.spreadsheet import csv_lines
from annotations.exports.archive import ArchiveWriter
from annotations.exports.card import CARD, class_counts, data_card, dictionary
from annotations.exports.columns import TableColumn
from annotations.exports.formats.tables import columns_of
from annotations.exports.layout import picture_path
from annotations.exports.lines import Lines
from annotations.exports.pictures import copy_pictures
from annotations.exports.prefetching import read_ahead
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, ImageChoice, Written
from annotations.exports.sessions import set_up_session

DICTIONARY = "columns.csv"
OpenTable = Callable[[ArchiveWriter, str, Lines], AbstractContextManager[Any]]


def write_csv(out: Path, request: ExportRequest, on_progress: OnProgress) -> Written:
    return write_table(out, request, on_progress, "objects.csv", text_file)


def write_tsv(out: Path, request: ExportRequest, on_progress: OnProgress) -> Written:
    return write_table(out, request, on_progress, "objects.tsv", text_file)


def write_table(
    out: Path, request: ExportRequest, on_progress: OnProgress, name: str, open_table: OpenTable
) -> Written:
    """`open_table` gives what takes the lines, a batch at a time."""
    written, columns = Written(), columns_of(request)
    set_up_session()
    lines = _lines(request, columns, name)
    with ArchiveWriter(out) as package:
        with open_table(package, name, lines) as file:
            for block in read_ahead(lines.batches()):
                file.write(block.content)
                written.rows += block.rows
                on_progress(written)
        copy_pictures(package, request, written, on_progress)
        package.text(DICTIONARY, csv_text(dictionary(columns)))
        package.text(CARD, data_card(request, name, class_counts(request), _files(request, name)))
    return written


def _lines(request: ExportRequest, columns: list[TableColumn], name: str) -> Lines:
    """One an object, which names its first picture whatever pictures go along."""
    path, path_params = picture_path(request) if request.images != ImageChoice.NONE else ("NULL::text", [])
    return Lines(
        request,
        columns,
        path=path,
        path_params=path_params,
        delimiter="\t" if name.endswith(".tsv") else ",",
        is_for_spreadsheets=not name.endswith(".parquet"),
    )


def csv_text(rows: list[list[str]]) -> str:
    return "".join(csv_lines(rows))


@contextmanager
def text_file(package: ArchiveWriter, name: str, lines: Lines) -> Iterator[IO[bytes]]:
    head = "".join(csv_lines([[column.name for column in lines.columns]], lines.delimiter, "\n"))
    with package.table(name) as file:
        file.write(head.encode())
        yield file


def _files(request: ExportRequest, name: str) -> list[str]:
    files = [f"`{name}`: a line an object", f"`{DICTIONARY}`: what its columns mean, their units and types"]
    pictures = "`images/`: the pictures; `img_path` says which is of which object"
    return files if request.images == ImageChoice.NONE else [*files, pictures]
