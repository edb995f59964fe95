"""How well and how fast the nearest are found: HNSW against exact search, with filters that keep some of them.

    python -m benchmarks.neighbours --home FOLDER [--sizes 100000 1000000] [--json neighbours.json]

Vectors of 256 numbers are drawn in heaps, as networks make them, into a project of their own that is deleted
afterwards. Recall@10 is the share of the ten nearest that match which a page of the bench shows first, the object
itself left out; times are those of finding that page, the fastest of three tries.
"""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "platform"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--json", type=Path, help="where the figures are written, too")
    parser.add_argument("--home", type=Path, required=True, help="folder for the site; is made")
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "seston.settings", "SESTON_HOME": str(options.home.absolute())}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    compare(options)


def compare(options: argparse.Namespace) -> None:
    """Prints a line a size and a filter."""
    from benchmarks.neighbours_work import measured, table  # Django is set up by now

    lines = [line for size in options.sizes for line in measured(size)]
    print(table(lines))
    if options.json:
        options.json.write_text(json.dumps([asdict(line) for line in lines], indent=2))


if __name__ == "__main__":
    main()
