from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.projects.command import project_named
from worker.learning.model_folders import import_model


class Command(SiteCommand):
    help = "Brings in a model that was exported elsewhere: its zip, or its folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="zip or folder of the model")
        parser.add_argument(
            "--project", action="append", required=True, metavar="TITLE", help="may be repeated"
        )

    def handle(self, *, folder: Path, project: list[str], **options: object) -> None:
        if not folder.exists():
            raise CommandError(f"There is no {folder}.")
        projects = [project_named(title) for title in project]
        params = {"path": str(folder.absolute()), "name": folder.name, "projects": [p.pk for p in projects]}
        result = run_here(import_model, self.stdout, kind="import_model", project=projects[0], params=params)
        self.stdout.write(f"Model {result['model']}")
