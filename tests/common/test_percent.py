import pytest

from annotations.common.percent import percent


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.95, "95 %"), (0.995, "99.5 %"), (1 / 3, "33.3 %"), (1, "100 %"), (0, "0 %")],
)
def test_a_share_has_one_digit_where_it_needs_one(share, words):
    assert percent(share) == words


def test_not_quite_all_is_not_all_and_nearly_none_is_not_none():
    assert percent(0.99997) == "99.9 %"
    assert percent(0.00002) == "0.1 %"
