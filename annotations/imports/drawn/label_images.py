"""Label images and masks: each value an organism, or each value a taxon, on pictures of the same name.

labels/scan.png beside images/scan.png, scan_labels.tif beside scan.tif, or masks/Copepoda/scan.png, a mask a class.
`labels.csv` or `classes.csv` says what values are: `value` and `taxon` and, where it differs by mask, `file`.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import basename

import numpy as np
import tifffile
from django.core.exceptions import ValidationError
from PIL import Image
from scipy import ndimage

from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.coco.entries import Annotation, Category, CocoImage
from annotations.imports.drawn.figures import BoxedMask, Drawn, annotation_of_mask
from annotations.imports.drawn.file import DrawnFile, FileReading, Make
from annotations.imports.drawn.names import category_named, state_of
from annotations.imports.drawn.pairing import class_folder
from annotations.imports.entries import ending_of
from annotations.marks.figures import Size
from annotations.taxonomy.names import clean_name
from classifier.contract.refusals import DAMAGE, MOST_PIXELS

TABLES = ("labels.csv", "classes.csv")
NAMES = ("taxon", "name", "class", "label")
MOST_TABLE = 64 * 2**20  # bytes
BANDS = 4  # at most, where grey was saved as colours
CORNERS = np.ones((3, 3), bool)  # what touches at a corner is one
SEPARATOR = ">"  # of a lineage in the table
ValueRow = Mapping[str, str]  # a line of the table


@dataclass
class ValueTable:
    """What values mean, by the name of a mask and the value; with an empty name those of every mask."""

    rows: dict[tuple[str, int], ValueRow] = field(default_factory=dict)

    def of(self, mask: str, value: int) -> ValueRow:
        return self.rows.get((basename(mask), value)) or self.rows.get(("", value)) or {}

    def first_of(self, mask: str) -> ValueRow:
        return next((row for (file, _), row in self.rows.items() if file == basename(mask)), {})


def value_table(package: Package, problems: Problems) -> ValueTable:
    table = ValueTable()
    for path in tables_of(package):
        _read_table(package, path, table, problems)
    return table


def tables_of(package: Package) -> list[str]:
    return sorted(path for name in TABLES for path in package.all_named(name))


def _read_table(package: Package, path: str, table: ValueTable, problems: Problems) -> None:
    with package.stream(path) as stream:
        text = stream.read(MOST_TABLE).decode("utf-8-sig", "replace")
    lines = csv.DictReader(text.splitlines())
    lines.fieldnames = [name.strip().lower() for name in lines.fieldnames or ()]
    if "value" not in lines.fieldnames or not set(NAMES) & set(lines.fieldnames):
        problems.add("This table takes the columns `value` and `taxon`. Add them.", path, 1)
        return
    for number, row in enumerate(lines, 2):
        value = (row["value"] or "").strip()
        if not value.isdecimal():
            problems.add(
                f"`value` is {value!r}, but takes a whole number.", path, number, "value", cell=value
            )
            continue
        key = (basename((row.get("file") or "").strip()), int(value))
        if key in table.rows:
            problems.add(f"The value {value} stands here twice. Leave one line.", path, number, "value")
        table.rows[key] = {name: (cell or "").strip() for name, cell in row.items() if isinstance(name, str)}


def read_label_image(reading: FileReading, picture: str, table: ValueTable, are_taxa: bool) -> DrawnFile:
    """The organisms of one mask on its picture."""
    file, image, values = DrawnFile(reading.path), reading.image_at(picture), _values(reading)
    if image is not None and values is not None:
        image.annotations += reading.drawn(image, _entries(reading.path, values, table, are_taxa))
        _note_origin(image, table.first_of(reading.path))
        file.images[image.path] = image
    return file


def _note_origin(image: CocoImage, row: ValueRow) -> None:
    """Sample and size of pixels, where the table says them: those of the picture."""
    image.sample = clean_name(row.get("sample", ""))
    try:
        image.pixel_um = max(float(row.get("pixel_um") or 0), 0) or None
    except ValueError:
        image.pixel_um = None


def _values(reading: FileReading) -> np.ndarray | None:
    """Whole numbers (height, width)."""
    try:
        values = _decoded(reading.package.read(reading.path), ending_of(reading.path))
    except DAMAGE as error:
        reading.report(f"This mask is damaged or cut off ({error}). Copy it again.")
        return None
    if values.ndim == 3 and values.shape[2] in (3, 4) and (values[..., :3] == values[..., :1]).all():
        values = values[..., 0]  # grey that was saved as colours
    if values.ndim != 2 or values.dtype.kind not in "uib" or values.size > MOST_PIXELS:
        reading.report(
            "A mask has one whole number a pixel, on a single page. Save it as PNG or TIFF of 8 or 16 bits, without "
            "colours."
        )
        return None
    return values


def _decoded(content: bytes, ending: str) -> np.ndarray:
    if ending in (".tif", ".tiff"):
        with tifffile.TiffFile(io.BytesIO(content)) as tiff:
            if tiff.series[0].size > BANDS * MOST_PIXELS:
                raise ValueError("its header promises more pixels than a picture may have")
            return tiff.asarray()
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture)


def _entries(
    mask: str, values: np.ndarray, table: ValueTable, are_taxa: bool
) -> Iterator[tuple[str, int | None, Make]]:
    folder = class_folder(mask)
    present = np.unique(values)
    present = present[present > 0]
    has_object = any(table.of(mask, value).get("object") for value in present[:1].tolist())
    if are_taxa or (len(present) == 1 and not has_object):
        for value in present.tolist():
            yield from _parts(
                mask, values, value, _category(table.of(mask, value), folder or f"{value}" * are_taxa)
            )
        return
    dense = np.searchsorted(present, values) + 1
    dense[values <= 0] = 0
    for value, box in zip(present.tolist(), ndimage.find_objects(dense), strict=True):
        boxed = BoxedMask(box[1].start, box[0].start, values[box] == value)
        row = table.of(mask, value)
        yield _entry(f"{value}", boxed, _category(row, folder), row, values.shape, folder)


def _parts(
    mask: str, values: np.ndarray, value: int, category: Category
) -> Iterator[tuple[str, int | None, Make]]:
    """Each connected part of one value."""
    labels, _ = ndimage.label(values == value, CORNERS)
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        boxed = BoxedMask(box[1].start, box[0].start, labels[box] == number)
        yield _entry(f"{value}.{number}", boxed, category, {}, values.shape, class_folder(mask))


def _category(row: ValueRow, otherwise: str) -> Category:
    return category_named(next((row[name] for name in NAMES if row.get(name)), otherwise), SEPARATOR)


def _entry(
    name: str, boxed: BoxedMask, category: Category, row: ValueRow, shape: tuple, folder: str
) -> tuple[str, int | None, Make]:
    def make(size: Size) -> Annotation:
        if (size[1], size[0]) != shape:
            raise ValidationError(
                f"the mask has {shape[1]} × {shape[0]} pixels, its picture {size[0]} × {size[1]}. Take the mask of "
                "that picture."
            )
        drawn = Drawn(
            f"{folder}.{name}" if folder else name,
            f"value {name}",
            category,
            state_of(category, row.get("state", "")),
            _score(row.get("score", "")),
            row.get("object", ""),
        )
        return annotation_of_mask(drawn, boxed, size)

    return f"value {name}", None, make


def _score(text: str) -> float | None:
    try:
        score = float(text) if text else None
    except ValueError:
        score = np.nan
    if score is not None and not 0 <= score <= 1:
        raise ValidationError(
            f"its score is {text!r}, but takes a number from 0 to 1. Correct it in the table."
        )
    return score
