"""Loads a package's vocabulary and values of traits, after its objects: all of them at once, or none."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.scores import ScoreLine, ScoreTable, has_scores, restore
from annotations.imports.taxa import Places
from annotations.jobs.errors import JobError
from annotations.labels.models import Batch
from annotations.projects.annotators import imported_annotator
from annotations.projects.models import Project
from annotations.traits.actions import Imported, Score, import_scores


@transaction.atomic
def load_scores(
    package: Package, project: Project, user: User | None, batch: Batch, places: Places
) -> Imported | None:
    """None for a package that says nothing of traits. `places` are those of the taxa that its vocabulary names."""
    if not has_scores(package):
        return None
    try:
        traits = restore(package, project, user, *places)
    except ValidationError as error:  # it fitted when the package was checked
        said = " ".join(error.messages)
        raise JobError(
            f"Meanwhile somebody changed the traits. {said} Then import the package again."
        ) from error
    lines = ScoreTable(package, traits, Problems()).lines
    # read once more for the values: finding people asks the database, which a running COPY would block
    people = _people(project, lines())
    return import_scores(batch=batch, scores=(_score(line, people) for line in lines()))


def _people(project: Project, lines: Iterator[ScoreLine]) -> dict[tuple[str, str], int]:
    named = dict.fromkeys((line.annotator, line.annotator_email) for line in lines)
    return {
        (name, email): imported_annotator(project=project, name=name, email=email).pk
        for name, email in named
        if name or email
    }


def _score(line: ScoreLine, people: dict[tuple[str, str], int]) -> Score:
    return Score(
        object=line.object,
        trait=line.trait.pk,
        value=line.value,
        state=line.state,
        score=line.score,
        annotator=people.get((line.annotator, line.annotator_email)),
        set_at=line.date,
    )
