"""Labels of marks by the names that files give them."""

from django.db.models import Q
from django.utils.text import slugify

from annotations.marks.actions import free_look, make_label
from annotations.marks.models import Colour, Dash, MarkLabel, PointShape
from annotations.projects.models import Project

MOST_NAME = 100  # characters


def label_named(*, project: Project, name: str) -> MarkLabel:
    """The project's label of that name or key; made, in a look of its own, where it has none. Names are cut."""
    name = name[:MOST_NAME].strip()
    labels = project.mark_labels.filter(Q(key__iexact=name) | Q(name__iexact=name)).order_by(
        "-is_active", "pk"
    )
    return labels.first() or _made(project, name)


def _made(project: Project, name: str) -> MarkLabel:
    place = project.mark_labels.count()
    look = free_look(project, {"dash": Dash.SOLID, "shape": PointShape.CIRCLE})
    colours = list(Colour.values)
    return make_label(
        project=project,
        key=_free_key(project, slugify(name)[:46] or "label"),
        name=name,
        colour=colours[place % len(colours)],
        position=place,
        **look,
    )


def _free_key(project: Project, key: str) -> str:
    used = set(project.mark_labels.values_list("key", flat=True))
    return next(each for each in (key, *(f"{key}-{number}" for number in range(2, 999))) if each not in used)
