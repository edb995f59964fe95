"""Joins the site and the classifier: vignettes, named or not, become a backbone.

The list of pictures is written once, as `pictures.parquet` in the job's folder: whoever takes the job up after a kill
goes on with the same, from the last epoch, and ends in the same weights.
"""

import math
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.learning import jobs
from annotations.learning.files import BACKBONES, backbone_folder
from annotations.learning.models import Backbone
from annotations.pictures.local_copies import local_paths
from annotations.pictures.store import is_folder
from annotations.samples.queries import first_image
from annotations.search.filter import Filter
from classifier.contract.manifest import SCHEMA
from classifier.contract.pretraining import PretrainRequest
from classifier.pretraining.folder import FILES
from classifier.pretraining.pictures import drawn
from classifier.pretraining.run import pretrain
from classifier.run_folder import RunFolder
from worker.errors import classifier_errors
from worker.learning.run import WHOSE, LearningRun, StageShares, finished, remove_all_but

SHARES: StageShares = {"decode": (0.05, 0.1), "train": (0.1, 1)}  # of the bar
PICTURES = "pictures.parquet"
CHUNK = 20_000  # rows in memory at once
FETCHED = 1_000  # pictures between two steps of the progress bar
ROWS = f"""
SELECT o.id, o.sample_id, i.key, CASE WHEN o.state = 'V' THEN o.taxon_id END, a.pixel_um
FROM samples_object o
JOIN samples_acquisition a ON a.id = o.acquisition_id
{first_image("o.id", "key")}
WHERE o.project_id = %s AND ({{condition}})
ORDER BY o.id
"""


@jobs.pretrain.work
def pretrain_backbone(job: Job, progress: Progress) -> dict:
    """The work of a pretraining job. Taken up again, it goes on from the last epoch."""
    backbone = Backbone.objects.get(pk=job.params["backbone"])
    run = LearningRun(backbone, backbone_folder(backbone), BACKBONES, SHARES, job, progress)
    run.claim()
    run.learn(lambda folder: _made(backbone, folder, run), lambda *made: _keep_result(backbone, *made))
    run.keep_copy()
    return {"backbone": backbone.pk, "message": _summary(backbone.metrics)}


def _summary(metrics: dict) -> str:
    words = f"Learnt from {metrics['images']:,} images without labels"
    if "knn_accuracy" not in metrics:
        return f"{words}."
    return f"{words}: nearest neighbours name {metrics['knn_accuracy']:.0%} of labelled objects right."


def _made(backbone: Backbone, folder: Path, run: LearningRun) -> dict:
    metrics = finished(folder) or _pretrain(backbone, folder, run)
    remove_all_but(folder, (*FILES, WHOSE))
    return metrics


def _pretrain(backbone: Backbone, folder: Path, run: LearningRun) -> dict:
    manifest = folder / PICTURES
    if not manifest.exists():
        write_pictures(backbone, manifest, run.progress)
    request = PretrainRequest(str(manifest), str(folder), **backbone.settings)
    if not is_folder():
        with run.progress.part(0, 0.05):
            _fetch_pictures(request, run.progress)
    with classifier_errors():
        return pretrain(request, run.report, run.progress.should_stop).metrics


def write_pictures(backbone: Backbone, manifest: Path, progress: Progress) -> None:
    """The objects of its projects that match its filter, with the taxon of those that people have validated.

    Raises JobError where none has an image.
    """
    progress.update(0, 0, "Listing the images")
    draft, count = progress.draft_of(manifest), 0
    with pq.ParquetWriter(draft, SCHEMA) as writer:
        for rows in _rows_of(backbone):
            writer.write_table(_table(rows, manifest.parent))
            count += len(rows)
    if not count:
        draft.unlink()
        raise JobError(_nothing_to_learn_from(backbone))
    progress.publish(draft, manifest)


def _nothing_to_learn_from(backbone: Backbone) -> str:
    if backbone.filter:
        return (
            "No object with an image matches the filter of this backbone: choose others, or pretrain on all."
        )
    return "None of these objects has an image to learn from. Import the images first."


def _rows_of(backbone: Backbone) -> Iterator[list[tuple]]:
    for project in backbone.projects.order_by("id"):
        condition, params = Filter.parse(backbone.filter, backbone.owner).where(project.pk)
        with connection.chunked_cursor() as cursor:
            cursor.execute(ROWS.format(condition=condition), [project.pk, *params])
            while rows := cursor.fetchmany(CHUNK):
                yield rows


def _table(rows: list[tuple], folder: Path) -> pa.Table:
    """Out of the bucket pictures are named by their keys, which are the paths of copies in `folder`."""
    ids, samples, keys, taxa, pixels = zip(*rows, strict=True)
    columns = [
        list(ids),
        [str(sample) for sample in samples],
        local_paths(keys, folder) if is_folder() else list(keys),
        ["" if taxon is None else str(taxon) for taxon in taxa],
        [math.nan if pixel is None else pixel for pixel in pixels],
    ]
    return pa.table(dict(zip(SCHEMA.names, columns, strict=True)), schema=SCHEMA)


def _fetch_pictures(request: PretrainRequest, progress: Progress) -> None:
    """Those that it learns from and this machine has not got yet, to where the manifest's keys lead."""
    table, done = drawn(pq.read_table(request.manifest, columns=["path"]), request), 0
    for batch in table.to_batches(FETCHED):
        local_paths(batch["path"].to_pylist(), Path(request.manifest).parent)
        done += len(batch)
        progress.update(done, len(table), f"Fetched {done:,} of {len(table):,} pictures")


def _keep_result(backbone: Backbone, folder: Path, metrics: dict, artefact: str) -> None:
    backbone.metrics, backbone.artefact, backbone.is_ready = metrics, artefact, True
    backbone.history = RunFolder(folder).read_history()
    backbone.save(update_fields=["metrics", "artefact", "is_ready", "history"])
