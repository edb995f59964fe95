"""What a prediction would name, before it is started: for each precision on offer, how many objects, at which level."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from annotations.common.percent import percent
from annotations.jobs.models import Job, JobState
from annotations.learning.models import Model
from annotations.projects.models import Project

LOOKED_BACK = 50  # predictions of the project among which the last one of each model is sought
LEVELS = ("unnamed", "taxon", "one_up", "further_up")


@dataclass(frozen=True)
class PrecisionForecast:
    """Objects, rounded; together they are all that nobody has settled."""

    precision: float
    unnamed: int
    taxon: int
    one_up: int
    further_up: int

    @property
    def named(self) -> int:
        return self.taxon + self.one_up + self.further_up

    @property
    def percent(self) -> str:
        return percent(self.precision)

    def as_json(self) -> dict:
        return {
            "precision": self.precision,
            "named": self.named,
            **{level: getattr(self, level) for level in LEVELS},
        }


@dataclass(frozen=True)
class Forecast:
    """`source` is `project` where the model has predicted here before, else `held_out`: that holds as far as the
    project's objects are like those of the learning set. `rows` are empty for a model too old to tell."""

    source: str
    rows: list[PrecisionForecast]
    job: Job | None = None
    unlike: float | None = (
        None  # share of the project's objects that are unlike anything learnt, where it is known
    )
    in_few_samples: int = 0  # taxa of which some precision cannot be promised before there are more samples

    @property
    def unlike_percent(self) -> int:
        return round(100 * (self.unlike or 0))


def forecasts(project: Project, models: Iterable[Model], unsettled: int) -> dict[int, Forecast]:
    """By model, for so many unsettled objects. Two queries, however many models there are."""
    last = _last_predictions(project)
    return {model.pk: _forecast(model, last.get(model.pk), unsettled) for model in models}


def _last_predictions(project: Project) -> dict[int, Job]:
    """model → its last finished prediction in the project that counted what could be named."""
    done = Job.objects.filter(
        project=project, kind="predict", state=JobState.DONE, result__levels__isnull=False
    ).order_by("-id")[:LOOKED_BACK]
    return {job.params["model"]: job for job in reversed(done)}


def _forecast(model: Model, job: Job | None, unsettled: int) -> Forecast:
    measured: list[dict[str, Any]] = model.metrics.get("back_off") or []
    few = len({taxon for entry in measured for taxon in entry.get("more_samples") or {}})
    if job is not None and job.result["unsettled"]:
        looked_at = job.result["unsettled"]
        rows = [
            _row(float(precision), [count / looked_at for count in counts], unsettled)
            for precision, counts in sorted(job.result["levels"].items(), key=lambda item: float(item[0]))
        ]
        return Forecast("project", rows, job, job.result["unlike"] / looked_at, few)
    rows = [_row(entry["precision"], _shares(entry), unsettled) for entry in measured if _is_known(entry)]
    return Forecast("held_out", rows, in_few_samples=few)


def _is_known(entry: dict) -> bool:
    """Whether it is of a model that promises as predictions now do, and had objects to measure it on."""
    return entry.get("coverage") is not None and isinstance(entry.get("steps"), list)


def _shares(entry: dict) -> list[float]:
    steps: list[float] = [*entry["steps"], 0.0, 0.0]
    return [1 - entry["coverage"], steps[0], steps[1], sum(steps[2:])]


def _row(precision: float, shares: list[float], unsettled: int) -> PrecisionForecast:
    """Whole objects; what rounding leaves over is not named."""
    taxon, one_up, further_up = (round(share * unsettled) for share in shares[1:])
    return PrecisionForecast(
        precision, max(unsettled - taxon - one_up - further_up, 0), taxon, one_up, further_up
    )
