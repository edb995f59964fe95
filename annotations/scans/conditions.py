"""Which scan an object was cut from, as a filter."""

from annotations.search.registry import Condition, register, simple
from annotations.search.values import whole

register(
    Condition(
        name="scan",
        help="cut from the scan of that number",
        example="12",
        type=int,
        read=whole,
        sql=simple("o.id IN (SELECT i.object_id FROM samples_image i WHERE i.parent_id = %s)"),
        sentence=lambda value: f"on scan {value}",
    )
)
