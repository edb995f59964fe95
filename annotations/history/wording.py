"""What an action was, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from annotations.accounts.models import User
from annotations.history.actions import MERGED, THEIRS
from annotations.history.queries import Action
from annotations.history.statements import MOST_SEARCHED
from annotations.labels.models import Batch, BatchKind
from annotations.labels.undoing import ONLY_WHOLE
from annotations.learning.former_predictions import why_too_late
from annotations.projects.models import Role
from annotations.samples.models import State
from annotations.taxonomy.queries import names_of
from annotations.traits.models import Trait
from annotations.traits.values import say_value

STATES = {
    State.VALIDATED: "Validated as they were",
    State.DUBIOUS: "Marked dubious",
    State.UNCLASSIFIED: "Took the label away",
    State.PREDICTED: "Reset to predicted",
}
NOTHING_LEFT = "Nothing is left of it: all was changed since."
MUCH_CHANGED = f"More than {MOST_SEARCHED:,}: the first {MOST_SEARCHED:,} were all changed since."


@dataclass(frozen=True)
class ActionLine:
    """An action as a list shows it. `why_not` says why it can't be taken back, or given again; else it can."""

    action: Action
    what: str
    why_not: str | None

    @property
    def note(self) -> str | None:
        """What is not known of one that can be taken back, for too much would have to be looked at."""
        is_unsure = not (self.why_not or self.action.is_undone or self.action.is_left or self.action.root_id)
        return MUCH_CHANGED if is_unsure else None


def lines(actions: Iterable[Action], user: User, role: Role) -> list[ActionLine]:
    """In a fixed number of queries."""
    wording = _Wording(list(actions))
    return [
        ActionLine(action, wording.of(action), _why_not(action, user, role)) for action in wording.actions
    ]


def moment(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC"


class _Wording:
    def __init__(self, actions: list[Action]):
        self.actions = actions
        roots = Batch.objects.filter(pk__in=[a.root_id for a in actions if a.root_id])
        self.roots = {root.pk: root for root in roots.select_related("user")}
        details = [a.details for a in actions] + [root.details for root in self.roots.values()]
        guesses = {guess for d in details for guess in d.get("guesses", ())}
        self.taxa = names_of({d["taxon"] for d in details if d.get("taxon")} | guesses)
        self.traits = Trait.objects.in_bulk({d["trait"] for d in details if d.get("trait")})
        beside = {key for d in details for key in d.get("traits", ())}
        of_project = Trait.objects.filter(key__in=beside, project__batches__in=[a.id for a in actions])
        self.beside = {trait.key: trait for trait in of_project.distinct()}
        self.people = User.objects.in_bulk({d["person"] for d in details if d.get("person")})

    def of(self, action: Action) -> str:
        root = self.roots.get(action.root_id) if action.root_id else None
        if root is not None:
            whose = f" by {root.user.display_name}" if root.user else ""
            return f"Took back: {self._words(root.kind, root.details)}{whose}"
        if action.merged:
            return f"Merged {action.merged}"
        if action.kind == BatchKind.PREDICTION:
            return f"Predicted by {action.model_name or f'model {action.model}, which is gone'}"
        return self._words(action.kind, action.details)

    def _words(self, kind: str, details: dict) -> str:
        match kind:
            case BatchKind.LABEL:
                return self._label(details)
            case BatchKind.RULE:
                return self._rule(details)
            case BatchKind.TRAIT:
                return self._value(details)
            case BatchKind.ROLLBACK:
                return self._roll_back(details)
            case BatchKind.REMAP:
                return "Settled a name"
            case BatchKind.UPDATE:
                return f"Updated from {details.get('file', 'a package')}"
        return BatchKind(kind).label

    def _label(self, details: dict) -> str:
        state = State(details["state"]) if details.get("state") else None
        if not details.get("taxon"):
            return "Labelled" if state is None else STATES[state]
        name = self.taxa.get(details["taxon"], "a taxon that is gone")
        return "; ".join([f"{name}, {state.word}" if state else name, *self._values(details)])

    def _rule(self, details: dict) -> str:
        name = self.taxa.get(details["taxon"], "a taxon that is gone")
        if guesses := details.get("guesses"):
            names = ", ".join(self.taxa.get(guess, "a taxon that is gone") for guess in guesses)
            return f"Machine-validated: {name}, of {names} below {details['threshold']:g}"
        return f"Machine-validated: {name}, scores from {details['threshold']:g} on"

    def _value(self, details: dict) -> str:
        trait = self.traits.get(details.get("trait", 0))
        if trait is None:
            return "Set a trait"
        if details.get("value") is None:
            state = State(details["state"])
            return f"{trait.name}: {STATES[state].lower()}" if state in STATES else trait.name
        return f"{trait.name}: {say_value(trait, details['value'])}"

    def _values(self, details: dict) -> list[str]:
        """Of traits, that were given with the label."""
        return [
            f"{trait.name}: {say_value(trait, details['traits'][key])}"
            for key, trait in self.beside.items()
            if key in details.get("traits", ())
        ]

    def _roll_back(self, details: dict) -> str:
        person = self.people.get(details["person"])
        since, until = (datetime.fromisoformat(details[name]) for name in ("since", "until"))
        name = person.display_name if person else "somebody who left"
        return f"Rolled back what {name} did from {moment(since)} to {moment(until)}"


def _why_not(action: Action, user: User, role: Role) -> str | None:
    owner = action.latest_user if action.is_undone else action.user
    if action.kind == BatchKind.IMPORT:
        return ONLY_WHOLE
    if action.merged:
        return MERGED
    if role.rank < Role.EXPERT.rank and owner != user.pk:
        return THEIRS
    if action.is_searched and not (action.is_undone or action.is_left or action.root_id):
        return NOTHING_LEFT
    if action.kind == BatchKind.PREDICTION:
        return why_too_late(action.latest_created or action.created)
    return None
