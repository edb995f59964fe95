"""What is asked of frames and videos that come in as scans: which frames are taken, and by which clock."""

from collections.abc import Callable, Mapping
from functools import partial

from django.core.exceptions import ValidationError

from classifier.contract.errors import ClassifierError
from classifier.instruments.clocks import UTC_OFFSET, clock_of
from classifier.instruments.pixels import number_option
from classifier.instruments.video import EVERY, PER_SECOND

OPTIONS = (EVERY, PER_SECOND, UTC_OFFSET)
CHECKS: dict[str, Callable[[Mapping[str, str]], object]] = {
    EVERY.name: partial(number_option, name=EVERY.name),
    PER_SECOND.name: partial(number_option, name=PER_SECOND.name),
    UTC_OFFSET.name: clock_of,
}


def checked_frame_options(texts: dict[str, str]) -> dict[str, str]:
    """Without what is empty. Raises ValidationError for what can't be meant."""
    names = [option.name for option in OPTIONS]
    if unknown := [name for name in texts if name not in names]:
        raise ValidationError(f"{unknown[0]!r} says nothing of frames: there are {', '.join(names)}.")
    options = {name: text.strip() for name, text in texts.items() if text.strip()}
    wrong = {name: sentence for name, check in CHECKS.items() if (sentence := _refusal(check, options))}
    if wrong:
        raise ValidationError(wrong)
    return options


def _refusal(check: Callable[[Mapping[str, str]], object], options: Mapping[str, str]) -> str:
    try:
        check(options)
    except ClassifierError as error:
        return str(error)
    return ""
