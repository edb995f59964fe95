"""Reads of the names that packages brought."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet
from django.http import Http404

from annotations.common.keyset import Cursor
from annotations.pictures.keys import image_url
from annotations.projects.models import Project, Role
from annotations.samples.queries import first_image
from annotations.taxon_matching.models import NameState, PendingName, Settling
from annotations.traits.models import Trait

PAGE = 50
PICTURES = 4  # of a name
ORDER = "most-objects"  # of the cursors
WAITING = "SELECT count(*) FROM nomenclature_unknownname WHERE project_id = %s AND state = %s"


def names_of_project(project: Project) -> QuerySet[PendingName]:
    """Those that wait first; with how many objects have it, and the traits that apply to it."""
    return _described(project).order_by("-state", "-objects_with_it", "name")


def _described(project: Project) -> QuerySet[Any]:
    names = PendingName.objects.filter(project=project).select_related("taxon", "settled_by")
    traits = Trait.objects.filter(project=project, applies_to_names__contains=[OuterRef("pk")])
    return names.annotate(objects_with_it=Count("labels"), traits=ArraySubquery(traits.values("name")))


def waiting_page(project: Project, text: str = "", cursor: str = "") -> tuple[list[PendingName], str]:
    """Names that wait and have `text` in them, those of most objects first; and the cursor of those that follow."""
    names = _described(project).filter(state=NameState.WAITING, name__icontains=text)
    if cursor:
        last = Cursor.decode(cursor, ORDER)
        if not isinstance(last.key, int) or max(abs(last.key), abs(last.id)) >= 2**63:
            raise ValidationError("`cursor` is damaged: start again without it.")
        names = names.filter(Q(objects_with_it__lt=last.key) | Q(objects_with_it=last.key, pk__gt=last.id))
    page = list(names.order_by("-objects_with_it", "pk")[: PAGE + 1])
    if len(page) <= PAGE:
        return page, ""
    last_name = page[PAGE - 1]
    return page[:PAGE], Cursor(ORDER, last_name.objects_with_it, last_name.pk).encode()


def waiting_names(project: Project, names: Collection[int] | None = None) -> list[PendingName]:
    """All that wait, or those of these numbers. Raises ValidationError where one of these doesn't wait any more."""
    waiting = PendingName.objects.filter(project=project, state=NameState.WAITING).order_by("pk")
    if names is None:
        return list(waiting)
    chosen = list(waiting.filter(pk__in=names))
    if missing := len(set(names)) - len(chosen):
        raise ValidationError(
            f"{missing:,} of the {len(set(names)):,} names {'is' if missing == 1 else 'are'} settled by now: "
            "load the page again. Nothing was done."
        )
    return chosen


def open_name(project: Project, name_id: int) -> PendingName:
    name = PendingName.objects.filter(project=project, pk=name_id).select_related("taxon", "project").first()
    if name is None:
        raise Http404("There is no such name in this project.")
    return name


def described_names(project: Project, names: Collection[int]) -> list[PendingName]:
    """These names, as `names_of_project` has them."""
    return list(_described(project).filter(pk__in=names).order_by("pk"))


def open_settling(project: Project, settling_id: int) -> Settling:
    settling = Settling.objects.filter(project=project, pk=settling_id).first()
    if settling is None:
        raise Http404("Nothing of this number was settled in this project.")
    return settling


@dataclass(frozen=True)
class Left:
    """How much there is to do: names that wait, of all that packages brought, and the objects that wait with them."""

    names: int
    all_names: int
    objects: int


def names_left(project: Project) -> Left:
    waits = Q(state=NameState.WAITING)
    counts = PendingName.objects.filter(project=project).aggregate(
        names=Count("pk", filter=waits, distinct=True),
        all_names=Count("pk", distinct=True),
        objects=Count("labels", filter=waits),
    )
    return Left(**counts)


def names_waiting_for_role(project: Project) -> int:
    """How many names wait that the person with `project.role` may settle: none for who isn't its manager."""
    if project.role.rank < Role.MANAGER.rank:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [project.pk, NameState.WAITING.value])
        return cursor.fetchone()[0]


EXAMPLES = f"""
SELECT n.id, i.* FROM unnest(%s::bigint[]) AS n (id) CROSS JOIN LATERAL (
    SELECT k.object_id FROM nomenclature_keptlabel k WHERE k.unknown_id = n.id ORDER BY k.object_id LIMIT %s
) example {first_image("example.object_id")} ORDER BY n.id, example.object_id
"""


def pictures_behind(names: Sequence[PendingName]) -> dict[int, list[dict]]:
    """By the names' numbers the pictures of a few of their objects, as {url, width, height}."""
    pictures: dict[int, list[dict]] = {name.pk: [] for name in names}
    with connection.cursor() as cursor:
        cursor.execute(EXAMPLES, [list(pictures), PICTURES])
        for name, key, width, height in cursor.fetchall():
            pictures[name].append({"url": image_url(key), "width": width, "height": height})
    return pictures
