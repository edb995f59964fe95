import json
from pathlib import Path

from django.core.management.base import CommandParser

from annotations.common.command import SiteCommand
from benchmarks.measure import measure


class Command(SiteCommand):
    help = "Measures imports, pages, labels and predictions, and writes bench.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--objects", type=int, nargs="+", default=[100_000, 1_000_000], help="sizes of the project"
        )
        parser.add_argument("--out", type=Path, default=Path("bench.json"), help="file to write (bench.json)")

    def handle(self, *, objects: list[int], out: Path, **options: object) -> None:
        out.write_text(json.dumps(measure(sorted(objects)), indent=1) + "\n")
        self.stdout.write(f"{out} written.")
