"""What a `compute_vignette.txt` of a UVP6 asks for, in words, and why pictures stay as they are all the same.

EcoTaxa makes another picture by it (`BO/Vignette.py`): gamma, inversion, a larger scale, and a footer with a bar. Here
the picture stays what the instrument saw, for measurements and models read its grey; the rest is how it is looked at.
"""

from annotations.imports.archive import Package
from annotations.imports.errors import PackageError

NAME = "compute_vignette.txt"
MOST_BYTES = 1 << 16
READ = {"invert", "gamma", "scale", "scalebarsize_mm", "footerheight_px", "keeporiginal"}
WHY = (
    "The pictures come in as they are, so that measurements and models read what the instrument saw. Invert, gamma and "
    "the scale bar are in the display of the bench and of an object's panel."
)


def vignette_settings(package: Package, path: str) -> str:
    """The warning, in sentences."""
    wishes = _wishes(_values(package, path))
    return f"EcoTaxa would {_joined(wishes)} by this file. {WHY}" if wishes else WHY


def _values(package: Package, path: str) -> dict[str, str]:
    try:
        with package.stream(path) as file:
            text = file.read(MOST_BYTES).decode("latin-1")
    except PackageError:
        return {}
    lines = (
        line.partition("=") for line in text.splitlines() if "=" in line and not line.lstrip().startswith(";")
    )
    return {name.strip().lower(): value.strip() for name, _, value in lines}


def _wishes(values: dict[str, str]) -> list[str]:
    wishes = []
    if values.get("invert", "").lower() == "y":
        wishes.append("invert the pictures")
    if _number(values, "gamma") not in (None, 1):
        wishes.append(f"brighten them by a gamma of {_number(values, 'gamma'):g}")
    if _number(values, "scale") not in (None, 1):
        wishes.append(f"enlarge them {_number(values, 'scale'):g} times")
    if _number(values, "scalebarsize_mm"):
        wishes.append(f"draw a bar of {_number(values, 'scalebarsize_mm'):g} mm below")
    if _number(values, "footerheight_px"):
        wishes.append(f"add a footer of {_number(values, 'footerheight_px'):g} pixels")
    if values.get("keeporiginal", "").lower() == "y":
        wishes.append("keep the original as one more picture, of rank 100")
    if others := sorted(values.keys() - READ):
        wishes.append(f"heed {_joined(others)}, which nobody reads here")
    return wishes


def _number(values: dict[str, str], name: str) -> float | None:
    try:
        return float(values[name])
    except (KeyError, ValueError):
        return None


def _joined(wishes: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(wishes[:-1]), wishes[-1]]))
