"""Scans into EcoTaxa packages: one a scan, with vignettes, measurements and, beside it, the outlines as COCO JSON."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

from classifier.contract.errors import ClassifierError
from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject
from classifier.instruments.pictures import png_of
from classifier.instruments.records import (
    InstrumentAcquisition,
    InstrumentLabel,
    InstrumentSample,
    InstrumentVignette,
)
from classifier.instruments.unpacking.cells import cells_of
from classifier.instruments.unpacking.done import DonePart, made_by, note_done, read_done
from classifier.instruments.unpacking.packages import PackageWriter
from classifier.instruments.volumes import VolumeColumns
from classifier.segmentation.coco import outlines_file
from classifier.segmentation.contrast import ScanContrast, described, estimate_contrast
from classifier.segmentation.frames import frame_sentence
from classifier.segmentation.joining import join
from classifier.segmentation.measured import measured, placed
from classifier.segmentation.origins import ScanOrigin
from classifier.segmentation.source import Scan
from classifier.segmentation.stored_tiles import OnStoredTile, StoredTiles
from classifier.segmentation.vignettes import vignette_of

TILES = ".tiles"  # folder of what is finished of a scan
EVERY = 100  # objects between two reports
OUTLINES = ".coco.json"  # behind the name of the scan
OnScan = Callable[[str], None]  # hears a sentence: how far it is, or what one should know


LabelledObject = tuple[SegmentedObject, InstrumentLabel | None]


class ObjectFinder(Protocol):
    """What finds objects instead of a threshold. `name` stands for all that decides which."""

    @property
    def name(self) -> str: ...

    @property
    def has_outlines(self) -> bool:
        """Whether masks are the objects' own, and not the whole of their boxes."""

    def objects(
        self, scan: Scan, contrast: ScanContrast, on_tile: OnStoredTile
    ) -> Iterator[LabelledObject]: ...


def segment_scans(
    scans: list[Path],
    out: Path,
    recipe: SegmentationRecipe,
    origin: ScanOrigin,
    as_folders: bool = False,
    on_progress: OnScan = lambda sentence: None,
    finder: ObjectFinder | None = None,
) -> dict[str, int]:
    """Objects of each scan, by its name, also of those that an earlier run wrote: by the recipe's threshold, or by a
    `finder`, of which the recipe says the sizes. Raises ClassifierError."""
    if out.exists() and not out.is_dir():
        raise ClassifierError(f"{out} is a file. Name the folder of the packages last.")
    recipe.least_area(origin.pixel_um)  # refused before anything is read
    named = _named(scans, origin)
    out.mkdir(parents=True, exist_ok=True)
    done, objects = read_done(out), {}
    for name, path in named.items():
        target = out / (name + ("" if as_folders else ".zip"))
        maker = _maker(path, recipe, origin, finder)
        earlier = done.get(name)
        if earlier is None or earlier.made_by != maker or (earlier.vignettes and not target.exists()):
            earlier = _segment_scan(path, target, name, maker, recipe, origin, on_progress, finder)
            note_done(out, earlier)
        objects[name] = earlier.vignettes
    return objects


def _named(scans: list[Path], origin: ScanOrigin) -> dict[str, Path]:
    """By the names of their packages. Raises ClassifierError where one would overwrite that of another."""
    named: dict[str, Path] = {}
    for path in scans:
        other = named.setdefault(origin.name_of(path), path)
        if other != path:
            raise ClassifierError(
                f"{other} and {path} would be written under one name. Rename one, or segment it into another folder."
            )
    return named


def _maker(path: Path, recipe: SegmentationRecipe, origin: ScanOrigin, finder: ObjectFinder | None) -> str:
    """What a package hangs on: a scan that was written again since is segmented again."""
    files = [file for file in (path, origin.blank) if file is not None]
    sizes = {f"{file} {file.stat().st_mtime_ns}": file.stat().st_size for file in files if file.exists()}
    facts = {name: str(value) for name, value in {**vars(origin), **recipe.values}.items()}
    return made_by(finder.name if finder else "segment", facts, sizes, {})


def _segment_scan(
    path: Path,
    target: Path,
    name: str,
    maker: str,
    recipe: SegmentationRecipe,
    origin: ScanOrigin,
    on_progress: OnScan,
    finder: ObjectFinder | None,
) -> DonePart:
    began, stored = time.monotonic(), StoredTiles(target.parent / TILES, maker)
    volumes = VolumeColumns()
    with Scan(path, recipe.channel, origin.page - 1) as scan:
        contrast = stored.contrast(lambda: _estimated(scan, recipe, origin))

        def on_tile(tiles: int, of: int) -> None:
            rate = tiles / of * scan.width * scan.height / 1e6 / (time.monotonic() - began)
            on_progress(f"{name}: {tiles:,} of {of:,} tiles, {rate:,.1f} megapixels a second")

        def on_frame(box: tuple[int, int, int, int]) -> None:
            on_progress(frame_sentence(name, box) + "\n")  # stays, above how far it is

        objects = (
            finder.objects(scan, contrast, on_tile)
            if finder
            else ((one, None) for one in join(stored.results(scan, contrast, on_tile), contrast, on_frame))
        )
        info = described(contrast) | {"pixel_um": origin.pixel_um}
        outlines = target.parent / (name + OUTLINES)
        with (
            PackageWriter(target, name) as package,
            outlines_file(outlines, path.name, scan.width, scan.height, info) as coco,
        ):
            has_outlines = finder is None or finder.has_outlines
            measure = measured if has_outlines else placed
            for vignette, picture, one in _vignettes(scan, contrast, objects, name, origin, measure):
                package.add(cells_of(vignette, volumes), png_of(picture))
                coco.add(one, vignette.object_id, has_outline=has_outlines)
                if package.lines % EVERY == 0:
                    on_progress(f"{name}: {package.lines:,} objects")
    stored.remove()
    return DonePart(name, maker, package.lines, [], package.left_out)


def _estimated(scan: Scan, recipe: SegmentationRecipe, origin: ScanOrigin) -> ScanContrast:
    if origin.blank is None:
        return estimate_contrast(scan, recipe, None, origin.pixel_um)
    with Scan(origin.blank, recipe.channel) as blank:
        return estimate_contrast(scan, recipe, blank, origin.pixel_um)


def _vignettes(
    scan: Scan,
    contrast: ScanContrast,
    objects: Iterator[LabelledObject],
    name: str,
    origin: ScanOrigin,
    measure: Callable[[Scan, ScanContrast, SegmentedObject], dict[str, float]],
) -> Iterator[tuple[InstrumentVignette, np.ndarray, SegmentedObject]]:
    sample = InstrumentSample(origin.sample or name)
    acquisition = InstrumentAcquisition(
        name,
        pixel_um=origin.pixel_um,
        volume_ml=origin.volume_ml,
        process_fields={setting: str(value) for setting, value in contrast.recipe.values.items()},
    )
    for number, (one, label) in enumerate(objects, 1):
        object_id, picture = f"{name}_{number}", vignette_of(scan, contrast, one)
        numbers = measure(scan, contrast, one)
        yield (
            InstrumentVignette(
                object_id,
                f"{object_id}.png",
                picture,
                sample,
                acquisition,
                numbers=numbers,
                label=label,
                **origin.where,
            ),
            picture,
            one,
        )
