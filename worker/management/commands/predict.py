from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.learning.models import Model
from annotations.projects.models import Project
from worker.learning import predict_project


class Command(SiteCommand):
    help = "Applies a model to the objects of a project that nobody has settled, here and now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--model", type=int, required=True, metavar="ID", help="number of the model")
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")

    def handle(self, *, model: int, project: str, **options: object) -> None:
        if not Model.objects.filter(pk=model, is_ready=True).exists():
            raise CommandError(f"There is no model {model} that is ready.")
        found = Project.objects.filter(title=project).order_by("id").first()
        if found is None:
            raise CommandError(f"There is no project {project!r}.")
        params = {"model": model, "filter": {}}
        run_here(predict_project, self.stdout, kind="predict", project=found, params=params)
