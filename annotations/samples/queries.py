"""What others ask of samples and objects."""

from collections.abc import Sequence

from django.db import connection
from django.http import Http404

from annotations.pictures.keys import image_url
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Image, Sample
from annotations.samples.naming import readable_id

FIRST_KEYS = """
SELECT DISTINCT ON (object_id) object_id, key FROM samples_image WHERE object_id = ANY(%s) ORDER BY object_id, rank"""


def first_image(object_id: str, columns: str = "key, width, height") -> str:
    """SQL that joins, as `i`, the picture that pages show of the object; one without a picture falls out."""
    picture = f"SELECT {columns} FROM samples_image WHERE object_id = {object_id} ORDER BY rank LIMIT 1"
    return f"JOIN LATERAL ({picture}) i ON TRUE"


def first_keys(object_ids: Sequence[int]) -> dict[int, str]:
    """The key of the picture that pages show, by object; without those that have none."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_KEYS, [list(object_ids)])
        return dict(cursor.fetchall())


def samples_named(project_id: int, text: str = "", limit: int | None = None) -> list[dict]:
    """Samples whose id holds the text, whatever the case: place, free columns, and the `name` that pages show."""
    samples = Sample.objects.filter(project=project_id).order_by("original_id")
    if text:
        samples = samples.filter(original_id__icontains=text.replace("\0", ""))
    columns = ("id", "original_id", "latitude", "longitude", "fields")
    return [row | {"name": readable_id(row["original_id"])} for row in samples.values(*columns)[:limit]]


def objects_named(project: Project, original_ids: Sequence[str]) -> dict[str, int]:
    """The numbers of those objects that the project has, by their original ids."""
    with connection.cursor() as db:  # one array, because a thousand parameters take their time
        db.execute(
            "SELECT original_id, object_id FROM samples_objectfields WHERE project_id = %s AND original_id = ANY(%s)",
            [project.pk, list(original_ids)],
        )
        return dict(db.fetchall())


def instruments_of(projects: Sequence[int]) -> dict[int, list[str]]:
    """project → the instruments of its acquisitions, by name; without those that name none."""
    acquisitions = Acquisition.objects.filter(sample__project__in=projects).exclude(instrument="")
    by_project: dict[int, list[str]] = {}
    for project, instrument in (
        acquisitions.order_by("instrument").values_list("sample__project", "instrument").distinct()
    ):
        by_project.setdefault(project, []).append(instrument)
    return by_project


def project_of_object(object_id: int) -> int:
    """Raises Http404 when there is no such object."""
    with connection.cursor() as db:
        db.execute("SELECT project_id FROM samples_object WHERE id = %s", [object_id])
        row = db.fetchone()
    if row is None:
        raise Http404("There is no such object, or it belongs to a project that you are not a member of.")
    return row[0]


def samples_of_objects(ids: Sequence[int]) -> list[int]:
    """The samples of these objects, in the order of their numbers."""
    with connection.cursor() as db:
        db.execute("SELECT DISTINCT sample_id FROM samples_object WHERE id = ANY(%s) ORDER BY 1", [list(ids)])
        return [sample_id for (sample_id,) in db.fetchall()]


def of_project(project_id: int, ids: list[int]) -> list[int]:
    """Those of the objects that are the project's."""
    with connection.cursor() as db:
        db.execute("SELECT id FROM samples_object WHERE project_id = %s AND id = ANY(%s)", [project_id, ids])
        return [object_id for (object_id,) in db.fetchall()]


def regions_of(object_id: int) -> dict[int, dict]:
    """Where the object's images lie in the larger pictures that they were cut from, by rank; without those that are
    whole."""
    images = Image.objects.filter(object=object_id, parent__isnull=False).select_related("parent")
    return {
        image.rank: {
            "parent": {
                "id": image.parent_id,
                "url": image_url(image.parent.key),
                "file_name": image.parent.file_name,
                "width": image.parent.width,
                "height": image.parent.height,
            },
            "x": image.region_x,
            "y": image.region_y,
            "width": image.region_width,
            "height": image.region_height,
        }
        for image in images
        if image.parent
    }
