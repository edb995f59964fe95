from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from annotations.common.command import SiteCommand
from annotations.jobs.foreground import run_here
from annotations.scans.segmenters.models import Segmenter
from worker.segmenters.packages import export_segmenter


class Command(SiteCommand):
    help = "Writes a U-Net or detector of scans as a zip, which `segment --model` takes, too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "segmenter", type=int, help="number of the segmenter, as in the address of its page"
        )
        parser.add_argument("out", type=Path, help="the file to write")
        parser.add_argument("--licence", default="", help="for its card, such as CC BY 4.0")
        parser.add_argument("--source", default="", help="for its card: whom to name")

    def handle(self, *, segmenter: int, out: Path, licence: str, source: str, **options: object) -> None:
        chosen = Segmenter.objects.select_related("project").filter(pk=segmenter, is_ready=True).first()
        if chosen is None:
            raise CommandError(f"There is no segmenter {segmenter} that is ready.")
        params = {"segmenter": segmenter, "out": str(out.absolute()), "licence": licence, "source": source}
        run_here(
            export_segmenter, self.stdout, kind="export_segmenter", project=chosen.project, params=params
        )
