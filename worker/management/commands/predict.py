from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.labels.tally import count_unsettled
from annotations.learning.actions import PRECISIONS
from annotations.learning.models import Model
from annotations.learning.replaced import replaced_predictions
from annotations.projects.command import project_named
from annotations.projects.models import Project
from worker.prediction.job import predict_project


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

        parser.add_argument(
            "--leave",
            action="store_true",
            help="leaves the predictions that are there: only what has no label",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only says what would be predicted and replaced"
        )

    def handle(
        self,
        *,
        model: int,
        project: str,
        precision: float | None,
        leave: bool,
        dry_run: bool,
        **options: object,
    ) -> None:
        chosen = Model.objects.filter(pk=model, is_ready=True).first()
        if chosen is None:
            raise CommandError(f"There is no model {model} that is ready.")
        row = project_named(project)
        filter_json = {"state": ["unclassified"]} if leave else {}
        self._say_what_happens(row, leave)
        if dry_run:
            return
        params = {"model": model, "filter": filter_json, "precision": precision or chosen.wanted_precision}
        run_here(predict_project, self.stdout, kind="predict", project=row, params=params)

    def _say_what_happens(self, project: Project, leave: bool) -> None:
        """As the page does, before anything is written."""
        parts = replaced_predictions(project.pk)
        predicted = sum(part.count for part in parts)
        unsettled = count_unsettled(project.pk) - (predicted if leave else 0)
        self.stdout.write(f"{unsettled:,} objects that nobody has settled would be predicted.")
        if parts:
            sources = ", ".join(
                f"{part.count:,} {'by ' if part.model else ''}{part.source}" for part in parts
            )
            verb = "leaves" if leave else "replaces"
            self.stdout.write(f"It {verb} {predicted:,} predictions that are there: {sources}.")
