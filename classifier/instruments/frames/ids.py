"""Ids of frames: acquisition and file name; with the sample before them where another sample's frame has that id.

Of two that would have one id the first keeps it, in the order of tables and lines: what came in before stays the same.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Set
from posixpath import basename, normpath, splitext

from classifier.instruments.files import Files, once_for_files, passing_over_damage
from classifier.instruments.frames.table import FrameLine, lines_of
from classifier.instruments.naming import folder_of, part_names

TABLES = ("frames.csv", "frames.tsv")


def named_tables(files: Files) -> dict[str, str]:
    """The paths of all tables, each with the name of its part."""
    tables = [path for path in files.paths() if basename(path).lower() in TABLES]
    return dict(zip(tables, part_names([folder_of(path) or files.name for path in tables]), strict=True))


def ids_of(line: FrameLine, part: str) -> tuple[str, str]:
    """Of a line's sample and its acquisition; a sample that it doesn't name is called as the part."""
    sample = line.get("sample") or part
    return sample, line.get("acquisition") or sample


def path_of(line: FrameLine) -> str:
    """Of a line's frame, from the table's folder."""
    return line.get("file", "").replace("\\", "/")


def frame_of(table: str, line: FrameLine, paths: Set[str]) -> str:
    """The path of a line's frame among the paths that lie below its table. Raises ValueError, with a sentence."""
    name = path_of(line)
    if not name:
        raise ValueError("The cell file is empty: every line names a frame.")
    path = normpath(f"{folder_of(table)}/{name}").lstrip("/")
    if path not in paths:
        raise ValueError(f"There is no frame {name}. Correct its name, or send it along.")
    return path


def object_id(files: Files, part: str, line: FrameLine) -> str:
    sample, _ = ids_of(line, part)
    short = _short(line, part)
    return short if owners(files).get(short, sample) == sample else f"{sample}_{short}"


@once_for_files
def owners(files: Files) -> dict[str, str]:
    """The samples that have ids first, of acquisitions whose name occurs in several samples."""
    samples: dict[str, set[str]] = defaultdict(set)
    for name, line in _lines(files):
        sample, acquisition = ids_of(line, name)
        samples[acquisition].add(sample)
    shared = {acquisition for acquisition, names in samples.items() if len(names) > 1}
    first: dict[str, str] = {}
    for name, line in _lines(files) if shared else ():
        sample, acquisition = ids_of(line, name)
        if acquisition in shared:
            first.setdefault(_short(line, name), sample)
    return first


def _lines(files: Files) -> Iterator[tuple[str, FrameLine]]:
    """Of all tables, each with its part's name; a table that can't be read is named later."""
    for path, name in named_tables(files).items():
        with passing_over_damage(csv.Error), files.open(path) as file:
            for _, line in lines_of(file):
                yield name, line


def _short(line: FrameLine, part: str) -> str:
    return f"{ids_of(line, part)[1]}_{splitext(basename(path_of(line)))[0]}"
