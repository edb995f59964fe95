"""What others ask of samples and objects."""

from collections.abc import Sequence

from annotations.projects.models import Project
from annotations.samples.models import ObjectFields


def first_image(object_id: str, columns: str = "key, width, height") -> str:
    """SQL that joins, as `i`, the picture that pages show of the object; one without a picture falls out."""
    picture = f"SELECT {columns} FROM samples_image WHERE object_id = {object_id} ORDER BY rank LIMIT 1"
    return f"JOIN LATERAL ({picture}) i ON TRUE"


def objects_named(project: Project, original_ids: Sequence[str]) -> dict[str, int]:
    """The numbers of those objects that the project has, by their original ids."""
    rows = ObjectFields.objects.filter(project=project, original_id__in=original_ids)
    return dict(rows.values_list("original_id", "object_id"))
