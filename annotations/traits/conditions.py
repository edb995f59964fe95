"""What a filter can ask about traits: `egg_sac=yes`, `egg_number>=10`, `stage>=juvenile`, and the words below."""

from collections import defaultdict

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.samples.models import State
from annotations.search.fields import TRAITS, Comparisons, FieldChoice, FormField, Group
from annotations.search.registry import PROBED, Condition, Sql, register
from annotations.search.values import SIGNS, Comparison, comparison, number, whole
from annotations.traits.models import Trait
from annotations.traits.queries import applying, vocabulary
from classifier.contract.traits import TraitKind

ANY, NONE, HIDDEN = "any", "none", "hidden"  # somebody looked; nobody did; looked at, and not to be seen
APPLIES = "applies"  # somebody could look
WORDS = {ANY: "looked at", NONE: "not looked at", HIDDEN: "not visible", APPLIES: "applies"}

# all that the index `trait_choice` has is asked in the way that it can look up
VALUE = f"""EXISTS (SELECT FROM traits_traitvalue v
            WHERE v.object_id = o.id AND v.trait_id = %s AND v.state IN ('P', 'D', 'V') AND {{condition}} {PROBED})"""

# labels, or values of traits; an undo's own number too
CHANGED = """o.id IN (SELECT c.object_id FROM labels_change c WHERE c.batch_id = %s
             UNION SELECT c.object_id FROM traits_traitchange c WHERE c.batch_id = %s)"""


def _traits_sql(values: list[Comparison], project_id: int) -> Sql:
    """All of the comparisons, as a condition over samples_object `o`; bounds of one number are one range."""
    parts: list[Sql] = []
    bounds: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for key, operator, text in values:
        trait = _trait(key, project_id)
        if TraitKind(trait.kind).is_number and not (operator == "=" and text in WORDS):
            bounds[trait.pk].append((_sql(trait, operator), number(text, trait.key)))
        else:
            parts.append(_compared(trait, operator, text))
    for trait_id, its_bounds in bounds.items():
        condition = " AND ".join(f"v.number {sign} %s" for sign, _ in its_bounds)
        parts.append((VALUE.format(condition=condition), [trait_id, *(value for _, value in its_bounds)]))
    return _all_of(parts)


def _trait_states_sql(values: list[Comparison], project_id: int) -> Sql:
    """`egg_sac=predicted`, or `egg_sac=dubious,validated` for either of the two."""
    parts: list[Sql] = []
    for key, _, words in values:
        states = [_state(word.strip()) for word in words.split(",")]
        parts.append((VALUE.format(condition="v.state = ANY(%s)"), [_trait(key, project_id).pk, states]))
    return _all_of(parts)


VALUED = [state.word for state in (State.PREDICTED, State.DUBIOUS, State.VALIDATED)]


def _state(word: str) -> str:
    if word not in VALUED:
        raise ValidationError(f"`trait_state` is {word!r}, but takes predicted, dubious or validated.")
    return State.from_word(word).value


def _sentence(values: list[Comparison]) -> str:
    return ", ".join(
        f"{key.replace('_', ' ')} {WORDS.get(text) or f'{SIGNS.get(operator, operator)} {text}'}"
        for key, operator, text in values
    )


def _all_of(parts: list[Sql]) -> Sql:
    return " AND ".join(text for text, _ in parts), [param for _, params in parts for param in params]


def _trait(key: str, project_id: int) -> Trait:
    trait = Trait.objects.filter(project=project_id, key=key).first()
    if trait is None:
        raise ValidationError(f"`trait` is about {key!r}, but this project has no such trait.")
    return trait


def _compared(trait: Trait, operator: str, text: str) -> Sql:
    if operator == "=" and text in WORDS:
        return _looked_at(trait, text)
    kind = TraitKind(trait.kind)
    if kind == TraitKind.TEXT:
        return _words(trait, operator, text)
    keys = _chosen(trait, operator, text)
    if kind == TraitKind.SEVERAL:
        return VALUE.format(condition="v.choices && %s::varchar[]"), [trait.pk, keys]
    same = " OR ".join(["v.choices = ARRAY[%s]::varchar[]"] * len(keys)) or "FALSE"
    return VALUE.format(condition=f"({same})"), [trait.pk, *keys]


def _looked_at(trait: Trait, word: str) -> Sql:
    if word == APPLIES:
        return applying(trait)
    condition = VALUE.format(condition="v.is_hidden" if word == HIDDEN else "TRUE")
    return f"NOT {condition}" if word == NONE else condition, [trait.pk]


def _sql(trait: Trait, operator: str) -> str:
    if operator == "~":
        raise ValidationError(f"{trait.name} is a number: compare it with =, !=, <, <=, > or >=.")
    return "<>" if operator == "!=" else operator


def _words(trait: Trait, operator: str, text: str) -> Sql:
    if operator not in ("=", "!=", "~"):
        raise ValidationError(f"{trait.name} is a text: compare it with =, != or ~.")
    if operator == "~":
        return VALUE.format(condition="strpos(lower(v.text), lower(%s)) > 0"), [trait.pk, text]
    return VALUE.format(condition=f"v.text {_sql(trait, operator)} %s AND v.text <> ''"), [trait.pk, text]


def _chosen(trait: Trait, operator: str, text: str) -> list[str]:
    """The choices that satisfy the comparison; `<` and its like for those in an order."""
    keys = [choice["key"] for choice in trait.choices]
    if text not in keys:
        raise ValidationError(f"{trait.key} is {text!r}, but takes one of {', '.join([*keys, *WORDS])}.")
    place = keys.index(text)
    if operator == "=":
        return [text]
    if operator == "!=":
        return [key for key in keys if key != text]
    if trait.kind != TraitKind.ORDINAL or operator == "~":
        raise ValidationError(f"The choices of {trait.name} have no order: compare them with = or !=.")
    return {"<": keys[:place], "<=": keys[: place + 1], ">": keys[place + 1 :], ">=": keys[place:]}[operator]


def _questions(project_id: int, user: User | None) -> list[FieldChoice]:
    """(what the filter takes, what it means), to choose from or to go on writing."""
    questions: list[FieldChoice] = []
    for trait in vocabulary(project_id):
        values = [(choice["key"], choice["name"]) for choice in trait.choices] or [
            ("", f"… {trait.unit}".strip())
        ]
        sign = "=" if trait.choices else "~" if trait.kind == TraitKind.TEXT else ">="
        questions += [(f"{trait.key}{sign}{key}", f"{trait.name}: {name}") for key, name in values]
        questions += [(f"{trait.key}={word}", f"{trait.name}: {meaning}") for word, meaning in WORDS.items()]
    return questions


register(
    Condition(
        name="trait",
        help="a comparison with a trait's value, or =any, =none, =hidden, =applies; all must hold",
        example="egg_sac=yes",
        read=comparison,
        sql=_traits_sql,
        sentence=_sentence,
        is_repeatable=True,
        field=FormField(
            Group("Traits", 110, TRAITS, is_wide=True),
            "all of",
            Comparisons(
                choices=_questions,
                placeholder="egg_sac=yes",
                hint="Choose one, or write it: a trait, then = != < <= > >= and a value.",
            ),
        ),
    ),
    Condition(
        name="trait_state",
        help="a trait's state: predicted, dubious or validated, or several of them with commas; all must hold",
        example="egg_sac=predicted",
        read=comparison,
        sql=_trait_states_sql,
        sentence=_sentence,
        is_repeatable=True,
    ),
    Condition(
        name="batch",
        help="changed by this action: labels or traits",
        example="12",
        read=whole,
        sql=lambda batch, project_id: (CHANGED, [batch, batch]),
        sentence=lambda batch: f"changed by action {batch}",
    ),
)
