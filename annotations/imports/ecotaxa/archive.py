"""Opens a package, a zip or a folder, without ever writing outside or unpacking more than is allowed."""

import os
import shutil
import stat
import tempfile
import threading
import zipfile
import zlib
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from annotations.imports.ecotaxa.problems import PackageError

MOST_BYTES = int(os.environ.get("SESTON_IMPORT_MAX_BYTES", 50 * 10**9))
MOST_FILES = 20_000_000
MOST_RATIO = 200  # a picture or a table packs 20 to 1 at best; a zip bomb 1,000 to 1
RATIO_FROM = 10 * 2**20  # small files may pack as they like
MOST_NESTED = 500


class Package:
    """Files of a package by their path inside it. Close it, or use it in a `with`."""

    def __init__(self, path: Path):
        self.path = path
        self._scratch: Path | None = None
        self._bytes = 0
        self._sources: dict[str, tuple[zipfile.ZipFile | Path, str]] = {}
        self._zips: list[zipfile.ZipFile] = []
        self._lock = threading.Lock()
        try:
            self._open(path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        for archive in self._zips:
            archive.close()
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def tables(self) -> list[str]:
        """Paths of the tables, sorted. EcoTaxa wants them to be called ecotaxa*.tsv or ecotaxa*.txt."""
        patterns = ("ecotaxa*.tsv", "ecotaxa*.txt")
        return sorted(
            name for name in self._sources if any(fnmatchcase(PurePosixPath(name).name, p) for p in patterns)
        )

    def __contains__(self, name: str) -> bool:
        return name in self._sources

    def read(self, name: str) -> bytes:
        """Raises PackageError when the file is damaged, KeyError when there is none."""
        source, inner = self._sources[name]
        if isinstance(source, Path):
            return (source / inner).read_bytes()
        try:
            with self._lock:  # a ZipFile is not for two threads at once
                return source.read(inner)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            raise PackageError(f"{name} cannot be unpacked ({error}). Make the zip again.") from error

    # --- Opening ------------------------------------------------------------------------------------------------------

    def _open(self, path: Path) -> None:
        if path.is_dir():
            self._add_folder(path)
        elif path.is_file():
            self._add_zip(path, "")
        else:
            raise PackageError(f"There is no file or folder {path.name}.")

    def _add_folder(self, folder: Path) -> None:
        root = folder.resolve()
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder).as_posix()
            if file.is_file():
                if not file.resolve().is_relative_to(root):
                    raise PackageError(f"{name} is a link that leads out of the package. Put the file itself there.")
                self._add(name, folder, name, file.stat().st_size, file)

    def _add_zip(self, path: Path, prefix: str) -> None:
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise PackageError(f"{prefix or path.name} is no zip file, or it is damaged. Make the zip again.") from error
        self._zips.append(archive)
        for entry in archive.infolist():
            if not entry.is_dir():
                _refuse_unsafe(entry, prefix)
                self._add(prefix + entry.filename, archive, entry.filename, entry.file_size, None)

    def _add(self, name: str, source: zipfile.ZipFile | Path, inner: str, size: int, file: Path | None) -> None:
        self._bytes += size
        if self._bytes > MOST_BYTES:
            raise PackageError(
                f"Unpacked, the package is larger than {MOST_BYTES / 10**9:,.0f} GB. Split it, or ask the "
                "administrator to raise SESTON_IMPORT_MAX_BYTES."
            )
        if len(self._sources) >= MOST_FILES:
            raise PackageError(f"The package holds more than {MOST_FILES:,} files. Split it.")
        if name.lower().endswith("images.zip"):
            self._add_nested(name, source, inner, file)
        else:
            self._sources[name] = (source, inner)

    def _add_nested(self, name: str, source: zipfile.ZipFile | Path, inner: str, file: Path | None) -> None:
        """UVP software packs each profile's pictures once more, as `…_Images.zip`."""
        if len(self._zips) >= MOST_NESTED or name.count(".zip/") > 1:
            raise PackageError(f"{name}: too many zips in one another. Unpack the inner ones first.")
        if file is None:
            assert isinstance(source, zipfile.ZipFile)
            file = self._unpacked(source, inner)
        self._add_zip(file, name + "/")

    def _unpacked(self, archive: zipfile.ZipFile, inner: str) -> Path:
        self._scratch = self._scratch or Path(tempfile.mkdtemp(prefix="seston-import-"))
        target = self._scratch / f"{len(self._zips)}.zip"
        with archive.open(inner) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file, 2**20)
        return target


def _refuse_unsafe(entry: zipfile.ZipInfo, prefix: str) -> None:
    name = prefix + entry.filename
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise PackageError(f"{name} would be unpacked outside the package. Make the zip again from inside its folder.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise PackageError(f"{name} is a link. Put the file itself into the zip.")
    if entry.flag_bits & 1:
        raise PackageError(f"{name} is encrypted. Make the zip again without a password.")
    if entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        raise PackageError(f"{name} unpacks to {entry.file_size / 10**6:,.0f} MB, {MOST_RATIO} times its size or more: "
                           "that looks like a zip bomb. Leave it out.")  # fmt: skip
