"""The classifier knows no jobs: its words for "stopped" and "can't be done" become the job's."""

from collections.abc import Iterator
from contextlib import contextmanager

from annotations.jobs.errors import JobCancelled, JobError
from classifier.contract.errors import Cancelled, ClassifierError


@contextmanager
def classifier_errors() -> Iterator[None]:
    try:
        yield
    except Cancelled as stop:
        raise JobCancelled from stop
    except ClassifierError as error:
        raise JobError(str(error)) from error
