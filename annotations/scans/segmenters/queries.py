"""What pages and the API read of segmenters, and the scans that one can learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.projects.access import open_project, projects_seen_by, role_in
from annotations.projects.models import Project, Role
from annotations.samples.models import State
from annotations.scans.models import Outline, OutlineSource, Scan
from annotations.scans.queries import scans_of
from annotations.scans.segmenters.models import Segmenter
from annotations.taxonomy.models import Taxon

MOST_OFFERED = 100  # scans that the form lists
BY_PEOPLE = Q(object__state=State.VALIDATED) | Q(source__in=(OutlineSource.DRAWN, OutlineSource.IMPORTED))


class OutlineCounts(NamedTuple):
    """Objects that are outlined on a scan, and how many of these people settled, drew or brought in."""

    objects: int
    by_people: int


@dataclass(frozen=True)
class OutlinedScan:
    """A scan with how many objects are outlined on it, and of these how many people settled, drew or brought in."""

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


def scans_to_learn_from(project: Project) -> list[OutlinedScan]:
    """The newest that have outlines, MOST_OFFERED at most."""
    drawn = _outlines(project).filter(parent=OuterRef("pk"))
    scans = list(scans_of(project).filter(Exists(drawn)).order_by("-pk")[:MOST_OFFERED])
    counts = outlines_on(project, scans)
    return [OutlinedScan(scan, *counts[scan.pk]) for scan in scans]


def outlines_on(project: Project, scans: Sequence[Scan]) -> dict[int, OutlineCounts]:
    """Of the project's objects on each of the scans that has any."""
    drawn = _outlines(project).filter(parent__in=[scan.pk for scan in scans]).order_by()
    counts = drawn.values("parent").annotate(n=Count("pk"), by_people=Count("pk", filter=BY_PEOPLE))
    return {row["parent"]: OutlineCounts(row["n"], row["by_people"]) for row in counts}


def taxa_on(project: Project, scans: Sequence[Scan], least: int) -> list[Taxon]:
    """Of which as many validated objects are outlined on the scans, by number."""
    validated = _outlines(project).filter(
        parent__in=[scan.pk for scan in scans], object__state=State.VALIDATED
    )
    counts = validated.order_by().values(taxon=F("object__taxon")).annotate(n=Count("pk"))
    return list(
        Taxon.objects.filter(pk__in=[row["taxon"] for row in counts if row["n"] >= least]).order_by("pk")
    )


def _outlines(project: Project) -> QuerySet[Outline]:
    """Not of what is in the bin, whose outlines stay on the scan."""
    return Outline.objects.filter(object__project=project)
