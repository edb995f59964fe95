"""The axes of a project's map, fitted by the job that embeds: whoever opens the map first would wait for them."""

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.maps.fitting import principal_components


def fit_axes(job: Job, progress: Progress, done: int) -> None:
    """In the project's own space, where they are not fitted yet or it has outgrown them. `done` is all of the bar."""
    assert job.project is not None
    progress.update(done, done, "Fitting the axes of the map")
    principal_components(job.project)
