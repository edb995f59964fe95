"""How deep an object was taken, in metres."""

from annotations.search.fields import DEPTH, NUMBER, FormField
from annotations.search.registry import Condition, register, simple
from annotations.search.values import number, span

# of an object that was caught between two depths; where one end is known, that
MEAN_DEPTH = "(COALESCE(o.depth_min, o.depth_max) + COALESCE(o.depth_max, o.depth_min)) / 2"

register(
    Condition(
        name="depth_min",
        is_of_sampling=True,
        help="taken at this depth or deeper, metres",
        example="50",
        read=number,
        sql=simple("o.depth_min >= %s"),
        sentence=lambda value: f"depth ≥ {value:g} m",
        samples=lambda value: ("e.deepest >= %s", [value]),
        field=FormField(DEPTH, "from", NUMBER),
    ),
    Condition(
        name="depth_max",
        is_of_sampling=True,
        help="taken at this depth or above, metres",
        example="200",
        read=number,
        sql=simple("o.depth_max <= %s"),
        sentence=lambda value: f"depth ≤ {value:g} m",
        samples=lambda value: ("e.shallowest <= %s", [value]),
        field=FormField(DEPTH, "to", NUMBER),
    ),
    Condition(
        name="depth",
        is_of_sampling=True,
        help="mean depth from the first number to below the second, metres",
        example="50:100",
        read=span,
        sql=lambda value, project_id: (f"({MEAN_DEPTH} >= %s AND {MEAN_DEPTH} < %s)", list(value)),
        sentence=lambda value: f"mean depth {value[0]:g} to {value[1]:g} m",
    ),
)
