"""What a run estimated from the whole scan stays when its tiles go: whoever corrects outlines does not wait for it."""

from dataclasses import replace

from annotations.scans.models import Scan
from annotations.scans.segmentation.models import SegmentationRun, SegmentedTile
from classifier.contract.segmentation import SegmentationRecipe
from classifier.segmentation.contrast import DECIDES, ScanContrast

CONTRAST = 0  # the number under which the estimate stands among a run's tiles, which begin with 1


def remove_tiles(run: SegmentationRun) -> None:
    """Of a run that is done, but for the estimate; all of earlier runs on its scan, also where one stopped half-way."""
    run.tiles.exclude(number=CONTRAST).delete()
    earlier = SegmentedTile.objects.filter(run__scan=run.scan_id, run__pk__lt=run.pk)
    earlier.exclude(run__applied=None).delete()


def stored_estimate(scan: Scan, recipe: SegmentationRecipe) -> ScanContrast | None:
    """The latest one of a run that is done, for a recipe that asks for no other; else None."""
    tiles = SegmentedTile.objects.filter(run__scan=scan, number=CONTRAST).exclude(run__applied=None)
    tile = tiles.order_by("-run__applied", "-run").first()
    if tile is None:
        return None
    contrast = ScanContrast.from_bytes(bytes(tile.content))
    if any(getattr(contrast.recipe, name) != getattr(recipe, name) for name in DECIDES):
        return None
    return replace(contrast, pixel_um=scan.parent.acquisition.pixel_um)
