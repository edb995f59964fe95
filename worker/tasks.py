"""The Celery tasks: a job's number in, one function called. The only code that joins both sides."""

from celery import shared_task

from annotations.api.idempotency import forget_answered_requests
from annotations.exports.actions import export_project
from annotations.gallery.indexing import index_column
from annotations.imports.actions import import_package
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.tally import compact_tally, count_use
from annotations.marks.imports import import_marks
from annotations.nomenclature.actions import settle_name
from annotations.nomenclature.merging import relabel_merged, unlabel_merged
from annotations.taxonomy.imports import import_taxa
from worker.measuring import measure_project
from worker.runner import run_job
from worker.watch import send_again


@shared_task(name="worker.import_package")
def import_package_task(job_id: int) -> None:
    run_job(job_id, import_package)


@shared_task(name="worker.import_taxa")
def import_taxa_task(job_id: int) -> None:
    run_job(job_id, import_taxa)


@shared_task(name="worker.import_marks")
def import_marks_task(job_id: int) -> None:
    run_job(job_id, import_marks)


@shared_task(name="worker.settle_name")
def settle_name_task(job_id: int) -> None:
    run_job(job_id, settle_name)


@shared_task(name="worker.merge_taxa")
def merge_taxa_task(job_id: int) -> None:
    run_job(job_id, relabel_merged)


@shared_task(name="worker.undo_merge")
def undo_merge_task(job_id: int) -> None:
    run_job(job_id, unlabel_merged)


@shared_task(name="worker.export_project")
def export_project_task(job_id: int) -> None:
    run_job(job_id, export_project)


@shared_task(name="worker.index_column")
def index_column_task(job_id: int) -> None:
    run_job(job_id, index_column)


@shared_task(name="worker.measure")
def measure_task(job_id: int) -> None:
    run_job(job_id, measure_project)


@shared_task(name="worker.freeze_set")
def freeze_set_task(job_id: int) -> None:
    run_job(job_id, _freeze_set)


@shared_task(name="worker.train")
def train_task(job_id: int) -> None:
    run_job(job_id, _train)


@shared_task(name="worker.predict")
def predict_task(job_id: int) -> None:
    run_job(job_id, _predict)


@shared_task(name="worker.export_model")
def export_model_task(job_id: int) -> None:
    run_job(job_id, _export_model)


@shared_task(name="worker.import_model")
def import_model_task(job_id: int) -> None:
    run_job(job_id, _import_model)


@shared_task(name="worker.serve")
def serve_task(question: str, model_id: int) -> None:
    from worker.serving import serve

    serve(question, model_id)


@shared_task(name="worker.watch_jobs", expires=5)
def watch_jobs_task() -> None:
    send_again()


@shared_task(name="worker.compact_tally", expires=60)
def compact_tally_task() -> None:
    compact_tally()


@shared_task(name="worker.forget_answered_requests", expires=3600)
def forget_answered_requests_task() -> None:
    forget_answered_requests()


@shared_task(name="worker.count_use", expires=60)
def count_use_task() -> None:
    count_use()


# torch takes seconds to load: only who learns pays for it, and a job shows as running before it does


def _freeze_set(job: Job, progress: Progress) -> dict:
    from worker.learning_sets import freeze_learning_set

    return freeze_learning_set(job, progress)


def _train(job: Job, progress: Progress) -> dict:
    from worker.learning import train_model

    return train_model(job, progress)


def _predict(job: Job, progress: Progress) -> dict:
    from worker.predicting import predict_project

    return predict_project(job, progress)


def _export_model(job: Job, progress: Progress) -> dict:
    from worker.model_folders import export_model

    return export_model(job, progress)


def _import_model(job: Job, progress: Progress) -> dict:
    from worker.model_folders import import_model

    return import_model(job, progress)
