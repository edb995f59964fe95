import json
from pathlib import Path

from django.core.management.base import CommandParser

from annotations.common.command import SiteCommand
from benchmarks.measure import exports_alone, measure, refits_alone

ALONE = {"exports": exports_alone, "refits": refits_alone}


class Command(SiteCommand):
    help = "Measures imports, pages, labels and predictions, and writes bench.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--objects", type=int, nargs="+", default=[100_000, 1_000_000], help="sizes of the project"
        )
        parser.add_argument("--out", type=Path, default=Path("bench.json"), help="file to write (bench.json)")

        parser.add_argument("--only", choices=ALONE, help="one part of it alone")

    def handle(self, *, objects: list[int], out: Path, only: str | None, **options: object) -> None:
        figures = ALONE[only]() if only else measure(sorted(objects))
        out.write_text(json.dumps(figures, indent=1) + "\n")
        self.stdout.write(f"{out} written.")
