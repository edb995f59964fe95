"""Starting a reading, reading, closing, and settling what the readers called by different names."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.labels import actions as labels
from annotations.labels.targets import Target
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role
from annotations.readings.measuring import keep_figures
from annotations.readings.models import Choice, Reader, Reading, ReadingObject, Sampling
from annotations.readings.queries import agreed, reader_of
from annotations.readings.sampling import sample_objects
from annotations.readings.subjects import DecisionOutcome, Subject, subject_of
from annotations.samples.models import State
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon
from annotations.traits.models import Trait

MOST_OBJECTS = 2000


@transaction.atomic
def start_reading(
    *,
    project: Project,
    user: User,
    name: str,
    size: int,
    readers: Iterable[User],
    sampling: Sampling = Sampling.RANDOM,
    criteria: Filter | None = None,
    seed: int = 0,
    trait: Trait | None = None,
) -> Reading:
    """Draws `size` of the objects that match: at random, or of each taxon or sample as many, or by its share.

    What is read is the taxon, or one trait of the project: then of objects to which it applies. Raises ValidationError
    for fewer than two readers, a reader who may not label, what cannot be read, or when nothing matches.
    """
    name, readers, criteria = name.strip(), list(dict.fromkeys(readers)), criteria or Filter()
    _refuse_odd(name, size)
    _refuse_readers(readers, project)
    if trait and not (trait.is_active and trait.project_id == project.pk):
        raise ValidationError(f"{trait.name} is retired, or no trait of this project: choose another one.")
    reading = Reading(
        project=project,
        name=name,
        trait=trait,
        sampling=sampling,
        seed=seed,
        criteria=criteria.as_dict(),
        created_by=user,
    )
    condition = subject_of(reading).readable_objects()
    reading.save()
    Reader.objects.bulk_create(Reader(reading=reading, user=reader) for reader in readers)
    if not sample_objects(reading, size, criteria.where(project.pk), condition):
        raise ValidationError("Nothing matches: there is nothing to read.")
    return reading


def _refuse_odd(name: str, size: int) -> None:
    if not 0 < len(name) <= 100:
        raise ValidationError("A reading needs a name of at most 100 characters.")
    if not 0 < size <= MOST_OBJECTS:
        raise ValidationError(f"A reading has 1 to {MOST_OBJECTS:,} objects.")


def _refuse_readers(readers: list[User], project: Project) -> None:
    if len(readers) < 2:
        raise ValidationError("A second reading takes two readers at least.")
    for reader in readers:
        role = role_in(reader, project.pk)
        if role is None or role.rank < Role.ANNOTATOR.rank:
            raise ValidationError(f"{reader.display_name} may not label in this project, so can't read.")


@transaction.atomic
def choose(
    *,
    reading: Reading,
    user: User,
    objects: list[int],
    taxon: Taxon | None = None,
    value: object = None,
    is_cleared: bool = False,
) -> int:
    """Notes what the reader says of the objects, or takes it back: a taxon, where None is “can't tell”; or a value of
    the trait that is read.

    Returns how many. Raises PermissionDenied for who is no reader, ValidationError when it is over, or for what is no
    answer to what is read.
    """
    _open_reader(reading, user)
    mine = Choice.objects.filter(reading=reading, reader=user, object__in=objects)
    if is_cleared:
        return mine.delete()[0]
    ids = ReadingObject.objects.filter(reading=reading, object__in=objects).values_list(
        "object_id", flat=True
    )
    answer = subject_of(reading).chosen(taxon, value)
    chosen = [
        Choice(reading=reading, reader=user, object_id=pk, chosen=timezone.now(), **answer) for pk in ids
    ]
    Choice.objects.bulk_create(
        chosen,
        update_conflicts=True,
        unique_fields=["reading", "object", "reader"],
        update_fields=["taxon", "value", "chosen"],
    )
    return len(chosen)


@transaction.atomic
def submit(*, reading: Reading, user: User) -> None:
    """The reader has finished; when all have, the reading is closed. Raises ValidationError while objects wait."""
    reader = _open_reader(reading, user)
    waiting = reading.reading_objects.count() - Choice.objects.filter(reading=reading, reader=user).count()
    if waiting > 0:
        subject = subject_of(reading)
        raise ValidationError(
            f"{waiting:,} objects have no {subject.noun} of yours yet: “{subject.cant_tell_label}” is one, too."
        )
    Reader.objects.filter(pk=reader.pk).update(submitted=timezone.now())
    if not reading.reader_set.filter(submitted=None).exists():
        close_reading(reading=reading)


def close_reading(*, reading: Reading) -> None:
    """Opens the figures, which are computed now. Nobody can choose any more."""
    if Reading.objects.filter(pk=reading.pk, closed=None).update(closed=timezone.now()):
        keep_figures(reading)


@transaction.atomic
def settle(
    *,
    reading: Reading,
    user: User,
    target: Target,
    taxon: Taxon | None = None,
    value: object = None,
    state: State | None = None,
    is_kept: bool = False,
) -> DecisionOutcome:
    """An expert's decision becomes the object's label or value, or that is kept; then the object leaves the queue.

    `target` has the version of what is read. What was changed meanwhile comes back as a conflict, and stays in the
    queue. Raises ValidationError unless exactly one thing is decided.
    """
    subject = subject_of(reading)
    if reading.closed is None:
        raise ValidationError("The readers are not done: close the reading first.")
    if is_kept == (taxon is not None or value is not None or state is not None):
        raise ValidationError(
            f"Decide one thing: a {subject.field_name}, dubious, or that it stays as it is."
        )
    reading_object = ReadingObject.objects.filter(reading=reading, object=target.id)
    if not reading_object.exists():
        raise ValidationError("This object is not part of the reading.")
    if is_kept:
        _refuse_unseen(subject, target)
        outcome: DecisionOutcome = labels.Outcome(None, 0)
    else:
        outcome = subject.write(reading.project, user, [target], state, taxon=taxon, value=value)
        if undone := subject.left_undone(outcome):
            raise ValidationError(undone)
    if outcome.gone:
        raise ValidationError("This object is not in the project any more: nothing was decided.")
    if not outcome.conflicts:
        reading_object.update(settled=timezone.now())
    return outcome


def _refuse_unseen(subject: Subject, target: Target) -> None:
    """Nobody can keep what they have not seen."""
    if subject.now([target.id])[target.id].version != target.version:
        raise ValidationError("Somebody changed this object meanwhile: look again.")


@transaction.atomic
def validate_agreed(*, reading: Reading, user: User) -> int:
    """Gives every object on which all readers agree what they said of it. Returns how much changed."""
    if reading.closed is None:
        raise ValidationError("The readers are not done: close the reading first.")
    changed, subject = 0, subject_of(reading)
    for answer, targets in agreed(reading).items():
        changed += subject.write(reading.project, user, targets, **subject.to_label(answer)).changed
    return changed


def _open_reader(reading: Reading, user: User) -> Reader:
    """The user as a reader, while names can be given. Holds the reading until the transaction ends.

    The reader is looked up after the lock: of two who submit at the same moment, the second sees that the first has.
    """
    reading = Reading.objects.select_for_update().get(pk=reading.pk)
    reader = reader_of(reading, user)
    if reading.closed or reader.submitted:
        raise ValidationError("This reading is over: nothing can be changed any more.")
    return reader
