"""Sentences that stand beside figures: what they lack, and which of their objects are of no single place."""

from collections.abc import Mapping

from django.db import connection

from annotations.projects.models import Project
from annotations.search.filter import Filter

SLACK = 0.1  # of a layer: so far a net may reach out of it and be of it alone
OTHER_STATES = (
    "States that do not count here: {objects}, in {samples:,} of the samples. Figures lack them, and as long "
    "as there are some a zero may be none."
)
OVER_LAYERS = (
    "Some objects were caught over several layers, as by a net from 0 to 300 m: nobody knows in which, and they stand "
    "in the layer of the middle."
)
# samples with an object whose ends lie in different layers
REACHING_OVER = f"""SELECT DISTINCT o.sample_id FROM samples_object o WHERE o.project_id = %s AND {{condition}}
    AND ceil(o.depth_max / %s - {SLACK}) - floor(o.depth_min / %s + {SLACK}) > 1"""


def other_states(objects: Mapping[int, int]) -> list[str]:
    """`objects`: how many of each sample don't count."""
    samples = sum(count > 0 for count in objects.values())
    count = sum(objects.values())
    in_words = "1 object" if count == 1 else f"{count:,} objects"
    return [OTHER_STATES.format(objects=in_words, samples=samples)] if samples else []


def samples_over_layers(project: Project, criteria: Filter, layer_m: int) -> set[int]:
    """Those with objects that were caught between depths of several layers."""
    condition, params = criteria.narrowed(project.pk).where(project.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            REACHING_OVER.format(condition=condition), [project.pk, *params, float(layer_m), float(layer_m)]
        )
        return {sample for (sample,) in cursor.fetchall()}
