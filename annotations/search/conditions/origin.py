"""Where an object came from: its acquisition, its instrument, its id in the package."""

from annotations.accounts.models import User
from annotations.projects.access import projects_seen_by
from annotations.samples.models import Acquisition
from annotations.samples.naming import readable_id
from annotations.search.fields import INSTRUMENT, OBJECT_ID, FieldChoice, FormField, Input, Select, Ticks
from annotations.search.registry import Condition, Sql, register, simple
from annotations.search.values import whole
from annotations.search.wording import joined

ORIGINAL_ID = (
    "o.id IN (SELECT w.object_id FROM samples_objectfields w WHERE w.project_id = %s AND w.original_id = %s)"
)


def _of_instruments(instruments: list[str], project_id: int) -> Sql:
    acquisitions = Acquisition.objects.filter(sample__project=project_id, instrument__in=instruments)
    return "o.acquisition_id = ANY(%s)", [list(acquisitions.values_list("pk", flat=True))]


def _instruments(project_id: int, user: User | None) -> list[FieldChoice]:
    named = Acquisition.objects.filter(sample__project=project_id).exclude(instrument="")
    return [
        (name, name) for name in named.order_by("instrument").values_list("instrument", flat=True).distinct()
    ]


def _acquisition_names(values: list[int]) -> str:
    names = Acquisition.objects.filter(pk__in=values).values_list("original_id", flat=True)
    return joined(map(readable_id, names))


def _may_name(acquisition: int, user: User | None) -> bool:
    """The chip says its name."""
    same = Acquisition.objects.filter(pk=acquisition)
    return user is None or same.filter(sample__project__in=projects_seen_by(user)).exists()


register(
    Condition(
        name="instrument",
        is_of_sampling=True,
        help="instruments, as the packages name them",
        example="zooscan",
        sql=_of_instruments,
        sentence=joined,
        is_repeatable=True,
        field=FormField(INSTRUMENT, "", Ticks(choices=_instruments, if_none="The packages name none.")),
    ),
    Condition(
        name="acquisition",
        is_of_sampling=True,
        help="acquisitions, by their numbers",
        example="3",
        read=whole,
        sql=simple("o.acquisition_id = ANY(%s)"),
        sentence=_acquisition_names,
        is_repeatable=True,
        may_use=_may_name,
        field=FormField(INSTRUMENT, "Acquisition", Select(options="acquisitions", empty="all")),
    ),
    Condition(
        name="original_id",
        help="the object of this id in its package",
        example="s1_17",
        sql=lambda value, project_id: (ORIGINAL_ID, [project_id, value]),
        sentence=str,
        field=FormField(OBJECT_ID, "exactly", Input()),
    ),
    Condition(
        name="id",
        help="objects, by their numbers",
        example="17",
        read=whole,
        sql=simple("o.id = ANY(%s)"),
        sentence=lambda values: f"object {joined(values)}",
        is_repeatable=True,
    ),
)
