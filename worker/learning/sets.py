"""Freezes a learning set: rows of the site, groups of duplicates and folds of the classifier, in one Parquet file.

In the set's folder lie `learning_set.parquet`, whole or not at all, and until then `rows.parquet` and `rows.json`: what
was validated when the work began. A killed worker's successor goes on from these, and ends with the same set. Where
there is a bucket, the file goes there, and its folder becomes this machine's copy.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.learning import jobs
from annotations.learning.files import files_of_set, keep_as_copy, learning_set_folder, store_set
from annotations.learning.models import LearningSet
from annotations.learning.sets.queries import conditions_of
from annotations.learning.sets.recipe import HELD_OUT, TUNE, Recipe
from annotations.learning.sets.rows import write_rows
from annotations.pictures.copies import make_room
from annotations.pictures.local_copies import local_paths
from classifier.contract.manifest import FOLDS, UNLABELLED, WEIGHT, labelled
from classifier.data.duplicates import contradictions, find_duplicates
from classifier.training.split import Split, split, with_learnt_only

LEARNING_SET = "learning_set.parquet"
LOCK = 7_351_002  # of PostgreSQL's advisory locks; the second number is the set's
SHOWN_CONTRADICTIONS = 200  # pairs
CHUNK = 50_000  # rows in memory at once
FETCHED = 1_000  # pictures between two steps of the progress bar


@jobs.freeze_set.work
def freeze_learning_set(job: Job, progress: Progress) -> dict:
    """The work of a freezing job."""
    learning_set = LearningSet.objects.get(pk=job.params["learning_set"])
    ensure_frozen(learning_set, progress)
    facts = learning_set.facts
    return {
        "learning_set": learning_set.pk,
        "message": f"Frozen: {facts['objects']:,} objects of {facts['taxa']:,} taxa from {facts['samples']:,} samples.",
    }


def ensure_frozen(learning_set: LearningSet, progress: Progress) -> None:
    """Makes the set's Parquet file if it is not frozen yet; it is never changed afterwards.

    Raises JobError when there is too little to learn from.
    """
    folder = learning_set_folder(learning_set)
    with _alone(learning_set, progress):
        learning_set.refresh_from_db()
        if not learning_set.is_frozen:
            _freeze(learning_set, folder, progress)
        keep_as_copy(learning_set.artefact, folder)


def _freeze(learning_set: LearningSet, folder: Path, progress: Progress) -> None:
    recipe = Recipe.read(learning_set.recipe)
    facts = _rows(learning_set, recipe, folder, progress)
    draft = progress.draft_of(folder / LEARNING_SET)
    facts |= _split(recipe, folder, draft, progress)
    artefact = store_set(LEARNING_SET, draft, progress.draft_of(folder / "packed"))
    with progress.fenced():
        learning_set.facts, learning_set.artefact = facts, artefact
        learning_set.save(update_fields=["facts", "artefact"])
        progress.publish(draft, folder / LEARNING_SET)
    for path in (folder / "rows.parquet", folder / "rows.json", *folder.glob(".*.part")):
        path.unlink(missing_ok=True)


@contextmanager
def manifest_of(learning_set: LearningSet, progress: Progress) -> Iterator[Path]:
    """The file of a frozen set on this machine, with all its pictures, which stay while they are learnt from."""
    with files_of_set(learning_set) as folder:
        manifest = folder / learning_set.facts["file"]
        if learning_set.artefact:
            _fetch_pictures(manifest, progress)
        yield manifest


def _fetch_pictures(manifest: Path, progress: Progress) -> None:
    """Those that this machine has not got yet, to where the manifest's keys lead."""
    source = pq.ParquetFile(manifest)
    total, done = source.metadata.num_rows, 0
    for batch in source.iter_batches(FETCHED, columns=["path"]):
        local_paths(batch["path"].to_pylist(), manifest.parent)
        done += len(batch)
        progress.update(done, total, f"Fetched {done:,} of {total:,} pictures")
    make_room()


@contextmanager
def _alone(learning_set: LearningSet, progress: Progress) -> Iterator[None]:
    """A set is frozen by one worker at a time: a training may ask for it while its own job is at it."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, learning_set.pk])
            if cursor.fetchone()[0]:
                break
            progress.update(0, 0, "Another worker is freezing the learning set")
            time.sleep(1)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, learning_set.pk])


def _rows(learning_set: LearningSet, recipe: Recipe, folder: Path, progress: Progress) -> dict:
    """Facts of the rows, which lie in the folder: those that a worker before left, or new ones."""
    about, whose = folder / "rows.json", learning_set.created.isoformat()
    if about.exists() and (noted := json.loads(about.read_text()))["whose"] == whose:
        return noted["facts"]
    progress.update(0, 0, "Freezing the learning set")
    folder.mkdir(parents=True, exist_ok=True)  # another database may have left one of this number
    rows = folder / "rows.parquet"
    tested = [] if recipe.tested_as is None else TestedBefore.of(recipe.tested_as).objects.tolist()
    conditions = conditions_of(recipe, learning_set.owner)
    facts = write_rows(progress.draft_of(rows), recipe, conditions, tested)
    progress.draft_of(about).write_text(json.dumps({"whose": whose, "facts": facts}))
    for target in (rows, about):
        progress.publish(progress.draft_of(target), target)
    return facts


def _split(recipe: Recipe, folder: Path, draft: Path, progress: Progress) -> dict:
    """Writes the rows with their `fold` to `draft`, without those that reach into another. Facts that change.

    All figures are of what people looked at; what rules have labelled is only learnt from, and counted apart.
    """
    columns = ["object_id", "sample", "path", "label", *([WEIGHT.name] if recipe.machine_weight else [])]
    rows = labelled(pq.read_table(folder / "rows.parquet", columns=columns))
    by_person = rows[WEIGHT.name].to_numpy() == 1 if recipe.machine_weight else np.ones(len(rows), bool)
    names, labels = np.unique(rows["label"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
    samples = rows["sample"].to_numpy(zero_copy_only=False).astype(str)
    groups, duplicates = _groups(
        recipe, [str(folder / path) for path in rows["path"].to_pylist()], folder, progress
    )
    ids = rows["object_id"].to_numpy()
    parted = _parted(recipe, ids, samples, labels, groups, by_person)
    is_kept = ~parted.dropped & by_person
    _write_folds(folder / "rows.parquet", draft, parted)
    ids, groups, looked_at = ids[by_person], groups[by_person], labels[by_person]
    pairs = contradictions(groups, looked_at) if recipe.duplicates else []
    per_taxon = _per_taxon(names, labels[is_kept], parted.folds[is_kept], samples[is_kept])
    if not all(entry["train"] for entry in per_taxon):
        parted.warnings.append(_unlearnt(per_taxon))
    return {
        "file": LEARNING_SET,
        "objects": int(is_kept.sum()),
        "machine": int((~parted.dropped & ~by_person).sum()),
        "samples": len(np.unique(samples[is_kept])),
        "taxa": len(per_taxon),
        "folds": {fold: int((parted.folds[is_kept] == fold).sum()) for fold in FOLDS},
        "fold_samples": {fold: len(np.unique(samples[is_kept & (parted.folds == fold)])) for fold in FOLDS},
        "split": parted.kind,
        "duplicates": {**duplicates, "dropped": int((parted.dropped & by_person).sum())},
        "contradictions": {
            "count": len(pairs),
            "pairs": [[int(ids[a]), int(ids[b])] for a, b in pairs[:SHOWN_CONTRADICTIONS]],
        },
        "per_taxon": per_taxon,
        "warnings": parted.warnings,
    }


def _parted(
    recipe: Recipe,
    ids: np.ndarray,
    samples: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    by_person: np.ndarray,
) -> Split:
    """Of all rows, (N,) each; what people looked at is parted as if there were nothing else."""
    number, sample, label, group = (column[by_person] for column in (ids, samples, labels, groups))
    by, test = recipe.split, None
    if recipe.tested_as is not None:
        before = TestedBefore.of(recipe.tested_as)
        by, test = before.by, before.among(number, sample)
    parted = split(sample, label, HELD_OUT, TUNE, recipe.seed, groups=group, by=by, test=test)
    if not (~parted.dropped & (parted.folds == "test")).any():
        raise JobError(
            "Nothing is left to test on: each taxon's pictures are copies of one. Validate objects of other pictures."
        )
    return with_learnt_only(parted, ~by_person, samples, groups)


@dataclass(frozen=True)
class TestedBefore:
    """What an earlier set tests, and how: whole samples or single objects."""

    name: str
    by: str
    objects: np.ndarray  # (n,) ids
    samples: np.ndarray  # (n,) names

    @classmethod
    def of(cls, number: int) -> "TestedBefore":
        earlier = LearningSet.objects.get(pk=number)
        with files_of_set(earlier) as folder:
            columns = ["object_id", "sample"]
            rows = pq.read_table(
                folder / earlier.facts["file"], columns=columns, filters=[("fold", "=", "test")]
            )
        samples = rows["sample"].to_numpy(zero_copy_only=False).astype(str)
        return cls(earlier.name, earlier.facts["split"], rows["object_id"].to_numpy(), samples)

    def among(self, ids: np.ndarray, samples: np.ndarray) -> np.ndarray:
        """(N,) bool, which of these objects are tested: new ones of a sample that is tested whole are, too. Raises
        JobError where none is, or nothing else is there."""
        by_sample = self.by == "sample"
        test = np.isin(samples, self.samples) if by_sample else np.isin(ids, self.objects)
        if not test.any() or test.all():
            what = "None" if not test.any() else "Nothing but"
            raise JobError(
                f"{what} of the objects that {self.name} tests on is to be learnt from: test on others."
            )
        return test


def _groups(recipe: Recipe, paths: list[str], folder: Path, progress: Progress) -> tuple[np.ndarray, dict]:
    if not recipe.duplicates:
        return np.arange(len(paths)), {"exact": 0, "near": 0}
    progress.update(0, len(paths), "Looking for duplicates")
    scratch = progress.draft_of(folder / "thumbnails")
    try:
        duplicates = find_duplicates(
            paths,
            lambda done: progress.update(done, len(paths), f"Looked for duplicates of {done:,} images"),
            scratch,
        )
    finally:
        scratch.unlink(missing_ok=True)
    return duplicates.groups, {"exact": duplicates.exact, "near": duplicates.near}


def _write_folds(rows: Path, draft: Path, parted: Split) -> None:
    """The rows again with their fold, a chunk at a time. `parted` is of those with a label, which come first."""
    source = pq.ParquetFile(rows)
    metadata = {**(source.schema_arrow.metadata or {}), b"split": parted.kind.encode()}
    schema = source.schema_arrow.append(pa.field("fold", pa.string())).with_metadata(metadata)
    done = 0
    with pq.ParquetWriter(draft, schema) as writer:
        for batch in source.iter_batches(CHUNK):
            these = slice(done, done + len(batch))
            folds, dropped = parted.folds[these].astype(object), parted.dropped[these]
            bare = len(batch) - len(folds)
            column = pa.array([*folds, *[UNLABELLED] * bare], pa.string())
            table = pa.Table.from_batches([batch]).append_column("fold", column).cast(schema)
            writer.write_table(table.filter(pa.array([*~dropped, *[True] * bare])))
            done += len(batch)


def _per_taxon(names: np.ndarray, labels: np.ndarray, folds: np.ndarray, samples: np.ndarray) -> list[dict]:
    """Objects of each taxon in each fold, and its samples; the most frequent first."""
    counts: dict[int, Counter] = defaultdict(Counter)
    for (label, fold), count in Counter(zip(labels.tolist(), folds.tolist(), strict=True)).items():
        counts[label][fold] = count
    samples_of = Counter(label for label, _ in set(zip(labels.tolist(), samples.tolist(), strict=True)))
    return [
        {"taxon": int(names[label]), **{fold: by_fold[fold] for fold in FOLDS}, "samples": samples_of[label]}
        for label, by_fold in sorted(counts.items(), key=lambda entry: (-entry[1].total(), entry[0]))
    ]


def _unlearnt(per_taxon: list[dict]) -> str:
    few = sum(not entry["train"] for entry in per_taxon)
    return (
        f"{few} {'taxon is' if few == 1 else 'taxa are'} only in samples that are held out: nothing learns "
        f"{'it' if few == 1 else 'them'}. Choose another seed, or let rare taxa fall to their ancestors."
    )
