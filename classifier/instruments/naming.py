"""Paths of an instrument's files: their folders, and names of parts, each once."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from posixpath import basename


def part_names(stems: Sequence[str]) -> list[str]:
    """The last part of each path; where two end alike, all of the path, with underscores for slashes."""
    counts = Counter(basename(stem) for stem in stems)
    return [basename(stem) if counts[basename(stem)] == 1 else stem.replace("/", "_") for stem in stems]


def folder_of(path: str) -> str:
    """Without a slash at the end; empty at the top."""
    return path.rpartition("/")[0]


def by_folder(paths: Sequence[str]) -> dict[str, list[str]]:
    folders = defaultdict(list)
    for path in paths:
        folders[folder_of(path)].append(path)
    return folders
