"""A scan that comes in is rendered, cut into tiles and stored, before any row of it is written."""

import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from annotations.jobs.models import FINENESS, Job
from annotations.jobs.progress import Progress
from annotations.pictures.actions import StoredPicture
from annotations.pictures.large_files import (
    digest_of,
    file_key,
    store_file_once,
    store_tiles,
    tiles_prefix,
)
from annotations.pictures.store import is_stored
from annotations.scans.actions import NewScan, acquisition_names
from classifier.contract.windows import Window
from worker.scans.files import ScanPage
from worker.scans.incoming import IncomingScan
from worker.scans.rendering import (
    TILE_RECIPE,
    RenderedScan,
    Watch,
    render,
    tiles_folder,
    write_tiles,
)
from worker.scans.windows import window_for

# what each step takes of the time of a scan, measured on deep ones
LOOKED_AT, RENDERED, TILED = 0.2, 0.8, 0.95


@dataclass(frozen=True)
class ScanStore:
    """Stores scans of an import; drafts lie in `scratch`."""

    job: Job
    progress: Progress
    scratch: Path

    def stored(self, scan: IncomingScan) -> NewScan:
        """With its rendering, tiles and original in the storage. Done again it finds them there. Raises ScanError."""
        page, file_name, metadata = scan.open(), scan.file_name, scan.metadata
        draft = self.scratch / "rendering.tif"
        acquisition = acquisition_names(file_name, metadata)
        original = self._original(page)
        watch = self._watch(f"Looking at {file_name}", 0, LOOKED_AT)
        window = window_for(page, self.job.project_id, acquisition, file_name, original, watch)
        rendered = render(page, window, draft, self._watch(f"Rendering {file_name}", LOOKED_AT, RENDERED))
        digest = digest_of(draft)
        prefix = tiles_prefix(_tile_digest(digest))
        levels = self._tiles(draft, prefix, self._watch(f"Cutting {file_name} into tiles", RENDERED, TILED))
        store_file_once(file_key(digest, "tif"), draft)
        self.progress.check()
        picture = _picture(page, window, rendered, file_key(digest, "tif"), original)
        return NewScan(
            file_name,
            picture,
            prefix,
            levels,
            rendered.channels,
            page.number,
            page.header_pixel_um,
            metadata,
            scan.place,
        )

    def _tiles(self, rendering: Path, prefix: str, watch: Watch) -> int:
        folder = self.scratch / "tiles"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        levels = write_tiles(rendering, folder, watch)
        store_tiles(prefix, tiles_folder(folder))
        shutil.rmtree(folder)
        return levels

    def _original(self, page: ScanPage) -> str:
        """The key of a copy of what came in."""
        key = file_key(digest_of(page.path), page.extension)
        if not is_stored(key):
            copy = self.scratch / f"original.{page.extension}"
            shutil.copyfile(page.path, copy)
            store_file_once(key, copy)
        return key

    def _watch(self, words: str, start: float, end: float) -> Watch:
        def watch(share: float) -> None:
            done = start + (end - start) * share
            self.progress.update(round(done * FINENESS), FINENESS, words)

        return watch


def _picture(
    page: ScanPage, window: Window | None, rendered: RenderedScan, key: str, original: str
) -> StoredPicture:
    bounds = (window.low, window.high) if window else (None, None)
    return StoredPicture(key, rendered.width, rendered.height, original, page.origin, *bounds)


def _tile_digest(digest: str) -> str:
    return sha256(f"{digest} {TILE_RECIPE}".encode()).hexdigest()
