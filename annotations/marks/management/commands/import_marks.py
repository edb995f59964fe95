from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from annotations.accounts.models import User
from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.marks.imports import import_marks
from annotations.projects.command import project_named


class Command(SiteCommand):
    help = "Adds the marks of a COCO JSON or CSV file to a project. Twice is as good as once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the file, as export_marks writes it or plain COCO")
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument("--user", required=True, metavar="NAME", help="in whose name")
        parser.add_argument("--dry-run", action="store_true", help="only check the file")

    def handle(self, *, path: Path, project: str, user: str, dry_run: bool, **options: object) -> None:
        the_project = project_named(project)
        author = User.objects.filter(username=user).first()
        if author is None:
            raise CommandError(f"There is no user {user!r}.")
        if not path.is_file():
            raise CommandError(f"{path} cannot be read: there is no such file.")
        params = {"path": str(path.absolute()), "name": path.name, "dry_run": dry_run}
        run_here(
            import_marks, self.stdout, kind="import_marks", project=the_project, params=params, owner=author
        )
