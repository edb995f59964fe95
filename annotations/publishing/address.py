"""What the address of the page Darwin Core says: a filter, and options of the archive beside it."""

from django.http import QueryDict

from annotations.accounts.models import User
from annotations.exports.registry import ExportFormat
from annotations.search.filter import Filter


def read_archive_filter(query: QueryDict, user: User, archive: ExportFormat) -> Filter:
    """Raises ValidationError for what is neither a condition nor an option of the archive."""
    rest = query.copy()
    for option in archive.options:
        rest.pop(option.name, None)
    return Filter.parse(rest, user)


def read_archive_options(query: QueryDict, archive: ExportFormat) -> dict[str, str]:
    """Those that are there, as they stand there."""
    return {option.name: str(query[option.name]) for option in archive.options if option.name in query}
