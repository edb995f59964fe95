"""Writes an EcoTaxa package of drawn plankton: the demo project, and the data of tests and benchmarks.

An object's picture and columns depend on the seed and its number only. The same call writes the same bytes.
"""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image

from annotations.demo.drawing.classes import BY_NAME, CLASSES, DrawnClass
from annotations.demo.drawing.vignette import DrawnVignette, Light, draw_vignette
from annotations.demo.measuring import measure

PIXEL_UM = 22.0
PEOPLE = [
    ("Ada Storm", "ada@example.org"),
    ("Ben Tide", "ben@example.org"),
    ("Cleo Reef", "cleo@example.org"),
]
TEXT_TRAITS = ["orientation", "broken", "embryo", "shape"]
NUMBER_TRAITS = ["eggs", "gut_fullness", "chain_cells", "length_um"]
# how long the prosome is, and where it begins and ends on the picture (pixels)
PROSOME = ["prosome_um", "prosome_x1", "prosome_y1", "prosome_x2", "prosome_y2"]
STAMP = (2026, 1, 1, 0, 0, 0)  # of every file in the zip, so that the same seed gives the same bytes


@dataclass(frozen=True)
class Station:
    name: str
    latitude: float
    longitude: float
    taken_at: datetime
    depth: float  # metres
    light: Light
    weights: np.ndarray  # of the classes, adding up to 1


@dataclass(frozen=True)
class PackageSummary:
    objects: int
    samples: int
    taxa: Counter
    path: Path


def write_package(
    out: Path,
    objects: int,
    seed: int = 1,
    samples: int = 6,
    settled: float = 0.6,
    on_progress: Callable[[int, int], None] | None = None,
) -> PackageSummary:
    """Writes `objects` vignettes from `samples` stations; `settled` is the share that a person has validated.

    A name that ends in .zip gives a zip, any other a folder. Raises ValueError for impossible numbers.
    """
    if objects < 1 or samples < 1 or not 0 <= settled <= 1:
        raise ValueError("A package needs at least 1 object, 1 sample, and a settled share from 0 to 1.")
    samples = min(samples, objects)
    taxa: Counter = Counter()
    with _Output(out) as output:
        for number in range(samples):
            station = _station(seed, number)
            ids = range(number, objects, samples)
            rows = _write_sample(output, station, seed, ids, settled, taxa, on_progress, objects)
            output.write(f"{station.name}/ecotaxa_{station.name}.tsv", rows)
    return PackageSummary(objects, samples, taxa, out)


class _Output:
    """A zip or a folder, written file by file."""

    def __init__(self, path: Path):
        self.path = path
        self.zip = zipfile.ZipFile(path, "w") if path.suffix == ".zip" else None

    def __enter__(self) -> "_Output":
        return self

    def __exit__(self, *exception: object) -> None:
        if self.zip:
            self.zip.close()

    def write(self, name: str, content: bytes) -> None:
        if self.zip:
            kind = zipfile.ZIP_DEFLATED if name.endswith(".tsv") else zipfile.ZIP_STORED
            self.zip.writestr(zipfile.ZipInfo(name, STAMP), content, kind)
        else:
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _station(seed: int, number: int) -> Station:
    """Stations lie on a line off the coast; odd ones are at night and deep."""
    rng = np.random.default_rng([seed, 1, number])
    deep = number % 2 == 1
    depth = float(rng.uniform(60, 400) if deep else rng.uniform(2, 40))
    taste = np.array([c.share * (1 / c.surface if deep else c.surface) for c in CLASSES])
    taste *= np.exp(rng.normal(0, 0.35, len(CLASSES)))
    return Station(
        name=f"seston_st{number + 1:02d}_{'deep' if deep else 'surface'}",
        latitude=round(43.68 - 0.03 * number, 5),
        longitude=round(7.31 + 0.05 * number, 5),
        taken_at=datetime(2026, 4, 12, 22 if deep else 10, 15, tzinfo=UTC) + timedelta(days=9 * number),
        depth=round(depth, 1),
        light=Light(
            float(rng.uniform(0.8, 0.95)), float(rng.uniform(0.85, 1.25)), float(rng.uniform(0.008, 0.018))
        ),
        weights=taste / taste.sum(),
    )


def _write_sample(
    output: _Output,
    station: Station,
    seed: int,
    ids: range,
    settled: float,
    taxa: Counter,
    on_progress: Callable[[int, int], None] | None,
    total: int,
) -> bytes:
    """Writes the pictures of a sample and returns its table."""
    table = io.StringIO()
    lines = csv.writer(table, delimiter="\t", lineterminator="\n")
    columns: list[str] = []
    for done, i in enumerate(ids, start=1):
        row, picture = _object(station, seed, i, settled)
        if not columns:
            columns = list(row)
            lines.writerow(columns)
            lines.writerow([_type(name) for name in columns])
        lines.writerow(row.values())
        output.write(f"{station.name}/{row['img_file_name']}", picture)
        taxa[row["object_true_taxon"]] += 1
        if on_progress and done % 50 == 0:
            on_progress(sum(taxa.values()), total)
    return table.getvalue().encode("utf-8-sig")  # EcoTaxa reads UTF-8 only behind a byte order mark


def _object(station: Station, seed: int, i: int, settled: float) -> tuple[dict[str, object], bytes]:
    rng = np.random.default_rng([seed, 2, i])
    # the first objects go through all classes, so that even a small package has each
    organism = CLASSES[i] if i < len(CLASSES) else CLASSES[rng.choice(len(CLASSES), p=station.weights)]
    vignette = draw_vignette(organism, rng, station.light, PIXEL_UM)
    name = f"seston_{seed}_{i:07d}"
    taken_at = station.taken_at + timedelta(seconds=float(rng.uniform(0, 2400)))
    row: dict[str, object] = {
        "img_file_name": f"{name}.png",
        "img_rank": 0,
        "object_id": name,
        "object_lat": station.latitude,
        "object_lon": station.longitude,
        "object_date": f"{taken_at:%Y%m%d}",
        "object_time": f"{taken_at:%H%M%S}",
        "object_depth_min": station.depth,
        "object_depth_max": round(station.depth + 5, 1),
        **_annotation(rng, organism, settled),
        **{f"object_{key}": value for key, value in measure(vignette.pixels, vignette.body).items()},
        **_traits(vignette),
        "object_true_taxon": organism.name,
        **_parents(station),
    }
    return row, _png(vignette.pixels)


def _annotation(rng: np.random.Generator, organism: DrawnClass, settled: float) -> dict[str, object]:
    kind = rng.random()
    person, email = PEOPLE[int(rng.integers(len(PEOPLE)))]
    labelled, status = organism, "validated"
    if kind > settled + 0.75 * (1 - settled):
        status = ""
    elif kind > settled + 0.08 * (1 - settled):
        status = "predicted"
        labelled = BY_NAME[organism.mistaken_for] if rng.random() < 0.22 else organism
    elif kind > settled:
        status = "dubious"
    by_person = status in ("validated", "dubious")
    when = datetime(2026, 6, 1, 9, tzinfo=UTC) + timedelta(minutes=float(rng.uniform(0, 60 * 24 * 60)))
    return {
        "object_annotation_status": status,
        "object_annotation_category": labelled.name if status else "",
        "object_annotation_hierarchy": ">".join((*labelled.lineage, labelled.name.split("<")[0]))
        if status
        else "",
        "object_annotation_person_name": person if by_person else "",
        "object_annotation_person_email": email if by_person else "",
        "object_annotation_date": f"{when:%Y%m%d}" if by_person else "",
        "object_annotation_time": f"{when:%H%M%S}" if by_person else "",
    }


def _traits(vignette: DrawnVignette) -> dict[str, object]:
    values = {**vignette.traits, "length_um": vignette.length_um}
    if "prosome" in vignette.lines:
        pixels = vignette.traits["prosome"]
        assert isinstance(pixels, float)
        ends = vignette.lines["prosome"].round(3).ravel().tolist()
        values |= dict(zip(PROSOME, [round(pixels * PIXEL_UM, 2), *ends], strict=True))
    return {f"object_trait_{name}": values.get(name, "") for name in (*NUMBER_TRAITS, *TEXT_TRAITS, *PROSOME)}


def _parents(station: Station) -> dict[str, object]:
    return {
        "sample_id": station.name,
        "sample_ship": "RV Drifter",
        "sample_stationid": station.name.split("_")[1],
        "sample_tot_vol": 42.0,
        "acq_id": f"acq_{station.name}",
        "acq_instrument": "drawn camera",
        "acq_pixel": PIXEL_UM,
        "acq_sub_part": 1,
        "process_id": f"process_{station.name}",
        "process_software": "seston draw_plankton",
    }


def _type(column: str) -> str:
    texts = {"object_true_taxon", *(f"object_trait_{name}" for name in TEXT_TRAITS)}
    numeric = column.startswith("object_") and "annotation" not in column and column not in texts
    numeric &= column not in ("object_id", "object_date", "object_time")
    return "[f]" if numeric or column == "img_rank" else "[t]"


def _png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()
