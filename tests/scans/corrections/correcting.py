"""What tests of corrections ask the site, and how objects stand then."""

import json
from collections.abc import Sequence

from annotations.jobs.models import Job
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.samples.columns import positions_of
from annotations.samples.models import Image, Object, ObjectFields
from annotations.scans.models import Outline, Scan
from annotations.scans.segmentation.recipes import save_recipe
from annotations.scans.segmentation.starting import start_segmentation
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from classifier.contract.outlines import mask_of_runs
from tests.worker.runs import run
from worker.segmentation.job import segment

ACROSS = [[200, 50], [200, 110]]  # the disc at (200, 80) of radius 12
RING = [[300, 20], [340, 20], [340, 60], [300, 60]]
PLAIN = {"background": "none", "threshold": "fixed", "level": 50.0, "least_area_px": 20}


def segmented(project, user, scan: Scan, **settings) -> Job:
    recipe = save_recipe(project=project, user=user, name="discs", settings={**PLAIN, **settings})
    return run(
        start_segmentation(user=user, project=project, scans=[scan], recipe=recipe, replace=True), segment
    )


def objects_in(project) -> list[Object]:
    return list(Object.objects.filter(project=project).order_by("pk"))


def post(client, url: str, body: object):
    return client.post(url, json.dumps(body), content_type="application/json")


def correct(client, project, scan: Scan, kind: str, objects: Sequence[Object] = (), **more):
    expected = [{"id": one.pk, "revision": revision_of(one)} for one in objects]
    url = f"/api/v1/projects/{project.pk}/scans/{scan.pk}/corrections/"
    return post(client, url, {"kind": kind, "objects": expected, **more})


def undo(client, project, scan: Scan, number: int):
    return post(client, f"/api/v1/projects/{project.pk}/scans/{scan.pk}/corrections/{number}/undo/", {})


def revision_of(one: Object) -> int:
    return Outline.objects.filter(object=one).values_list("revision", flat=True).first() or 0


def pixels_of(scan: Scan, object_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Of the scan, x and y, that outlines of these objects cover; none twice."""
    pixels: list[tuple[int, int]] = []
    for outline in Outline.objects.filter(parent=scan.pk, object__in=object_ids):
        runs = {"size": [outline.height, outline.width], "counts": bytes(outline.counts).decode()}
        y, x = mask_of_runs(runs).nonzero()
        pixels += zip((x + outline.x).tolist(), (y + outline.y).tolist(), strict=True)
    assert len(pixels) == len(set(pixels))
    return set(pixels)


def rows_of(project) -> list:
    """All that a correction may touch, but for the revisions of outlines."""
    outlines = Outline.objects.filter(object__project=project).order_by("object").values()
    return [
        list(Object.objects.filter(project=project).order_by("pk").values()),
        list(ObjectFields.objects.filter(project=project).order_by("object").values()),
        list(Image.objects.filter(object__project=project).order_by("object", "rank").values()),
        [{**row, "revision": None, "counts": bytes(row["counts"])} for row in outlines],
    ]


def taxon_called(name: str) -> Taxon:
    (number,) = ensure_taxa([TaxonName(name)]).values()
    return Taxon.objects.get(pk=number)


def label(project, user, one: Object, taxon: Taxon) -> int:
    one.refresh_from_db()
    return label_objects(project=project, user=user, targets=[Target(one.pk, one.version)], taxon=taxon).batch


def number(one_id: int, name: str) -> float:
    wide = ObjectFields.objects.get(object=one_id)
    return wide.values[positions_of(wide.project)[name]]
