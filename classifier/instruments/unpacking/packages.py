"""An EcoTaxa package that is written vignette by vignette, as a zip or a folder; whole, or not there at all."""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self

from classifier.instruments.unpacking.cells import NUMBERS, chosen_columns

UNFINISHED = ".unfinished"


class PackageWriter:
    """A context manager: without an error its package is at `out` behind it, else nothing is.

    Pictures go out at once; lines wait on disk until all columns are known.
    """

    def __init__(self, out: Path, name: str):
        self.out, self.name = out, name
        self.columns: dict[str, bool] = {}  # is it a number?
        self.left_out: list[str] = []
        self.lines = 0
        self._names: set[str] = set()
        self._unfinished = out.with_name(out.name + UNFINISHED)

    def __enter__(self) -> Self:
        _remove(self._unfinished)
        self._lines: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8")
        self._zip = None
        if self.out.suffix == ".zip":
            self._zip = zipfile.ZipFile(self._unfinished, "w", zipfile.ZIP_DEFLATED)
        else:
            self._unfinished.mkdir(parents=True)
        return self

    def __exit__(self, failure: type | None, *rest: object) -> None:
        try:
            if failure is None and self.lines:
                self._write_table()
        finally:
            self._lines.close()
            if self._zip is not None:
                self._zip.close()
        if failure is None and self.lines:
            _remove(self.out)
            self._unfinished.rename(self.out)
        else:
            _remove(self._unfinished)

    def add(self, cells: dict[str, str | float], picture: bytes) -> bool:
        """One line, and its picture under the name in `img_file_name`; False where the package has one of that name."""
        name = str(cells["img_file_name"])
        if name in self._names:
            return False
        self._names.add(name)
        for column, cell in cells.items():
            self.columns.setdefault(column, isinstance(cell, float | int) or column in NUMBERS)
        self._lines.write(json.dumps(cells) + "\n")
        self.lines += 1
        if self._zip is not None:
            self._zip.writestr(zipfile.ZipInfo(name), picture, zipfile.ZIP_STORED)
        else:
            (self._unfinished / name).write_bytes(picture)
        return True

    def _write_table(self) -> None:
        columns, self.left_out = chosen_columns(self.columns)
        name = f"ecotaxa_{self.name}.tsv"
        if self._zip is not None:
            with self._zip.open(name, "w") as table:
                for text in self._table(columns):
                    table.write(text.encode())
        else:
            with (self._unfinished / name).open("w", encoding="utf-8", newline="") as file:
                file.writelines(self._table(columns))

    def _table(self, columns: list[str]) -> Iterator[str]:
        """With a byte order mark, without which EcoTaxa takes it for Latin-1."""
        kinds = ["[f]" if self.columns[column] else "[t]" for column in columns]
        yield "\ufeff" + "\t".join(columns) + "\n" + "\t".join(kinds) + "\n"
        self._lines.seek(0)
        for line in self._lines:
            cells = json.loads(line)
            yield "\t".join(_text(cells.get(column, "")) for column in columns) + "\n"


def _text(cell: str | float) -> str:
    """Tabs, quotes and ends of lines have a meaning in the table."""
    if isinstance(cell, str):
        return " ".join(cell.replace('"', "'").split())
    return f"{cell:.15g}"


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
