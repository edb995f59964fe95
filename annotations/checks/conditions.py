"""What a filter can ask of a quality check: the objects that it found wrong, once it is finished."""

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.checks.models import QualityCheck
from annotations.projects.access import role_in
from annotations.search.registry import Condition, Sql, register
from annotations.search.values import whole, words
from annotations.taxonomy.queries import names_of
from annotations.taxonomy.replacements import meaning

WrongIn = tuple[
    int, int | None, int | None
]  # check, taxon of the label, taxon that was named: 0 none, null any

WRONG = """o.id IN (SELECT l.object_id FROM checks_qualitylook l JOIN checks_qualitycheck c ON c.id = l.quality_check_id
           WHERE c.id = %s AND c.finished IS NOT NULL AND l.answer = 'wrong'{more})"""


def wrong_in(text: str, name: str) -> WrongIn:
    """check, check:label, or check:label:named, where named 0 is none."""
    check, *taxa = words(text, name).split(":")
    if len(taxa) > 2:
        raise ValidationError(f"`{name}` takes a check, check:label, or check:label:named.")
    label = whole(taxa[0], name) if taxa else None
    named = None if len(taxa) < 2 else 0 if taxa[1] == "0" else whole(taxa[1], name)
    return whole(check, name), label, named


def _wrong_sql(value: WrongIn, project_id: int) -> Sql:
    check, label, named = value
    more: str = ""
    params: list = [check]
    if label is not None:
        more, params = f"{more} AND l.taxon_id = ANY(%s)", [*params, meaning([label])]
    if named == 0:
        more = f"{more} AND l.named_id IS NULL"
    elif named is not None:
        more, params = f"{more} AND l.named_id = ANY(%s)", [*params, meaning([named])]
    return WRONG.format(more=more), params


def _sentence(value: WrongIn) -> str:
    check, label, named = value
    names = names_of({taxon for taxon in (label, named) if taxon})
    what = f"wrong in quality check {check}"
    if label is None:
        return what
    other = "" if named is None else ", not named" if named == 0 else f", said to be {_name(names, named)}"
    return f"{_name(names, label)}: {what}{other}"


def _name(names: dict[int, str], taxon: int) -> str:
    return names.get(taxon, f"taxon {taxon}")


def _may_see(value: WrongIn, user: User | None) -> bool:
    """Members of its project, once it is finished."""
    check = QualityCheck.objects.filter(pk=value[0], finished__isnull=False).first()
    return bool(check and user and role_in(user, check.project_id))


register(
    Condition(
        name="check",
        help="what a finished quality check found wrong: check, check:label or check:label:named, "
        "where named 0 is none",
        example="3:25828:0",
        read=wrong_in,
        sql=_wrong_sql,
        sentence=_sentence,
        may_use=_may_see,
    )
)
