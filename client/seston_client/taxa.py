"""Taxa of the site by their names."""

from typing import Any

import pandas as pd

from seston_client.connection import Connection
from seston_client.errors import SestonError
from seston_client.frames import rows_or_none

COLUMNS = ["id", "name", "lineage", "synonym", "rank", "is_italic"]


class Taxa:
    """The site's tree of taxa, as far as names have to be looked up."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._numbers: dict[str, int] = {}

    def search(self, text: str) -> pd.DataFrame:
        """What begins so, or holds it, best first: `id, name, lineage, synonym, rank`."""
        return rows_or_none(self._search(text), COLUMNS)

    def number_of(self, name: str) -> int:
        """The taxon that is called so.

        Of several with one name, one is meant by its lineage: `part<Copepoda` as the site writes it, or its number.
        """
        if name not in self._numbers:
            self._numbers[name] = self._look_up(name)
        return self._numbers[name]

    def _look_up(self, name: str) -> int:
        same = [taxon for taxon in self._search(name) if taxon["name"].casefold() == name.casefold()]
        if not same:
            raise SestonError(f"No taxon is called “{name}”.", 404)
        if len(same) > 1:
            lines = "; ".join(f"{taxon['id']} is {' › '.join(taxon['lineage'])}" for taxon in same)
            raise SestonError(f"{len(same)} taxa are called “{name}”: take one by its number. {lines}.", 404)
        return same[0]["id"]

    def _search(self, text: str) -> list[dict[str, Any]]:
        return self._connection.get("taxa/", {"q": text})
