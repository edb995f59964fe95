"""UVP5 work folders: vignettes `work/HDR…/YYYYMMDDhhmmss_mmm_NNNN.bmp`, blobs in a `.bru`, frames in a `datfile`.

A profile's table, `meta/uvp5_header_….txt`, says which HDR is which profile, where it was, and what a frame sees.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename, splitext

from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.base import Instrument, InstrumentPart, InstrumentReading, instrument
from classifier.instruments.decoding import UnreadablePictureError, read_pixels
from classifier.instruments.files import Files, passing_over_damage
from classifier.instruments.naming import by_folder, folder_of
from classifier.instruments.records import (
    BrokenFile,
    ImagedWater,
    InstrumentAcquisition,
    InstrumentSample,
    InstrumentVignette,
)
from classifier.instruments.uvp5.pids import COPY, RawMeasurements, is_pid, pid_of, read_pid
from classifier.instruments.uvp5.texts import (
    BLOBS,
    FRAMES,
    REMEDY,
    UvpProfile,
    bound,
    moment_of,
    read_frames,
    read_texts,
    texts_of,
)
from classifier.instruments.uvp_tables import header_rows, position_faults, position_of, profile_of

VIGNETTE = re.compile(r"(\d{14}_\d{3})_(\d{4,})\.(?:bmp|png|jpe?g|tiff?)", re.IGNORECASE)
PIDS = "{count} pids of ZooProcess are not read: no table of profiles has them, or no raw vignettes are here."
HDR = re.compile(r"HDR\d{14}", re.IGNORECASE)
OF_PROFILE = ("cruise", "ship", "profileid", "stationid", "bottomdepth", "ctdrosettefilename")
OF_RUN = ("filename", "volimage", "aa", "exp", "firstimage", "endimg", "pixelsize")


@instrument
class Uvp5(Instrument):
    """Profiles of a UVP5, one folder HDR… each."""

    name = "uvp5"
    title = "UVP5 work folders"
    volumes_in = "m3"
    help = (
        "A UVP5 project with its folders work/HDR… of vignettes (.bmp), the .bru and datfiles beside them or in "
        "results, and the table of profiles in meta. Depth, position and the volume of the frames come from these."
    )

    def recognises(self, paths: Sequence[str]) -> bool:
        return any(
            (VIGNETTE.fullmatch(basename(path)) and HDR.search(folder_of(path))) or is_pid(path)
            for path in paths
        )

    def parts(self, files: Files) -> list[InstrumentPart]:
        paths = files.paths()
        rows = header_rows(files)
        vignettes = [path for path in paths if VIGNETTE.fullmatch(basename(path))]
        folders = by_folder([path for path in vignettes if HDR.search(folder_of(path))])
        texts = [path for path in paths if path.lower().endswith((*FRAMES, BLOBS))]
        pids = [path for path in paths if is_pid(path)]
        named = [(HDR.findall(folder)[-1], pictures) for folder, pictures in sorted(folders.items())]
        named += [(hdr, []) for hdr in without_vignettes(texts, {hdr for hdr, _ in named})]
        return [
            InstrumentPart(hdr, (*_texts(hdr, profile_of(rows, hdr[3:]), texts, pids), *pictures))
            for hdr, pictures in sorted(named)
        ]

    def imaged(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> Iterator[ImagedWater]:
        profile = UvpProfile(profile_of(header_rows(files), part.name[3:]))
        with passing_over_damage():
            for _ in read_frames(files, part, profile):
                pass  # broken lines are named when the part is read
            if profile.imaged_ml:
                yield ImagedWater(sample_id(profile, part), profile.imaged_ml)

    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        profile = UvpProfile(profile_of(header_rows(files), part.name[3:]))
        try:
            yield from read_texts(files, part, profile)
        except ZIP_DAMAGE as error:
            if is_transient(error):
                raise
            yield BrokenFile(part.files[0], f"The texts can't be read ({error}).", REMEDY)
        yield from read_vignettes(files, part, profile)

    def unused(self, files: Files) -> list[BrokenFile]:
        """Pids of profiles that no part is of. Several of one profile are told by their name alone."""
        read = {basename(path) for part in self.parts(files) for path in part.files if is_pid(path)}
        pids = [path for path in files.paths() if is_pid(path) and basename(path) not in read]
        return [BrokenFile(pids[0], PIDS.format(count=len(pids)), COPY, warning=True)] if pids else []


def _texts(hdr: str, row: Mapping[str, str], texts: Sequence[str], pids: Sequence[str]) -> list[str]:
    return [*pid_of(row, pids), *sorted(texts_of(hdr, row, texts))]


def without_vignettes(texts: Sequence[str], hdrs: set[str]) -> list[str]:
    """HDRs that have a datfile in a folder of their own, but nothing was cut out of their frames."""
    folders = [folder_of(path) for path in texts if path.lower().endswith(FRAMES)]
    return sorted({HDR.findall(folder)[-1] for folder in folders if HDR.search(folder)} - hdrs)


def sample_id(profile: UvpProfile, part: InstrumentPart) -> str:
    return profile.row.get("profileid") or part.name


def acquisition_of(part: InstrumentPart, profile: UvpProfile) -> InstrumentAcquisition:
    row = profile.row
    pixel_mm = bound(row, "pixelsize", 0)
    return InstrumentAcquisition(
        part.name,
        "UVP5",
        pixel_mm * 1000 if 0 < pixel_mm < 1 else pixel_mm or None,
        "pixelsize of the table of profiles" if pixel_mm else "",
        profile.imaged_ml,
        {name: row[name] for name in OF_RUN if row.get(name)} | {"frames": str(profile.frames)},
    )


def read_vignettes(files: Files, part: InstrumentPart, profile: UvpProfile) -> InstrumentReading:
    row, acquisition = profile.row, acquisition_of(part, profile)
    sample = InstrumentSample(sample_id(profile, part), {n: row[n] for n in OF_PROFILE if row.get(n)})
    yield from position_faults(row, folder_of(part.files[-1]), of_minutes=True)
    north, east = position_of(row, of_minutes=True)
    measured: RawMeasurements = {}
    raw = {splitext(basename(path))[0] for path in part.files if VIGNETTE.fullmatch(basename(path))}
    for pid in filter(is_pid, part.files):
        yield from read_pid(files, pid, raw, measured)
    for path in part.files:
        if match := VIGNETTE.fullmatch(basename(path)):
            depth, name = profile.depths.get(match[1]), splitext(basename(path))[0]
            blob = profile.blobs.get((match[1], int(match[2])), {})
            try:
                yield InstrumentVignette(
                    name,
                    f"{name}.png",
                    read_pixels(files, path),
                    sample,
                    acquisition,
                    north,
                    east,
                    depth,
                    depth,
                    moment_of(match[1]),
                    numbers=blob | measured.get(name, {}),
                    file=path,
                )
            except (UnreadablePictureError, ValueError) as error:
                yield BrokenFile(path, str(error), REMEDY)
