"""What a prediction would change, seen on random objects before it is started; also how two models differ there."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.http import Http404

from annotations.accounts.models import User
from annotations.common.plots.intervals import Interval
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.actions import require_manager, require_ready
from annotations.learning.models import Model, PredictionPreview
from annotations.learning.queries import open_model
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.taxonomy.queries import names_of
from classifier.statistics.bounds import wilson

OBJECTS, MOST_OBJECTS = 500, 2000
MOST_MODELS = 2
PICTURES = 8  # of each change


def start_preview(
    *,
    user: User,
    project: Project,
    models: Sequence[Model],
    filter_json: dict | None = None,
    precision: float | None = None,
    objects: int = OBJECTS,
) -> Job:
    """Starts the job that asks one model, or two, about random objects that nobody has settled. Needs a manager.

    `filter_json` and `precision` are as `start_prediction` has them. Raises PermissionDenied, Http404 for a model of
    strangers, ValidationError that names what is wrong.
    """
    require_manager(user, project)
    models = [open_model(user, model.pk) for model in models]
    if not 1 <= len(models) <= MOST_MODELS or len({model.pk for model in models}) < len(models):
        raise ValidationError("A preview takes one model, or two different ones.")
    if not 1 <= objects <= MOST_OBJECTS:
        raise ValidationError(f"`objects` is {objects}, but takes 1 to {MOST_OBJECTS:,}.")
    for model in models:
        require_ready(model, precision)
    params = {
        "models": [model.pk for model in models],
        "filter_json": filter_json or {},
        "precision": precision,
        "objects": objects,
    }
    return start_job(kind="preview_prediction", owner=user, project=project, params=params)


def open_preview(user: User, preview_id: int) -> tuple[Project, PredictionPreview]:
    """Raises Http404 for one that is not there, or a stranger's, PermissionDenied for who does not manage there."""
    preview = PredictionPreview.objects.select_related("job").filter(pk=preview_id).first()
    if preview is None or preview.job.project_id is None:
        raise Http404("There is no such preview: its job has not ended, or was removed.")
    return open_project(user, preview.job.project_id, Role.MANAGER), preview


# --- Reading one ------------------------------------------------------------------------------------------------------


class Naming(NamedTuple):
    """What an object is called, by a model or now: None where it has no name."""

    taxon: int | None
    score: float | None = None


@dataclass
class Renaming:
    """Objects that go from one name to another, some of which are shown."""

    before: int | None
    after: int | None
    count: int = 0
    objects: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Share:
    """Of the objects that were looked at; `low` and `high` are the ends of the 95 % interval, as shares."""

    count: int
    share: float
    low: float
    high: float

    @classmethod
    def of(cls, count: int, total: int) -> "Share":
        low, high = wilson(count, total) or (0.0, 1.0)
        return cls(count, count / total if total else 0.0, low, high)

    @property
    def interval(self) -> Interval:
        """In percent, for a page."""
        return Interval.of_shares(self.share, self.low, self.high)

    def as_json(self) -> dict:
        return {"count": self.count, "share": self.share, "interval": [self.low, self.high]}


class PreviewedObjects:
    """The objects of a preview, with what they are called now and by each model."""

    def __init__(self, preview: PredictionPreview):
        self.objects = [row[0] for row in preview.rows]
        self.now = [Naming(row[1]) for row in preview.rows]
        count = len(preview.job.params["models"])
        self.by_model = [[Naming(*row[2 + 2 * k : 4 + 2 * k]) for row in preview.rows] for k in range(count)]

    def named(self, place: int) -> Share:
        """By the model at that place."""
        return self._share(sum(naming.taxon is not None for naming in self.by_model[place]))

    def renamed(self, place: int) -> Share:
        """Objects that have a name now, and would have another or none."""
        pairs = zip(self.now, self.by_model[place], strict=True)
        return self._share(sum(now.taxon not in (None, after.taxon) for now, after in pairs))

    def expected_right(self, place: int) -> float | None:
        """Of those that the model names, by its scores; None where it names nothing."""
        scores = [naming.score for naming in self.by_model[place] if naming.taxon is not None]
        return sum(score or 0.0 for score in scores) / len(scores) if scores else None

    def agreed(self) -> Share:
        """Objects that both models call the same, or leave both."""
        return self._share(sum(a.taxon == b.taxon for a, b in zip(*self.by_model, strict=True)))

    def changes(self, place: int) -> list[Renaming]:
        """From the names of now to those of the model, most first."""
        return self._renamings(self.now, self.by_model[place])

    def differences(self) -> list[Renaming]:
        """From the names of the first model to those of the second, most first."""
        return self._renamings(*self.by_model)

    def _renamings(self, before: list[Naming], after: list[Naming]) -> list[Renaming]:
        counts: Counter[tuple[int | None, int | None]] = Counter()
        objects: dict[tuple[int | None, int | None], list[int]] = defaultdict(list)
        for number, one, other in zip(self.objects, before, after, strict=True):
            if one.taxon != other.taxon:
                pair = (one.taxon, other.taxon)
                counts[pair] += 1
                objects[pair].append(number)
        return [Renaming(*pair, count, objects[pair][:PICTURES]) for pair, count in counts.most_common()]

    def _share(self, count: int) -> Share:
        return Share.of(count, len(self.objects))


def preview_as_json(preview: PredictionPreview) -> dict:
    """As the API has it."""
    previewed = PreviewedObjects(preview)
    numbers = preview.job.params["models"]
    taxa = {naming.taxon for column in (previewed.now, *previewed.by_model) for naming in column}
    names = names_of({taxon for taxon in taxa if taxon is not None})
    return {
        "project": preview.job.project_id,
        "waiting": preview.waiting,
        "objects": len(previewed.objects),
        "models": [
            {
                "model": number,
                "named": previewed.named(place).as_json(),
                "renamed": previewed.renamed(place).as_json(),
                "expected_right": previewed.expected_right(place),
                "changes": [_as_json(change, names) for change in previewed.changes(place)],
            }
            for place, number in enumerate(numbers)
        ],
        "agreed": previewed.agreed().as_json() if len(numbers) == MOST_MODELS else None,
        "differences": [_as_json(change, names) for change in previewed.differences()]
        if len(numbers) == MOST_MODELS
        else [],
    }


def _as_json(change: Renaming, names: dict[int, str]) -> dict:
    def named(taxon: int | None) -> dict | None:
        return None if taxon is None else {"id": taxon, "name": names.get(taxon, f"taxon {taxon}")}

    return {
        "before": named(change.before),
        "after": named(change.after),
        "count": change.count,
        "objects": change.objects,
    }
