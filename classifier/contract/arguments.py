"""Settings as arguments of a command line."""

import argparse
from collections.abc import Callable, Iterable
from typing import Any

from classifier.contract.settings import EVERY_METHOD, Setting, SettingError

MOST_LISTED = 10  # choices that `--help` can show


def add_settings(
    parser: argparse.ArgumentParser, settings: Iterable[Setting], *, keeps_unset: bool = False
) -> None:
    """One flag a setting. With `keeps_unset`, what the command doesn't name is None instead of its default."""
    for setting in settings:
        parser.add_argument(
            f"--{setting.name.replace('_', '-')}",
            default=None if keeps_unset else setting.default,
            help=_help(setting),
            **_kind(setting),
        )


def _kind(setting: Setting) -> dict[str, Any]:
    if setting.type is bool:
        return {"action": argparse.BooleanOptionalAction}
    if 0 < len(setting.choices_of("")) <= MOST_LISTED:
        return {"choices": list(setting.choices_of(""))}
    return {"type": _typed(setting), "metavar": "NAME" if setting.type is str else "N"}


def _typed(setting: Setting) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            return setting.parse(text)
        except SettingError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return parse


def _help(setting: Setting) -> str:
    methods = "" if setting.methods == EVERY_METHOD else f" [{', '.join(setting.methods)}]"
    default = "" if setting.default in ("", None) else f" ({setting.default})"
    return f"{setting.help}{default}{methods}".replace("%", "%%")
