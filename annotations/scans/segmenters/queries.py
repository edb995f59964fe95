"""What pages and the API read of segmenters, and the scans that one can learn from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.projects.access import open_project, projects_seen_by, role_in
from annotations.projects.models import Project, Role
from annotations.samples.models import Image, State
from annotations.scans.models import Outline, OutlineSource, Scan
from annotations.scans.queries import scans_of
from annotations.scans.segmenters.declaring import SegmenterKind
from annotations.scans.segmenters.models import Segmenter
from annotations.taxonomy.models import Taxon

MOST_OFFERED = 100  # scans that the form lists
OBJECTS = Count("object", distinct=True)
VALIDATED = Q(object__state=State.VALIDATED)
BY_PEOPLE = VALIDATED | Q(source__in=(OutlineSource.DRAWN, OutlineSource.IMPORTED))


class ObjectCounts(NamedTuple):
    """Objects that lie on a scan, and how many of these people settled, drew or brought in."""

    objects: int
    by_people: int


@dataclass(frozen=True)
class OutlinedScan:
    """A scan with how many objects lie on it, and of these how many people settled, drew or brought in."""

    scan: Scan
    objects: int
    by_people: int


def segmenters_of(project: Project) -> QuerySet[Segmenter]:
    return Segmenter.objects.filter(project=project).select_related("job", "owner")


def segmenters_to_apply(user: User) -> QuerySet[Segmenter]:
    """Those of all projects that the person sees: scans of another project may be like theirs."""
    return Segmenter.objects.filter(is_ready=True, archived=None, project__in=projects_seen_by(user))


def open_segmenter(user: User, segmenter_id: int, least: Role = Role.VIEWER) -> Segmenter:
    """For whom its project is open. Raises Http404 and PermissionDenied."""
    segmenter = Segmenter.objects.filter(pk=segmenter_id).select_related("job", "owner", "recipe").first()
    if segmenter is None or role_in(user, segmenter.project_id) is None:
        raise Http404("There is no such segmenter, or it is of a project that you are not a member of.")
    segmenter.project = open_project(user, segmenter.project_id, least)
    return segmenter


def scans_to_learn_from(project: Project, kind: SegmenterKind) -> list[OutlinedScan]:
    """The newest that have what the kind learns from, MOST_OFFERED at most."""
    is_there = Q(Exists(_outlines(project).filter(parent=OuterRef("pk"))))
    if not kind.has_outlines:
        is_there |= Q(Exists(boxes_without_outline(project).filter(parent=OuterRef("pk"))))
    scans = list(scans_of(project).filter(is_there).order_by("-pk")[:MOST_OFFERED])
    counts = objects_on(project, kind, scans)
    return [OutlinedScan(scan, *counts[scan.pk]) for scan in scans]


def objects_on(project: Project, kind: SegmenterKind, scans: Sequence[Scan]) -> dict[int, ObjectCounts]:
    """Of the project's objects that the kind can learn from on each of the scans that has any."""
    counts: dict[int, ObjectCounts] = {}
    for rows in _learnt_from(project, kind, scans):
        people = Count("object", distinct=True, filter=BY_PEOPLE if rows.model is Outline else VALIDATED)
        for row in rows.values("parent").annotate(n=OBJECTS, by_people=people):
            before = counts.get(row["parent"], ObjectCounts(0, 0))
            counts[row["parent"]] = ObjectCounts(
                before.objects + row["n"], before.by_people + row["by_people"]
            )
    return counts


def taxa_on(project: Project, kind: SegmenterKind, scans: Sequence[Scan], least: int) -> list[Taxon]:
    """Of which as many validated objects lie on the scans, by number."""
    counts: Counter[int] = Counter()
    for rows in _learnt_from(project, kind, scans):
        by_taxon = rows.filter(VALIDATED).values(taxon=F("object__taxon"))
        counts.update({row["taxon"]: row["n"] for row in by_taxon.annotate(n=OBJECTS)})
    frequent = [taxon for taxon, count in counts.items() if count >= least]
    return list(Taxon.objects.filter(pk__in=frequent).order_by("pk"))


def boxes_without_outline(project: Project) -> QuerySet[Image]:
    """Vignettes of objects without an outline, with the region that each was cut from. Not of what is in the bin."""
    return Image.objects.filter(object__project=project, object__outline=None, parent__isnull=False)


def _learnt_from(project: Project, kind: SegmenterKind, scans: Sequence[Scan]) -> list[QuerySet]:
    """Outlines, and for a kind that learns boxes what has none."""
    rows: list[QuerySet] = [_outlines(project)]
    if not kind.has_outlines:
        rows.append(boxes_without_outline(project))
    return [each.filter(parent__in=[scan.pk for scan in scans]).order_by() for each in rows]


def _outlines(project: Project) -> QuerySet[Outline]:
    """Not of what is in the bin, whose outlines stay on the scan."""
    return Outline.objects.filter(object__project=project)
