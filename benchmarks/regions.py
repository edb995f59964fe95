"""Vignettes a second of one core, and how far the measurements agree with the columns that packages brought.

    python -m benchmarks.regions PACKAGE.zip … [--markdown]

Packages say nothing of how they were measured. What correlates badly here need not be wrong: docs/measurements.md says
what is known of the reasons.
"""

import argparse
import io
import time
import warnings
import zipfile
from collections.abc import Iterator
from csv import DictReader
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import pearsonr, spearmanr

from classifier.contract.measurements import COLUMNS
from classifier.data.letterbox import read_picture
from classifier.measuring.organism import NothingFound
from classifier.measuring.regions import measure

FEWEST = 5  # pairs of numbers, below which a correlation says nothing
ORIGINAL_RANK = "100"  # where a UVP6 package keeps the picture that the vignette was made from


@dataclass(frozen=True)
class Agreement:
    column: str
    pairs: int
    pearson: float
    spearman: float
    ratio: float  # median of ours / theirs


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE", help="EcoTaxa packages, zipped")
    parser.add_argument("--markdown", action="store_true", help="the table of docs/measurements.md")
    options = parser.parse_args()
    tables = {}
    for package in options.packages:
        tables[package.stem], rate, nothing = compare(package)
        print(f"{package.stem}: {rate:,.0f} vignettes/s of one core, {nothing} with nothing to measure")
    print()
    print(as_markdown(tables) if options.markdown else as_text(tables))


def compare(package: Path) -> tuple[list[Agreement], float, int]:
    """Agreement by column, vignettes a second decoded and measured, and how many had nothing to measure."""
    ours, theirs, nothing, seconds = [], [], 0, 0.0
    with zipfile.ZipFile(package) as archive:
        for line, content in lines(archive):
            started = time.process_time()
            try:
                measured = measure(read_picture(content))
            except NothingFound:
                nothing += 1
                continue
            finally:
                seconds += time.process_time() - started
            ours.append(measured)
            theirs.append(line)
    agreements = [one for column in COLUMNS if (one := agreement(column.name, ours, theirs)) is not None]
    return agreements, (len(ours) + nothing) / seconds, nothing


def lines(archive: zipfile.ZipFile) -> Iterator[tuple[dict, bytes]]:
    """Each object's line and picture; of tables in zips within the zip, too."""
    names = set(archive.namelist())
    for name in sorted(names):
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(archive.read(name))) as inner:
                yield from lines(inner)
        if name.endswith((".tsv", ".txt")) and Path(name).name.startswith("ecotaxa"):
            for line in DictReader(io.StringIO(decoded(archive.read(name))), delimiter="\t"):
                picture = str(Path(name).parent / line["img_file_name"])
                if picture in names and line.get("img_rank") != ORIGINAL_RANK:
                    yield line, archive.read(picture)


def decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def agreement(name: str, ours: list[dict], theirs: list[dict]) -> Agreement | None:
    a = np.array([row[name] for row in ours], float)
    b = np.array([number(line, name) for line in theirs], float)
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if len(a) < FEWEST or b.min() == b.max():
        return None
    if name == "angle":  # 179° and 1° are neighbours
        a, b = (np.concatenate([np.cos(v), np.sin(v)]) for v in (2 * np.radians(a), 2 * np.radians(b)))
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore")  # a column that has one value here correlates with nothing
        ratio = np.median((a / b)[b != 0])
        return Agreement(name, int(both.sum()), pearsonr(a, b)[0], spearmanr(a, b)[0], float(ratio))


def number(line: dict, name: str) -> float:
    """Some programs write `perim` for `perim.`."""
    text = line.get(f"object_{name}") or line.get(f"object_{name.rstrip('.')}") or "nan"
    try:
        return float(text)
    except ValueError:
        return float("nan")


def as_text(tables: dict[str, list[Agreement]]) -> str:
    rows = [
        f"{package:28} {a.column:18} n {a.pairs:5}  r {a.pearson:6.3f}  rho {a.spearman:6.3f}  ratio {a.ratio:6.2f}"
        for package, agreements in tables.items()
        for a in agreements
    ]
    return "\n".join(rows)


def as_markdown(tables: dict[str, list[Agreement]]) -> str:
    """A line a column; Pearson's r, Spearman's ρ and the median of ours / theirs of each package."""
    by_column: dict[str, dict[str, Agreement]] = {}
    for package, agreements in tables.items():
        for one in agreements:
            by_column.setdefault(one.column, {})[package] = one
    head = ["column", *(f"{package} ({max(a.pairs for a in tables[package])})" for package in tables)]
    body = [
        [f"`{column.name}`", *(_cell(by_column[column.name].get(package)) for package in tables)]
        for column in COLUMNS
        if column.name in by_column
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *body])


def _cell(one: Agreement | None) -> str:
    return f"{one.pearson:.2f}, {one.spearman:.2f}, ×{one.ratio:.2f}" if one else ""


if __name__ == "__main__":
    main()
