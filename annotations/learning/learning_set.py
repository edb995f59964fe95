"""The learning set of a training: what people have validated, frozen as Parquet in the model's folder."""

import math
import subprocess
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from annotations.jobs.errors import JobError
from annotations.learning.pictures import local_paths
from annotations.learning.trait_columns import TraitColumns
from annotations.taxonomy.queries import learnt_as

CHUNK = 20_000
LEAST_PER_TAXON = 2
SCHEMA = pa.schema(
    [
        ("object_id", pa.int64()),
        ("sample", pa.string()),
        ("path", pa.string()),
        ("label", pa.string()),
        ("pixel_um", pa.float32()),
    ]
)
COUNTS = """
SELECT project_id, taxon_id, sum(count)::bigint FROM labels_tally
WHERE project_id = ANY(%s) AND state = 'V' GROUP BY 1, 2 HAVING sum(count) <> 0
"""
ROWS = """
SELECT o.id, o.sample_id, i.key, wanted.label, a.pixel_um
FROM samples_object o
JOIN unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS wanted (project, taxon, label)
  ON wanted.project = o.project_id AND wanted.taxon = o.taxon_id
JOIN samples_image i ON i.object_id = o.id
JOIN samples_acquisition a ON a.id = o.acquisition_id
WHERE o.state = 'V'
  AND i.rank = (SELECT min(rank) FROM samples_image WHERE object_id = o.id)
ORDER BY o.id
"""


def freeze(path: Path, project_ids: list[int], taxa: list[int] | None, least: int = LEAST_PER_TAXON) -> dict:
    """Writes the learning set; returns its facts: objects, samples, taxa, taxa left out, version of the code and of the
    vocabularies of traits.

    The projects' rules say which taxa are learnt as another one; `taxa` names either.

    Taxa with fewer than `least` validated objects (two at least) are left out. Raises JobError when less than
    two taxa remain, or when none of the objects has an image.
    """
    least = max(least, LEAST_PER_TAXON)
    counts = _counts(project_ids)
    labels = _labels(counts, set(taxa or [taxon for _, taxon in counts]))
    sizes: Counter = Counter()
    for pair, label in labels.items():
        sizes[label] += counts[pair]
    labels = {pair: label for pair, label in labels.items() if sizes[label] >= least}
    if len(set(labels.values())) < 2:
        raise JobError(
            f"There is too little to learn from: at least two taxa need {least} validated objects each. "
            "Validate more first."
        )
    traits = TraitColumns(project_ids)
    objects, samples = _write(path, labels, traits)
    if not objects:
        raise JobError("None of these objects has an image to learn from. Import the images first.")
    return {
        "objects": sum(objects.values()),
        "samples": samples,
        "taxa": len(objects),
        "left_out": sorted({*sizes, *(taxa or ())} - set(objects) - {taxon for _, taxon in labels}),
        "grouped": sorted([taxon, label] for (_, taxon), label in labels.items() if taxon != label),
        "least_per_taxon": least,
        "file": path.name,
        "frozen": timezone.now().isoformat(timespec="seconds"),
        "code": code_version(),
        "vocabularies": traits.vocabularies,  # number of the version, by project
        "traits": list(traits.types),
    }


def validated_counts(project_ids: list[int]) -> dict[int, int]:
    """How many validated objects each taxon has in these projects, from the tally."""
    found: Counter = Counter()
    for (_, taxon), count in _counts(project_ids).items():
        found[taxon] += count
    return dict(found)


def _counts(project_ids: list[int]) -> dict[tuple[int, int], int]:
    """By project and taxon."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [project_ids])
        return {(project, taxon): count for project, taxon, count in cursor.fetchall() if taxon is not None}


def _labels(pairs: Collection[tuple[int, int]], wanted: set[int]) -> dict[tuple[int, int], int]:
    """What the objects of each (project, taxon) are learnt as, by the projects' rules; without what is not learnt."""
    rules = learnt_as(pairs)
    labels = {pair: rules.get(pair, pair[1]) for pair in pairs}
    return {pair: label for pair, label in labels.items() if label is not None and {pair[1], label} & wanted}


@cache
def code_version() -> str:
    """The version of this software, the commit where it runs from a checkout, or both."""
    parts = []
    with suppress(PackageNotFoundError):
        parts.append(version("seston"))
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    with suppress(OSError, subprocess.CalledProcessError):
        found = subprocess.run(command, cwd=settings.ROOT, capture_output=True, text=True, check=True)
        parts.append(found.stdout.strip())
    return " at ".join(parts) or "unknown"


def _write(path: Path, labels: dict[tuple[int, int], int], traits: TraitColumns) -> tuple[Counter, int]:
    wanted = [[project for project, _ in labels], [taxon for _, taxon in labels], list(labels.values())]
    objects: Counter = Counter()
    samples: set[int] = set()
    schema = pa.schema([*SCHEMA, *traits.fields])
    draft = path.with_suffix(".draft")
    with (
        transaction.atomic(),
        connection.chunked_cursor() as cursor,
        pq.ParquetWriter(draft, schema) as writer,
    ):
        cursor.execute(ROWS, wanted)
        while rows := cursor.fetchmany(CHUNK):
            values = _columns(rows, path.parent / "pictures") + traits.of([row[0] for row in rows])
            writer.write_table(pa.table(dict(zip(schema.names, values, strict=True)), schema=schema))
            objects.update(row[3] for row in rows)
            samples.update(row[1] for row in rows)
    draft.replace(path)
    return objects, len(samples)


def _columns(rows: list[tuple], pictures: Path) -> list[list]:
    ids, samples, keys, taxa, pixels = zip(*rows, strict=True)
    return [
        list(ids),
        [str(sample) for sample in samples],
        local_paths(keys, pictures),
        [str(taxon) for taxon in taxa],
        [math.nan if pixel is None else pixel for pixel in pixels],
    ]
