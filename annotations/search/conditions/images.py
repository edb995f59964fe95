"""How large an object's image is: small ones are hard to tell apart, large ones are worth a picture."""

from annotations.search.fields import NUMBER, FormField, Group
from annotations.search.registry import Condition, register, simple
from annotations.search.values import number

# the first image, which the vignette shows
LONGER_SIDE = """(SELECT greatest(i.width, i.height) FROM samples_image i
                  WHERE i.object_id = o.id ORDER BY i.rank LIMIT 1)"""
IMAGE = Group("Image, px", 85)

register(
    Condition(
        name="side_min",
        help="the longer side of its image has this many pixels or more",
        example="300",
        read=number,
        sql=simple(f"{LONGER_SIDE} >= %s"),
        sentence=lambda value: f"image ≥ {value:g} px",
        field=FormField(IMAGE, "longer side from", NUMBER),
    ),
    Condition(
        name="side_max",
        help="the longer side of its image has this many pixels or fewer",
        example="40",
        read=number,
        sql=simple(f"{LONGER_SIDE} <= %s"),
        sentence=lambda value: f"image ≤ {value:g} px",
        field=FormField(IMAGE, "longer side to", NUMBER),
    ),
)
