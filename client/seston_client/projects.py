"""A project: its objects, labels, pictures, results, packages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
from tqdm.auto import tqdm

from seston_client.connection import Connection
from seston_client.downloads import download
from seston_client.errors import SestonError
from seston_client.filters import as_params
from seston_client.frames import frame_of_counts, frame_of_objects, rows_or_none
from seston_client.imports import ProjectImports
from seston_client.jobs import Job
from seston_client.labelling import A_CALL, Labelling, LabellingStopped, targets
from seston_client.models import Model
from seston_client.results import ProjectResults
from seston_client.taxa import Taxa
from seston_client.traits import TraitLabelling, trait_targets

if TYPE_CHECKING:
    from seston_client.images import Vignettes

A_PAGE = 1000  # objects
Done = TypeVar("Done", bound=Labelling)
SAMPLE_COLUMNS = ["id", "original_id", "latitude", "longitude", "fields", "name"]


class Project(ProjectImports, ProjectResults):
    """A project of the site."""

    def __init__(self, connection: Connection, taxa: Taxa, shape: Mapping[str, Any]) -> None:
        self._connection = connection
        self._taxa = taxa
        self.id: int = shape["id"]
        self.title: str = shape["title"]
        self.shape = shape

    def __repr__(self) -> str:
        return f"<Project {self.id}: {self.title}>"

    # --- Objects -----------------------------------------------------------------------------------------------------

    def objects(self, *, limit: int | None = None, has_bar: bool = False, **filter: Any) -> pd.DataFrame:
        """What matches the filter, one object a row, in the order of `order`; at most `limit`.

        `fields` names the free columns that come along, as `fields=["area", "esd"]`, which takes a fraction of the time
        of all; `fields=""` leaves them out.
        Read page by page; `pages()` gives these one by one where all would not fit into memory.
        """
        shapes: list[dict[str, Any]] = []
        with tqdm(desc=self.title, total=limit, unit="object", disable=not has_bar) as bar:
            for page in self._pages(filter, limit):
                shapes += page
                bar.update(len(page))
        return frame_of_objects(shapes)

    def pages(self, **filter: Any) -> Iterator[pd.DataFrame]:
        """As `objects()`, a thousand at a time."""
        return map(frame_of_objects, self._pages(filter, None))

    def counts(self, **filter: Any) -> pd.DataFrame:
        """How many objects match, per taxon and state."""
        return frame_of_counts(self._connection.get(self._path("counts/"), self._params(filter)))

    def samples(self) -> pd.DataFrame:
        return rows_or_none(self._connection.get(self._path("samples/")), SAMPLE_COLUMNS)

    def _pages(self, filter: Mapping[str, Any], limit: int | None) -> Iterator[list[dict[str, Any]]]:
        params: dict[str, Any] = self._params(filter)
        remaining = limit
        while remaining is None or remaining > 0:
            size = A_PAGE if remaining is None else min(A_PAGE, remaining)
            page = self._connection.get(self._path("objects/"), {**params, "limit": size})
            yield page["results"]
            if page["next"] is None:
                return
            params["cursor"] = page["next"]
            remaining = None if remaining is None else remaining - len(page["results"])

    # --- Labels ------------------------------------------------------------------------------------------------------

    def label(
        self, objects: pd.DataFrame, *, taxon: int | str | None = None, state: str | None = None
    ) -> Labelling:
        """Gives the objects of a frame (its columns `id` and `version`) a taxon, by number or name, and/or a state.

        What somebody changed since the frame was read is not overwritten: it comes back as a conflict.
        """
        all_targets = targets(objects)
        parts = [all_targets[start : start + A_CALL] for start in range(0, len(all_targets), A_CALL)]
        return self._label([{"objects": part, **self._as_label(taxon, state)} for part in parts])

    def label_each(self, objects: pd.DataFrame, taxa: pd.Series) -> Labelling:
        """Validates each object as a taxon of its own: `taxa` are numbers or names, in the rows of `objects`."""
        numbers = [self._number(taxon) for taxon in taxa]
        all_targets = targets(objects)
        if len(numbers) != len(all_targets):
            raise ValueError(
                f"{len(all_targets)} objects and {len(numbers)} taxa: one is needed for each object."
            )
        own = {str(target["id"]): number for target, number in zip(all_targets, numbers, strict=True)}
        parts = [all_targets[start : start + A_CALL] for start in range(0, len(all_targets), A_CALL)]
        return self._label(
            [{"objects": part, "taxa": {str(t["id"]): own[str(t["id"])] for t in part}} for part in parts]
        )

    def label_matching(
        self,
        filter: Mapping[str, Any],
        *,
        expected: int,
        taxon: int | str | None = None,
        state: str | None = None,
    ) -> Labelling:
        """All that matches, at one stroke; where that is another number than `expected`, nothing is done."""
        body = {"filter": self._params(filter), "expected": expected, **self._as_label(taxon, state)}
        return self._label([body])

    def set_trait(self, objects: pd.DataFrame, trait: str, value: object) -> TraitLabelling:
        """Gives the objects of a frame a value of the trait with this key: a choice's key, a list of them, a number,
        words; None takes it away. What somebody said since the frame was read stays: it comes back as a conflict.
        """
        all_targets = trait_targets(objects, trait)
        parts = [all_targets[start : start + A_CALL] for start in range(0, len(all_targets), A_CALL)]
        bodies = [{"trait": trait, "objects": part, "value": value} for part in parts]
        return self._send_each("trait-values/", bodies, TraitLabelling)

    def _label(self, bodies: Iterable[dict[str, Any]]) -> Labelling:
        return self._send_each("annotations/", bodies, Labelling)

    def _send_each(self, path: str, bodies: Iterable[dict[str, Any]], kind: type[Done]) -> Done:
        outcomes: list[dict[str, Any]] = []
        try:
            for body in bodies:
                outcomes.append(self._connection.post(self._path(path), body, is_repeatable=True))
        except SestonError as error:
            raise LabellingStopped(error, kind(self._connection, outcomes)) from error
        return kind(self._connection, outcomes)

    def _as_label(self, taxon: int | str | None, state: str | None) -> dict[str, Any]:
        label = {"taxon": None if taxon is None else self._number(taxon), "state": state}
        return {name: value for name, value in label.items() if value is not None}

    # --- Pictures, packages ------------------------------------------------------------------------------------------

    def images(
        self, objects: pd.DataFrame, *, transform: Callable | None = None, cache: str | Path | None = None
    ) -> "Vignettes":
        """A torch Dataset of the objects' first pictures and the places of their taxa in its `classes`."""
        from seston_client.images import Vignettes  # pillow and torch, for who wants pictures

        return Vignettes(self._connection, objects, transform=transform, cache=cache)

    def export(
        self,
        to: str | Path,
        *,
        format: str = "ecotaxa",
        filter: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Path:
        """Writes a package of the project, or of what matches, to a path; waits for it with a bar."""
        body = {"format": format, "filter": self._params(filter or {}), **options}
        job = Job(self._connection, self._connection.post(self._path("exports/"), body)).wait()
        return download(self._connection, job.result["url"], Path(to))

    def predict(self, model: Model, *, wait: bool = True, **filter: Any) -> Job:
        """Lets the model name what nobody has settled, or what of it matches."""
        body = {"model": model.id, "filter": self._params(filter)}
        job = Job(self._connection, self._connection.post(self._path("predictions/"), body))
        return job.wait() if wait else job

    def _path(self, rest: str) -> str:
        return f"projects/{self.id}/{rest}"

    def _params(self, filter: Mapping[str, Any]) -> dict[str, list[str]]:
        return as_params(filter, self._taxa.number_of)

    def _number(self, taxon: int | str) -> int:
        return self._taxa.number_of(taxon) if isinstance(taxon, str) else int(taxon)
