"""Tiny EcoTaxa packages, drawn by the tests themselves."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from annotations.accounts.models import User
from annotations.imports.actions import import_package
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.projects.models import Project


def png(shade: int = 0, size: tuple[int, int] = (7, 5), kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("L", size, shade).save(buffer, kind)
    return buffer.getvalue()


def table(rows: Iterable[dict], types: dict[str, str] | None = None, newline: str = "\n") -> str:
    """A table of all the columns that occur; columns are text unless `types` says `f`."""
    rows = list(rows)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    kinds = [f"[{(types or {}).get(column, 't')}]" for column in columns]
    lines = [columns, kinds, *([str(row.get(column, "")) for column in columns] for row in rows)]
    return newline.join("\t".join(cells) for cells in lines) + newline


def row(number: int = 1, **more: object) -> dict:
    """A line for object `o<number>` with picture `o<number>.png` of sample `s1`."""
    return {
        "object_id": f"o{number}",
        "img_file_name": f"o{number}.png",
        "sample_id": "s1",
        "acq_id": "a1",
        **more,
    }


def write_zip(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return path


def package(
    path: Path, rows: Iterable[dict], types: dict[str, str] | None = None, **more: str | bytes
) -> Path:
    """A zip with one table and a picture for each file name that it holds; `more` adds or replaces files."""
    rows = list(rows)
    names = dict.fromkeys(r["img_file_name"] for r in rows)
    pictures = {name: png(number) for number, name in enumerate(names) if name}
    return write_zip(path, {"ecotaxa_test.tsv": table(rows, types), **pictures, **more})


def import_job(
    project: Project, path: Path, user: User | None = None, dry_run: bool = False, **more: object
) -> Job:
    return Job.objects.create(
        kind="import_package",
        owner=user,
        project=project,
        state="running",
        params={"path": str(path), "name": path.name, "dry_run": dry_run, **more},
    )


def run_import(
    project: Project, path: Path, user: User | None = None, dry_run: bool = False, **more: object
) -> dict:
    """Does the work of an import job here, and returns its result."""
    job = import_job(project, path, user, dry_run, **more)
    return import_package(job, Progress(job))
