"""The projections of a project's objects that there are, and which one a page shows."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from annotations.jobs.models import UNFINISHED, Job
from annotations.maps.fitting import principal_components
from annotations.maps.models import MapProjection
from annotations.projects.models import Project
from annotations.search.values import whole


def projections_of(project: Project) -> QuerySet[MapProjection]:
    """Those that can be shown, the newest first."""
    drawable = MapProjection.objects.filter(project=project, space__is_ready=True).exclude(bounds=[])
    return drawable.select_related("space").order_by("-created", "-id")


def chosen_projection(project: Project, number: str) -> MapProjection | None:
    """The one of that number; where it is empty, UMAP of the project's own space where there is one, else its principal
    components. None where nothing has been embedded. Raises ValidationError where the project has no such projection.
    """
    if not number:
        return usual_projection(project)
    chosen = projections_of(project).filter(pk=whole(number, "projection")).first()
    if chosen is None:
        raise ValidationError("`projection` is of a map that this project has no more: leave it out.")
    return chosen


def job_under_way(project: Project) -> Job | None:
    return Job.objects.filter(project=project, kind="map_objects", state__in=UNFINISHED).first()


def usual_projection(project: Project) -> MapProjection | None:
    components = principal_components(project)
    if components is None:
        return None
    by_umap = projections_of(project).filter(space=components.space, method=MapProjection.Method.UMAP)
    return by_umap.first() or components
