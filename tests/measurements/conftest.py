"""A tow with vignettes of known sizes, two of which nobody can measure; and processes that are this one."""

from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from annotations.pictures.keys import image_key
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, FreeColumn, Image, Object, ObjectFields, Sample
from tests.imports.packages import png
from tests.measuring.here import measurers_here
from tests.measuring.shapes import disc
from tests.worlds import shared_rows
from worker import measuring

RADII = [5, 7, 9, 11, 13, 15, 17]


def picture(radius: float) -> bytes:
    import io

    from PIL import Image as Picture

    out = io.BytesIO()
    Picture.fromarray(disc(radius)).save(out, "PNG")
    return out.getvalue()


def add_object(acquisition: Acquisition, name: str, content: bytes, values: list[float | None]) -> Object:
    project = acquisition.sample.project
    created = Object.objects.create(project=project, sample=acquisition.sample, acquisition=acquisition)
    ObjectFields.objects.create(object=created, project=project, original_id=name, values=values)
    key = image_key(content, "png")
    if not default_storage.exists(key):
        default_storage.save(key, ContentFile(content))
    Image.objects.create(object=created, key=key, file_name=f"{name}.png", width=9, height=9)
    return created


@shared_rows
def discs(project: Project) -> SimpleNamespace:
    """Seven discs, a white picture and a broken one; the package brought `area` and `mean`, some lines shorter."""
    sample = Sample.objects.create(project=project, original_id="tow_1")
    tow = Acquisition.objects.create(sample=sample, original_id="acq_1", pixel_um=50)
    for position, name in enumerate(("area", "mean")):
        FreeColumn.objects.create(
            project=project, level="object", name=name, is_number=True, position=position
        )
    values: list[list[float | None]] = [[100.0 + n, 7.0][: n % 3] for n in range(len(RADII))]
    objects = [add_object(tow, f"disc_{r}", picture(r), b) for r, b in zip(RADII, values, strict=True)]
    white = add_object(tow, "white", png(255), [1.0, 2.0])
    broken = add_object(tow, "broken", b"no picture", [3.0, 4.0])
    return SimpleNamespace(
        project=project, tow=tow, objects=objects, values=values, white=white, broken=broken
    )


@pytest.fixture
def small_chunks(monkeypatch) -> None:
    monkeypatch.setattr(measuring, "CHUNK", 2)
    monkeypatch.setattr(measuring, "Measurers", measurers_here)
