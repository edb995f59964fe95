from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from annotations.accounts.models import User
from annotations.common.command import SiteCommand
from annotations.marks.importing import Refused, import_marks
from annotations.projects.models import Project


class Command(SiteCommand):
    help = "Adds the marks of a COCO JSON or CSV file to a project. Twice is as good as once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the file, as export_marks writes it or plain COCO")
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument("--user", required=True, metavar="NAME", help="in whose name")
        parser.add_argument("--dry-run", action="store_true", help="only check the file")

    def handle(self, *, path: Path, project: str, user: str, dry_run: bool, **options: object) -> None:
        found = Project.objects.filter(title=project).order_by("id").first()
        author = User.objects.filter(username=user).first()
        if found is None:
            raise CommandError(f"There is no project {project!r}.")
        if author is None:
            raise CommandError(f"There is no user {user!r}.")
        try:
            report = import_marks(project=found, user=author, content=path.read_bytes(), dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except Refused as refused:
            for wrong in refused.errors:
                where = f"line {wrong['line']}" if wrong["line"] else wrong["path"] or path.name
                self.stderr.write(f"{where}: {wrong['message']}")
            raise CommandError(str(refused)) from refused
        would = "would be " if dry_run else ""
        self.stdout.write(f"{report.made:,} marks {would}made, {report.present:,} were there already.")
