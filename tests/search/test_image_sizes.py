"""Objects by the size of the image that their vignette shows."""

import pytest

from annotations.samples.models import Image
from annotations.search.filter import Filter
from annotations.search.queries import page
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


@shared_rows
def sized(tow):
    """Images of 10 × 20, 20 × 40, …; the first object has a larger one behind its first."""
    Image.objects.filter(object__project=tow.project).delete()
    for n, each in enumerate(tow.objects[:5], 1):
        Image.objects.create(
            object=each, rank=0, key=f"k{n}", file_name=f"{n}.png", width=10 * n, height=20 * n
        )
    Image.objects.create(
        object=tow.objects[0], rank=1, key="back", file_name="back.png", width=900, height=900
    )
    return tow


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"side_min": 60}, [2, 3, 4]),
        ({"side_max": "60"}, [0, 1, 2]),
        ({"side_min": 40, "side_max": 80}, [1, 2, 3]),
        ({"side_min": 500}, []),  # what lies behind the first is not shown
    ],
)
def test_the_longer_side_of_the_first_image_counts(sized, params, expected):
    rows = page(sized.project.pk, Filter.parse(params)).objects
    ids = [each.pk for each in sized.objects]
    assert [ids.index(row["id"]) for row in rows] == expected


def test_its_chip_says_so():
    assert [str(condition) for condition in Filter.parse({"side_min": "300"}).conditions] == [
        "image ≥ 300 px"
    ]
