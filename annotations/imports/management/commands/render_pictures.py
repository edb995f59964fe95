from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.imports.rendering import render_project
from annotations.jobs.foreground import run_here
from annotations.projects.models import Project


class Command(SiteCommand):
    help = (
        "Renders pictures that were imported before Seston did so (16 bits, floats, TIFF, turned by EXIF), "
        "and gives the pictures of each acquisition one range of values. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--project", metavar="TITLE", help="title of the project; without it all are looked at"
        )

    def handle(self, *, project: str | None, **options: object) -> None:
        projects = Project.objects.living().filter(title=project) if project else Project.objects.living()
        if project and not projects:
            raise CommandError(f"There is no project {project!r}.")
        for each in projects.order_by("id"):
            self.stdout.write(f"{each.title}:")
            run_here(render_project, self.stdout, kind="render_pictures", project=each, params={})
