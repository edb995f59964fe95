"""`python -m classifier segment SCAN … OUT`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.contract.arguments import add_settings
from classifier.contract.errors import ClassifierError
from classifier.contract.segmentation import RECIPE_SETTINGS, SegmentationRecipe
from classifier.contract.settings import SettingError

if TYPE_CHECKING:
    from classifier.segmentation.origins import ScanOrigin
    from classifier.segmentation.packages import ObjectFinder
    from classifier.segmentation.unet.finding import UnetFinder

ABOVE_0 = {"pixel_um": (1e-9, 1e9), "volume_ml": (1e-9, 1e9)}
BOUNDS = ABOVE_0 | {
    "page": (1, 100_000),
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "depth_min": (0, 12_000),
    "depth_max": (0, 12_000),
}


def add_segment(parser: argparse.ArgumentParser) -> None:
    add_scans(parser)
    parser.add_argument("--recipe", type=Path, help="a recipe as JSON; flags below go before it")
    parser.add_argument("--blank", type=Path, help="a scan without organisms, for --background blank")
    parser.add_argument(
        "--model",
        type=Path,
        help="folder of a U-Net that `train-segmenter` wrote: it finds objects instead of the threshold; of the recipe "
        "sizes, holes, border and vignettes count",
    )
    parser.add_argument("--device", default="auto", help="of --model: cpu, cuda or auto (%(default)s)")
    add_settings(parser, RECIPE_SETTINGS.values(), keeps_unset=True)
    parser.set_defaults(verb=_segment)


def add_scans(parser: argparse.ArgumentParser) -> None:
    """Which scans become packages, and what is known of them."""
    parser.add_argument("scans", type=Path, nargs="+", metavar="SCAN", help="TIFF, PNG or JPEG, of any size")
    parser.add_argument(
        "out",
        type=Path,
        metavar="OUT",
        help="folder of the packages, one a scan, and outlines; an interrupted run goes on there",
    )
    parser.add_argument(
        "--page", type=int, default=1, help="of a TIFF of several pages, from 1 (%(default)s)"
    )
    parser.add_argument("--pixel-um", type=float, help="side of a pixel in µm, if known")
    parser.add_argument("--sample", default="", help="the sample of all scans; else each is one, by its name")
    parser.add_argument("--volume", type=float, help="ml of water on a scan, if known", dest="volume_ml")
    parser.add_argument("--latitude", type=float, help="degrees north of all scans, if known")
    parser.add_argument("--longitude", type=float, help="degrees east")
    parser.add_argument("--depth-min", type=float, help="metres")
    parser.add_argument("--depth-max", type=float, help="metres; --depth-min alone is both")
    parser.add_argument("--date", help="UTC, as 2000-05-05 or 2000-05-05T14:30")
    parser.add_argument(
        "--folders", action="store_true", help="a folder a package, not a zip: OUT is one package as a whole"
    )


def _segment(options: argparse.Namespace) -> None:
    from classifier.segmentation.packages import segment_scans  # scikit-image: a second that others save

    origin = scan_origin(options, options.blank)
    print_objects(options, segment_scans, recipe_of(options), origin, _finder(options))


def scan_origin(options: argparse.Namespace, blank: Path | None = None) -> "ScanOrigin":
    """Raises ClassifierError for what is no size, volume, place or time."""
    from classifier.segmentation.origins import ScanOrigin, moment_of

    for name, (low, high) in BOUNDS.items():
        value = getattr(options, name)
        if value is not None and not low <= value <= high:
            bounds = "a number above 0" if name in ABOVE_0 else f"{low:g} to {high:g}"
            raise ClassifierError(f"`{name}` is {value:g}, but takes {bounds}.")
    taken_at, has_time = moment_of(options.date)
    return ScanOrigin(
        sample=options.sample,
        pixel_um=options.pixel_um,
        volume_ml=options.volume_ml,
        blank=blank,
        page=options.page,
        latitude=options.latitude,
        longitude=options.longitude,
        depth_min=options.depth_min,
        depth_max=options.depth_min if options.depth_max is None else options.depth_max,
        taken_at=taken_at,
        has_time=has_time,
    )


def print_objects(
    options: argparse.Namespace,
    segment: Callable[..., dict[str, int]],
    recipe: SegmentationRecipe,
    origin: "ScanOrigin",
    finder: "ObjectFinder | None",
) -> None:
    """Runs `segment_scans` and says how many objects each scan has."""
    objects = segment(options.scans, options.out, recipe, origin, options.folders, _print_step, finder)
    for name, count in objects.items():
        sys.stdout.write(f"\r\x1b[K{count:,} objects of {name} in {options.out}.\n")


def _finder(options: argparse.Namespace) -> "UnetFinder | None":
    if options.model is None:
        return None
    from classifier.segmentation.packages import TILES
    from classifier.segmentation.unet.finding import UnetFinder  # torch: seconds that a threshold saves

    return UnetFinder.of(options.model, options.device, options.out / TILES)


def recipe_of(options: argparse.Namespace) -> SegmentationRecipe:
    """Flags before the file, the file before the defaults. Raises ClassifierError."""
    flags = {name: getattr(options, name) for name in RECIPE_SETTINGS if getattr(options, name) is not None}
    try:
        text = options.recipe.read_text("utf-8") if options.recipe else "{}"
        return SegmentationRecipe.checked(SegmentationRecipe.from_json(text).values | flags)
    except (OSError, UnicodeDecodeError, SettingError) as error:
        raise ClassifierError(f"{error}") from error


def _print_step(sentence: str) -> None:
    sys.stderr.write(f"\r\x1b[K{sentence}")
    sys.stderr.flush()
