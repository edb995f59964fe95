from collections.abc import Sequence

from django import forms

from annotations.results.gradients.query import GradientForm, GradientQuery
from annotations.results.query import ResultsMenus


class GradientMenus(GradientForm):
    """What the page shows, to choose another: of ranks those that its taxa have."""

    def __init__(self, query: GradientQuery, ranks: Sequence[str]):
        super().__init__(
            initial={"along": query.along, "quantity": query.quantity, "scale": query.scale}
            | {"level": query.table.rank, "layer_m": query.table.layer_m}
        )
        of_table = ResultsMenus(query.table, list(ranks))
        self.fields: dict[str, forms.Field] = self.fields | {
            name: of_table.fields[name] for name in ("level", "layer_m")
        }
