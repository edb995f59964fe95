"""What the pages and the API ask for: a person, a moment."""

from datetime import UTC, datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.dateparse import parse_date, parse_datetime

from annotations.accounts.models import User
from annotations.history.queries import person_of
from annotations.projects.models import Project, Role

ANYBODY = "all"


def read_moment(text: str, name: str, *, is_end: bool = False) -> datetime | None:
    """A date, or date and time, in UTC unless it says otherwise: `2026-11-28`, `2026-11-28T14:30`. Empty: None.

    A date alone is its beginning; with `is_end`, the beginning of the next day, so that all of it belongs to it.
    """
    text = text.strip()
    try:
        if not text:
            return None
        if day := parse_date(text):
            start = datetime.combine(day, time(), UTC)
            return start + timedelta(days=1) if is_end else start
        if moment := parse_datetime(text):
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    raise ValidationError(
        f"`{name}` is {text!r}, but takes a date as 2026-11-28, or a time as 2026-11-28T14:30, in UTC."
    )


def read_person(text: str, project: Project, asker: User) -> User | None:
    """Whose actions: the asker's own where it is empty, None for everybody's.

    Raises PermissionDenied for others', unless the asker is an expert, ValidationError for who did nothing here.
    """
    if text in ("", str(asker.pk)):
        return asker
    if project.role.rank < Role.EXPERT.rank:
        raise PermissionDenied("Only an expert or a manager sees what others did last.")
    if text == ANYBODY:
        return None
    if text.isdecimal() and len(text) < 19 and (person := person_of(project, int(text))):
        return person
    raise ValidationError(
        f"`person` is {text!r}, but takes the number of somebody who did something in this project, or `{ANYBODY}`."
    )
