"""`config.json`: all that a model's folder must tell for it to be used again, and made again."""

import hashlib
from dataclasses import asdict
from importlib.metadata import version

from classifier.contract.backbones import TIMM
from classifier.contract.messages import TrainRequest
from classifier.contract.tree import Tree
from classifier.data.learning_set import LearningSet
from classifier.data.letterbox import VERSION as LETTERBOX
from classifier.inference.calibrator import Calibrator
from classifier.inference.formats import FORMAT
from classifier.models.timm_networks import weights_of_timm

OF_THIS_MACHINE = ("manifest", "out", "start_from", "threads")  # of a request: not for others to know
LIBRARIES = ("torch", "torchvision", "pillow", "numpy", "scikit-learn", "scikit-image")


def describe(
    request: TrainRequest, learning_set: LearningSet, fitted: dict, calibrator: Calibrator, stored: dict
) -> dict:
    """`fitted` is what the method keeps of itself, `stored` what the calibrator does."""
    preprocessing = {"version": LETTERBOX, "image_size": request.side}
    settings = {name: value for name, value in asdict(request).items() if name not in OF_THIS_MACHINE}
    weights = {}
    if request.pretrained and request.backbone.startswith(TIMM):
        weights = {"weights": weights_of_timm(request.backbone).as_json()}
    return weights | {
        "format": FORMAT,
        "method": request.method,
        "classes": learning_set.classes,
        "taxa": _taxa_above(learning_set.tree, learning_set.classes),
        "traits": [trait.as_json() for trait in calibrator.traits],
        "prior": calibrator.prior.tolist(),
        "preprocessing": preprocessing,
        "preprocessing_hash": hashlib.sha256(repr(preprocessing).encode()).hexdigest()[:16],
        "fitted": fitted,
        "calibrator": stored,
        "settings": settings,
        "versions": {name: version(name) for name in LIBRARIES},
    }


def _taxa_above(tree: Tree, classes: list[str]) -> dict:
    """The classes and what stands above them; the rest of the site's tree is nobody's business."""
    lineages = {taxon for label in classes for taxon in tree.lineage(label)}
    return {
        taxon: {"name": tree.name(taxon), "parent": tree.parents.get(taxon)} for taxon in sorted(lineages)
    }
