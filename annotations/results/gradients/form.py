from annotations.results.counting import TaxonChoices, counting_menu
from annotations.results.gradients.query import GradientForm, GradientQuery


class GradientMenus(GradientForm):
    """What the page shows, to choose another."""

    def __init__(self, query: GradientQuery, choices: TaxonChoices):
        own = {
            "along": query.along,
            "quantity": query.quantity,
            "scale": query.scale,
            "drawing": query.drawing,
        }
        super().__init__(initial=own | counting_menu(query.table))
        self.offer(choices)
