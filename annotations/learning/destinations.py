"""Models by their names: their pages begin with what they are good for."""

from django.urls import reverse

from annotations.learning.queries import models_seen_by
from annotations.projects.finding import MOST, Destination, Search, register


def find_models(search: Search) -> list[Destination]:
    """Not archived ones, the newest first."""
    if not search.words:
        return []
    models = models_seen_by(search.user).filter(search.holds_words("name"), archived=None)
    return [
        Destination(
            "Models",
            model.name,
            reverse("learning:detail", args=[model.pk]),
            f"{model.get_method_display()}, {model.created:%Y-%m-%d}",
        )
        for model in models.defer("metrics", "history").prefetch_related(None)[:MOST]
    ]


register(45, find_models)
