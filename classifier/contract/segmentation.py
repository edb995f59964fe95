"""How objects are cut out of a scan: the settings of a recipe, each declared once, and what comes of it.

`python -m classifier segment`, the site's form, its API and docs/reference.md are made from RECIPE_SETTINGS. To add a
setting, add a field to `SegmentationRecipe` and read it in `classifier/segmentation/`; older recipes get its default.

Greys are those of 8 bits, 0 to 255, also of a scan of 16 bits. *Contrast* is by how many greys a pixel differs from
the background into the organisms' direction, so that a threshold means the same on black and on white.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from classifier.contract.errors import ClassifierError
from classifier.contract.settings import SettingError, setting, settings_of

SIZELESS = (
    "Nobody has said how large a pixel is, so a least diameter of {esd:g} µm can't be kept: say the size "
    "(`--pixel-um`), or take `least_esd_um` 0, and `least_area_px` counts."
)
BACKGROUNDS = {
    "none": "one grey for the whole scan, its most frequent",
    "flat_field": "flat field: the median of a wide neighbourhood",
    "rolling_ball": "a rolling ball of this radius",
    "blank": "a blank scan, without organisms",
    "collage": "of each picture of a collage on black its own grey",
}
DIRECTIONS = {
    "auto": "whichever stands out more",
    "darker": "darker than the background",
    "lighter": "lighter than the background",
}
THRESHOLDS = {
    "otsu": "Otsu's, of the whole scan",
    "fixed": "a fixed contrast",
    "adaptive": "adaptive: a contrast to the mean of the neighbourhood",
}
OUTLINES = {
    "threshold": "down to the low threshold, as ZooProcess, ZooImage and FlowCam count pixels",
    "half": "half-way between background and object, the true edge of what is blurred",
}
CHANNELS = {
    "grey": "grey, as bright as it looks",
    "red": "red",
    "green": "green",
    "blue": "blue",
}
MOST_AREA_PX = 100_000_000  # of one object: a mask of it is still held in memory


@dataclass(frozen=True, kw_only=True)
class SegmentationRecipe:
    """Segmentation by a threshold, whatever the scan. Build it by `checked` or `from_json`, which refuse nonsense."""

    channel: str = setting(
        "grey", "of a scan in colour: what is looked at", title="Channel", choices={"any": CHANNELS}
    )
    background: str = setting(
        "flat_field",
        "what organisms stand out from",
        title="Background",
        choices={"any": BACKGROUNDS},
        is_basic=True,
    )
    background_radius: int = setting(
        200,
        "pixels: of the rolling ball, or half the side of the flat field's neighbourhood; wider than any organism",
        title="Radius of the background, pixels",
        least=5,
        most=5000,
        is_basic=True,
    )
    organisms: str = setting(
        "auto",
        "whether organisms are darker or lighter than the background",
        title="Organisms are",
        choices={"any": DIRECTIONS},
        is_basic=True,
    )
    smoothing: float = setting(
        0.0,
        "standard deviation in pixels of the blur before the threshold, against noise; 0: none",
        title="Smoothing, pixels",
        most=10,
    )
    threshold: str = setting(
        "fixed",
        "what parts organisms from the background",
        title="Threshold",
        choices={"any": THRESHOLDS},
        is_basic=True,
    )
    level: float = setting(
        25.0,
        "greys from the background (fixed) or from the neighbourhood's mean (adaptive) that an organism has at least",
        title="Contrast of an organism, greys",
        least=0.5,
        most=255,
        is_basic=True,
    )
    adaptive_radius: int = setting(
        50,
        "pixels: half the side of the neighbourhood of the adaptive threshold",
        title="Radius of the adaptive threshold, pixels",
        least=2,
        most=500,
    )
    hysteresis: float = setting(
        0.8,
        "share of the threshold down to which pixels belong to an object that has one above it; 1: no hysteresis",
        title="Low threshold, share of the threshold",
        least=0.05,
        most=1,
    )
    outline: str = setting(
        "threshold",
        "where an object ends",
        title="Outline",
        choices={"any": OUTLINES},
        is_basic=True,
    )
    bridge: int = setting(
        0,
        "pixels of background between parts that are still one object, as a torn antenna; 0: they touch, if at corners",
        title="Gap within an object, pixels",
        most=50,
    )
    fill_holes: bool = setting(True, "holes belong to the object", title="Fill holes")
    split: bool = setting(
        False,
        "part objects that touch, by a watershed where they are narrow",
        title="Part touching objects",
        is_basic=True,
    )
    split_depth: float = setting(
        4.0,
        "pixels by which a waist is narrower, to either side, than the parts that it joins (h of the watershed)",
        title="Least depth of a waist, pixels",
        least=0.1,
        most=200,
    )
    split_distance: int = setting(
        5,
        "pixels between the middles of two parts at least",
        title="Least distance of parts, pixels",
        least=1,
        most=1000,
    )
    least_esd_um: float = setting(
        0.0,
        "µm of equivalent diameter that an object has at least, which needs the size of a pixel; 0: by pixels",
        title="Least equivalent diameter, µm",
        most=1e6,
        is_basic=True,
    )
    least_area_px: int = setting(
        50,
        "pixels that an object has at least, unless µm decide",
        title="Least area, pixels",
        least=1,
        most=MOST_AREA_PX,
        is_basic=True,
    )
    most_area_px: int = setting(
        MOST_AREA_PX,
        "pixels that an object has at most: beyond lies the frame of the tray",
        title="Largest area, pixels",
        least=1,
        most=MOST_AREA_PX,
    )
    keep_border: bool = setting(
        False,
        "also objects that touch the border of the scan, which lack a part",
        title="Keep objects at the border",
    )
    look_within_frames: bool = setting(
        True,
        "what thinly surrounds a twentieth of the scan or more is the rim of a dish: only what lies in it is looked at",
        title="Look within rims of dishes and frames",
    )
    margin: int = setting(
        10, "pixels around the object on its vignette", title="Margin of vignettes, pixels", most=500
    )
    clean_background: bool = setting(
        True,
        "vignettes show nothing but the object, on the background's grey",
        title="Vignettes on a clean background",
    )
    scale_bar: bool = setting(
        False,
        "a bar with its length in mm under the vignette, where the size of a pixel is known",
        title="Scale bar under vignettes",
    )

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> "SegmentationRecipe":
        """Of settings by name; what is left out has its default. Raises SettingError that says what is wrong."""
        for name in values:
            if name not in RECIPE_SETTINGS:
                raise SettingError(f"There is no setting `{name}`. There are {', '.join(RECIPE_SETTINGS)}.")
        return cls(**{name: RECIPE_SETTINGS[name].check(value) for name, value in values.items()})

    @classmethod
    def from_json(cls, text: str) -> "SegmentationRecipe":
        """Raises SettingError that says what is wrong."""
        try:
            values = json.loads(text)
        except ValueError as error:
            raise SettingError(f"A recipe is written in JSON, but this is none: {error}.") from error
        if not isinstance(values, dict):
            raise SettingError('A recipe is a JSON object of its settings, like {"threshold": "otsu"}.')
        return cls.checked(values)

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @property
    def values(self) -> dict[str, Any]:
        """All settings by name."""
        return asdict(self)

    def lacks_pixel_size(self, pixel_um: float | None) -> bool:
        """Whether µm decide what is too small, and nobody has said how many of them a pixel has."""
        return bool(self.least_esd_um) and not pixel_um

    def least_area(self, pixel_um: float | None) -> float:
        """Pixels that an object has at least, on a scan of that many µm a pixel.

        Raises ClassifierError where µm decide and a pixel has no size: by pixels quite other objects would come.
        """
        if self.lacks_pixel_size(pixel_um):
            raise ClassifierError(SIZELESS.format(esd=self.least_esd_um))
        if self.least_esd_um and pixel_um:
            return float(np.pi / 4 * (self.least_esd_um / pixel_um) ** 2)
        return float(self.least_area_px)


RECIPE_SETTINGS = settings_of(SegmentationRecipe)
RECIPE_OFFERED = {name: one for name, one in RECIPE_SETTINGS.items() if one.title}  # by the site


@dataclass(frozen=True, eq=False)
class SegmentedObject:
    """One object on a scan: its box in pixels of the scan, and which pixels of the box are its own.

    (x, y) is the upper left pixel of the box, counted from 0. outlines.py makes run lengths and polygons of the mask.
    """

    x: int
    y: int
    mask: np.ndarray  # bool (height, width), holes filled where the recipe fills them
    body: np.ndarray | None = None  # the mask without its holes; None: it has none
    several: float = 0.0  # how probably these are several organisms, 0 to 1

    @property
    def width(self) -> int:
        return int(self.mask.shape[1])

    @property
    def height(self) -> int:
        return int(self.mask.shape[0])

    @property
    def area(self) -> int:
        """Pixels."""
        return int(np.count_nonzero(self.mask))

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x, y, width, height."""
        return self.x, self.y, self.width, self.height
