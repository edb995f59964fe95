import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from annotations.accounts.models import User
from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.projects.command import project_named
from annotations.scans.actions import checked_metadata
from annotations.scans.frame_options import OPTIONS, checked_frame_options
from annotations.scans.sampling_fields import FIELDS
from worker.scans.importing import import_scans


class Command(SiteCommand):
    help = "Brings whole scans into a project: TIFF, PNG or JPEG files, videos, zips or folders of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", metavar="PROJECT", help="title of the project")
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="scans, videos, a zip, or a folder"
        )
        parser.add_argument("--table", type=Path, help="a CSV or TSV with a line for each file")
        parser.add_argument("--user", metavar="NAME", help="who brings them; an administrator if left out")
        for field in FIELDS:
            flag = f"--{field.name.replace('_', '-')}"
            parser.add_argument(flag, default="", help=f"{field.label}, of all of them. {field.help}".strip())
        for option in OPTIONS:
            flag = f"--{option.name.replace('_', '-')}"
            parser.add_argument(flag, default="", help=f"Of frames and videos: {option.label}. {option.help}")

    def handle(
        self, *, project: str, files: list[Path], table: Path | None, user: str | None, **options: Any
    ) -> None:
        chosen, owner = project_named(project), _owner(user)
        try:
            metadata = checked_metadata({field.name: options[field.name] for field in FIELDS})
            frames = checked_frame_options({each.name: options[each.name] for each in OPTIONS})
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with tempfile.TemporaryDirectory() as folder:
            path = _together([*files, *([table] if table else [])], Path(folder))
            params = {"path": str(path.absolute()), "name": path.name, "metadata": metadata, "frames": frames}
            run_here(
                import_scans, self.stdout, kind="import_scans", project=chosen, params=params, owner=owner
            )


def _together(files: list[Path], folder: Path) -> Path:
    """One file or folder as it is; several in a folder, under links of the disk where it can make these."""
    if missing := [file for file in files if not file.exists()]:
        raise CommandError(f"There is no file {missing[0]}.")
    if len(files) == 1:
        return files[0]
    for file in files:
        target = folder / file.name
        if target.exists() or file.is_dir():
            raise CommandError(f"{file}: several files must be files, each with a name of its own.")
        try:
            target.hardlink_to(file.resolve())
        except OSError:  # another disk
            shutil.copyfile(file, target)
    return folder


def _owner(name: str | None) -> User | None:
    if name is None:
        return User.objects.filter(is_superuser=True).order_by("id").first()
    owner = User.objects.filter(username=name).first()
    if owner is None:
        raise CommandError(f"There is no user {name!r}.")
    return owner
