"""A segmenter in the place of a recipe's threshold: objects, their outlines, and taxa as predictions."""

import json

import pytest
from django.core.exceptions import ValidationError

from annotations.labels.models import Batch, BatchKind
from annotations.samples.models import Object
from annotations.scans.models import Outline
from annotations.scans.segmentation.models import SegmentationRun, SegmentedTile
from annotations.scans.segmentation.recipes import save_recipe
from annotations.scans.segmentation.starting import start_segmentation
from annotations.scans.segmenters.models import Segmenter
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from classifier.contract.segmentation import SegmentedObject
from tests.scans.drawn import DARK, DISCS, drawn, make_scan
from tests.scans.outlined import ready_segmenter
from tests.worker.runs import Killed, die_at, run
from tests.worlds import shared_rows
from worker.segmentation import run as segment_run
from worker.segmentation.job import segment
from worker.segmenters import kinds

pytestmark = pytest.mark.django_db(transaction=True)
COPEPODA = "Copepoda"


class DiscFinder:
    """Finds what was drawn, a disc a tile; calls those whose radius is a multiple of four Copepoda."""

    tiles = len(DISCS)

    def __init__(self):
        self.looks = []

    def load(self, folder) -> "DiscFinder":
        return self

    def look_at(self, path, pixel_um) -> "DiscFinder":
        return self

    def tile(self, place) -> bytes:
        self.looks.append(place)
        return json.dumps(DISCS[place]).encode()

    def objects(self, tiles, recipe, pixel_um):
        mask = drawn() == DARK
        for x, y, radius in map(json.loads, tiles):
            box = mask[y - radius : y + radius + 1, x - radius : x + radius + 1]
            name = COPEPODA if radius % 4 == 0 else "other organisms"
            yield SegmentedObject(x - radius, y - radius, box), name, 0.75


@pytest.fixture
def finder(monkeypatch) -> DiscFinder:
    finder = DiscFinder()
    monkeypatch.setitem(kinds.LEARNERS, "unet", finder)
    return finder


@shared_rows
def segmenter(project) -> Segmenter:
    taxa = ensure_taxa([TaxonName(COPEPODA)])
    return ready_segmenter(project, taxa={COPEPODA: next(iter(taxa.values()))})


def started(project, alice, segmenter, scan=None):
    recipe = save_recipe(project=project, user=alice, name="Tray", settings={"background": "none"})
    scans = [scan or make_scan(project)]
    return start_segmentation(user=alice, project=project, scans=scans, recipe=recipe, segmenter=segmenter)


def labels(project) -> list[tuple]:
    rows = Object.objects.filter(project=project).order_by("pk")
    return [
        (str(one.state), one.taxon and one.taxon.display_name, one.score)
        for one in rows.select_related("taxon")
    ]


def test_what_it_finds_becomes_objects_and_what_it_names_predictions(project, alice, finder, segmenter):
    job = run(started(project, alice, segmenter), segment)
    assert (job.state, job.message, job.queue) == ("done", "5 new objects on 1 scan.", "gpu")
    assert {outline.source for outline in Outline.objects.all()} == {"model"}
    named, unnamed = ("P", COPEPODA, 0.75), ("U", None, None)
    assert labels(project) == [named, named, unnamed, named, named]
    applied = SegmentationRun.objects.get()
    assert (applied.segments, applied.named, applied.figures["segmenter"]) == (5, 4, "Of trays")
    batch = Batch.objects.get(kind=BatchKind.PREDICTION)
    assert (batch.changed, batch.details["segmenter"]) == (4, "Of trays")


@pytest.mark.parametrize("place", ["_find", "_decide", "_replace"])
def test_a_killed_worker_ends_the_same(project, alice, finder, segmenter, monkeypatch, place):
    """Before it has found anything, before it has decided, and when all is written."""
    job = started(project, alice, segmenter)
    with monkeypatch.context() as patched:
        patched.setattr(segment_run.RunWork, place, _killed)
        die_at(job, segment)
    assert_it_ends_the_same(project, job, finder)


def test_a_worker_that_is_killed_between_tiles_leaves_those_that_it_has_looked_at(
    project, alice, finder, segmenter, monkeypatch
):
    job, look = started(project, alice, segmenter), finder.tile
    with monkeypatch.context() as patched:
        patched.setattr(finder, "tile", lambda place: _killed() if place == 3 else look(place))
        die_at(job, segment)
    assert finder.looks == [0, 1, 2]
    with monkeypatch.context() as patched:
        patched.setattr(finder, "objects", _killed)
        die_at(job, segment)
    assert_it_ends_the_same(project, job, finder)


def assert_it_ends_the_same(project, job, finder):
    assert run(job, segment).state == "done"
    assert (Object.objects.filter(project=project).count(), finder.looks) == (5, [0, 1, 2, 3, 4])
    assert Batch.objects.get(kind=BatchKind.PREDICTION).changed == 4
    assert [tile.number for tile in SegmentedTile.objects.all()] == [0], "the estimate alone stays"


def _killed(*arguments, **more):
    raise Killed


def test_objects_of_a_segmenter_go_when_the_scan_is_segmented_again(project, alice, finder, segmenter):
    scan = make_scan(project)
    run(started(project, alice, segmenter, scan), segment)
    job = run(started(project, alice, segmenter, scan), segment)
    assert "look at what would go" in job.message
    waiting = SegmentationRun.objects.filter(applied=None).get()
    assert (waiting.segments, waiting.written) == (5, 0)


def test_where_the_segmenter_is_gone_the_run_says_so(project, alice, finder, segmenter):
    job = started(project, alice, segmenter)
    segmenter.delete()
    job = run(job, segment)
    assert "The segmenter Of trays is gone" in job.errors[0]["message"]
    assert not Object.objects.filter(project=project).exists()


def test_one_that_is_not_ready_is_refused(project, alice, segmenter):
    Segmenter.objects.update(is_ready=False)
    with pytest.raises(ValidationError, match="a segmenter that is ready"):
        started(project, alice, segmenter)
