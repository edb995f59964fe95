"""What the address of an export says: the filter, the format, answers to what that asks."""

from dataclasses import dataclass

from django.http import QueryDict

from annotations.accounts.models import User
from annotations.exports.options import COLUMNS, columns_under_vignettes
from annotations.exports.registry import ExportFormat, format_named, formats
from annotations.search.filter import Filter

USUAL = "ecotaxa"


@dataclass(frozen=True)
class ExportAddress:
    """A page of export as it is asked for."""

    query: QueryDict
    objects: Filter
    format: ExportFormat

    @classmethod
    def read(cls, query: QueryDict, user: User) -> "ExportAddress":
        """Raises ValidationError for a filter or a format that is none."""
        return cls(query, Filter.parse(query, user), format_named(query.get("format", USUAL)))

    @property
    def options(self) -> dict[str, str]:
        """What the format asks, as the address answers it or by default."""
        return {option.name: self.query.get(option.name, option.default) for option in self.format.options}

    @property
    def links(self) -> dict[str, str]:
        """The same page for each format, by its title."""
        return {each.title: self._changed(format=each.name) for each in formats().values()}

    @property
    def columns_link(self) -> str:
        """Fills in the columns that the bench shows; empty where it shows none, or the format takes no columns."""
        columns = columns_under_vignettes(self.query.getlist("show"))
        return self._changed(columns=columns) if columns and COLUMNS in self.format.options else ""

    def _changed(self, **changed: str) -> str:
        address = self.query.copy()
        for name, value in changed.items():
            address[name] = value
        return f"?{address.urlencode()}"
