"""What the numbers of classes stand for: `names` of data.yaml, or the lines of classes.txt."""

from dataclasses import dataclass
from posixpath import basename, dirname, join

import orjson
import yaml
from django.core.exceptions import ValidationError

from annotations.common.problems import Problems
from annotations.exports.datasets.writing import CLASSES
from annotations.imports.archive import Package
from annotations.imports.coco.entries import Category
from annotations.imports.drawn.names import category_named
from annotations.imports.entries import ending_of

PLAIN = {"classes.txt", "obj.names"}  # a line a class: labelImg, Label Studio, Darknet
SETTINGS = {".yaml", ".yml"}
MOST_BYTES = 2**20
KEYPOINTS = "kpt_shape"
WRITE_NAMES = "Write a line each, as `names:` and below it `  0: Copepoda`."


@dataclass(frozen=True)
class YoloClasses:
    """`marks` are numbers of labels of marks, which our own exports have behind the taxa."""

    names: dict[int, Category]
    marks: frozenset[int] = frozenset()


def names_files(package: Package) -> list[str]:
    """Sorted: each .yaml with `names`; where there is none, each classes.txt."""
    settings = sorted(
        path for path in package.paths() if ending_of(path) in SETTINGS and _has_names(package, path)
    )
    return settings or sorted(path for path in package.paths() if basename(path).lower() in PLAIN)


def _has_names(package: Package, path: str) -> bool:
    return any(line.startswith(b"names:") for line in _text(package, path).splitlines())


def read_classes(package: Package, path: str, problems: Problems) -> YoloClasses:
    names = _settings(package, path, problems) if ending_of(path) in SETTINGS else _lines(package, path)
    categories = {}
    for number, name in names.items():
        try:
            categories[number] = category_named(name)
        except ValidationError as error:
            problems.add(f"Class {number}: {error.messages[0]}", path, None, "names")
    return YoloClasses(categories, _marks(package, path, names))


def _settings(package: Package, path: str, problems: Problems) -> dict[int, str]:
    try:
        # as texts: `no` is a name, and so is 12
        content = yaml.load(_text(package, path), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        problems.add("This is no YAML. Correct it, or write it anew.", path, line)
        return {}
    if isinstance(content, dict) and KEYPOINTS in content:
        problems.add(
            "This data set has keypoints, which are not read. Leave them out of the labels, and `kpt_shape` out of "
            "this file.",
            path,
            None,
            KEYPOINTS,
        )
    match content:
        case {"names": list(names)} if all(isinstance(name, str) for name in names):
            return dict(enumerate(names))
        case {"names": dict(names)} if all(map(_is_named, names.items())):
            return {int(number): name for number, name in names.items()}
    problems.add(f"`names` says which class has which number. {WRITE_NAMES}", path, None, "names")
    return {}


def _is_named(entry: tuple[object, object]) -> bool:
    number, name = entry
    return isinstance(number, str) and number.isdecimal() and isinstance(name, str)


def _lines(package: Package, path: str) -> dict[int, str]:
    return dict(enumerate(_text(package, path).decode("utf-8-sig", "replace").splitlines()))


def _text(package: Package, path: str) -> bytes:
    with package.stream(path) as file:
        return file.read(MOST_BYTES)


def _marks(package: Package, path: str, names: dict[int, str]) -> frozenset[int]:
    """Seston writes a list of the taxa beside it."""
    beside = join(dirname(path), CLASSES)
    if beside not in package:
        return frozenset()
    try:
        taxa = orjson.loads(_text(package, beside))
    except orjson.JSONDecodeError:
        return frozenset()
    is_ours = isinstance(taxa, list) and taxa == list(names.values())[: len(taxa)]
    return frozenset(number for number in names if number >= len(taxa)) if is_ours else frozenset()
