"""What stands in a COCO file, and how an entry of it is read."""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from django.core.exceptions import ValidationError

from annotations.common.numbers import is_number
from annotations.marks.coco import figure_of
from annotations.marks.figures import Size
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.names import clean_name

NO_PARENT = {"", "none", "taxon", "mark", "object", "objects", "root"}
MOST_NAME = 200  # characters of a taxon's name
Figure = tuple[str, dict]  # kind and geometry


class Box(NamedTuple):
    """Pixels from the upper left corner of the picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Category:
    name: str
    taxon: TaxonName
    is_mark: bool = False


@dataclass(frozen=True)
class Annotation:
    """What is drawn of one organism; `box` is None where the file has none: the figure says where it lies."""

    id: object
    place: str
    category: Category
    box: Box | None
    figure: Figure
    score: float | None = None
    state: str = ""
    is_crowd: bool = False
    object: str = ""  # its id, where the file names it


@dataclass
class CocoImage:
    """`path` is the picture's in the package, `size` what the file says of it."""

    id: object
    file_name: str
    path: str
    size: Size | None
    object: str = ""
    sample: str = ""
    rank: int | None = None
    pixel_um: float | None = None
    annotations: list[Annotation] = field(default_factory=list)


class FileOfImages(Protocol):
    """Pictures by a key, with what is drawn on each."""

    path: str
    images: dict[str, CocoImage]


def category_of(entry: dict) -> Category:
    name, parent = clean_name(str(entry.get("name") or "")), clean_name(str(entry.get("supercategory") or ""))
    lineage = tuple(map(str, entry["lineage"])) if isinstance(entry.get("lineage"), list) else ()
    if not lineage and parent.lower() not in NO_PARENT and parent.lower() != name.lower():
        lineage = (parent, name)
    elif lineage and lineage[-1] != name:
        lineage = (*lineage, name)
    return Category(name, TaxonName(name, lineage), is_mark=parent == "mark")


def annotation_of(number: object, where: str, entry: dict, category: Category) -> Annotation:
    if not category.name:
        raise ValidationError(f"its category {entry.get('category_id')!r} has no name. Name it.")
    longest = max(map(len, (category.name, *category.taxon.lineage)))
    if longest > MOST_NAME:
        raise ValidationError(
            f"its category {entry.get('category_id')!r} has a name of {longest} characters, {MOST_NAME} are the most. "
            "Shorten it."
        )
    score = entry.get("score", entry.get("score_of_label"))
    if score is not None and not (is_number(score) and 0 <= score <= 1):
        raise ValidationError(f"`score` is {score!r}, but takes a number from 0 to 1.")
    _, kind, geometry = figure_of(entry)
    if not isinstance(geometry, dict):
        raise ValidationError("its figure is no object with coordinates. Write it as COCO has it.")
    return Annotation(
        number,
        where,
        category,
        _box(entry),
        (kind, geometry),
        None if score is None else float(score),
        str(entry.get("state") or ""),
        bool(entry.get("iscrowd")),
    )


def _box(entry: dict) -> Box | None:
    match entry.get("bbox"):
        case [x, y, width, height] if all(map(is_number, (x, y, width, height))):
            return Box(x, y, width, height)
        case None:
            return None
    raise ValidationError(f"`bbox` is {entry['bbox']!r}, but takes [x, y, width, height].")
