"""How scans and outlines follow objects to another project: outlines with their objects, scans with their pictures."""

from annotations.samples.following import BESIDE_PARENTS, Following, comes_along, stays
from annotations.scans.corrections.models import OutlineCorrection
from annotations.scans.models import Outline, Scan
from annotations.scans.segmentation.models import SavedRecipe, SegmentationRun, SegmentedTile
from annotations.scans.segmenters.models import Segmenter

BESIDE_PARENTS.append(Scan)
comes_along(Following(Outline, refs={"parent_id": "parent"}))
stays(Scan, reason="comes with its larger picture, which is made in the target where it lacks it")
stays(
    SavedRecipe,
    SegmentationRun,
    SegmentedTile,
    reason="how a project's scans were segmented; their objects come without it",
)
stays(OutlineCorrection, reason="the log of a project's scans; objects come with their outlines as they are")
stays(Segmenter, reason="of the project whose scans it learnt from")
