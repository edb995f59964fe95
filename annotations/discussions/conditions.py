"""What people talk about."""

from annotations.search.fields import SECOND_THOUGHTS, FormField, tick
from annotations.search.registry import Condition, register
from annotations.search.values import yes

COMMENTED = """o.id IN (SELECT m.object_id FROM discussions_comment m
               WHERE m.project_id = %s AND m.object_id IS NOT NULL AND m.removed IS NULL)"""

register(
    Condition(
        name="commented",
        help="objects with comments",
        example="1",
        read=yes,
        sql=lambda value, project_id: (COMMENTED, [project_id]),
        sentence=lambda value: "has comments",
        field=FormField(SECOND_THOUGHTS, "", tick(1, "has comments")),
    )
)
