"""What routes of results take alike: which objects count, the rank of their taxa, layers, and any filter."""

from drf_spectacular.utils import OpenApiParameter

from annotations.api.params import FILTERS
from annotations.results.counting import HIGHEST_LAYER, LAYER_M, NAMED
from annotations.taxonomy.levels import RANKS

STATES = OpenApiParameter(
    "states",
    str,
    many=True,
    description=f"of the objects that count: {', '.join(s.word for s in NAMED)} (validated)",
)
LEVEL = OpenApiParameter(
    "level", str, enum=list(RANKS), description="taxa count for their ancestors of this rank"
)
REGROUPING = OpenApiParameter(
    "regrouping",
    int,
    description="taxa count for the groups of this saved regrouping; `level` is then of those that it leaves apart",
)
LAYER = OpenApiParameter(
    "layer_m", int, description=f"height of a layer, 1 to {HIGHEST_LAYER:,} m ({LAYER_M})"
)
COUNTING = [STATES, LEVEL, REGROUPING, LAYER, *FILTERS]
