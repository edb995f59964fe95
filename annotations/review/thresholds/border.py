"""The objects on both sides of a threshold: where looking tells most."""

from dataclasses import dataclass

from django.db import connection

from annotations.pictures.keys import image_url
from annotations.review.thresholds.scores import ACCEPTABLE
from annotations.samples.queries import first_image

EACH_SIDE = 12

# from the border outwards, each side by the index of the review
BORDER = f"""
SELECT o.side, o.id, o.score, i.key, i.width, i.height
FROM (
    (SELECT 'above' AS side, id, score FROM samples_object o
     WHERE project_id = %(project)s AND taxon_id = %(taxon)s AND state = 'P' AND {ACCEPTABLE}
       AND score >= %(threshold)s
     ORDER BY score, id LIMIT %(most)s)
    UNION ALL
    (SELECT 'below', id, score FROM samples_object o
     WHERE project_id = %(project)s AND taxon_id = %(taxon)s AND state = 'P' AND {ACCEPTABLE}
       AND score < %(threshold)s
     ORDER BY score DESC, id DESC LIMIT %(most)s)
) o {first_image("o.id")}
"""


@dataclass(frozen=True)
class Border:
    """Objects as [{object_id, score, url, width, height}] on each side, the nearest first; sizes in pixels."""

    threshold: float
    above: list[dict]
    below: list[dict]

    @property
    def sides(self) -> list[dict]:
        """Of the page, in its order."""
        return [{"name": "above", "objects": self.above}, {"name": "below", "objects": self.below}]


def border_of(project_id: int, taxon: int, threshold: float) -> Border:
    params = {"project": project_id, "taxon": taxon, "threshold": threshold, "most": EACH_SIDE}
    sides: dict[str, list[dict]] = {"above": [], "below": []}
    with connection.cursor() as cursor:
        cursor.execute(BORDER, params)
        for side, object_id, score, key, width, height in cursor.fetchall():
            picture = {"url": image_url(key), "width": width, "height": height}
            sides[side].append({"object_id": object_id, "score": score, **picture})
    for side in sides.values():
        side.sort(key=lambda each: (abs(each["score"] - threshold), each["object_id"]))
    return Border(threshold, sides["above"], sides["below"])
