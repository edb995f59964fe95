"""A tree of 300,000 taxa: how long its import takes and how much memory, and how quickly the picker answers."""

import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from annotations.taxonomy.queries import complete

ROOT = Path(__file__).parents[1]
TAXA = 300_000
COLUMNS = ["id", "aphia_id", "parent_id", "rank", "name", "taxotype", "taxostatus", "source_desc"]
FIRST_ID = 1_000_000_000  # far above EcoTaxa's own
FIRST_APHIA = 2_000_000_000
RANKS = ["kingdom", "phylum", "class", "order", "family", "genus", "species"]
SYLLABLES = re.findall(
    r"\w+", "cal an us oi tho na cope po da chae to gna tha rhi zo so le nia acar tia par eu ro ki li ma cro"
)


def write_tree(path: Path, taxa: int = TAXA, seed: int = 1) -> None:
    """A tree as EcoTaxoServer exports it: seven ranks, each taxon under one of the rank above, species by genus."""
    draw = random.Random(seed)
    names: list[str] = []
    with path.open("w", encoding="utf-8") as file:
        print(*COLUMNS, sep="\t", file=file)
        for n in range(taxa):
            parent = max(0, n // 8 - draw.randrange(3)) if n else None
            rank = min(6, len(f"{n:o}") - 1)
            name = "".join(draw.choices(SYLLABLES, k=draw.randint(2, 4)))
            whole = (
                f"{names[parent].split()[0]} {name}{n}" if parent and rank == 6 else f"{name.capitalize()}{n}"
            )
            names.append(whole)
            above = "" if parent is None else FIRST_ID + parent
            print(FIRST_ID + n, FIRST_APHIA - n, above, RANKS[rank], whole, "P", "A", "", sep="\t", file=file)


def big_tree(add: Callable[[str, float, str], None], taxa: int = TAXA) -> None:
    """Imports a tree of that size twice, asks the picker, and takes the tree away again."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "taxa.tsv"
        write_tree(table, taxa)
        try:
            for what in ("import", "import of the same again"):
                started = time.perf_counter()
                peak = _import(table)
                add(f"{what}, {taxa:,} taxa", time.perf_counter() - started, "s")
                add(f"{what}, {taxa:,} taxa, most memory of the process", peak, "MB")
            for name, duration in _completions().items():
                add(f"picker at {taxa:,} taxa: {name}, p95", duration, "ms")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM taxonomy_taxon WHERE ecotaxa_id >= %s", [FIRST_ID])


# a process's peak counts what its parent had when it forked: so a small one starts it, and asks
ASK_PEAK = """import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""


def _import(table: Path) -> float:
    """In a process of its own, whose most memory in MB is that of the import and of Django, and nothing else."""
    command = [sys.executable, "manage.py", "import_taxa", str(table)]
    measured = [sys.executable, "-c", ASK_PEAK, *command]
    return float(subprocess.run(measured, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout) / 1024


TYPED = {
    "one letter": ["c", "a", "z", "e", "p", "r"],
    "two letters": ["ca", "co", "zo", "eu", "rh"],
    "three letters": ["cal", "cop", "oit", "mac", "par"],
    "a beginning": ["calan", "copepo", "rhizo", "chaeto", "calanusoi"],
    "a second word": ["usan 1", "calan oi", "copepo cal"],
    "a letter wrong": ["calamus", "copopo", "rhixo", "xalanus", "claanus", "oithonna"],
    "nothing like it": ["qqq", "xylo", "wwwww"],
}


def _completions(rounds: int = 12) -> dict[str, float]:
    slowest = {}
    for name, texts in TYPED.items():
        durations = []
        for text in texts * rounds:
            started = time.perf_counter()
            complete(text)
            durations.append(1000 * (time.perf_counter() - started))
        slowest[name] = sorted(durations)[int(0.95 * len(durations))]
    return slowest
