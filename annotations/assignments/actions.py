"""Giving samples to people, sharing them out, and taking them back."""

import heapq
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.assignments.models import Assignment
from annotations.assignments.queries import unsettled
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role
from annotations.samples.models import Sample


@transaction.atomic
def assign(
    *, project: Project, samples: Iterable[int], users: Iterable[User], due: date | None = None
) -> int:
    """Gives each of the samples to each of the people; again, to change the date. Returns how many assignments.

    Raises ValidationError when none is named, or somebody may not label.
    """
    chosen, people = _checked(project, samples, users)
    return _keep([(sample, person) for sample in chosen for person in people], due)


@transaction.atomic
def share_out(
    *, project: Project, samples: Iterable[int], users: Iterable[User], due: date | None = None
) -> int:
    """Gives each sample to one of the people, so that all have about as many unsettled objects: largest first."""
    chosen, people = _checked(project, samples, users)
    work = unsettled(project.pk)
    loads = [(0, n) for n in range(len(people))]
    pairs = []
    for sample in sorted(chosen, key=lambda sample: (-work.get(sample, 0), sample)):
        load, n = heapq.heappop(loads)
        heapq.heappush(loads, (load + work.get(sample, 0), n))
        pairs.append((sample, people[n]))
    return _keep(pairs, due)


@transaction.atomic
def take_back(*, project: Project, samples: Iterable[int], users: Iterable[User] | None = None) -> int:
    """From these people, or from everybody."""
    assignments = Assignment.objects.filter(sample__project=project, sample__in=list(samples))
    if users is not None:
        assignments = assignments.filter(user__in=list(users))
    return assignments.delete()[0]


def _keep(pairs: list[tuple[int, User]], due: date | None) -> int:
    created = [Assignment(sample_id=sample, user=person, due=due) for sample, person in pairs]
    Assignment.objects.bulk_create(
        created, update_conflicts=True, unique_fields=["sample", "user"], update_fields=["due"]
    )
    return len(created)


def _checked(project: Project, samples: Iterable[int], users: Iterable[User]) -> tuple[list[int], list[User]]:
    chosen = list(Sample.objects.filter(project=project, pk__in=list(samples)).values_list("pk", flat=True))
    people = sorted(dict.fromkeys(users), key=lambda person: person.username)
    if not chosen:
        raise ValidationError("Choose a sample first.")
    if not people:
        raise ValidationError("Choose a person first.")
    for person in people:
        role = role_in(person, project.pk)
        if role is None or role.rank < Role.ANNOTATOR.rank:
            raise ValidationError(f"{person.display_name} may not label in this project.")
    return chosen, people
