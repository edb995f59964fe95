"""What is measured of an organism: every column once, with its formula and unit. docs/measurements.md shows this table.

Names are those of ZooProcess, so that who knows its tables knows these. They are prefixed when they become columns of a
project, so that they never mix with what came in a package.
"""

from dataclasses import dataclass

PREFIX = "region_"


@dataclass(frozen=True)
class Column:
    name: str
    unit: str  # px, px², grey, °, %; empty for a bare number
    formula: str

    @property
    def scaled_name(self) -> str | None:
        """The same in mm or mm², where there is such a thing: pixels don't compare between cameras."""
        return f"{self.name.rstrip('.')}_mm" + {"px": "", "px²": "2"}[self.unit] if self.is_scaled else None

    @property
    def is_scaled(self) -> bool:
        return self.unit in ("px", "px²") and self.name not in IN_THE_VIGNETTE


IN_THE_VIGNETTE = {
    "x",
    "y",
    "xm",
    "ym",
    "bx",
    "by",
    "skelarea",
}  # places, and a count of pixels: mm mean nothing

COLUMNS = [
    Column("area", "px²", "pixels of the region, its holes included"),
    Column("area_exc", "px²", "pixels of the region without its holes"),
    Column("%area", "%", "100 · (area − area_exc) / area: the share that is holes"),
    Column("width", "px", "width of the upright box around the region"),
    Column("height", "px", "height of the upright box around the region"),
    Column("bx", "px", "left side of that box, from the left of the vignette"),
    Column("by", "px", "upper side of that box, from the top of the vignette"),
    Column("x", "px", "mean of the pixels' centres, from the left"),
    Column("y", "px", "mean of the pixels' centres, from the top"),
    Column("xm", "px", "the same, each pixel weighted by its grey"),
    Column("ym", "px", "the same, each pixel weighted by its grey"),
    Column("centroids", "px", "√((xm − x)² + (ym − y)²)"),
    Column("perim.", "px", "length of the outer outline (Benkrid and Crookes' estimate, scikit-image)"),
    Column("major", "px", "long axis of the ellipse with the region's area and ratio of second moments"),
    Column("minor", "px", "short axis of that ellipse: π/4 · major · minor = area"),
    Column("angle", "°", "of the long axis to the horizontal, counter-clockwise, 0 to 180"),
    Column("feret", "px", "largest distance of two corners of its pixels"),
    Column("esd", "px", "2 · √(area / π): diameter of the disc of the same area"),
    Column("convarea", "px²", "area of the convex hull of its pixels' corners"),
    Column("convperim", "px", "length of that hull"),
    Column("circ.", "", "4π · area / perim.², at most 1: a disc has 1"),
    Column("circex", "", "4π · area_exc / perim.²"),
    Column("elongation", "", "major / minor"),
    Column("perimareaexc", "", "perim. / √area_exc"),
    Column("feretareaexc", "", "feret / √area_exc"),
    Column("perimferet", "", "perim. / feret"),
    Column("perimmajor", "", "perim. / major"),
    Column("convperim_perim", "", "convperim / perim."),
    Column("convarea_area", "", "convarea / area"),
    Column("cdexc", "", "centroids² / area_exc"),
    Column(
        "fractal", "", "boxes that the outline touches against their side: minus the slope of the logarithms"
    ),
    Column("skelarea", "px", "pixels of the skeleton (Zhang and Suen)"),
    Column("skeleton_area", "", "skelarea / area"),
    Column("symetrieh", "%", "share of the pixels whose mirror image in the long axis lies outside"),
    Column("symetriev", "%", "the same for the short axis"),
    Column("symetriehc", "%", "as symetrieh, of the pixels as dark as histcum1 or darker"),
    Column("symetrievc", "%", "as symetriev, of the pixels as dark as histcum1 or darker"),
    Column("mean", "grey", "mean grey of the region, its holes included"),
    Column("stddev", "grey", "standard deviation of the grey (divided by area − 1)"),
    Column("mode", "grey", "most frequent grey; the darkest of several"),
    Column("min", "grey", "darkest grey"),
    Column("max", "grey", "lightest grey"),
    Column("median", "grey", "middle grey"),
    Column("range", "grey", "max − min"),
    Column("intden", "grey", "sum of the greys: area · mean"),
    Column("skew", "", "third standardised moment of the grey"),
    Column("kurt", "", "fourth standardised moment of the grey, less 3"),
    Column("cv", "%", "100 · stddev / mean"),
    Column("sr", "%", "100 · stddev / range"),
    Column("meanpos", "", "(mean − max) / (mean − min)"),
    Column("median_mean", "grey", "median − mean"),
    Column("median_mean_range", "", "(median − mean) / range"),
    Column("skew_mean", "", "skew / mean"),
    Column("kurt_mean", "", "kurt / mean"),
    Column("histcum1", "grey", "darkest level that has a quarter of the pixels at or below it"),
    Column("histcum2", "grey", "the same for half of them"),
    Column("histcum3", "grey", "the same for three quarters"),
    Column("nb1", "", "separate parts (8 neighbours) of the pixels as dark as histcum1 or darker"),
    Column("nb2", "", "the same for histcum2"),
    Column("nb3", "", "the same for histcum3"),
]

NAMES = [column.name for column in COLUMNS] + [c.scaled_name for c in COLUMNS if c.scaled_name]
PROJECT_NAMES = [PREFIX + name for name in NAMES]


UNITS = {PREFIX + c.name: c.unit for c in COLUMNS} | {
    PREFIX + c.scaled_name: {"px": "mm", "px²": "mm²"}[c.unit] for c in COLUMNS if c.scaled_name
}  # of the columns of a project; empty for a bare number


def with_millimetres(values: dict[str, float], pixel_um: float) -> dict[str, float]:
    """Adds lengths in mm and areas in mm², where the side of a pixel is known."""
    if not 0 < pixel_um < float("inf"):
        return values
    scaled = {
        c.scaled_name: values[c.name] * (pixel_um / 1000) ** (2 if c.unit == "px²" else 1)
        for c in COLUMNS
        if c.scaled_name and c.name in values
    }
    return {**values, **scaled}


def as_markdown() -> str:
    """The table of docs/measurements.md."""
    lines = [
        f"| `{PREFIX}{c.name}` | {c.formula} | {c.unit or '–'} | {_code(c.scaled_name)} |" for c in COLUMNS
    ]
    return "\n".join(["| column | what | unit | in mm |", "| --- | --- | --- | --- |", *lines]) + "\n"


def _code(name: str | None) -> str:
    return f"`{PREFIX}{name}`" if name else "–"
