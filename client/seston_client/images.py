"""Vignettes as a torch Dataset: fetched when they are first asked for, kept in a folder."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
from PIL import Image
from torch.utils.data import Dataset

from seston_client.connection import Connection
from seston_client.errors import SestonError

CACHE = Path.home() / ".cache" / "seston_client"
GONE = (401, 403, 404)  # a signed address that has expired
UNKNOWN = -1


class Vignettes(Dataset):
    """Pairs of a picture, as `transform` makes it of a grey PIL image, and the place of its taxon in `classes`.

    `classes` are the names of the frame's taxa in their order; an object without a taxon has -1.

    `cache` is a folder: a picture is fetched once, by whichever loading process comes first.
    """

    def __init__(
        self,
        connection: Connection,
        objects: pd.DataFrame,
        *,
        transform: Callable[[Image.Image], Any] | None = None,
        cache: str | Path | None = None,
    ) -> None:
        self._connection = connection
        self._transform = transform or _unchanged
        self._cache = Path(cache or CACHE)
        self._ids = objects["id"].tolist()
        self._addresses = objects["image"].tolist()
        self.classes: list[str] = sorted(objects["taxon"].dropna().unique())
        places = {name: place for place, name in enumerate(self.classes)}
        self.targets: list[int] = [places.get(name, UNKNOWN) for name in objects["taxon"]]

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        with Image.open(self.path(index)) as picture:
            return self._transform(picture.convert("L")), self.targets[index]

    def path(self, index: int) -> Path:
        """Where the picture lies on this machine."""
        address = self._addresses[index]
        if not isinstance(address, str):
            raise SestonError(f"Object {self._ids[index]} has no picture.")
        path = self._cache / _name(self._connection.url, address)
        return path if path.exists() else self._fetch(address, self._ids[index], path)

    def _fetch(self, address: str, number: int, path: Path) -> Path:
        try:
            content = self._read(address)
        except SestonError as error:
            if error.status not in GONE:
                raise
            content = self._read(self._connection.get(f"objects/{number}/")["images"][0]["url"])
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:  # never half of one under its name
            file.write(content)
        return Path(file.name).replace(path)

    def _read(self, address: str) -> bytes:
        with self._connection.stream(address) as answer:
            return answer.content


def _unchanged(picture: Image.Image) -> Image.Image:
    """A lambda would not reach loading processes that begin anew."""
    return picture


def _name(site: str, address: str) -> str:
    """Of the address without its signature, which changes."""
    key = hashlib.sha256(f"{site} {urlsplit(address).path}".encode()).hexdigest()
    return f"{key[:2]}/{key}{Path(urlsplit(address).path).suffix}"
