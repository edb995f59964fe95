"""What bins are called: `D20220519T124533_IFCB134` of an instrument of today, `IFCB1_2009_216_075913` of the first."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

NEW = re.compile(r"(D(\d{8}T\d{6})_(IFCB\d+))")
OLD = re.compile(r"((IFCB\d+)_(\d{4}_\d{3}_\d{6}))")  # year, day of the year, hour, minute, second


@dataclass(frozen=True, slots=True)
class BinName:
    """`text` is the bin's id; when it began, in UTC, or None where the digits are no time."""

    text: str
    instrument: str
    started: datetime | None
    is_new: bool

    @classmethod
    def at_start(cls, file_name: str) -> "BinName | None":
        """The bin that a file's name begins with; None for any other file."""
        if match := NEW.match(file_name):
            return cls(match[1], match[3], _moment(match[2], "%Y%m%dT%H%M%S"), True)
        if match := OLD.match(file_name):
            return cls(match[1], match[2], _moment(match[3], "%Y_%j_%H%M%S"), False)
        return None


def _moment(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None
