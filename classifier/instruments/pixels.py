"""The side of a pixel of instruments whose files don't say it."""

from collections.abc import Mapping

from classifier.contract.errors import ClassifierError
from classifier.instruments.base import InstrumentOption

PIXEL_UM = InstrumentOption(
    "pixel_um",
    "Side of a pixel in µm",
    "Where the files don't say it, as 68. Empty: nobody knows, and sizes stay in pixels.",
)


def pixel_of(options: Mapping[str, str]) -> float | None:
    """None where nothing was said; raises ClassifierError for what is no size."""
    return number_option(options, PIXEL_UM.name)


def number_option(options: Mapping[str, str], name: str) -> float | None:
    """A positive number, None for an empty text; raises ClassifierError for another text."""
    text = (options.get(name) or "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < float("inf"):
        raise ClassifierError(f"{name} is {text!r}. Give a number above 0, or leave it empty.")
    return value
