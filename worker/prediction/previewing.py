"""What models would say of random objects that nobody has settled: written nowhere but in the preview."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.learning import jobs
from annotations.learning.files import files_of_model
from annotations.learning.models import Model, PredictionPreview
from annotations.learning.previews import Naming
from annotations.pictures.local_copies import local_paths
from annotations.samples.queries import first_image
from annotations.search.filter import Filter
from classifier.inference.predict import PictureRow, load_model, predict_chunks
from worker.errors import classifier_errors
from worker.reading import lineages, read_table

CHUNK, BATCH = 128, 64  # pictures: so that the bar moves

WAITING = "samples_object o WHERE o.project_id = %s AND o.state IN ('U', 'P') AND {condition}"
# the same ones whichever model is asked, as if drawn: the order is that of a hash
DRAWN = f"""
SELECT drawn.id, drawn.taxon_id, i.key, a.pixel_um
FROM (SELECT o.id, o.taxon_id, o.acquisition_id FROM {WAITING} ORDER BY hashint8(o.id), o.id LIMIT %s) drawn
{first_image("drawn.id", "key")}
JOIN samples_acquisition a ON a.id = drawn.acquisition_id ORDER BY drawn.id
"""


@jobs.preview_prediction.work
def preview_prediction(job: Job, progress: Progress) -> dict:
    """The work of a preview job; taken up again, it begins anew."""
    assert job.project_id is not None
    waiting, rows = _drawn(job)
    models = [Model.objects.get(pk=number) for number in job.params["models"]]
    progress.update(0, len(rows) * len(models), "Drawing objects")
    with classifier_errors(), TemporaryDirectory(prefix="seston-") as scratch:
        paths = local_paths([key for _, _, key, _ in rows], Path(scratch))
        pictures = [
            (number, path, float("nan") if pixel_um is None else pixel_um)
            for (number, _, _, pixel_um), path in zip(rows, paths, strict=True)
        ]
        namings = [
            _named_by(model, pictures, job, progress, place * len(rows)) for place, model in enumerate(models)
        ]
    table = [
        [number, taxon, *(value for naming in namings for value in naming.get(number, Naming(None)))]
        for number, taxon, _, _ in rows
    ]
    with progress.fenced():
        PredictionPreview.objects.update_or_create(job=job, defaults={"waiting": waiting, "rows": table})
    return {
        "preview": job.pk,
        "project": job.project_id,
        "message": f"Looked at {len(rows):,} of {waiting:,} objects; nothing was changed.",
    }


def _drawn(job: Job) -> tuple[int, list[tuple]]:
    """How many objects wait, and (id, taxon, key of the picture, µm a pixel) of those that are looked at."""
    assert job.project_id is not None
    condition, params = Filter.parse(job.params["filter_json"], job.owner).where(job.project_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM " + WAITING.format(condition=condition), [job.project_id, *params]
        )
        (waiting,) = cursor.fetchone()
        cursor.execute(DRAWN.format(condition=condition), [job.project_id, *params, job.params["objects"]])
        return waiting, cursor.fetchall()


def _named_by(
    model: Model, pictures: list[PictureRow], job: Job, progress: Progress, before: int
) -> dict[int, Naming]:
    """object → what the model calls it; nothing of a picture that can't be read."""
    namings: dict[int, Naming] = {}
    with files_of_model(model) as folder:
        loaded, lineage = load_model(str(folder), "auto"), lineages(model)
        for table in predict_chunks(
            str(folder), iter(pictures), CHUNK, batch=BATCH, should_stop=progress.should_stop,
            wanted_precision=job.params["precision"],
        ):  # fmt: skip
            predictions = read_table(table, model, loaded, lineage)
            for number, taxon, score in zip(
                predictions.ids, predictions.taxa, predictions.scores, strict=True
            ):
                namings[number] = Naming(taxon, None if taxon is None else round(score, 4))
            done = before + len(namings)
            progress.update(
                done, len(pictures) * len(job.params["models"]), f"{model.name} looked at {len(namings):,}"
            )
    return namings
