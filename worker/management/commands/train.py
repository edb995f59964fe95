from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.learning.actions import HEADS, new_model
from annotations.learning.models import LearningSet, Model
from annotations.projects.models import Project
from classifier.contract.backbones import BACKBONES
from worker.learning import train_model

NUMBERS = {  # what each is, for `--help`
    "epochs": "0: as many as the learning set asks for (0)",
    "image_size": "pixels a side (96)",
    "batch_size": "pictures a step (64)",
    "least_per_taxon": "leave rarer taxa out (2)",
    "seed": "the same seed gives the same model (0)",
    "members": "networks that vote, from as many seeds (1)",
}
CHOICES = ("backbone", "head", "balance", "pretrained", "learn_traits", *NUMBERS)


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
        parser.add_argument("--way", default=Model.Way.NETWORK, choices=Model.Way.values, help="(network)")
        heads = sorted({head for heads in HEADS.values() for head in heads})
        parser.add_argument("--head", choices=heads, help="what classifies measurements or features")
        names = [name for name, _ in BACKBONES]
        parser.add_argument(
            "--backbone", choices=names, metavar="NAME", help="torchvision's name of a network"
        )
        parser.add_argument("--start-from", type=int, metavar="ID", help="a network that goes on learning")
        parser.add_argument("--pretrained", action="store_true", default=None, help="torchvision's weights")
        parser.add_argument("--balance", type=float, help="how far rare taxa are favoured, 0 to 1 (chosen)")
        parser.add_argument("--no-traits", dest="learn_traits", action="store_false", default=None)
        for name, help in NUMBERS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N", help=help)

    def handle(self, **options) -> None:  # type: ignore[override]
        projects = [self._project(title) for title in options["project"] or []]
        learning_set = self._row(LearningSet, options["learning_set"])
        chosen = {key: options[key] for key in CHOICES if options[key] is not None}
        try:
            model, params = new_model(
                projects=projects or list(learning_set.projects.all()),
                learning_set=learning_set,
                name=options["name"],
                taxa=options["taxon"],
                way=options["way"],
                start_from=self._row(Model, options["start_from"]),
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
    def _project(title: str) -> Project:
        found = Project.objects.filter(title=title).order_by("id").first()
        if found is None:
            raise CommandError(f"There is no project {title!r}.")
        return found

    @staticmethod
    def _row(table, number: int | None):
        if number is None:
            return None
        found = table.objects.filter(pk=number).first()
        if found is None:
            raise CommandError(f"There is no {table._meta.verbose_name} {number}.")
        return found
