from collections.abc import Sequence

from annotations.results.counting import counting_menu
from annotations.results.gradients.query import GradientForm, GradientQuery


class GradientMenus(GradientForm):
    """What the page shows, to choose another."""

    def __init__(self, query: GradientQuery, ranks: Sequence[str]):
        own = {"along": query.along, "quantity": query.quantity, "scale": query.scale}
        super().__init__(initial=own | counting_menu(query.table))
        self.offer_ranks(ranks)
