import pytest

from annotations.learning.doubt import is_nine_in_ten, is_unlike


@pytest.mark.parametrize(("novelty", "is_so"), [(None, False), (0.98, False), (0.99, True), (1.0, True)])
def test_what_is_stranger_than_99_of_100_is_unlike_anything_learnt(novelty, is_so):
    assert is_unlike(novelty) == is_so


@pytest.mark.parametrize(
    ("candidates", "scores", "novelty", "is_so"),
    [
        ([7], {7: 0.95}, 0.3, True),
        ([7], {7: 0.9}, None, True),
        (
            [7],
            {7: 0.41, 8: 0.3},
            0.3,
            False,
        ),  # a set of one taxon holds on average, not of so doubtful an object
        ([7, 8], {7: 0.5, 8: 0.45}, 0.3, True),
        ([7], {7: 0.999}, 0.995, False),  # sure of what it has never seen
        ([], {7: 0.95}, 0.3, False),
    ],
)
def test_nine_in_ten_is_said_only_where_the_object_itself_speaks_for_it(candidates, scores, novelty, is_so):
    assert is_nine_in_ten(candidates, scores, novelty) == is_so
