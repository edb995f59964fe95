from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.learning.actions import new_model
from annotations.learning.queries import BACKBONES
from annotations.projects.models import Project
from worker.learning import train_model

CHOICES = ("backbone", "epochs", "image_size", "batch_size", "least_per_taxon", "seed", "pretrained")


class Command(SiteCommand):
    help = "Trains a model on the validated objects of one or several projects, here and now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--project", action="append", required=True, metavar="TITLE", help="may be repeated"
        )
        parser.add_argument("--name", default="", help="name of the model")
        parser.add_argument(
            "--taxon", action="append", type=int, metavar="ID", help="only these taxa; may be repeated"
        )
        parser.add_argument("--backbone", default=BACKBONES[0][0], choices=[name for name, _ in BACKBONES])
        parser.add_argument("--epochs", type=int, default=0, help="0: as many as the learning set asks for")
        parser.add_argument("--image-size", type=int, default=96, help="pixels a side (96)")
        parser.add_argument("--batch-size", type=int, default=64, help="pictures a step (64)")
        parser.add_argument(
            "--least-per-taxon", type=int, default=2, metavar="N", help="leave rarer taxa out (2)"
        )
        parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same model (0)")
        parser.add_argument("--pretrained", action="store_true", help="start from torchvision's weights")

    def handle(self, *, project: list[str], name: str, taxon: list[int] | None, **options) -> None:  # type: ignore[override]
        projects = [self._project(title) for title in project]
        chosen = {key: options[key] for key in CHOICES}
        try:
            model, params = new_model(projects=projects, name=name, taxa=taxon, **chosen)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        run_here(train_model, self.stdout, kind="train", project=projects[0], params=params)
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
