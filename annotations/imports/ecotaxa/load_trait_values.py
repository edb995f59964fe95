"""Loads a package's vocabulary and values of traits, after its objects: all of them at once, or none."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.ecotaxa.trait_values import (
    TraitValueLine,
    TraitValueTable,
    has_trait_values,
    restore,
)
from annotations.imports.registry import TaxonIds
from annotations.jobs.errors import JobError
from annotations.labels.models import Batch
from annotations.projects.annotators import imported_annotator
from annotations.projects.models import Project
from annotations.traits.importing import Imported, ImportedValue, import_trait_values


@transaction.atomic
def load_trait_values(
    package: Package, project: Project, user: User | None, batch: Batch, taxon_ids: TaxonIds
) -> Imported | None:
    """None for a package that says nothing of traits. `taxon_ids` are those of the taxa that its vocabulary names."""
    if not has_trait_values(package):
        return None
    try:
        traits = restore(package, project, user, *taxon_ids)
    except ValidationError as error:  # it fitted when the package was checked
        reasons = " ".join(error.messages)
        raise JobError(
            f"Meanwhile somebody changed the traits. {reasons} Then import the package again."
        ) from error
    lines = TraitValueTable(package, traits, Problems()).lines
    # read once more for the values: finding people asks the database, which a running COPY would block
    people = _people(project, lines())
    return import_trait_values(batch=batch, values=(_value(line, people) for line in lines()))


def _people(project: Project, lines: Iterator[TraitValueLine]) -> dict[tuple[str, str], int]:
    named = dict.fromkeys((line.annotator, line.annotator_email) for line in lines)
    return {
        (name, email): imported_annotator(project=project, name=name, email=email).pk
        for name, email in named
        if name or email
    }


def _value(line: TraitValueLine, people: dict[tuple[str, str], int]) -> ImportedValue:
    return ImportedValue(
        object=line.object,
        trait=line.trait.pk,
        value=line.value,
        state=line.state,
        score=line.score,
        annotator=people.get((line.annotator, line.annotator_email)),
        set_at=line.date,
    )
