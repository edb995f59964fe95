from pathlib import Path

from django.core.management.base import CommandParser

from annotations.common.command import SiteCommand
from annotations.exports.actions import export_project
from annotations.jobs.foreground import run_here
from annotations.projects.command import project_named


class Command(SiteCommand):
    help = "Writes a project as an EcoTaxa package."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, help="the zip to write")
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument("--no-images", action="store_true", help="tables only")
        parser.add_argument(
            "--rendered",
            action="store_true",
            help="pictures as pages show them (8 bits, upright), not as they came in",
        )

    def handle(self, *, out: Path, project: str, no_images: bool, rendered: bool, **options: object) -> None:
        exported = project_named(project)
        chosen = {"images": not no_images, "emails": True, "rendered": rendered}
        params = {**chosen, "filter": {}, "out": str(out.absolute())}
        run_here(export_project, self.stdout, kind="export_project", project=exported, params=params)
