from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.learning.models import Model
from annotations.learning.registry import FORMATS
from worker.learning.model_folders import export_model


class Command(SiteCommand):
    help = "Writes a model as a zip that works without the site, or as ONNX."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", type=int, help="number of the model")
        parser.add_argument("out", type=Path, help="the file to write")
        parser.add_argument("--format", choices=list(FORMATS), default="folder")

    def handle(self, *, model: int, out: Path, format: str, **options: object) -> None:
        if not Model.objects.filter(pk=model, is_ready=True).exists():
            raise CommandError(f"There is no model {model} that is ready.")
        params = {"model": model, "format": format, "out": str(out.absolute())}
        run_here(export_model, self.stdout, kind="export_model", project=None, params=params)
