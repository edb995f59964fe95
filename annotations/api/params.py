"""What several routes take: a body that a serializer checks, a taxon by its number, the parameters of filters."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from annotations.common.stored import by_number
from annotations.search.filter import TALLIED
from annotations.search.order import ORDERS
from annotations.search.queries import MOST_A_PAGE
from annotations.search.registry import CONDITIONS
from annotations.taxonomy.models import Taxon
from annotations.traits.models import Trait

MOST_CHOICES = 40  # that a sentence lists
FILTERS = [
    OpenApiParameter(p.name, p.type, many=p.is_repeatable, description=f"{p.help}, as `{p.example}`")
    for p in (*TALLIED, *CONDITIONS.values())
]
CURSOR = OpenApiParameter("cursor", str, description="`next` of the page before")
PAGING = [
    OpenApiParameter(
        "order",
        str,
        description=f"{', '.join(kind.usage for kind in ORDERS.values())}; a leading - turns it round",
    ),
    OpenApiParameter("limit", int, description="objects a page, at most 1000 (200)"),
    CURSOR,
]

FIELDS = OpenApiParameter(
    "fields",
    str,
    many=True,
    description="names of the free columns that come along, as `area,esd`: null where an object has none; "
    "empty for no column (all)",
)


def chosen_columns(query: QueryDict) -> list[str] | None:
    """The names in `fields`, None where the query doesn't say."""
    if "fields" not in query:
        return None
    return [name for text in query.getlist("fields") for name in text.split(",") if name]


def limit_in(query: QueryDict) -> int | None:
    """The number in `limit`, None where there is none. More than it takes is refused, not cut off in silence."""
    text = query.get("limit")
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= MOST_A_PAGE:
        raise ValidationError(f"`limit` takes a whole number from 1 to {MOST_A_PAGE}.")
    return int(text[:9])


def checked(serializer_class: type[serializers.Serializer], request: Request, **options: bool) -> dict:
    """The body of the request, validated. Raises DRF's ValidationError, also for fields that the serializer hasn't."""
    serializer = serializer_class(data=request.data, **options)
    _refuse_unknown_fields(request.data, serializer.fields)
    _name_choices(serializer.fields)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def _refuse_unknown_fields(body: object, fields: Mapping[str, serializers.Field]) -> None:
    """What is misspelled would else be passed over in silence."""
    unknown = sorted(set(map(str, body)) - set(fields)) if isinstance(body, Mapping) else []
    if unknown:
        message = f"There is no such field here. There are {', '.join(fields)}."
        raise serializers.ValidationError(dict.fromkeys(unknown, message))


def _name_choices(fields: Mapping[str, serializers.Field]) -> None:
    """Who misspells one of a few words reads which there are."""
    for field in fields.values():
        one = getattr(field, "child", field)
        if isinstance(one, serializers.ChoiceField) and len(one.choices) <= MOST_CHOICES:
            words = ", ".join(map(str, one.choices))
            one.error_messages["invalid_choice"] = f"“{{input}}” is none of its values: {words}."


def the_taxon(taxon_id: int | None) -> Taxon | None:
    if taxon_id is None:
        return None
    taxon = by_number(Taxon, taxon_id)
    if taxon is None:
        raise ValidationError(f"There is no taxon {taxon_id}: look it up with taxa/?q=.")
    return taxon


def the_taxa(taxon_ids: set[int]) -> dict[int, Taxon]:
    """By their ids."""
    taxa = Taxon.objects.in_bulk(taxon_ids)
    if missing := taxon_ids - set(taxa):
        raise ValidationError(f"There is no taxon {min(missing)}: look it up with taxa/?q=.")
    return taxa


def the_trait(project_id: int, key: str) -> Trait:
    trait = Trait.objects.filter(project=project_id, key=key).first()
    if trait is None:
        keys = ", ".join(Trait.objects.filter(project=project_id).values_list("key", flat=True))
        raise ValidationError(f"`trait` is {key!r}, but the project has {keys or 'no traits yet'}.")
    return trait
