"""Scans on which all discs are outlined, as objects of the site."""

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.samples.models import Object, State
from annotations.scans.models import Outline, Scan
from annotations.scans.segmenters.models import Segmenter
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from classifier.contract.outlines import compressed, run_lengths
from tests.scans.drawn import DARK, drawn, make_scan

OTHER_DISCS = ((80, 50, 14), (180, 190, 26), (340, 90, 18), (60, 320, 22), (300, 320, 12))


def outlined_scan(project: Project, discs: tuple, name: str, validated_by: User | None = None) -> Scan:
    """With an object a disc, which is a Copepoda where somebody validated it."""
    scan = make_scan(project, discs, name)
    acquisition = scan.parent.acquisition
    taxa = ensure_taxa([TaxonName("Copepoda")]) if validated_by else {}
    about = {"project": project, "sample": acquisition.sample, "acquisition": acquisition}
    about |= {"state": State.VALIDATED, "taxon_id": next(iter(taxa.values()))} if taxa else {}
    mask = drawn(discs) == DARK
    for x, y, radius in discs:
        side = 2 * radius + 1
        box = mask[y - radius : y + radius + 1, x - radius : x + radius + 1]
        counts = compressed(run_lengths(box))["counts"].encode()
        one = Object.objects.create(**about)
        place = {"x": x - radius, "y": y - radius, "width": side, "height": side}
        Outline.objects.create(object=one, parent=scan.parent, counts=counts, source="drawn", **place)
    return scan


INTERVAL = [0.8, 0.97]
FIGURES = {"precision": 0.96, "recall": 0.93, "f1": 0.945, "mean_iou": 0.81}
OF_COPEPODS = {**FIGURES, "drawn": 60}
OF_OTHERS = {**FIGURES, "drawn": 40}
HELD_OUT = {
    "scans": ["other.png"],
    "objects": {
        **FIGURES,
        "drawn": 100,
        "proposed": 97,
        "intervals": dict.fromkeys(FIGURES, INTERVAL),
        "classes": {"Copepoda": OF_COPEPODS, "other organisms": OF_OTHERS},
    },
    "pixels": {"accuracy": 0.99, "iou": 0.8, "dice": 0.89, "classes": {"Copepoda": {"iou": 0.7}}},
}
EXAMPLE = {"scan": 1, "file_name": "other.png", "x": 0, "y": 12, "width": 99, "height": 80, "key": "ab.jpg"}
LINES = {"drawn": [[1, 1, 9, 1, 9, 9]], "detected": [[2, 1, 9, 1, 9, 9]]}


def ready_segmenter(project: Project, **about: object) -> Segmenter:
    """One that is trained, as far as its row says."""
    scans = [
        {"scan": place, "file_name": name, "objects": 5, "by_people": 5, "held_out": name == "other.png"}
        for place, name in enumerate(("tray.png", "other.png"), 1)
    ]
    values = {
        "name": "Of trays",
        "kind": "unet",
        "scans": scans,
        "settings": {"epochs": 2},
        "history": [{"epoch": n, "loss": 1 / n, "dice": 0.2 * n} for n in (1, 2)],
        "metrics": {"organisms": 5, "minutes": 3.0, "device": "cpu", "held_out": HELD_OUT},
        "examples": [{**EXAMPLE, **LINES}],
        "recipe_figures": HELD_OUT,
    }
    return Segmenter.objects.create(project=project, is_ready=True, **{**values, **about})
