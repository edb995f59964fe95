"""What the site has to know of a kind of segmenter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from classifier.contract.settings import Setting


@dataclass(frozen=True)
class SegmenterKind:
    """`settings` are those that the form offers; `check` gives them checked, or raises SettingError. `tells_taxa` says
    whether it may learn taxa as classes."""

    name: str
    title: str
    help: str
    settings: Mapping[str, Setting]
    check: Callable[[Mapping[str, Any]], dict[str, Any]]
    tells_taxa: bool = True
