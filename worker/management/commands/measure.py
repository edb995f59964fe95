from django.core.management.base import CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.projects.command import project_named
from worker.measuring import measure_project


class Command(SiteCommand):
    help = "Measures the vignettes of a project that have no measurements yet, here and now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument("--anew", action="store_true", help="also those that have been measured before")

    def handle(self, *, project: str, anew: bool, **options: object) -> None:
        row = project_named(project)
        result = run_here(measure_project, self.stdout, kind="measure", project=row, params={"anew": anew})
        if result["skipped"]:
            self.stdout.write("The job's page names what could not be measured.")
