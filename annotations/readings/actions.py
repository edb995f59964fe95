"""Drawing a reading, reading, closing, and settling what the readers called by different names."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.labels import actions as labels
from annotations.labels.actions import Target
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role
from annotations.readings.measuring import keep_figures
from annotations.readings.models import Choice, Draw, Drawn, Reader, Reading
from annotations.readings.queries import agreed, seat_of
from annotations.readings.subjects import Outcome, Subject, subject_of
from annotations.samples.models import State
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon
from annotations.traits.models import Trait

MOST_DRAWN = 2000


@transaction.atomic
def draw_reading(
    *,
    project: Project,
    user: User,
    name: str,
    size: int,
    readers: Iterable[User],
    draw: Draw = Draw.RANDOM,
    wanted: Filter | None = None,
    seed: int = 0,
    trait: Trait | None = None,
) -> Reading:
    """Draws `size` of the objects that match: at random, or of each taxon or sample as many, or by its share.

    What is read is the taxon, or one trait of the project: then of objects to which it applies. Raises ValidationError
    for fewer than two readers, a reader who may not label, what cannot be read, or when nothing matches.
    """
    name, readers, wanted = name.strip(), list(dict.fromkeys(readers)), wanted or Filter()
    if not 0 < len(name) <= 100:
        raise ValidationError("A reading needs a name of at most 100 characters.")
    if not 0 < size <= MOST_DRAWN:
        raise ValidationError(f"A reading has 1 to {MOST_DRAWN:,} objects.")
    if len(readers) < 2:
        raise ValidationError("A second reading takes two readers at least.")
    for reader in readers:
        role = role_in(reader, project.pk)
        if role is None or role.rank < Role.ANNOTATOR.rank:
            raise ValidationError(f"{reader.display_name} may not label in this project, so can't read.")
    if trait and not (trait.is_active and trait.project_id == project.pk):
        raise ValidationError(f"{trait.name} is retired, or no trait of this project: choose another one.")
    reading = Reading(
        project=project,
        name=name,
        trait=trait,
        draw=draw,
        seed=seed,
        wanted=wanted.as_dict(),
        created_by=user,
    )
    readable, which = subject_of(reading).drawn_from()
    reading.save()
    Reader.objects.bulk_create(Reader(reading=reading, user=reader) for reader in readers)
    condition, params = wanted.where(project.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            DRAW.format(
                stratum=STRATA[draw],
                condition=f"({condition}) AND {readable}",
                turn=TURNS.get(draw, IN_ROUNDS),
            ),
            [seed, project.pk, *params, *which, reading.pk, size],
        )
        if not cursor.rowcount:
            raise ValidationError("Nothing matches: there is nothing to read.")
    return reading


STRATA = {
    Draw.RANDOM: "TRUE",
    Draw.TAXON: "o.taxon_id",
    Draw.SAMPLE: "o.sample_id",
    Draw.TAXON_SHARE: "o.taxon_id",
    Draw.SAMPLE_SHARE: "o.sample_id",
}
# Round after round, one of each stratum: as even as the strata allow.
IN_ROUNDS = "row_number() OVER (PARTITION BY stratum ORDER BY chance)"
# A stratum's n-th object has its turn when (n - ½) / (its size) of the whole are drawn: Sainte-Laguë's method, which
# hands out seats by votes, and favours neither large strata nor small ones.
BY_SHARE = f"({IN_ROUNDS} - 0.5) / count(*) OVER (PARTITION BY stratum)"
TURNS = {Draw.TAXON_SHARE: BY_SHARE, Draw.SAMPLE_SHARE: BY_SHARE}
# hashint8extended is as good as chance
DRAW = """
WITH shuffled AS (
    SELECT o.id, {stratum} AS stratum, hashint8extended(o.id, %s) AS chance FROM samples_object o
    WHERE o.project_id = %s AND {condition} AND EXISTS (SELECT FROM samples_image i WHERE i.object_id = o.id)
)
INSERT INTO readings_drawn (reading_id, object_id)
SELECT %s, id FROM shuffled ORDER BY {turn}, chance LIMIT %s
"""


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
    _open_seat(reading, user)
    mine = Choice.objects.filter(reading=reading, reader=user, object__in=objects)
    if is_cleared:
        return mine.delete()[0]
    known = Drawn.objects.filter(reading=reading, object__in=objects).values_list("object_id", flat=True)
    said = subject_of(reading).chosen(taxon, value)
    chosen = [
        Choice(reading=reading, reader=user, object_id=pk, chosen=timezone.now(), **said) for pk in known
    ]
    Choice.objects.bulk_create(
        chosen,
        update_conflicts=True,
        unique_fields=["reading", "object", "reader"],
        update_fields=["taxon", "value", "chosen"],
    )
    return len(chosen)


@transaction.atomic
def hand_in(*, reading: Reading, user: User) -> None:
    """The reader has finished; when all have, the reading is closed. Raises ValidationError while objects wait."""
    seat = _open_seat(reading, user)
    waiting = reading.drawn.count() - Choice.objects.filter(reading=reading, reader=user).count()
    if waiting > 0:
        subject = subject_of(reading)
        raise ValidationError(
            f"{waiting:,} objects have no {subject.noun} of yours yet: “{subject.evasion}” is one, too."
        )
    Reader.objects.filter(pk=seat.pk).update(handed_in=timezone.now())
    if not reading.seats.filter(handed_in=None).exists():
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
) -> Outcome:
    """An expert's decision becomes the object's label or value, or that is kept; then the object leaves the queue.

    `target` has the version of what is read. What was changed meanwhile comes back as a conflict, and stays in the
    queue. Raises ValidationError unless exactly one thing is decided.
    """
    subject = subject_of(reading)
    if reading.closed is None:
        raise ValidationError("The readers are not done: close the reading first.")
    if is_kept == (taxon is not None or value is not None or state is not None):
        raise ValidationError(f"Decide one thing: a {subject.one}, dubious, or that it stays as it is.")
    drawn = Drawn.objects.filter(reading=reading, object=target.id)
    if not drawn.exists():
        raise ValidationError("This object is not part of the reading.")
    if is_kept:
        _refuse_unseen(subject, target)
        outcome: Outcome = labels.Outcome(None, 0)
    else:
        outcome = subject.give(reading.project, user, [target], state, taxon=taxon, value=value)
        if undone := subject.left_undone(outcome):
            raise ValidationError(undone)
    if not outcome.conflicts:
        drawn.update(settled=timezone.now())
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
        changed += subject.give(reading.project, user, targets, **subject.meant(answer)).changed
    return changed


def _open_seat(reading: Reading, user: User) -> Reader:
    """The reader's seat, while names can be given. Holds the reading until the transaction ends.

    The seat is read after the lock: of two who hand in at the same moment, the second sees that the first has.
    """
    reading = Reading.objects.select_for_update().get(pk=reading.pk)
    seat = seat_of(reading, user)
    if reading.closed or seat.handed_in:
        raise ValidationError("This reading is over: nothing can be changed any more.")
    return seat
