"""Writes objects as one table: a line an object, with its card, its dictionary, and pictures."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any

from annotations.exports.ahead import batches_of
from annotations.exports.archive import ArchiveWriter
from annotations.exports.card import CARD, class_counts, data_card, dictionary
from annotations.exports.formats.tables import columns_of
from annotations.exports.lines import FIRST, Lines, pictures_of, set_up_session
from annotations.exports.pictures import copy_pictures
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, ImageChoice, Written

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
    # one line an object, which names its first picture whatever pictures go along
    first_pictures = FIRST.format(pictures=pictures_of(request))
    delimiter = "\t" if name.endswith(".tsv") else ","
    lines = Lines(request, columns, first_pictures, delimiter=delimiter)
    set_up_session()
    with ArchiveWriter(out) as package:
        with open_table(package, name, lines) as file:
            for block, count in batches_of(lines):
                file.write(block)
                written.rows += count
                on_progress(written)
        copy_pictures(package, request, written, on_progress)
        package.text(DICTIONARY, csv_text(dictionary(columns)))
        package.text(CARD, data_card(request, name, class_counts(request), _files(request, name)))
    return written


def csv_text(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


@contextmanager
def text_file(package: ArchiveWriter, name: str, lines: Lines) -> Iterator[IO[bytes]]:
    head = io.StringIO()
    names = [column.name for column in lines.columns]
    csv.writer(head, delimiter=lines.delimiter, lineterminator="\n").writerow(names)
    with package.table(name) as file:
        file.write(head.getvalue().encode())
        yield file


def _files(request: ExportRequest, name: str) -> list[str]:
    files = [f"`{name}`: a line an object", f"`{DICTIONARY}`: what its columns mean, their units and types"]
    pictures = "`images/`: the pictures, called by the numbers of object and image"
    return files if request.images == ImageChoice.NONE else [*files, pictures]
