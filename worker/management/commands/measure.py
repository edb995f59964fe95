from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.projects.models import Project
from worker.measuring import measure_project


class Command(SiteCommand):
    help = "Measures the vignettes of a project that have no measurements yet, here and now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument("--anew", action="store_true", help="also those that have been measured before")

    def handle(self, *, project: str, anew: bool, **options: object) -> None:
        row = Project.objects.living().filter(title=project).order_by("id").first()
        if row is None:
            raise CommandError(f"There is no project {project!r}.")
        result = run_here(measure_project, self.stdout, kind="measure", project=row, params={"anew": anew})
        if result["skipped"]:
            self.stdout.write("The job's page names what could not be measured.")
