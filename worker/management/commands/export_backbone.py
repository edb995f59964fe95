from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.learning.models import Backbone
from worker.learning.backbone_folders import export_backbone


class Command(SiteCommand):
    help = "Writes a backbone as a zip: weights as safetensors, and a card."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backbone", type=int, help="number of the backbone")
        parser.add_argument("out", type=Path, help="the file to write")
        parser.add_argument("--licence", default="", help="for its card, such as CC BY 4.0")
        parser.add_argument("--source", default="", help="for its card: whom to name")

    def handle(self, *, backbone: int, out: Path, licence: str, source: str, **options: object) -> None:
        if not Backbone.objects.filter(pk=backbone, is_ready=True).exists():
            raise CommandError(f"There is no backbone {backbone} that is ready.")
        params = {"backbone": backbone, "out": str(out.absolute()), "licence": licence, "source": source}
        run_here(export_backbone, self.stdout, kind="export_backbone", project=None, params=params)
