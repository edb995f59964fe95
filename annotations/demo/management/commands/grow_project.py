from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.demo.growing import grow
from annotations.projects.command import project_titled
from annotations.projects.models import Project


class Command(SiteCommand):
    help = "Multiplies a project's rows in the database until it has N objects, for measurements."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="title or number of the project")
        parser.add_argument(
            "--objects", type=int, required=True, metavar="N", help="how many objects it should have"
        )

    def handle(self, *, project: str, objects: int, **options: object) -> None:
        grown = project_titled(project)
        if grown is None and project.isdigit():
            grown = Project.objects.living().filter(pk=int(project)).first()
        if grown is None:
            raise CommandError(f"There is no project {project!r}.")
        try:
            added = grow(grown, objects, self._progress)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"\r\x1b[K{added:,} objects added to {grown.title}.")

    def _progress(self, done: int) -> None:
        self.stdout.write(f"\r\x1b[K{done:,} objects", ending="")
        self.stdout.flush()
