from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.learning.actions import PRECISIONS
from annotations.learning.models import Model
from annotations.projects.models import Project
from worker.predicting import predict_project


class Command(SiteCommand):
    help = "Applies a model to the objects of a project that nobody has settled, here and now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--model", type=int, required=True, metavar="ID", help="number of the model")
        parser.add_argument("--project", required=True, metavar="TITLE", help="title of the project")
        parser.add_argument(
            "--precision",
            type=float,
            choices=PRECISIONS,
            help="share of the labels that has to be right: what the model is less sure of gets a taxon above, or is "
            "left for people (as the model's page says; without: always the best guess)",
        )

    def handle(self, *, model: int, project: str, precision: float | None, **options: object) -> None:
        chosen = Model.objects.filter(pk=model, is_ready=True).first()
        if chosen is None:
            raise CommandError(f"There is no model {model} that is ready.")
        found = Project.objects.filter(title=project).order_by("id").first()
        if found is None:
            raise CommandError(f"There is no project {project!r}.")
        params = {"model": model, "filter": {}, "precision": precision or chosen.wanted_precision}
        run_here(predict_project, self.stdout, kind="predict", project=found, params=params)
