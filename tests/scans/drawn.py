"""A drawn scan in a project: dark discs on a light ground, of known places and sizes."""

import io

import numpy as np
from django.utils import timezone
from PIL import Image as Picture

from annotations.accounts.models import User
from annotations.pictures.actions import store_picture
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Object, ParentImage, Sample
from annotations.scans.models import Outline, Scan
from annotations.scans.segmentation.models import SegmentationRun
from annotations.scans.segmentation.recipes import save_recipe

DISCS = ((60, 60, 20), (200, 80, 12), (330, 220, 30), (90, 300, 16), (250, 330, 24))  # x, y, radius
WIDTH, HEIGHT = 420, 400
GROUND, DARK = 230, 60


SIZES = {"unit": "mm", "edges": [0.1, 0.2, 0.4, 0.8], "counts": [3, 0, 1]}


def drawn(discs: tuple = DISCS) -> np.ndarray:
    """uint8 (HEIGHT, WIDTH). A disc is dark unless it says its grey behind its radius."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    pixels = np.full((HEIGHT, WIDTH), GROUND, np.uint8)
    for left, top, radius, *grey in discs:
        pixels[(x - left) ** 2 + (y - top) ** 2 <= radius**2] = grey[0] if grey else DARK
    return pixels


def make_scan(project: Project, discs: tuple = DISCS, name: str = "tray.png") -> Scan:
    out = io.BytesIO()
    Picture.fromarray(drawn(discs)).save(out, "PNG")
    sample, _ = Sample.objects.get_or_create(
        project=project,
        original_id="tow_7",
        defaults={
            "latitude": 43.7,
            "longitude": 7.3,
            "fields": {"tot_vol": "20", "zmin": "0", "zmax": "75", "date": "2026-04-30", "time": "21:30"},
        },
    )
    acquisition, _ = Acquisition.objects.get_or_create(
        sample=sample, original_id=name, defaults={"pixel_um": 10, "fields": {"sub_part": "4"}}
    )
    picture = store_picture(out.getvalue())
    parent = ParentImage.objects.create(
        acquisition=acquisition, file_name=name, key=picture.key, width=picture.width, height=picture.height
    )
    return Scan.objects.create(parent=parent)


def furnish(project: Project, user: User, on_it: Object) -> list[int]:
    """A scan with an object, a recipe, and two runs of it, of which one waits: their numbers."""
    scan = make_scan(project)
    recipe = save_recipe(project=project, user=user, name="Tray", settings={})
    Outline.objects.create(
        object=on_it, parent=scan.parent, x=0, y=0, width=1, height=1, counts=b"1", source="recipe"
    )
    figures = {"sizes": SIZES, "several": 1, "threshold": 24.5}
    about = {"project": project, "scan": scan, "recipe": recipe, "owner": user, "figures": figures}
    waiting = SegmentationRun.objects.create(segments=4, **about)
    applied = SegmentationRun.objects.create(segments=4, new=4, written=4, applied=timezone.now(), **about)
    return [scan.pk, recipe.pk, waiting.pk, applied.pk]
