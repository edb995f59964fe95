from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from annotations.accounts.models import User
from annotations.common.command import SiteCommand
from annotations.imports.actions import import_package
from annotations.jobs.foreground import run_here
from annotations.projects.actions import create_project
from annotations.projects.models import Project


class Command(SiteCommand):
    help = "Imports an EcoTaxa package (zip or folder) into a project, which is made if there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", type=Path, help="the package: a zip or a folder with ecotaxa_*.tsv and pictures"
        )
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument("--user", metavar="NAME", help="who imports; manages the project if it is made")
        parser.add_argument("--dry-run", action="store_true", help="only check the package")
        parser.add_argument(
            "--create-taxa",
            action="store_true",
            help="create the taxa that the site does not know; else their labels and traits wait on the page of names",
        )
        parser.add_argument(
            "--pixel-unit",
            choices=["um", "mm"],
            default="",
            help="of pixel sizes without a unit (process_pixel), where the package doesn't tell",
        )

    def handle(
        self,
        *,
        path: Path,
        project: str,
        user: str | None,
        dry_run: bool,
        create_taxa: bool,
        pixel_unit: str,
        **options: object,
    ) -> None:
        owner = self._owner(user)
        existing = Project.objects.filter(title=project).order_by("id").first()
        chosen = existing or create_project(title=project, owner=owner)
        params = {
            "path": str(path.absolute()),
            "name": path.name,
            "dry_run": dry_run,
            "create_taxa": create_taxa,
            "pixel_unit": pixel_unit,
        }
        try:
            run_here(
                import_package, self.stdout, kind="import_package", project=chosen, params=params, owner=owner
            )
        finally:
            if existing is None and not chosen.samples.exists():
                chosen.delete()  # a broken package leaves nothing behind

    @staticmethod
    def _owner(name: str | None) -> User | None:
        if name is None:
            return User.objects.filter(is_superuser=True).order_by("id").first()
        owner = User.objects.filter(username=name).first()
        if owner is None:
            raise CommandError(f"There is no user {name!r}.")
        return owner
