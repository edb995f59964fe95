"""What comes along when objects go to another project: each app says in its module `transfer` how its rows follow.

Objects go in chunks, each in one transaction, by sets. The temporary table `moved_ids` says for every kind of row that
other rows name (`object`, `sample`, `trait` …) which number it has in the target: of objects that are moved, and of all
that hangs on them, the same one; of copies, and of what belongs to a project, another.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Model

from annotations.accounts.models import User
from annotations.projects.models import Project

OBJECT = ("object_id", "object")


@dataclass(frozen=True)
class Transfer:
    """From where to where, and who asked for it."""

    source: Project
    target: Project
    user: User | None
    is_copy: bool = False


@dataclass(frozen=True)
class Selection:
    """The objects that are to go, as SQL that gives their numbers, with its parameters: it selects `o.id` from the
    objects `o` and ends with its conditions, so that one may add others. `is_few`: by their numbers."""

    transfer: Transfer
    sql: str
    params: list
    is_few: bool = False


def selection_of_ids(transfer: Transfer, ids: Sequence[int]) -> Selection:
    objects = "SELECT o.id FROM samples_object o WHERE o.id = ANY(%s)"
    return Selection(transfer, objects, [list(ids)], is_few=True)


@dataclass(frozen=True)
class Conflict:
    """Why objects can't go: what (`sample`), which one, what it says here and there, and what to do."""

    what: str
    name: str
    here: str = ""
    there: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        difference = f": {self.here} here, {self.there} there" if self.there else ""
        return f"{self.what} {self.name}{difference}. {self.remedy}"


def in_target(kind: str, number: str) -> str:
    """SQL: the number that a row of the kind has in the target; NULL where `moved_ids` lacks it."""
    return f"(SELECT m.new FROM moved_ids m WHERE m.kind = '{kind}' AND m.old = {number})"


def in_target_if_moved(kind: str, number: str) -> str:
    """As `in_target`; the number itself where `moved_ids` lacks it."""
    return f"COALESCE({in_target(kind, number)}, {number})"


def people_within(json: str) -> str:
    """SQL of a JSON object whose `annotator`, an account, is that of the target's imported annotator."""
    number = f"({json} ->> 'annotator')::bigint"
    new = in_target("person", number)
    return f"CASE WHEN {new} IS NULL THEN {json} ELSE jsonb_set({json}, '{{annotator}}', to_jsonb({new})) END"


@dataclass(frozen=True)
class Following:
    """Rows that come along: those `t` whose column `via[0]` names something of the kind `via[1]` that goes.

    `refs` gives for columns the kind of row that they name; kind `person` only where it is an imported annotator.
    `computed` gives for columns their value in SQL, `in_copies` those of copies alone. `numbered` is the kind under
    which others name these rows. `people`: SQL of accounts besides the columns of kind `person`. `rewritten`: by
    deletion and insertion, for the sake of triggers. `stays_if`: SQL of rows that do not come along.
    """

    model: type[Model]
    via: tuple[str, str] = OBJECT
    refs: Mapping[str, str] = field(default_factory=dict)
    computed: Mapping[str, str] = field(default_factory=dict)
    in_copies: Mapping[str, str] = field(default_factory=dict)
    people: Sequence[str] = ()
    numbered: str = ""
    is_rewritten: bool = False
    stays_if: str = "FALSE"


@dataclass(frozen=True)
class Staying:
    """Rows that stay as they are, with the reason; `is_removed`: those of objects that are moved go instead.
    `goes_with_sample`: they hold no sample that a move has emptied, and go with it.
    """

    model: type[Model]
    reason: str
    is_removed: bool = False
    only_if: str = "TRUE"
    goes_with_sample: bool = False


Check = Callable[[Selection], list[Conflict]]
TransferStep = Callable[[Transfer], None]
Hold = Callable[[Transfer, Sequence[int]], None]

FOLLOWING: list[Following] = []
STAYING: list[Staying] = []
CHECKS: list[Check] = []  # what is asked before anything happens
HOLDS: list[Hold] = []  # locks what others lock before they lock objects
BEFORE: list[TransferStep] = []  # makes in the target what the rows need there, and notes it in `moved_ids`
AFTER: list[TransferStep] = []  # when the rows of a chunk are over there
# of rows one to one with a larger picture, `parent` being their primary key: they are where it is
BESIDE_PARENTS: list[type[Model]] = []


def conflicts_of(selection: Selection) -> list[Conflict]:
    return [conflict for check in CHECKS for conflict in check(selection)]


def comes_along(*rows: Following) -> None:
    FOLLOWING.extend(rows)


def stays(*models: type[Model], reason: str, goes_with_sample: bool = False) -> None:
    STAYING.extend(Staying(model, reason, goes_with_sample=goes_with_sample) for model in models)


def is_left_behind(model: type[Model], *, reason: str, only_if: str = "TRUE") -> None:
    STAYING.append(Staying(model, reason, is_removed=True, only_if=only_if))
