"""The lists of docs/reference.md, read from the code: commands, settings, keys of the bench, routes of the API."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from django.apps import apps
from django.conf import settings

from annotations.api.views.schema import openapi_schema
from classifier.contract.arguments import MOST_LISTED
from classifier.contract.detection import DETECTOR_SETTINGS
from classifier.contract.pretraining import PRETRAIN_SETTINGS
from classifier.contract.segmentation import RECIPE_SETTINGS
from classifier.contract.settings import EVERY_METHOD, SETTINGS, Setting
from classifier.contract.unet import UNET_SETTINGS

KEY = re.compile(r'\{\s*id: "\w+",\s*keys: \[(?P<keys>[^\]]+)\],\s*says:\s*"(?P<help>[^"]+)"')
SETTING = re.compile(r'env\.\w+\(\s*"(\w+)"')

OWN = {"annotations", "worker", "seston"}

INTRODUCTION = """# Reference

Written by `python manage.py write_reference` from the code; a test holds it to that. Settings stand in
[settings.md](settings.md), the API with all its parameters under `/api/docs/` of a running site.
"""


def reference() -> str:
    """The whole page, as Markdown."""
    parts = [
        _table("Commands", ("`python manage.py …`", "what it does"), commands()),
        _table(
            "Settings of a training",
            ("setting", "default", "takes", "methods", "what it is"),
            training_settings(),
        ),
        _table(
            "Settings of a pretraining",
            ("setting", "default", "takes", "what it is"),
            _rows(PRETRAIN_SETTINGS),
        ),
        _table(
            "Settings of a recipe of segmentation",
            ("setting", "default", "takes", "what it is"),
            _rows(RECIPE_SETTINGS),
        ),
        _table("Settings of a U-Net", ("setting", "default", "takes", "what it is"), _rows(UNET_SETTINGS)),
        _table(
            "Settings of a detector", ("setting", "default", "takes", "what it is"), _rows(DETECTOR_SETTINGS)
        ),
        _table("Keys of the bench", ("key", "what it does"), keys()),
        _table("Routes of the API", ("route", "methods", "what it does"), routes()),
    ]
    return "\n".join([INTRODUCTION, *parts])


def commands() -> list[tuple[str, str]]:
    """Each command of the site's own apps with its help."""
    own = [app for app in apps.get_app_configs() if app.name.split(".")[0] in OWN]
    named = {name: app for app in own for name in _commands_of(Path(app.path))}
    return [(f"`{name}`", _help(app.name, name)) for name, app in sorted(named.items())]


def _commands_of(app: Path) -> list[str]:
    return [module.name for module in iter_modules([str(app / "management" / "commands")])]


def _help(app: str, name: str) -> str:
    return import_module(f"{app}.management.commands.{name}").Command.help


def training_settings() -> list[tuple[str, ...]]:
    """Each setting of a training, as the command line, the page and the API take it."""
    return [
        (
            f"`{s.name}`",
            _default(s),
            _bounds(s),
            "all" if s.methods == EVERY_METHOD else ", ".join(s.methods),
            s.help,
        )
        for s in SETTINGS.values()
    ]


def _rows(declared: Mapping[str, Setting]) -> list[tuple[str, ...]]:
    """Each setting of one method, as the command line, the page and the API take it."""
    return [(f"`{s.name}`", _default(s), _bounds(s), s.help) for s in declared.values()]


def _default(setting: Setting) -> str:
    return "" if setting.default in ("", None) else str(setting.default).lower()


def _bounds(setting: Setting) -> str:
    if setting.differs_by_method:
        return "; ".join(f"{method}: {', '.join(choices)}" for method, choices in setting.choices.items())
    return setting.bounds if len(setting.choices_of("")) <= MOST_LISTED else "a name that the page offers"


def keys() -> list[tuple[str, str]]:
    """Each action of the bench with its first keys, as keys.js declares them."""
    source = Path(settings.STATICFILES_DIRS[0], "js", "keyboard", "keys.js").read_text()
    return [(_in_words(match["keys"]), match["help"]) for match in KEY.finditer(source)]


def _in_words(names: str) -> str:
    named = re.findall(r'"([^"]+)"', names)
    return ", ".join(f"`{name.replace('Control', 'Ctrl')}`" for name in named)


def routes() -> list[tuple[str, str, str]]:
    """Each route of the API with its methods and the first sentence of its description."""
    paths = openapi_schema()["paths"]
    return [
        (f"`{path}`", _methods(operations), _sentence(operations))
        for path, operations in sorted(paths.items())
    ]


def _methods(operations: dict) -> str:
    return ", ".join(method.upper() for method in operations)


def _sentence(operations: dict) -> str:
    described = [operation.get("description", "") for operation in operations.values()]
    return re.split(r"(?<=\.)\s", next(filter(None, described), ""))[0].replace("|", "\\|")


def settings_read() -> Iterator[str]:
    """The environment variables that the site reads."""
    for file in Path(settings.ROOT, "platform", "seston").glob("*.py"):
        yield from SETTING.findall(file.read_text())


def _table(title: str, head: tuple[str, ...], rows: list) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join([f"## {title}", "", *(f"| {' | '.join(line)} |" for line in lines), ""])
