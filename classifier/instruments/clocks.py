"""Clocks of instruments whose files don't say in which time zone they ran."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from classifier.contract.errors import ClassifierError
from classifier.instruments.base import InstrumentOption

UTC_OFFSET = InstrumentOption(
    "utc_offset",
    "The instrument's clock is ahead of UTC by",
    "Hours, as 2 or -3.5. The files have times without a time zone; they are read as UTC where nothing is said.",
    default="0",
)
MOST_HOURS = 24


def clock_of(options: Mapping[str, str]) -> timezone:
    """The time zone of the instrument's clock; raises ClassifierError for what is no number of hours."""
    text = (options.get(UTC_OFFSET.name) or UTC_OFFSET.default).strip()
    try:
        hours = float(text)
    except ValueError:
        hours = float("nan")
    if not -MOST_HOURS < hours < MOST_HOURS:
        raise ClassifierError(
            f"utc_offset is {text!r}. Say by how many hours the clock is ahead of UTC, as 2 or -3.5."
        )
    return timezone(timedelta(hours=hours))


def in_zone(moment: datetime | None, clock: timezone) -> datetime | None:
    """A moment by the instrument's clock as a moment in UTC; one with a time zone of its own keeps it."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=clock)).astimezone(UTC)
