"""A small project with real pictures: discs and bars of three tows, enough to learn from."""

import io
from types import SimpleNamespace

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Picture

from annotations.pictures.keys import image_key
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Image, Object, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.worlds import shared_rows

SIDE = 24
VALIDATED, UNSETTLED = 24, 10  # of each: half of them discs
TINY = {"backbone": "mobilenet_v3_small", "epochs": 2, "image_size": 32, "batch_size": 8}


def draw(is_disc: bool, seed: int) -> bytes:
    """A dark disc or bar on light ground, as PNG."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE / 2 + rng.uniform(-1.5, 1.5)
    mask = x**2 + y**2 < 64 if is_disc else (abs(x) < 3) & (abs(y) < 10)
    grey = np.where(mask, 60, 220) + rng.normal(0, 6, mask.shape)
    out = io.BytesIO()
    Picture.fromarray(grey.clip(0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def add_image(made: Object, content: bytes) -> None:
    key = image_key(content, "png")
    if not default_storage.exists(key):
        default_storage.save(key, ContentFile(content))
    Image.objects.create(object=made, key=key, file_name=f"{made.pk}.png", width=SIDE, height=SIDE)


@shared_rows
def lake(project: Project, carla) -> SimpleNamespace:
    """24 validated objects of two taxa, one of a rare taxon, ten unsettled (half predicted), two dubious."""
    disc, bar, rare = ensure_taxa([TaxonName(n) for n in ("Noctiluca", "Chaetognatha", "Cladocera")]).values()
    tows = []
    for k in range(3):
        sample = Sample.objects.create(project=project, original_id=f"tow_{k}")
        tows.append(Acquisition.objects.create(sample=sample, original_id=f"acq_{k}", pixel_um=20))
    lake = SimpleNamespace(project=project, disc=disc, bar=bar, rare=rare, unsettled=[], settled=[])

    def add(number: int, state: State, taxon: int | None, seed: int) -> Object:
        tow = tows[number % 3]
        created = Object.objects.create(
            project=project,
            sample=tow.sample,
            acquisition=tow,
            state=state,
            taxon_id=taxon,
            annotator=carla if state in (State.VALIDATED, State.DUBIOUS) else None,
        )
        add_image(created, draw(number % 2 == 0, seed))
        return created

    for n in range(VALIDATED):
        lake.settled.append(add(n, State.VALIDATED, bar if n % 2 else disc, seed=n))
    lake.settled.append(add(0, State.VALIDATED, rare, seed=900))
    for n in range(UNSETTLED):
        is_new = n % 4 < 2
        lake.unsettled.append(
            add(n, State.UNCLASSIFIED if is_new else State.PREDICTED, None if is_new else disc, seed=100 + n)
        )
        if n % 5 == 0:
            lake.settled.append(add(n, State.DUBIOUS, bar, seed=200 + n))
    return lake
