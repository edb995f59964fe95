"""Settings of recipes as people read them, and links from runs to the bench."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from annotations.scans.segmentation.models import SegmentationRun
from classifier.contract.segmentation import RECIPE_OFFERED
from classifier.contract.settings import Setting

SEVERAL_COLUMN, SEVERAL = "probably_several", 0.5  # from this score on it is probably several organisms


def setting_rows(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(title, value) of each setting of a recipe; one of an earlier version may lack some."""
    return rows_of_settings(RECIPE_OFFERED, settings)


def rows_of_settings(declared: Mapping[str, Setting], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(title, value) of each that has a value, in the contract's order."""
    return [
        (setting.title, _text(setting.choices_of(""), values[name]))
        for name, setting in declared.items()
        if name in values
    ]


def _text(choices: Mapping[str, str], value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return choices.get(value, value) if isinstance(value, str) else f"{value:,.10g}"


def bench_query(run: SegmentationRun, *, several: bool = False) -> str:
    """The filter of the bench for the objects of a run's scan; `several`: those that are probably several, first."""
    query = {"scan": str(run.scan_id)}
    if several:
        query |= {"field": f"{SEVERAL_COLUMN}>={SEVERAL}", "order": f"-field:{SEVERAL_COLUMN}"}
    return urlencode(query)
