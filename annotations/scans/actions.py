"""The only writer of scans: bringing them in, adding one, deleting one."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.pictures.actions import StoredPicture
from annotations.projects.models import Project
from annotations.samples.actions import (
    ensure_acquisition,
    ensure_parent_image,
    ensure_sample,
    set_pixel_sizes,
    take_turns,
)
from annotations.samples.columns import ensure_columns
from annotations.samples.models import Acquisition, FreeColumn, ParentImage, Sample
from annotations.samples.rows import NewAcquisition, NewColumn
from annotations.scans.frame_options import checked_frame_options
from annotations.scans.models import Outline, Scan
from annotations.scans.sampling_fields import FIELDS, NOWHERE, Circumstances, ScanMetadata, is_free_column
from annotations.scans.tiling import TILE_SIZE
from annotations.scans.volume_units import in_unit_of
from classifier.instruments.video import VIDEOS

SCAN_ENDINGS = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".btf", ".tf8", *VIDEOS)
PLACE = ("latitude", "longitude", "depth_min", "depth_max", "taken_at")  # columns of a frame
PIXEL_SOURCE = "said at the import of the scan"


@dataclass(frozen=True, slots=True)
class NewScan:
    """A scan whose rendering and tiles are stored already."""

    file_name: str
    picture: StoredPicture
    tiles_prefix: str
    levels: int
    channels: int
    page: int
    header_pixel_um: float | None
    metadata: ScanMetadata
    place: Circumstances = NOWHERE  # of a frame


def start_scan_import(
    *,
    project: Project,
    user: User,
    path: Path,
    name: str,
    origin: dict[str, Any] | None = None,
    metadata: dict[str, str] | None = None,
    frames: dict[str, str] | None = None,
) -> Job:
    """Starts the import of a scan, or of a zip or folder of scans, that lies at `path`; `name` is what people call it.

    `metadata` is what holds for all of them, by the names of `sampling_fields.FIELDS`; a table beside
    the scans goes before. `frames` says which frames of videos are taken and by which clock, by the names of
    `frame_options.OPTIONS`. Raises ValidationError for what can't be read of them.
    """
    params = {
        "path": str(path),
        "name": name,
        **({"origin": origin} if origin else {}),
        "metadata": checked_metadata(metadata or {}),
        "frames": checked_frame_options(frames or {}),
    }
    return start_job(kind="import_scans", owner=user, project=project, params=params)


def checked_metadata(metadata: dict[str, str]) -> dict[str, str]:
    """Without what is empty. Raises ValidationError by name."""
    names = {field.name for field in FIELDS}
    if unknown := [name for name in metadata if name not in names and not is_free_column(name)]:
        raise ValidationError(f"{unknown[0]!r} says nothing of a scan: there are {', '.join(names)}.")
    ScanMetadata.read(metadata)
    return {name: text.strip() for name, text in metadata.items() if text.strip()}


@transaction.atomic
def add_scan(*, project: Project, user: User | None, new: NewScan) -> tuple[Scan, bool]:
    """The scan of that name in its acquisition, and whether it is new; what is said goes where nothing stood.

    Sample and acquisition are made where the project lacks them.
    """
    take_turns(project=project)
    metadata = in_unit_of(project, new.metadata)
    new = replace(new, metadata=metadata)
    ensure_columns(project=project, columns=_columns(metadata))
    sample = _sample(project, new)
    acquisition = _acquisition(sample, new)
    parent = ensure_parent_image(
        acquisition_id=acquisition.pk, file_name=new.file_name[-500:], picture=new.picture
    )
    if parent.key != new.picture.key:
        raise ValidationError(
            f"{acquisition.original_id} has another scan called {new.file_name}. Rename the file, or delete that scan."
        )
    place = {name: getattr(new.place, name) for name in PLACE}
    scan, is_new = Scan.objects.get_or_create(
        parent=parent,
        defaults={
            "tile_size": TILE_SIZE,
            "levels": new.levels,
            "tiles_prefix": new.tiles_prefix,
            "tiles_format": "jpg",
            "page": new.page,
            "channels": new.channels,
            "header_pixel_um": new.header_pixel_um,
            "added_by": user,
            **place,
        },
    )
    if not is_new:
        _complete(scan, place)
    return scan, is_new


def _complete(scan: Scan, place: dict[str, Any]) -> None:
    """What is said of a frame that is here already goes where nothing stood."""
    missing = [name for name in PLACE if getattr(scan, name) is None and place[name] is not None]
    for name in missing:
        setattr(scan, name, place[name])
    if missing:
        scan.save(update_fields=missing)


def _columns(metadata: ScanMetadata) -> list[NewColumn]:
    levels = {
        FreeColumn.Level.SAMPLE: metadata.sample_fields,
        FreeColumn.Level.ACQUISITION: metadata.acquisition_fields,
        FreeColumn.Level.PROCESS: metadata.process_fields,
    }
    return [NewColumn(level, name) for level, fields in levels.items() for name in fields]


def acquisition_names(file_name: str, metadata: ScanMetadata) -> tuple[str, str]:
    """The ids of a scan's sample and acquisition: what is said, else the name of its file."""
    sample, acquisition = (
        (metadata.by_name.get(name) or Path(file_name).stem)[:255] for name in ("sample", "acquisition")
    )
    return sample, acquisition


def _sample(project: Project, new: NewScan) -> Sample:
    metadata = new.metadata
    name, _ = acquisition_names(new.file_name, metadata)
    sample = ensure_sample(project=project, original_id=name, fields=metadata.sample_fields)
    changed = _filled(sample, "fields", metadata.sample_fields)
    for column in ("latitude", "longitude"):
        if getattr(sample, column) is None and column in metadata.by_name:
            setattr(sample, column, metadata.by_name[column])
            changed.append(column)
    if changed:
        sample.save(update_fields=changed)
    return sample


def _acquisition(sample: Sample, new: NewScan) -> Acquisition:
    metadata = new.metadata
    pixel_um = metadata.by_name.get("pixel_um")
    created = NewAcquisition(
        original_id=acquisition_names(new.file_name, metadata)[1],
        instrument=metadata.by_name.get("instrument", ""),
        pixel_um=pixel_um,
        pixel_source=PIXEL_SOURCE if pixel_um else "",
        fields=metadata.acquisition_fields,
        process_fields=metadata.process_fields,
    )
    acquisition = ensure_acquisition(sample_id=sample.pk, new=created)
    changed = [
        *_filled(acquisition, "fields", metadata.acquisition_fields),
        *_filled(acquisition, "process_fields", metadata.process_fields),
    ]
    if changed:
        acquisition.save(update_fields=changed)
    if acquisition.pixel_um is None and pixel_um:
        set_pixel_sizes(sizes={acquisition: PIXEL_SOURCE}, micrometres=pixel_um)
    return acquisition


def _filled(row: Sample | Acquisition, column: str, metadata: dict[str, str]) -> list[str]:
    """Puts what is said where the row has nothing; gives the column where that changed it."""
    present = getattr(row, column)
    missing = {name: text for name, text in metadata.items() if not present.get(name)}
    setattr(row, column, {**present, **missing})
    return [column] if missing else []


@transaction.atomic
def delete_scan(*, project: Project, scan: Scan) -> None:
    """Removes a scan of which no object was made; what is known of its sample and acquisition stays.

    Files stay, as those of pictures do: their keys are hashes. Raises ValidationError where objects stand on it.
    """
    take_turns(project=project)
    parent = ParentImage.objects.select_for_update().get(pk=scan.pk)
    objects = parent.regions.values("object").distinct().count()
    if objects or Outline.objects.filter(parent=parent).exists():
        raise ValidationError(
            f"{parent.file_name} can't be deleted: {objects:,} objects were cut out of it. Delete these first."
        )
    parent.delete()
