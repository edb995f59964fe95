"""The projections of a project's objects that there are, and which one a page shows."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from annotations.jobs.models import UNFINISHED, Job
from annotations.labels.tally import project_counts
from annotations.maps.fitting import principal_components
from annotations.maps.models import MapProjection
from annotations.projects.models import Project
from annotations.search.values import whole
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.ranks import italic_among


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


def components_in(project: Project, spaces: list[EmbeddingSpace], number: str) -> MapProjection | None:
    """The project's principal components in the one of its spaces with that number, else in its own; None where nothing
    has been embedded. Raises ValidationError where no object of the project lies in it."""
    if not number:
        return principal_components(project)
    chosen = next((space for space in spaces if space.pk == whole(number, "space")), None)
    if chosen is None:
        raise ValidationError("`space` is none that objects of this project lie in: leave it out.")
    return principal_components(project, chosen)


def italic_taxa(project: Project) -> set[int]:
    """Those of the project's taxa whose names are written in italics."""
    return italic_among({taxon for taxon, *_ in project_counts(project.pk) if taxon})


def job_under_way(project: Project) -> Job | None:
    return Job.objects.filter(project=project, kind="map_objects", state__in=UNFINISHED).first()


def usual_projection(project: Project) -> MapProjection | None:
    components = principal_components(project)
    if components is None:
        return None
    by_umap = projections_of(project).filter(space=components.space, method=MapProjection.Method.UMAP)
    return by_umap.first() or components
