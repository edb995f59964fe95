from collections.abc import Sequence

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import Http404

from annotations.accounts.models import User
from annotations.deletions.models import Deletion, ObjectDeletion
from annotations.labels.models import Tally
from annotations.pictures.keys import image_url
from annotations.projects.access import deleted_projects_of
from annotations.projects.models import Project, Role
from annotations.samples.models import Object, State
from annotations.search.filter import Filter


def bin_of(user: User) -> QuerySet[Deletion]:
    """The deleted projects that the person may restore, the last one first."""
    waiting = Deletion.objects.waiting().filter(project__in=deleted_projects_of(user))
    return waiting.select_related("project", "deleted_by")


def former_deletions(project: Project) -> QuerySet[Deletion]:
    """Each time that the project was deleted and restored."""
    restored = Deletion.objects.filter(project=project).exclude(restored=None)
    return restored.select_related("deleted_by", "restored_by")


def object_deletions(user: User, project: Project) -> QuerySet[ObjectDeletion]:
    """What is in the bin of the project that the person may restore: managers all, others what they deleted."""
    waiting = ObjectDeletion.objects.waiting().filter(project=project)
    visible = waiting if project.role == Role.MANAGER else waiting.filter(deleted_by=user)
    return visible.select_related("deleted_by", "job", "project", "bin", "scan")


def one_of_each_scan(deletions: QuerySet[ObjectDeletion]) -> QuerySet[ObjectDeletion]:
    """Of the corrections of outlines that a person made on a scan within a day the last one alone; `corrections` are
    how many there are."""
    together = ObjectDeletion.objects.waiting().filter(
        project=OuterRef("project"),
        scan=OuterRef("scan"),
        deleted_by=OuterRef("deleted_by"),
        deleted__date=OuterRef("deleted__date"),
    )
    counted = together.order_by().values("scan").annotate(count=Count("pk")).values("count")
    last = deletions.exclude(Exists(together.filter(pk__gt=OuterRef("pk"))))
    return last.annotate(corrections=Coalesce(Subquery(counted), 0))


def corrected_beside(deletions: QuerySet[ObjectDeletion], one: ObjectDeletion) -> QuerySet[ObjectDeletion]:
    """What that person's corrections on that scan put into the bin on that day."""
    same = deletions.filter(scan=one.scan_id, deleted_by=one.deleted_by_id, deleted__date=one.deleted.date())
    return same.annotate(corrections=Value(1))


def open_object_deletion(user: User, project: Project, deletion_id: int) -> ObjectDeletion:
    """Raises Http404 for one that is not in the bin, or not the person's to restore."""
    deletion = object_deletions(user, project).filter(pk=deletion_id).first()
    if deletion is None:
        raise Http404("There is no such deletion in the bin of this project, or it is somebody else's.")
    return deletion


def left_in(deletions: Sequence[ObjectDeletion]) -> dict[int, int]:
    """deletion → how many objects are in the bin now."""
    counts = Tally.objects.filter(project__in=[deletion.bin_id for deletion in deletions if deletion.bin_id])
    totals = dict(counts.values_list("project").annotate(total=Sum("count")))
    return {deletion.pk: totals.get(deletion.bin_id, 0) for deletion in deletions}


def first_ids(project: Project, most: int) -> list[int]:
    objects = Object.objects.filter(project=project).order_by("pk")
    return list(objects.values_list("pk", flat=True)[:most])


PICTURES = 6
FIRST_PICTURES = """
SELECT d.id, i.key, i.width, i.height FROM deletions_objectdeletion d
CROSS JOIN LATERAL (SELECT o.id FROM samples_object o WHERE o.project_id = d.bin_id ORDER BY o.id LIMIT %s) o
JOIN samples_image i ON i.object_id = o.id AND i.rank = 0 WHERE d.id = ANY(%s) ORDER BY d.id, o.id
"""


def first_pictures(deletions: Sequence[ObjectDeletion]) -> dict[int, list[dict]]:
    """deletion → pictures of a few of its objects: [{url, width, height}]."""
    pictures: dict[int, list[dict]] = {deletion.pk: [] for deletion in deletions}
    with connection.cursor() as cursor:
        cursor.execute(FIRST_PICTURES, [PICTURES, list(pictures)])
        for deletion_id, key, width, height in cursor.fetchall():
            pictures[deletion_id].append({"url": image_url(key), "width": width, "height": height})
    return pictures


VALIDATORS = """
SELECT o.annotator_id, count(*) FROM samples_object o WHERE o.project_id = %s AND o.state = %s AND {condition}
GROUP BY 1 ORDER BY 2 DESC, 1
"""


def validators_of(project: Project, criteria: Filter) -> list[tuple[User | None, int]]:
    """Who validated how many of the objects that match, those with most first; None: an account that is gone."""
    condition, params = criteria.narrowed(project.pk).where(project.pk)
    with connection.cursor() as cursor:
        cursor.execute(VALIDATORS.format(condition=condition), [project.pk, State.VALIDATED.value, *params])
        counts = cursor.fetchall()
    people = User.objects.in_bulk([person for person, _ in counts if person])
    return [(people.get(person), count) for person, count in counts]
