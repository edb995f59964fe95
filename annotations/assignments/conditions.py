"""Who is to sort an object."""

from annotations.accounts.models import User
from annotations.search.fields import WHO, FieldChoice, FormField, Group, Ticks
from annotations.search.registry import Condition, register, simple
from annotations.search.rights import may_know
from annotations.search.values import whole
from annotations.search.wording import people

ASSIGNED = "o.sample_id IN (SELECT a.sample_id FROM assignments_assignment a WHERE a.user_id = ANY(%s))"


def _oneself(project_id: int, user: User | None) -> list[FieldChoice]:
    return [(user.pk, "my samples only")] if user else []


register(
    Condition(
        name="assigned",
        help="in samples that are assigned to these people, by their numbers",
        example="3",
        read=whole,
        sql=simple(ASSIGNED),
        sentence=lambda ids: f"samples of {people(ids)}",
        is_repeatable=True,
        may_use=may_know,
        field=FormField(Group("Assigned", 70, WHO), "", Ticks(choices=_oneself)),
    )
)
