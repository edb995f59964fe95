from django.urls import reverse

from annotations.projects.waiting import Asker, NextStep, register


def last_place(asker: Asker) -> list[NextStep]:
    """The bench of the project that one was in last; the browser knows where on it (static/js/shell/place.js)."""
    project = asker.last_project
    if project is None:
        return []
    url = reverse("gallery:bench", args=[project.pk])
    return [NextStep("Go on where you were", url, where=project.title, bench=project.pk)]


register(10, last_place)
