"""What comes into a project: packages of this computer, and those that the site fetches itself."""

from pathlib import Path
from typing import Any

import pandas as pd

from seston_client.connection import Connection
from seston_client.errors import SestonError
from seston_client.frames import rows_or_none
from seston_client.jobs import Job
from seston_client.uploads import upload


class ProjectImports:
    """The imports of project `id`. Options of each are those of `POST …/imports/`: `format`, `mode`, `create_taxa`,
    `dry_run` …"""

    id: int
    _connection: Connection

    def import_package(self, package: str | Path, *, wait: bool = True, **options: Any) -> Job:
        """Brings a zip of this computer in; the upload goes on where it was cut off."""
        return self._import({"upload": upload(self._connection, Path(package)), **options}, wait)

    def import_url(self, url: str, *, wait: bool = True, **options: Any) -> Job:
        """Brings in what lies at an address, which the site fetches."""
        return self._import({"url": url, **options}, wait)

    def import_from(self, place: str, path: str = "", *, wait: bool = True, **options: Any) -> Job:
        """Brings in the zip or folder at `path` of a folder or bucket that the site's administrator has opened."""
        return self._import({self._kind_of(place): place, "path": path, **options}, wait)

    def import_places(self) -> pd.DataFrame:
        """Folders and buckets from which you may import, one a row: `name`, `kind`."""
        return rows_or_none(self._places(), ["name", "kind"])

    def import_listing(self, place: str, path: str = "") -> dict[str, Any]:
        """What lies directly at a path of a place: `folders`, and `zips` and `scans` with their sizes in bytes."""
        return self._connection.get(f"projects/{self.id}/imports/places/{place}/", {"path": path})

    def _places(self) -> list[dict[str, Any]]:
        return self._connection.get(f"projects/{self.id}/imports/places/")

    def _kind_of(self, place: str) -> str:
        kinds = {each["name"]: each["kind"] for each in self._places()}
        if place not in kinds:
            names = ", ".join(kinds) or "none"
            raise SestonError(f"There is no place called “{place}” from which you may import: {names}.", 404)
        return kinds[place]

    def _import(self, fields: dict[str, Any], wait: bool) -> Job:
        form = {name: (None, _form_value(value)) for name, value in fields.items()}
        job = Job(self._connection, self._connection.post(f"projects/{self.id}/imports/", files=form))
        return job.wait() if wait else job


def _form_value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
