from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.marks.exporting import write_marks
from annotations.projects.command import project_named


class Command(SiteCommand):
    help = "Writes the marks of a project as COCO JSON or CSV, whichever OUT ends in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, help="the file to write: ….json for COCO, ….csv for a table")
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")

    def handle(self, *, out: Path, project: str, **options: object) -> None:
        the_project = project_named(project)
        format = {".json": "coco", ".csv": "csv"}.get(out.suffix.lower())
        if format is None:
            raise CommandError(f"{out.name} ends in neither .json nor .csv: name it so.")
        try:
            with out.open("w", encoding="utf-8", newline="") as file:
                file.writelines(write_marks(the_project, format))
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Wrote {out}.")
