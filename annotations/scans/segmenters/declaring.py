"""What the site has to know of a kind of segmenter."""

from collections.abc import Mapping
from dataclasses import dataclass

from classifier.contract.settings import Setting


@dataclass(frozen=True)
class SegmenterKind:
    """`settings` are those that the form offers. `has_outlines`: it learns outlines and finds them; else boxes."""

    name: str
    title: str
    help: str
    settings: Mapping[str, Setting]
    has_outlines: bool = True
