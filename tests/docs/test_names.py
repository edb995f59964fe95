"""Names explain themselves: no local, parameter, function or attribute is called by a word that could be anything."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RIDDLES = {"found", "said", "told", "asked", "given", "wanted", "kept", "shown", "tell", "known", "taken"}

# A job that an upgrade interrupts has these names in its checkpoint. This list only gets shorter.
NOT_YET: list[str] = ["annotations/imports/load.py"]


def sources() -> list[Path]:
    rooms = ("annotations", "worker", "classifier", "platform/seston")
    files = (file for room in rooms for file in (ROOT / room).rglob("*.py") if "migrations" not in file.parts)
    return sorted(file.relative_to(ROOT) for file in files)


def names_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of what functions bind: themselves, their parameters, locals, and attributes that they assign."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if not isinstance(function, ast.Lambda):
            yield function.lineno, function.name
        for node in ast.walk(function):
            if isinstance(node, ast.arg):
                yield node.lineno, node.arg
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.lineno, node.id
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                yield node.lineno, node.attr


def riddles_in(source: str) -> list[tuple[int, str]]:
    return sorted({(line, name) for line, name in names_in(ast.parse(source)) if name.strip("_") in RIDDLES})


def is_excused(file: Path) -> bool:
    return any(file.is_relative_to(folder) for folder in NOT_YET)


def test_nothing_is_called_by_a_riddle() -> None:
    lines = [
        f"{file}:{line}: `{name}`"
        for file in sources()
        if not is_excused(file)
        for line, name in riddles_in((ROOT / file).read_text())
    ]
    assert not lines, "Call these by what they hold:\n" + "\n".join(lines)


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    found = 1",
        "def f(given): ...",
        "def _said(): ...",
        "def f(self):\n    self.kept = 1",
        "def f(rows):\n    return [known for known in rows]",
        "def f():\n    if shown := 1: ...",
        "key = lambda told: told",
    ],
)
def test_each_kind_of_name_is_seen(source: str) -> None:
    assert riddles_in(source)
