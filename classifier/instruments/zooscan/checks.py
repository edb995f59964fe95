"""What ZooProcess users check before they send a project on, as sentences. None of it keeps an object out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from classifier.instruments.records import BrokenFile
from classifier.instruments.zooscan.scan import ScannedFraction

NO_UPPER_SIEVE = 999999


def check_scan(scan: ScannedFraction, path: str) -> Iterator[BrokenFile]:
    """What one scan says of itself that can't be, or is hardly meant."""
    for message, remedy in (*_motoda(scan), *_sieves(scan), *_ids(scan), *_volume(scan)):
        yield BrokenFile(path, message, remedy, warning=True)


def check_fractions(scans: Iterable[tuple[str, ScannedFraction]]) -> Iterator[BrokenFile]:
    """What scans of one sample say of it in different ways, and sieves that leave a gap or overlap."""
    samples = defaultdict(list)
    for path, scan in scans:
        samples[scan.sample_id].append((path, scan))
    for sample, fractions in sorted(samples.items()):
        yield from _contradictions(sample, fractions)
        yield from _gaps(sample, fractions)


def _motoda(scan: ScannedFraction) -> Iterator[tuple[str, str]]:
    parts = scan.sub_part
    method = scan.pid.value("subsample", "submethod")
    if parts is None or parts <= 0:
        yield (
            "SubPart is empty: nobody can tell what share of the fraction was scanned.",
            "Fill it in ZooProcess, 1 where all of it was.",
        )
    elif method.lower() == "motoda" and not _is_power_of_two(parts):
        yield (
            f"SubPart is {parts:g}, but a Motoda splitter halves: it gives 1, 2, 4, 8 and so on.",
            "Correct SubPart or SubMethod.",
        )


def _is_power_of_two(parts: float) -> bool:
    return parts == int(parts) and int(parts) & (int(parts) - 1) == 0


def _sieves(scan: ScannedFraction) -> Iterator[tuple[str, str]]:
    low, high = scan.sieves
    if low is not None and high is not None and low >= high:
        yield (
            f"The fraction's sieves are {low:g} and {high:g} µm: the lower must be the smaller.",
            "Correct Fracmin and Fracsup.",
        )


def _ids(scan: ScannedFraction) -> Iterator[tuple[str, str]]:
    if not scan.stem.startswith(scan.sample_id):
        yield (
            f"The scan is called {scan.stem}, which does not begin with the id of its sample, {scan.sample_id}.",
            "Check that the pid lies in the folder of its own scan.",
        )
    image = scan.pid.value("image_process", "image").rsplit(".", 1)[0]
    if image and image != scan.stem:
        yield (
            f"The pid was made of the image {image}, not of {scan.stem}.",
            "Check that the pid lies in the folder of its own scan.",
        )


def _volume(scan: ScannedFraction) -> Iterator[tuple[str, str]]:
    if not scan.volume_m3 or scan.volume_m3 < 0:
        yield (
            "Vol is empty: there are no concentrations without it.",
            "Fill in the volume that was filtered, in m³.",
        )


def _contradictions(sample: str, fractions: list[tuple[str, ScannedFraction]]) -> Iterator[BrokenFile]:
    """A sample has one volume, date, place and depths, whichever fraction says so."""
    first = fractions[0][1]
    for name in ("vol", "date", "latitude", "longitude", "zmin", "zmax"):
        expected = first.pid.value("sample", name)
        for path, scan in fractions[1:]:
            value = scan.pid.value("sample", name)
            if value != expected:
                message = (
                    f"{name} of {sample} is {value or 'empty'} here, {expected or 'empty'} in {first.stem}."
                )
                yield BrokenFile(path, message, "The first counts. Correct the other.", warning=True)


def _gaps(sample: str, fractions: list[tuple[str, ScannedFraction]]) -> Iterator[BrokenFile]:
    sieves = {scan.sieves: path for path, scan in fractions}
    ordered = sorted(
        (low, high, path) for (low, high), path in sieves.items() if low is not None and high is not None
    )
    for (_, high, _), (low, _, path) in pairwise(ordered):
        if high != low and NO_UPPER_SIEVE not in (low, high):
            what = "a gap between" if high < low else "an overlap of"
            message = (
                f"The fractions of sample {sample} have {what} {min(high, low):g} and {max(high, low):g} µm."
            )
            yield BrokenFile(path, message, "Correct Fracmin and Fracsup of one of them.", warning=True)
