"""What is marked on an object's images."""

from annotations.accounts.models import User
from annotations.marks.models import MarkLabel
from annotations.search.fields import TRAITS, FieldChoice, FormField, Group, Ticks
from annotations.search.registry import Condition, register, simple
from annotations.search.wording import joined

# with one of these labels, by anybody
MARKED = """EXISTS (SELECT FROM marks_mark m JOIN marks_marklabel l ON l.id = m.label_id
            WHERE m.object_id = o.id AND m.removed IS NULL AND l.key = ANY(%s))"""


def _mark_labels(project_id: int, user: User | None) -> list[FieldChoice]:
    return list(MarkLabel.objects.filter(project=project_id, is_active=True).values_list("key", "name"))


register(
    Condition(
        name="marked",
        help="marked with one of these labels, by their keys",
        example="prosome",
        sql=simple(MARKED),
        sentence=lambda keys: f"marked {joined(keys)}",
        is_repeatable=True,
        field=FormField(Group("Marked with", 100, TRAITS), "", Ticks(choices=_mark_labels)),
    )
)
