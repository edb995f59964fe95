"""The rooms of the browser's code: small, none imports what stands above it. No module, here or in Python, imports
itself by others."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.docs.syntax import statements

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "static" / "js"
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
PYTHON = ("annotations", "benchmarks", "classifier", "client/seston_client", "platform/seston", "worker")
MOST = 20  # files of a room
COMMENT = re.compile(
    r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE
)  # types are named there, not imported
IMPORT = re.compile(r"""\b(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")
Imports = dict[str, set[str]]  # of each module or room those that it imports


def imports() -> Imports:
    """Of each module of `static/js`, as `room/module.js`, those that it imports, at once or later."""
    return {_name(script): set(_imported(script)) for script in SCRIPTS.rglob("*.js")}


def _name(script: Path) -> str:
    return script.relative_to(SCRIPTS).as_posix()


def _imported(script: Path) -> Iterator[str]:
    for path in IMPORT.findall(COMMENT.sub("", script.read_text())):
        yield _name((script.parent / path).resolve())


def room_of(module: str) -> str:
    return module.rpartition("/")[0]


def steps() -> list[set[str]]:
    """The rooms as ARCHITECTURE.md has them, from the top down; those of a step import nothing of each other."""
    [ladder] = re.findall(r"`(bench, [^`]+ → page)`", ARCHITECTURE)
    return [set(re.split(r",\s+", step)) for step in re.split(r"\s+→\s+", ladder)]


def circle_in(graph: Imports) -> list[str]:
    """Names along a circle of imports, empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def upwards(graph: Imports, ladder: list[set[str]]) -> list[str]:
    """Imports from a room that stands no lower."""
    height = {room: -step for step, rooms in enumerate(ladder) for room in rooms}
    return [
        f"{module} imports {imported}"
        for module, several in graph.items()
        for imported in sorted(several)
        if room_of(module) != room_of(imported) and height[room_of(module)] <= height[room_of(imported)]
    ]


def test_each_module_lies_in_a_room_of_the_architecture() -> None:
    assert {room_of(module) for module in imports()} == set.union(*steps())


def test_a_room_imports_only_from_those_below_it() -> None:
    assert upwards(imports(), steps()) == []


def python_imports() -> Imports:
    """Of each Python module, by its dotted name, those that it imports: also for its types, also in a function."""
    files = {_dotted(file): file for room in PYTHON for file in (ROOT / room).rglob("*.py")}
    # one tree at a time: looking for garbage among all of them took as long as parsing them
    return {
        name: set(_named(ast.parse(file.read_text()), files)) & set(files) for name, file in files.items()
    }


def _dotted(file: Path) -> str:
    below = file.relative_to(ROOT).with_suffix("").parts
    parts = below[1:] if below[0] in ("client", "platform") else below
    return ".".join(parts).removesuffix(".__init__")


def _named(tree: ast.Module, modules: Collection[str]) -> Iterator[str]:
    for node in statements(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                inner = [f"{module}.{alias.name}" for alias in names]
                yield from (name if name in modules else module for name in inner)


@pytest.mark.parametrize("graph", [imports, python_imports])
def test_no_module_imports_itself_by_others(graph: Callable[[], Imports]) -> None:
    assert circle_in(graph()) == []


def test_an_import_that_runs_up_or_round_is_seen() -> None:
    graph = {"low/a.js": {"high/b.js"}, "high/b.js": {"low/a.js", "high/c.js"}}
    assert upwards(graph, [{"high"}, {"low"}]) == ["low/a.js imports high/b.js"]
    assert set(circle_in(graph)) == {"low/a.js", "high/b.js"}


@pytest.mark.parametrize("folder", ["static/js", "static/css", "tests/js"])
def test_no_room_has_more_files_than_one_looks_through(folder: str) -> None:
    files = Counter(file.parent for file in (ROOT / folder).rglob("*") if file.is_file())
    assert {str(room): count for room, count in files.items() if count > MOST} == {}


@pytest.mark.parametrize("folder", ["static/css", "tests/js"])
def test_sheets_and_tests_lie_in_the_same_rooms(folder: str) -> None:
    suffixes = {".css", ".test.js"}
    rooms = {
        file.parent.relative_to(ROOT / folder).as_posix()
        for file in (ROOT / folder).rglob("*")
        if "".join(file.suffixes[-2:]) in suffixes
    }
    assert rooms - set.union(*steps()) <= {"public", "."}


def test_the_paths_that_the_architecture_names_are_there() -> None:
    paths = re.findall(r"`((?:static|tests)/(?:js|css)/[\w/.-]*)`", ARCHITECTURE)
    assert [path for path in paths if not (ROOT / path).exists()] == []
