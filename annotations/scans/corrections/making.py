"""Rows of what a correction makes: an object that stays with another outline, and new objects."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from annotations.measurements.actions import ensure_number_columns
from annotations.projects.models import Project
from annotations.samples.actions import RecutImage, add_images, add_objects, recut_images
from annotations.samples.columns import update_numbers
from annotations.samples.models import Image, Object
from annotations.samples.rows import NewImage, NewObject
from annotations.scans.corrections.models import OutlineCorrection
from annotations.scans.corrections.outlined import OutlinedObject
from annotations.scans.corrections.preparing import PreparedOutline
from annotations.scans.corrections.states import write_outline
from annotations.scans.models import OutlineSource, Scan
from annotations.scans.sampling_fields import circumstances_on
from annotations.scans.segmentation.naming import numbered_names
from annotations.similarity.removing import remove_outdated

DRAWN = OutlineSource.DRAWN.value
CIRCUMSTANCES = (
    "sample_id",
    "acquisition_id",
    "latitude",
    "longitude",
    "depth_min",
    "depth_max",
    "taken_at",
    "has_time",
)


def bar_name(name: str) -> str:
    """The file of an object's picture that has a scale bar."""
    return f"{name}_scale.png"


def has_scale_bar(one: OutlinedObject) -> bool:
    return Image.objects.filter(object=one.id, file_name=bar_name(one.name)).exists()


def replace_outline(project: Project, scan: Scan, one: OutlinedObject, outline: PreparedOutline) -> None:
    """Outline, vignettes and measurements of an object; all else on it stays."""
    write_outline(
        scan,
        one.id,
        box=outline.box,
        counts=outline.counts,
        source=DRAWN,
        revision=one.revision + 1,
    )
    _recut(scan, one, outline)
    positions = ensure_number_columns(project=project, names=list(outline.numbers))
    update_numbers(project=project, positions=positions, rows=[(one.id, list(outline.numbers.values()))])
    remove_outdated(object_ids=[one.id])


def _recut(scan: Scan, one: OutlinedObject, outline: PreparedOutline) -> None:
    images = list(Image.objects.filter(object=one.id).order_by("rank"))
    own = next((image for image in images if image.parent_id == scan.pk), None)
    bar = next((image for image in images if image.file_name == bar_name(one.name)), None)
    plain, *barred = outline.pictures
    recut_images(images=[RecutImage(bar, picture) for picture in barred if bar and not _has_marks(bar)])
    if own and not _has_marks(own):
        recut_images(images=[RecutImage(own, plain, outline.region)])
        return
    if own:  # marks stay on the picture that they were drawn on
        Image.objects.filter(pk=own.pk).update(rank=images[-1].rank + 1)
    name = f"{one.name}_{one.revision + 1}.png"
    add_images(images=[NewImage(one.id, name, plain, own.rank if own else 0, outline.region)])


def _has_marks(image: Image) -> bool:
    """Removed ones too, which come back to where they were."""
    return image.marks.exists()


def make_objects(
    correction: OutlineCorrection, outlines: Sequence[PreparedOutline], *, beside: int | None
) -> list[int]:
    """Unclassified, in the order of the outlines: taken where and when `beside` was, else as the scan says."""
    project, scan = correction.project, correction.scan
    assert correction.numbered_from is not None
    names = numbered_names(scan, correction.numbered_from, len(outlines))
    columns = list(outlines[0].numbers)
    positions = ensure_number_columns(project=project, names=columns)
    where = _circumstances(scan, beside)
    objects = [
        NewObject(original_id=name, numbers=_placed(positions, outline), **where)
        for name, outline in zip(names, outlines, strict=True)
    ]
    ids = add_objects(project=project, objects=objects)
    images = (_images(name, ids[name], outline) for name, outline in zip(names, outlines, strict=True))
    add_images(images=[image for each in images for image in each])
    for name, outline in zip(names, outlines, strict=True):
        write_outline(scan, ids[name], box=outline.box, counts=outline.counts, source=DRAWN, revision=1)
    return [ids[name] for name in names]


def _circumstances(scan: Scan, beside: int | None) -> dict:
    if beside is not None:
        return Object.objects.filter(pk=beside).values(*CIRCUMSTANCES).get()
    acquisition = scan.parent.acquisition
    place = asdict(circumstances_on(scan))
    return {"sample_id": acquisition.sample_id, "acquisition_id": acquisition.pk, **place}


def _placed(positions: list[int], outline: PreparedOutline) -> list[float | None]:
    numbers: list[float | None] = [None] * (max(positions) + 1)
    for position, value in zip(positions, outline.numbers.values(), strict=True):
        numbers[position] = value
    return numbers


def _images(name: str, object_id: int, outline: PreparedOutline) -> Iterator[NewImage]:
    plain, *barred = outline.pictures
    yield NewImage(object_id, f"{name}.png", plain, 0, outline.region)
    for picture in barred:
        yield NewImage(object_id, bar_name(name), picture, 1)
