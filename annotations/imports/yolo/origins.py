"""What the table beside our own exports says of each picture: its object, its sample, and who looked at the label."""

import csv
import io
from dataclasses import dataclass, field, replace
from posixpath import dirname, join

from annotations.common.spreadsheet import original
from annotations.exports.datasets.writing import TABLE
from annotations.imports.archive import Package
from annotations.imports.coco.entries import Annotation, CocoImage
from annotations.taxonomy.names import clean_name

NEEDED = {"file", "object", "rank", "state", "score", "sample", "pixel_um"}


@dataclass(frozen=True)
class PictureOrigins:
    """Rows of the table by the paths of the pictures; none for a data set of another program."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package, names_file: str) -> "PictureOrigins":
        folder = dirname(names_file)
        path = join(folder, TABLE)
        if path not in package:
            return cls()
        with (
            package.stream(path) as stream,
            io.TextIOWrapper(stream, "utf-8-sig", "replace", newline="") as text,
        ):
            lines = csv.DictReader(text)
            if not set(lines.fieldnames or ()) >= NEEDED:
                return cls()
            return cls({join(folder, line["file"]): line for line in lines})

    def note(self, image: CocoImage) -> None:
        """The first box is the label of the whole picture; it has the state and the score of its object."""
        row = self.rows.get(image.path)
        if row is None:
            return
        image.object, image.sample = (clean_name(original(row[name])) for name in ("object", "sample"))
        image.rank = int(row["rank"]) if row["rank"].isdecimal() else None
        image.pixel_um = _number(row["pixel_um"])
        image.annotations[:1] = [self._labelled(label, row) for label in image.annotations[:1]]

    @staticmethod
    def _labelled(label: Annotation, row: dict[str, str]) -> Annotation:
        return replace(label, state=row["state"], score=_number(row["score"]))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
