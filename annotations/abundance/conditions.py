"""What a filter can ask about validation plans."""

from annotations.search.registry import Condition, register, simple
from annotations.search.values import whole

DRAWN = "o.id IN (SELECT d.object_id FROM abundance_drawnobject d WHERE d.plan_id = %s)"

register(
    Condition(
        name="plan",
        help="drawn by chance by this validation plan",
        example="3",
        read=whole,
        sql=simple(DRAWN),
        sentence=lambda plan: f"drawn by validation plan {plan}",
    )
)
