"""What becomes of places on a map when objects go to another project."""

from annotations.maps.models import MapProjection, ProjectedPoint
from annotations.samples.following import is_left_behind, stays

is_left_behind(
    ProjectedPoint, reason="a map is laid out within one project: objects get a place on the target's own"
)
stays(MapProjection, reason="of one project's objects")
