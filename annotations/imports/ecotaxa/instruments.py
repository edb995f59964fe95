"""What a pixel of an instrument can be."""

import re

# what a pixel of an instrument can be, in µm: the first that its software or its name speaks of
PLAUSIBLE = [
    (re.compile(r"plankto.?scope|pscope", re.IGNORECASE), 0.2, 8.0),
    (re.compile(r"ifcb|flow.?cytobot", re.IGNORECASE), 0.1, 2.0),
    (re.compile(r"flow.?cam|cyto.?sense|cytobuoy|amnis", re.IGNORECASE), 0.05, 15.0),
    (re.compile(r"holo|microscop", re.IGNORECASE), 0.02, 20.0),
    (re.compile(r"uvp", re.IGNORECASE), 20.0, 300.0),
    (re.compile(r"isiis|\bpi-?10\b|plankton imager|loki|cpics|zoo.?cam|vpr", re.IGNORECASE), 3.0, 300.0),
    (re.compile(r"zoo.?scan|zoo.?process|epson|hydroptic|scan", re.IGNORECASE), 3.0, 300.0),
]
ANY = (0.1, 500.0)
ANY_WITH_UNIT = (0.01, 1000.0)  # what is written with its unit may be rarer


def plausible(instrument: str, otherwise: tuple[float, float] = ANY) -> tuple[float, float]:
    """From and to how many µm a pixel of this instrument may be."""
    return next(((low, high) for name, low, high in PLAUSIBLE if name.search(instrument)), otherwise)
