"""Which objects of a package the project holds already; an update passes over the others."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from annotations.common.problems import Problems
from annotations.imports.registry import PackageCheck
from annotations.imports.survey import Survey
from annotations.samples.models import ObjectFields

ASK_EVERY = 10_000  # objects


class ObjectPlace(NamedTuple):
    """Where a package speaks of an object first, and the sample that it says; empty where it names none."""

    file: str
    line: int | None = None
    column: str | None = None
    sample: str = ""


def note_presence(survey: Survey, check: PackageCheck, places: Mapping[str, ObjectPlace]) -> None:
    """Counts them in `survey`; `places` are those of all objects of the package, by id."""
    if check.project_id is None:
        return
    names = iter(places)
    while chunk := list(islice(names, ASK_EVERY)):
        rows = ObjectFields.objects.filter(project=check.project_id, original_id__in=chunk)
        samples = dict(rows.values_list("original_id", "object__sample__original_id"))
        survey.here += len(samples)
        if check.taking.updates:
            _refuse_other_samples(check.problems, samples, places)
        else:
            _warn_of_other_samples(check.problems, samples, places)
        if not check.taking.adds:
            absent = [name for name in chunk if name not in samples]
            survey.absent += len(absent)
            for name in absent:
                warn_of_absent(check.problems, name, places[name])


def warn_of_absent(problems: Problems, object_id: str, place: ObjectPlace) -> None:
    message = (
        f"There is no object {object_id} in the project. An update adds none: it was passed over. Choose to add as "
        "well, or correct its id."
    )
    problems.warn(message, place.file, place.line, place.column, fault="not here", cell=object_id)


def refuse_other_sample(problems: Problems, object_id: str, first: str, place: ObjectPlace) -> None:
    message = (
        f"Object {object_id} belongs to sample {first or '(none)'} already, here it stands in "
        f"{place.sample or '(none)'}. An id names one object of the project: rename one of the two."
    )
    problems.add(message, place.file, place.line, place.column, fault="other sample", cell=object_id)


def warn_of_other_sample(problems: Problems, object_id: str, first: str, place: ObjectPlace) -> None:
    message = (
        f"Object {object_id} is in the project already, of sample {first or '(none)'}; this one of {place.sample} was "
        "passed over, for an id names one object of a project. Rename one of the two to have both."
    )
    problems.warn(message, place.file, place.line, place.column, fault="other sample", cell=object_id)


def _refuse_other_samples(
    problems: Problems, samples: Mapping[str, str], places: Mapping[str, ObjectPlace]
) -> None:
    for name, sample, place in _of_other_samples(samples, places):
        refuse_other_sample(problems, name, sample, place)


def _warn_of_other_samples(
    problems: Problems, samples: Mapping[str, str], places: Mapping[str, ObjectPlace]
) -> None:
    for name, sample, place in _of_other_samples(samples, places):
        warn_of_other_sample(problems, name, sample, place)


def _of_other_samples(
    samples: Mapping[str, str], places: Mapping[str, ObjectPlace]
) -> Iterator[tuple[str, str, ObjectPlace]]:
    """(id, sample that it is of, place in the package) where that says another sample."""
    for name, sample in samples.items():
        if places[name].sample and places[name].sample != sample:
            yield name, sample, places[name]
