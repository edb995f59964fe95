"""What commands have in common that bring in what was exported elsewhere."""

from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.jobs.registry import Work
from annotations.projects.command import project_named


class ImportCommand(SiteCommand):
    """Brings in a zip or a folder, as the job `kind` does by the function `work`; `noun` is in its result."""

    noun: str
    kind: str
    work: Work
    most_projects: int | None = None  # that may have it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help=f"zip or folder of the {self.noun}")
        parser.add_argument(
            "--project", action="append", required=True, metavar="TITLE", help=self._project_help()
        )

    def _project_help(self) -> str:
        return "whose it is to be" if self.most_projects == 1 else "may be repeated"

    def handle(self, *, folder: Path, project: list[str], **options: object) -> None:
        if not folder.exists():
            raise CommandError(f"There is no {folder}.")
        if self.most_projects is not None and len(project) > self.most_projects:
            raise CommandError(
                f"A {self.noun} belongs to one project: name one, and import it again for another."
            )
        projects = [project_named(title) for title in project]
        params = {
            "path": str(folder.absolute()),
            "name": folder.name,
            "projects": [each.pk for each in projects],
        }
        result = run_here(self.work, self.stdout, kind=self.kind, project=projects[0], params=params)
        self.stdout.write(f"{self.noun.capitalize()} {result[self.noun]}")
