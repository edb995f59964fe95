from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.learning.actions import new_model
from annotations.learning.models import Backbone, LearningSet, Model
from annotations.learning.sets.recipe import LEAST
from annotations.projects.command import project_named
from classifier.contract.arguments import add_settings
from classifier.contract.settings import OFFERED, SETTINGS
from worker.learning.job import train_model

FLAGS = (SETTINGS["method"], LEAST, *OFFERED.values())


class Command(SiteCommand):
    help = "Trains a model on the validated objects of projects, or on a learning set, here and now."

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--project", action="append", metavar="TITLE", help="may be repeated")
        source.add_argument("--learning-set", type=int, metavar="ID", help="a frozen one")
        parser.add_argument("--name", default="", help="name of the model")
        parser.add_argument(
            "--taxon", action="append", type=int, metavar="ID", help="only these taxa; may be repeated"
        )
        parser.add_argument("--start-from", type=int, metavar="ID", help="a network that goes on learning")
        parser.add_argument(
            "--start-backbone", type=int, metavar="ID", help="a backbone that learnt without labels"
        )
        add_settings(parser, FLAGS, keeps_unset=True)

    def handle(self, **options) -> None:
        projects = [project_named(title) for title in options["project"] or []]
        learning_set = self._row(LearningSet, options["learning_set"])
        chosen = {one.name: options[one.name] for one in FLAGS if options[one.name] is not None}
        try:
            model, params = new_model(
                projects=projects or list(learning_set.projects.all()),
                learning_set=learning_set,
                name=options["name"],
                taxa=options["taxon"],
                start_from=self._row(Model, options["start_from"]),
                start_backbone=self._row(Backbone, options["start_backbone"]),
                **chosen,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        project = model.projects.first()
        run_here(train_model, self.stdout, kind="train", project=project, params=params)
        model.refresh_from_db()
        self.stdout.write(f"Model {model.pk}, {model.name}")
        for key in ("accuracy", "balanced_accuracy", "macro_f1", "ece"):
            self.stdout.write(f"  {key:18} {model.metrics[key]:.3f}")
        for warning in model.metrics["warnings"]:
            self.stdout.write(f"  {warning}")

    @staticmethod
    def _row(table, number: int | None):
        if number is None:
            return None
        row = table.objects.filter(pk=number).first()
        if row is None:
            raise CommandError(f"There is no {table._meta.verbose_name} {number}.")
        return row
