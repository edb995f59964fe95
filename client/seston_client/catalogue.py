"""What a site shows to everybody: models and data sets, by name."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from seston_client.connection import Connection
from seston_client.described import Described
from seston_client.errors import SestonError
from seston_client.frames import rows_or_none

COLUMNS = ["id", "name", "description", "licence", "url"]


@dataclass(frozen=True)
class CatalogueEntry(Described):
    """A public model or data set: `shape` has also `scivision` and, of a model, `deepaas`. A data set names no taxa:
    its page has them."""

    shape: dict[str, Any]

    @property
    def licence(self) -> str:
        return self.shape["licence"]

    @property
    def url(self) -> str:
        """Of its page."""
        return self.shape["url"]


class Catalogue:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def models(self, q: str = "") -> pd.DataFrame:
        """The public models, one a row; with `q`, those whose name holds it."""
        return self._frame("models", q)

    def datasets(self, q: str = "") -> pd.DataFrame:
        """The public projects, one a row; with `q`, those whose title holds it."""
        return self._frame("projects", q)

    def find_model(self, name: str) -> CatalogueEntry:
        """The newest model of that name, else the only one whose name holds it. SestonError where none is."""
        return self._find("models", name, "model")

    def find_dataset(self, name: str) -> CatalogueEntry:
        """The newest data set of that title, else the one whose title holds it. Raises SestonError as `find_model`."""
        return self._find("projects", name, "data set")

    def _find(self, kind: str, name: str, noun: str) -> CatalogueEntry:
        shapes = self._all(kind, name)
        same = [shape for shape in shapes if shape["name"] == name]
        if same or len(shapes) == 1:
            return CatalogueEntry((same or shapes)[0])
        if not shapes:
            raise SestonError(f"No public {noun} is called “{name}”.", 404)
        several = ", ".join(f"“{shape['name']}”" for shape in shapes[:5])
        raise SestonError(f"{len(shapes)} public {noun}s are called like “{name}”: {several}.", 404)

    def _frame(self, kind: str, q: str) -> pd.DataFrame:
        return rows_or_none(
            [{name: shape[name] for name in COLUMNS} for shape in self._all(kind, q)], COLUMNS
        )

    def _all(self, kind: str, q: str) -> list[dict[str, Any]]:
        query = {"q": q} if q else {}
        shapes: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self._connection.get(f"catalogue/{kind}/", query | ({"cursor": cursor} if cursor else {}))
            shapes += page["results"]
            cursor = page["next"]
        return shapes
