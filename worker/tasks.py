"""The Celery tasks: an id in, one function called. The only code that joins both sides.

All long work is one task, which takes a job's number: its kind says what does it, see `annotations/jobs/registry.py`.
"""

from collections.abc import Sequence

from celery import Task, shared_task

from annotations.accounts.emails import send_invitation_email, send_reset_email
from annotations.api.idempotency import forget_answered_requests
from annotations.deletions.actions import start_due_deletions
from annotations.jobs.sweeping import sweep
from annotations.labels.tally import compact_tally, count_use
from annotations.learning.archived import remove_archived_predictions
from annotations.learning.former_predictions import remove_former_predictions
from annotations.learning.serving import give_answer
from annotations.learning.sweeping import remove_unused_artefacts
from annotations.pulls.tokens import forget_tokens_of_ended_jobs
from annotations.refitting.actions import start_due_measurements, start_due_refits
from annotations.retraining.actions import decide_finished_retrainings, start_due_retrainings
from annotations.scans.segmenters.sweeping import remove_unused_segmenters
from annotations.similarity.actions import remove_unused_embeddings
from annotations.similarity.completing import start_due_embeddings
from worker.runner import run_job
from worker.watch import send_again

SERVING_FAULT = "Something went wrong in the serving worker: its log has the details."


@shared_task(name="worker.run_job")
def run_job_task(job_id: int) -> None:
    run_job(job_id)


@shared_task(name="worker.help_with_job")
def help_with_job_task(job_id: int) -> None:
    from worker.helping import help_with_job  # torch takes seconds to load

    help_with_job(job_id)


class ServingTask(Task):
    """Whoever waits hears of a fault at once; its details are in Celery's log."""

    def on_failure(self, exc: Exception, task_id: str, args: Sequence, kwargs: dict, einfo: object) -> None:
        question, _subject = args
        give_answer(question, {"failed": SERVING_FAULT})


@shared_task(name="worker.serve", base=ServingTask)
def serve_task(question: str, model_id: int) -> None:
    from worker.serving import serve  # torch takes seconds to load: only who learns or serves pays for it

    serve(question, model_id)


@shared_task(name="worker.segment_crop", base=ServingTask)
def segment_crop_task(question: str, scan_id: int) -> None:
    from worker.segmentation.crops import answer_crop  # libvips and scikit-image, as above

    answer_crop(question, scan_id)


@shared_task(name="worker.prepare_outlines", base=ServingTask)
def prepare_outlines_task(question: str, scan_id: int) -> None:
    from worker.segmentation.outlines import answer_outlines  # as above

    answer_outlines(question, scan_id)


@shared_task(name="worker.watch_jobs", expires=5)
def watch_jobs_task() -> None:
    send_again()
    start_due_refits()
    start_due_embeddings()


@shared_task(name="worker.retrain", expires=30)
def retrain_task() -> None:
    decide_finished_retrainings()
    start_due_retrainings()
    start_due_measurements()


@shared_task(name="worker.sweep", expires=3600)
def sweep_task() -> None:
    sweep()
    forget_tokens_of_ended_jobs()
    remove_unused_artefacts()
    remove_unused_segmenters()
    remove_unused_embeddings()
    remove_former_predictions()
    start_due_deletions()


@shared_task(name="worker.remove_archived_predictions", expires=3600)
def remove_archived_predictions_task() -> None:
    remove_archived_predictions()


@shared_task(name="worker.compact_tally", expires=60)
def compact_tally_task() -> None:
    compact_tally()


@shared_task(name="worker.forget_answered_requests", expires=3600)
def forget_answered_requests_task() -> None:
    forget_answered_requests()


@shared_task(name="worker.count_use", expires=60)
def count_use_task() -> None:
    count_use()


@shared_task(name="worker.send_reset_email")
def send_reset_email_task(address: str, site: str) -> None:
    send_reset_email(address, site)


@shared_task(name="worker.send_invitation_email")
def send_invitation_email_task(address: str, project: str, inviter: str, url: str, expires: str) -> None:
    send_invitation_email(address, project, inviter, url, expires)
