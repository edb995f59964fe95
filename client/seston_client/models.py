"""Models of the site: what they are, and what they say of pictures."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm.auto import tqdm

from seston_client.connection import Connection
from seston_client.described import Described

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp")
A_CALL = 100  # pictures
A_CALL_BYTES = 60_000_000
COLUMNS = ["file", "taxon", "taxon_id", "score", "label", "is_novel", "error"]


class Model(Described):
    """A model of the site with its card."""

    def __init__(self, connection: Connection, shape: dict[str, Any]) -> None:
        self._connection = connection
        self.shape = shape

    def __repr__(self) -> str:
        return f"<Model {self.id}: {self.name}>"

    @property
    def metrics(self) -> dict[str, Any]:
        """From held-out objects, with intervals; those by taxon, too."""
        return self._connection.get(f"models/{self.id}/")["metrics"]

    def predict(
        self,
        pictures: str | Path | Iterable[str | Path],
        *,
        pixel_um: float | None = None,
        has_bar: bool = True,
    ) -> pd.DataFrame:
        """One row a picture: `file`, its best `taxon` with `taxon_id` and calibrated `score`, the `label` that a
        prediction would write (None where that is not sure enough), `is_novel`, `error`.

        `pictures` is a folder (with all below it), or paths; `pixel_um` the size of a pixel in µm, where the model
        knows sizes. A picture that cannot be read has its `error`, the others have their taxa.
        """
        paths = _paths(pictures)
        rows: list[dict[str, Any]] = []
        with tqdm(total=len(paths), desc=self.name, unit="picture", disable=not has_bar) as bar:
            for part in _parts(paths):
                rows += map(_row, part, self._ask(part, pixel_um))
                bar.update(len(part))
        return pd.DataFrame(rows, columns=COLUMNS)

    def _ask(self, paths: list[Path], pixel_um: float | None) -> list[dict[str, Any]]:
        with ExitStack() as stack:
            files = [("images", (path.name, stack.enter_context(path.open("rb")))) for path in paths]
            data = {} if pixel_um is None else {"pixel_um": str(pixel_um)}
            return self._connection.post(f"models/{self.id}/predict/", files=files, data=data)


def _paths(pictures: str | Path | Iterable[str | Path]) -> list[Path]:
    if not isinstance(pictures, (str, Path)):
        return [Path(path) for path in pictures]
    folder = Path(pictures)
    if folder.is_file():
        return [folder]
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise FileNotFoundError(f"{folder} has no picture ({', '.join(SUFFIXES)}).")
    return paths


def _parts(paths: list[Path]) -> Iterator[list[Path]]:
    """As many pictures as one request takes."""
    part: list[Path] = []
    size = 0
    for path in paths:
        bytes_of_it = path.stat().st_size
        if part and (len(part) == A_CALL or size + bytes_of_it > A_CALL_BYTES):
            yield part
            part, size = [], 0
        part.append(path)
        size += bytes_of_it
    if part:
        yield part


def _row(path: Path, answer: dict[str, Any]) -> dict[str, Any]:
    best = (answer.get("taxa") or [{}])[0]
    return {
        "file": str(path),
        "taxon": best.get("name"),
        "taxon_id": best.get("id"),
        "score": best.get("score"),
        "label": (answer.get("label") or {}).get("name"),
        "is_novel": answer.get("is_novel"),
        "error": answer.get("error", ""),
    }
