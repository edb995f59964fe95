"""What is drawn: names as EcoTaxa's users write them, how common, how large, and what each is mistaken for."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from annotations.demo.drawing import animals, others
from annotations.demo.drawing.sketch import Sketch


@dataclass(frozen=True)
class DrawnClass:
    """`length_um` is the median body length in micrometres, `spread` its log-normal standard deviation."""

    name: str
    lineage: tuple[str, ...]
    draw: Callable[[Sketch, np.random.Generator, float], dict[str, object]]
    share: float
    length_um: float
    spread: float
    mistaken_for: str
    surface: float = 1.0  # how much commoner near the surface than below: >1 shallow, <1 deep


LIVING = ("living", "Eukaryota")
CRUSTACEA = (*LIVING, "Opisthokonta", "Metazoa", "Arthropoda", "Crustacea")
COPEPODA = (*CRUSTACEA, "Maxillopoda", "Copepoda")
DETRITUS = ("not-living", "detritus")

CLASSES = [
    DrawnClass("Calanidae", (*COPEPODA, "Calanoida"), animals.calanoid, 0.20, 1900, 0.28, "Oithona"),
    DrawnClass(
        "Oithona", (*COPEPODA, "Cyclopoida", "Oithonidae"), animals.oithona, 0.14, 950, 0.22, "Calanidae"
    ),
    DrawnClass("aggregate<detritus", DETRITUS, others.aggregate, 0.15, 1300, 0.45, "flake<detritus", 0.6),
    DrawnClass("flake<detritus", DETRITUS, others.flake, 0.10, 900, 0.45, "aggregate<detritus", 0.7),
    DrawnClass("fiber<detritus", DETRITUS, others.fibre, 0.08, 2600, 0.35, "string<detritus"),
    DrawnClass(
        "Chaetoceros",
        (*LIVING, "Harosa", "Stramenopiles", "Ochrophyta", "Bacillariophyta", "Chaetocerotaceae"),
        others.chain,
        0.07,
        1100,
        0.35,
        "fiber<detritus",
        3.0,
    ),
    DrawnClass(
        "Appendicularia",
        (*LIVING, "Opisthokonta", "Metazoa", "Chordata", "Tunicata"),
        animals.appendicularian,
        0.06,
        1900,
        0.3,
        "Chaetognatha",
        1.5,
    ),
    DrawnClass(
        "Chaetognatha",
        (*LIVING, "Opisthokonta", "Metazoa"),
        animals.chaetognath,
        0.05,
        4200,
        0.3,
        "Appendicularia",
    ),
    DrawnClass(
        "fecal pellet<detritus", DETRITUS, others.faecal_pellet, 0.04, 700, 0.3, "fiber<detritus", 0.5
    ),
    DrawnClass(
        "Noctiluca",
        (*LIVING, "Harosa", "Alveolata", "Dinophyceae"),
        others.noctiluca,
        0.03,
        750,
        0.18,
        "Hydrozoa",
        4.0,
    ),
    DrawnClass(
        "Cladocera", (*CRUSTACEA, "Branchiopoda"), animals.cladoceran, 0.025, 850, 0.18, "Oithona", 5.0
    ),
    DrawnClass(
        "Acantharea",
        (*LIVING, "Harosa", "Rhizaria", "Retaria"),
        others.acantharian,
        0.02,
        900,
        0.3,
        "Noctiluca",
        1.4,
    ),
    DrawnClass("string<detritus", DETRITUS, others.string, 0.015, 1900, 0.3, "fiber<detritus", 0.7),
    DrawnClass("bubble", ("not-living", "artefact"), others.bubble, 0.012, 600, 0.3, "Noctiluca", 2.0),
    DrawnClass(
        "egg<Actinopterygii",
        (*LIVING, "Opisthokonta", "Metazoa", "Chordata", "Vertebrata", "Actinopterygii"),
        animals.fish_egg,
        0.008,
        950,
        0.12,
        "Noctiluca",
        3.0,
    ),
    DrawnClass(
        "Hydrozoa",
        (*LIVING, "Opisthokonta", "Metazoa", "Cnidaria"),
        animals.hydrozoan,
        0.006,
        1500,
        0.3,
        "Noctiluca",
    ),
]
BY_NAME = {drawn.name: drawn for drawn in CLASSES}
