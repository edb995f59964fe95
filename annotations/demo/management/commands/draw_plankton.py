from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.demo.package import write_package


class Command(BaseCommand):
    help = "Draws plankton and writes it as an EcoTaxa package: a zip if OUT ends in .zip, else a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, help="the zip or the folder to write")
        parser.add_argument("--objects", type=int, default=1500, help="how many vignettes (1500)")
        parser.add_argument("--samples", type=int, default=6, help="how many stations (6)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same pictures (1)")
        parser.add_argument(
            "--settled", type=float, default=0.6, help="share that a person has validated (0.6)"
        )

    def handle(
        self, *, out: Path, objects: int, samples: int, seed: int, settled: float, **options: object
    ) -> None:
        try:
            summary = write_package(out, objects, seed, samples, settled, self._progress)
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        taxa = ", ".join(f"{name} {count:,}" for name, count in summary.taxa.most_common())
        self.stdout.write(f"\n{summary.objects:,} objects of {summary.samples} samples in {out}: {taxa}")

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"\r{done:,} of {total:,} drawn", ending="")
        self.stdout.flush()
