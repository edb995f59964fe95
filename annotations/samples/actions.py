"""The only writer of samples, acquisitions, objects and their images. Free columns are written by `columns`, labels by
`labels`.

Everything that comes in (a package, an instrument, a scan, the demo) is made into the rows of `rows.py` and goes
through here, in sets: a chunk is a handful of COPYs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import NamedTuple

import orjson
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from annotations.common.copying import copy_rows
from annotations.pictures.actions import StoredPicture
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Image, Object, ParentImage, Sample
from annotations.samples.rows import NewAcquisition, NewImage, NewObject, Region

OBJECT_COLUMNS = (
    "id, project_id, sample_id, acquisition_id, taxon_id, state, score, margin, entropy, latitude, longitude, "
    "depth_min, depth_max, taken_at, has_time, annotator_id, labelled_at, version"
)
PICTURE_COLUMNS = ["key", "width", "height", "original_key", "origin", "window_low", "window_high"]
REGION_COLUMNS = ["parent_id", "region_x", "region_y", "region_width", "region_height"]
ADDING_LOCK = 7_351_003  # with the project's number: who adds objects to one project takes turns

# A sample lies where its objects lie, on average.
PLACES = """
UPDATE samples_sample s SET latitude = place.latitude, longitude = place.longitude
FROM (SELECT sample_id, avg(latitude) AS latitude, avg(longitude) AS longitude
      FROM samples_object WHERE project_id = %s GROUP BY 1) place
WHERE place.sample_id = s.id
"""


def ensure_sample(*, project: Project, original_id: str, fields: dict[str, str]) -> Sample:
    """The project's sample of that id; one that is new gets `fields`."""
    sample, _ = Sample.objects.get_or_create(
        project=project, original_id=original_id, defaults={"fields": fields}
    )
    return sample


def ensure_acquisition(*, sample_id: int, new: NewAcquisition) -> Acquisition:
    """The sample's acquisition of that id, as it is if it is here already."""
    acquisition, _ = Acquisition.objects.get_or_create(
        sample_id=sample_id,
        original_id=new.original_id,
        defaults={
            "instrument": new.instrument,
            "pixel_um": new.pixel_um,
            "pixel_source": new.pixel_source[:200],
            "fields": new.fields,
            "process_original_id": new.process_original_id,
            "process_fields": new.process_fields,
        },
    )
    return acquisition


def take_turns(*, project: Project) -> None:
    """Until the transaction ends, others wait who add objects to the project: so nobody adds one twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ADDING_LOCK, project.pk % 2**31])


@transaction.atomic
def add_objects(*, project: Project, objects: Sequence[NewObject]) -> dict[str, int]:
    """Writes objects that the project does not have; gives their numbers by their original ids.

    Raises IntegrityError for one that it has: ask `objects_named` first, behind `take_turns`. Labels that came with
    them are logged by `labels.actions.log_imported`, in the same transaction.
    """
    ids = _next_object_ids(len(objects))
    copy_rows("samples_object", OBJECT_COLUMNS, map(_object_row, ids, [project.pk] * len(ids), objects))
    fields = (
        (object_id, project.pk, new.original_id, new.numbers, orjson.dumps(new.texts).decode())
        for object_id, new in zip(ids, objects, strict=True)
    )
    copy_rows("samples_objectfields", 'object_id, project_id, original_id, "values", texts', fields)
    return {new.original_id: object_id for object_id, new in zip(ids, objects, strict=True)}


def _object_row(object_id: int, project_id: int, new: NewObject) -> tuple:
    label = new.label
    return (
        object_id,
        project_id,
        new.sample_id,
        new.acquisition_id,
        label.taxon_id,
        str(label.state),
        label.score,
        label.margin,
        label.entropy,
        new.latitude,
        new.longitude,
        new.depth_min,
        new.depth_max,
        new.taken_at,
        new.has_time,
        label.annotator_id,
        label.labelled_at,
        1,
    )


def _next_object_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('samples_object', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return [object_id for (object_id,) in cursor.fetchall()]


@transaction.atomic
def add_images(*, images: Sequence[NewImage]) -> int:
    """Writes the pictures that their objects do not have yet, by file name; gives how many those were.

    Raises ValidationError for a region that reaches beyond the picture it was cut from.
    """
    for image in images:
        _refuse_outside(image)
    ranks, present = _present_images(sorted({image.object_id for image in images}))
    rows = []
    for image in images:
        if (image.object_id, image.file_name) in present:
            continue
        present.add((image.object_id, image.file_name))
        rank = _free_rank(image.rank, ranks.setdefault(image.object_id, set()))
        rows.append(
            (image.object_id, rank, image.file_name, *image.picture.as_row(), *_region_row(image.region))
        )
    columns = ["object_id", "rank", "file_name", *PICTURE_COLUMNS, *REGION_COLUMNS]
    copy_rows("samples_image", ", ".join(columns), rows)
    return len(rows)


def _refuse_outside(image: NewImage) -> None:
    region = image.region
    if region and not region.is_inside:
        raise ValidationError(
            f"{image.file_name}: its region ({region.width} × {region.height} px at {region.x}, {region.y}) reaches "
            f"beyond {region.parent.file_name}, which has {region.parent.width} × {region.parent.height} px."
        )


def _region_row(region: Region | None) -> tuple[int | None, ...]:
    if region is None:
        return (None,) * len(REGION_COLUMNS)
    return (region.parent.pk, region.x, region.y, region.width, region.height)


def ensure_parent_image(*, acquisition_id: int, file_name: str, picture: StoredPicture) -> ParentImage:
    """The acquisition's larger picture of that name, which images are cut from; as it is if it is here already."""
    parent, _ = ParentImage.objects.get_or_create(
        acquisition_id=acquisition_id, file_name=file_name, defaults=asdict(picture)
    )
    return parent


def _present_images(object_ids: list[int]) -> tuple[dict[int, set[int]], set[tuple[int, str]]]:
    with connection.cursor() as cursor:  # one array, because a thousand parameters take their time
        cursor.execute(
            "SELECT object_id, rank, file_name FROM samples_image WHERE object_id = ANY(%s)", [object_ids]
        )
        rows = cursor.fetchall()
    ranks: dict[int, set[int]] = {}
    names: set[tuple[int, str]] = set()
    for object_id, rank, file_name in rows:
        ranks.setdefault(object_id, set()).add(rank)
        names.add((object_id, file_name))
    return ranks, names


def _free_rank(rank: int | None, ranks: set[int]) -> int:
    """The rank; the next free one where another picture has it, or none is known."""
    free = rank or 0
    while free in ranks:
        free += 1
    ranks.add(free)
    return free


def replace_pictures(*, pictures: Iterable[tuple[Image, StoredPicture]]) -> list[Image]:
    """Gives images another rendering of the same original; gives those that changed."""
    changed = []
    for image, picture in pictures:
        if picture.as_row() != tuple(getattr(image, column) for column in PICTURE_COLUMNS):
            for column in PICTURE_COLUMNS:
                setattr(image, column, getattr(picture, column))
            changed.append(image)
    Image.objects.bulk_update(changed, PICTURE_COLUMNS, batch_size=1000)
    return changed


class RecutImage(NamedTuple):
    """An image with its new picture, and where that was cut out; without a region where it was stays."""

    image: Image
    picture: StoredPicture
    region: Region | None = None


def recut_images(*, images: Sequence[RecutImage]) -> None:
    """Gives images other pictures of the same objects; the files of the former ones stay.

    Raises ValidationError for a region that reaches beyond the picture it was cut from.
    """
    for image, picture, region in images:
        _refuse_outside(NewImage(image.object_id, image.file_name, picture, region=region))
        columns = [*PICTURE_COLUMNS, *(REGION_COLUMNS if region else ())]
        values = (*picture.as_row(), *(_region_row(region) if region else ()))
        for column, value in zip(columns, values, strict=True):
            setattr(image, column, value)
    fields = [column.removesuffix("_id") for column in (*PICTURE_COLUMNS, *REGION_COLUMNS)]
    Image.objects.bulk_update([recut.image for recut in images], fields)


def set_pixel_sizes(*, sizes: dict[Acquisition, str], micrometres: float | None) -> None:
    """Gives acquisitions another side of a pixel; `sizes` says for each where that is from."""
    for acquisition, source in sizes.items():
        acquisition.pixel_um, acquisition.pixel_source = micrometres, source[:200]
    Acquisition.objects.bulk_update(sizes, ["pixel_um", "pixel_source"])


def place_samples(*, project: Project) -> None:
    """Puts each sample where its objects are, on average."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [project.pk])


@transaction.atomic
def delete_objects(*, project: Project, object_ids: Sequence[int]) -> int:
    """Removes those of the objects that are the project's, with all rows of any app that hang on them; gives how many.

    Counts follow by their triggers. Samples and acquisitions stay, also empty ones, and so do the files of pictures:
    their keys are hashes, so other objects and other projects may show the same ones.
    """
    objects = Object.objects.filter(project=project, pk__in=object_ids)
    ids = list(objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    Object.objects.filter(pk__in=ids).delete()
    return len(ids)
