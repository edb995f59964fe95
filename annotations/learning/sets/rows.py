"""The rows of a learning set: what people have validated and the recipe asks for, streamed to Parquet.

What rules have labelled comes beside it where the recipe gives that a weight: counts, caps and figures are of what
people looked at, and a taxon that nobody has looked at is not learnt.
"""

import math
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
from annotations.learning.sets.plan import Pair, Plan, lineages, make_plan
from annotations.learning.sets.recipe import LEAST_PER_TAXON, Recipe
from annotations.learning.sets.trait_columns import TraitColumns
from annotations.pictures.local_copies import local_paths
from annotations.pictures.store import is_folder
from annotations.samples.models import State
from annotations.samples.queries import first_image
from annotations.taxonomy.queries import names_of
from classifier.contract.manifest import SCHEMA, WEIGHT, manifest_schema

CHUNK = 20_000
SqlCondition = tuple[str, list]  # SQL over samples_object `o`, with its parameters
COUNTS = """
SELECT project_id, taxon_id, sum(count)::bigint FROM labels_tally
WHERE project_id = ANY(%s) AND state = 'V' GROUP BY 1, 2 HAVING sum(count) <> 0
"""
# what was validated at one moment: the counts, the draw under a cap and the rows must speak of the same objects
CANDIDATES = """
CREATE TEMPORARY TABLE candidate
    (object_id bigint, project_id bigint, sample_id bigint, taxon_id bigint, is_machine bool, label bigint)
    ON COMMIT DROP
"""
GATHER = """
INSERT INTO candidate SELECT o.id, o.project_id, o.sample_id, o.taxon_id, o.state = 'M' FROM samples_object o
WHERE o.project_id = %s AND o.state = %s AND EXISTS (SELECT FROM samples_image i WHERE i.object_id = o.id)
  AND ({condition})
"""
LABEL = """
UPDATE candidate c SET label = chosen.label
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS chosen (project, taxon, label)
WHERE chosen.project = c.project_id AND chosen.taxon = c.taxon_id
"""
# by turns from each sample, so that a capped taxon is seen in as many as before; first what is tested on, then what a
# person looked at
CAP = """
DELETE FROM candidate c USING (
    SELECT object_id, label,
           row_number() OVER (PARTITION BY label ORDER BY NOT is_tested, is_machine, turn, lot, object_id) AS place
    FROM (
        SELECT object_id, label, is_machine, is_tested, lot,
               row_number() OVER (PARTITION BY label, is_machine, sample_id ORDER BY lot, object_id) AS turn
        FROM (SELECT object_id, label, is_machine, sample_id, hashint8extended(object_id, %s) AS lot,
                     object_id = ANY(%s) AS is_tested
              FROM candidate) AS drawn
        WHERE label = ANY(%s)
    ) AS turns
) AS placed
JOIN unnest(%s::bigint[], %s::bigint[]) AS most (label, count) ON most.label = placed.label
WHERE c.object_id = placed.object_id AND placed.place > most.count
"""
ROWS = f"""
SELECT c.object_id, c.sample_id, i.key, c.label, a.pixel_um, CASE WHEN c.is_machine THEN %s::float8 ELSE 1 END
FROM candidate c
JOIN samples_object o ON o.id = c.object_id
JOIN samples_acquisition a ON a.id = o.acquisition_id
{first_image("c.object_id", "key")}
WHERE c.label IS NOT NULL
ORDER BY c.object_id
"""
# behind the others; who was settled since these were gathered is not among them either
UNLABELLED = f"""
SELECT o.id, o.sample_id, i.key, NULL, a.pixel_um, 1
FROM samples_object o
JOIN samples_acquisition a ON a.id = o.acquisition_id
{first_image("o.id", "key")}
WHERE o.project_id = %s AND o.state IN ('U', 'P') AND ({{condition}})
  AND NOT EXISTS (SELECT FROM candidate c WHERE c.object_id = o.id)
ORDER BY o.id
"""


def write_rows(
    path: Path,
    recipe: Recipe,
    conditions: Mapping[int, SqlCondition] | None = None,
    tested: Sequence[int] = (),
) -> dict:
    """Writes the learning set, not split yet; returns its facts. `conditions` says by project what matches its filter,
    `tested` are objects that a cap leaves out after all others.

    Raises JobError when fewer than two taxa have enough objects, or when none of the objects has an image.
    """
    traits = TraitColumns(recipe.projects, recipe.traits)
    with transaction.atomic():
        counts = _gather(recipe, conditions or {})
        recipe = recipe.in_use({taxon for _, taxon in counts})
        plan = make_plan(recipe, counts)
        _refuse_too_little(recipe, counts, plan)
        if recipe.machine_weight:
            _insert(recipe, conditions or {}, State.MACHINE_VALIDATED)
        _label_and_cap(recipe, plan, tested)
        sources = _unlabelled(recipe, conditions or {}) if recipe.unlabelled else []
        with_weights = [WEIGHT] if recipe.machine_weight else []
        queries = [(ROWS, [recipe.machine_weight]), *sources]
        objects, samples = _write(path, plan, traits, with_weights, queries)
    unlabelled = objects.pop(None, 0)
    return {
        "objects": sum(objects.values()),
        "unlabelled": unlabelled,
        "samples": samples,
        "taxa": len(objects),
        "left_out": _left_out(recipe, counts, plan),
        "too_rare": [[taxon, count] for taxon, count in sorted(plan.too_rare.items())],
        "fallen": [[taxon, above] for taxon, above in sorted(plan.fallen.items())],
        "capped": [[t, plan.sizes[t]] for t in sorted(objects) if plan.sizes[t] > objects[t]],
        "grouped": [list(pair) for pair in sorted(plan.grouped)],
        "least_per_taxon": max(recipe.least_per_taxon, LEAST_PER_TAXON),
        "file": path.name,
        "frozen": timezone.now().isoformat(timespec="seconds"),
        "code": code_version(),
        "vocabularies": traits.vocabularies,  # number of the version, by project
        "traits": list(traits.columns),
    }


def validated_counts(project_ids: list[int]) -> dict[int, int]:
    """How many validated objects each taxon has in these projects, from the tally."""
    totals: Counter = Counter()
    for (_, taxon), count in tallied(project_ids).items():
        totals[taxon] += count
    return dict(totals)


def tallied(project_ids: list[int]) -> dict[Pair, int]:
    """Validated objects by project and taxon, with or without an image."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [project_ids])
        return {(project, taxon): count for project, taxon, count in cursor.fetchall() if taxon is not None}


def _gather(recipe: Recipe, conditions: Mapping[int, SqlCondition]) -> dict[Pair, int]:
    """What could be learnt from, into a table that goes with the transaction; counted by project and taxon."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS candidate")
        cursor.execute(CANDIDATES)
        _insert(recipe, conditions, State.VALIDATED)
        cursor.execute("SELECT project_id, taxon_id, count(*) FROM candidate GROUP BY 1, 2 ORDER BY 1, 2")
        return {(project, taxon): count for project, taxon, count in cursor.fetchall()}


def _insert(recipe: Recipe, conditions: Mapping[int, SqlCondition], state: State) -> None:
    with connection.cursor() as cursor:
        for project in recipe.projects:
            condition, params = conditions.get(project, ("TRUE", []))
            cursor.execute(GATHER.format(condition=condition), [project, state.value, *params])


def _refuse_too_little(recipe: Recipe, counts: Mapping[Pair, int], plan: Plan) -> None:
    if not counts and make_plan(recipe, tallied(recipe.projects)).sizes:
        raise JobError("None of these objects has an image to learn from. Import the images first.")
    if len(plan.sizes) < 2:
        raise JobError(
            "There is too little to learn from: at least two taxa need "
            f"{max(recipe.least_per_taxon, LEAST_PER_TAXON)} validated objects each. Validate more first."
        )


def _label_and_cap(recipe: Recipe, plan: Plan, tested: Sequence[int]) -> None:
    labels = plan.labels
    capped = {
        label: most
        for label, size in plan.sizes.items()
        if (most := recipe.most_of(label)) and (most < size or recipe.machine_weight)
    }
    with connection.cursor() as cursor:
        chosen = [[project for project, _ in labels], [taxon for _, taxon in labels], list(labels.values())]
        cursor.execute(LABEL, chosen)
        if capped:
            cursor.execute(
                CAP, [recipe.seed, list(tested), list(capped), list(capped), list(capped.values())]
            )


def _left_out(recipe: Recipe, counts: Mapping[Pair, int], plan: Plan) -> list[int]:
    """Taxa that are there, or were asked for, of which nothing is learnt."""
    learnt = {taxon for _, taxon in plan.labels} | set(plan.sizes)
    candidates = {taxon for _, taxon in counts} if recipe.taxa is None else set(recipe.taxa)
    return sorted((candidates | set(plan.too_rare)) - learnt - plan.by_rule)


@cache
def code_version() -> str:
    """The version of this software, the commit where it runs from a checkout, or both."""
    parts = []
    with suppress(PackageNotFoundError):
        parts.append(version("seston"))
    if not settings.IS_WHEEL:  # which may lie in somebody else's repository
        command = ["git", "rev-parse", "--short=12", "HEAD"]
        with suppress(OSError, subprocess.CalledProcessError):
            commit = subprocess.run(command, cwd=settings.ROOT, capture_output=True, text=True, check=True)
            parts.append(commit.stdout.strip())
    return " at ".join(parts) or "unknown"


def _unlabelled(recipe: Recipe, conditions: Mapping[int, SqlCondition]) -> list[SqlCondition]:
    """The queries of the objects that nobody has settled, one a project."""
    queries = []
    for project in recipe.projects:
        condition, params = conditions.get(project, ("TRUE", []))
        queries.append((UNLABELLED.format(condition=condition), [project, *params]))
    return queries


def _write(
    path: Path, plan: Plan, traits: TraitColumns, with_weights: list[pa.Field], queries: list[SqlCondition]
) -> tuple[Counter, int]:
    """Objects of each label, None for those without one; and how many samples the labelled are from. What nobody looked
    at is written, and not counted."""
    objects: Counter = Counter()
    samples: set[int] = set()
    more = [*with_weights, *traits.fields]
    schema = manifest_schema(more, _tree(set(plan.sizes)), traits.learnt)
    draft = path.with_suffix(".draft")
    with pq.ParquetWriter(draft, schema) as writer:
        for rows in _chunks(queries):
            columns = _columns(rows, path.parent)
            values = columns[: len(SCHEMA) + len(with_weights)] + traits.of([row[0] for row in rows])
            writer.write_table(pa.table(dict(zip(schema.names, values, strict=True)), schema=schema))
            looked_at = [row for row in rows if row[5] == 1]
            objects.update(row[3] for row in looked_at)
            samples.update(row[1] for row in looked_at if row[3] is not None)
    draft.replace(path)
    return objects, len(samples)


def _chunks(queries: list[SqlCondition]) -> Iterator[list[tuple]]:
    for query, params in queries:
        with connection.chunked_cursor() as cursor:
            cursor.execute(query, params)
            while rows := cursor.fetchmany(CHUNK):
                yield rows


def _tree(taxa: set[int]) -> dict[str, dict]:
    """{taxon: {"name", "parent"}}, ancestors included."""
    paths = lineages(taxa)
    names = names_of({above for path in paths.values() for above in path})
    parents = {
        taxon: above for path in paths.values() for above, taxon in zip([None, *path], path, strict=False)
    }
    return {
        str(taxon): {"name": names[taxon], "parent": None if above is None else str(above)}
        for taxon, above in sorted(parents.items())
    }


def _columns(rows: list[tuple], folder: Path) -> list[list]:
    """Out of the bucket pictures are named by their keys, which are the paths of copies in `folder`."""
    ids, samples, keys, taxa, pixels, weights = zip(*rows, strict=True)
    paths = local_paths(keys, folder)
    return [
        list(ids),
        [str(sample) for sample in samples],
        paths if is_folder() else list(keys),
        ["" if taxon is None else str(taxon) for taxon in taxa],
        [math.nan if pixel is None else pixel for pixel in pixels],
        [float(weight) for weight in weights],
    ]
