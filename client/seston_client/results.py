"""What a project's objects amount to: tables of results, size spectra."""

from typing import Any

import pandas as pd

from seston_client.connection import Connection
from seston_client.filters import as_params
from seston_client.frames import frame_of_results
from seston_client.spectra import frames_of_spectra
from seston_client.taxa import Taxa


class ProjectResults:
    """The results of project `id`."""

    id: int
    _connection: Connection
    _taxa: Taxa

    def results(
        self, quantity: str = "count", *, by: str = "sample", level: str = "", **filter: Any
    ) -> pd.DataFrame:
        """A table of results: `count`, `concentration` (m⁻³), `biovolume` (mm³ m⁻³), `mean_size` or `share`, by
        `sample`, `acquisition`, `layer` or `project`.

        `level` is a rank of the tree; `states`, `zeros`, `layer_m`, `counts` and any filter go besides. A value that
        cannot be worked out is missing, and `warning` says why.
        """
        params = as_params(
            {"quantity": quantity, "by": by, "level": level or None, **filter}, self._taxa.number_of
        )
        return frame_of_results(self._connection.get(f"projects/{self.id}/results/", params), by)

    def spectra(self, *, by: str = "project", **filter: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Size spectra: the line through each, with its 95 % intervals, and the size classes that it goes through.

        `by` is `project`, `sample`, `layer`, `sun` (day and night) or `taxon`; `measure` and `base`, and any filter, go
        besides.
        """
        shapes = self._connection.get(
            f"projects/{self.id}/spectra/", as_params({"by": by, **filter}, self._taxa.number_of)
        )
        return frames_of_spectra(shapes)
