"""No SQL text names a table of an app above its own: what import-linter can't see of the ladder that it holds."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parents[2]


@cache
def ladder() -> dict[str, int]:
    """The height of each app, from pyproject.toml: `common` is 0."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {
        name.strip().removeprefix("annotations."): height
        for height, layer in enumerate(reversed(layers))
        for name in layer.split(":")
    }


@cache
def tables() -> dict[str, str]:
    """The app of each table."""
    models = apps.get_models(include_auto_created=True)
    owners = {model._meta.db_table: model._meta.app_config.name for model in models}
    return {
        table: name.removeprefix("annotations.")
        for table, name in owners.items()
        if name.startswith("annotations.")
    }


def reaching_up(source: str, app: str) -> Iterator[tuple[int, str]]:
    """(line, table) of each text in a module of the app that names a table of an app above it."""
    heights, owners = ladder(), tables()
    pattern = re.compile(rf"\b({'|'.join(sorted(owners, key=len, reverse=True))})\b")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for table in sorted(set(pattern.findall(node.value))):
                if heights[owners[table]] > heights[app]:
                    yield node.lineno, table


def test_every_app_stands_on_the_ladder():
    installed = {
        config.name.removeprefix("annotations.")
        for config in apps.get_app_configs()
        if config.name.startswith("annotations.")
    }
    assert installed <= set(ladder())


@pytest.mark.parametrize("app", sorted(ladder()))
def test_no_sql_reaches_into_an_app_above(app):
    texts = {path: path.read_text() for path in (ROOT / "annotations" / app).rglob("*.py")}
    assert [
        f"{path.relative_to(ROOT)}:{line} names {table}"
        for path, text in texts.items()
        for line, table in reaching_up(text, app)
    ] == []


def test_a_reach_is_seen_in_plain_texts_and_in_formatted_ones():
    source = (
        'A = "SELECT 1 FROM learning_model m"\nB = f"{A} JOIN labels_batch b ON {A}"\nC = "samples_object o"'
    )
    assert list(reaching_up(source, "samples")) == [(1, "learning_model"), (2, "labels_batch")]
    assert list(reaching_up(source, "learning")) == []
