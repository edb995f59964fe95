"""Where the border is, and how few pages it takes to find it."""

import math

from hypothesis import given
from hypothesis import strategies as st

from annotations.clusters.bisection import BorderSearch


def answered(total: int, border: int) -> tuple[BorderSearch, list[int]]:
    """As a person who knows that the first `border` pages belong."""
    search, looked = BorderSearch.begin(total), []
    while search.at is not None:
        looked.append(search.at)
        search = search.all_belong() if search.at < border else search.none_belong()
    return search, looked


@given(st.integers(0, 500), st.data())
def test_the_border_is_found_and_no_page_is_asked_twice(total, data):
    border = data.draw(st.integers(0, total))
    search, looked = answered(total, border)
    assert search.good == border
    assert len(set(looked)) == len(looked)
    assert all(0 <= page < total for page in looked)


def test_few_pages_are_looked_at():
    for border in (0, 1, 7, 30, 100, 199, 200):
        _, looked = answered(200, border)
        assert len(looked) <= 2 + 4 * math.log2(border + 2), (border, looked)


def test_pages_double_until_one_does_not_belong():
    _, looked = answered(1000, 1000)
    assert looked == [0, 2, 6, 14, 30, 62, 126, 254, 510, 999]


@given(st.integers(1, 200), st.data())
def test_with_pages_of_which_nothing_is_left_it_comes_to_an_end(total, data):
    empty = data.draw(st.sets(st.integers(0, total - 1)))
    border = data.draw(st.integers(0, total))
    search, pages = BorderSearch.begin(total), []
    while search.at is not None:
        pages.append(search.at)
        if search.at in empty:
            search = search.without_page()
        else:
            search = search.all_belong() if search.at < border else search.none_belong()
    assert len(set(pages)) == len(pages)
    assert all(page in empty for page in range(search.good, border))


def test_pages_of_which_nothing_is_left_are_asked_for_once_beyond_a_mixed_one_too():
    search, pages = BorderSearch.begin(12), []
    while search.at is not None:
        pages.append(search.at)
        search = search.some_belong(0.5) if search.at == 6 and not search.is_single else search.without_page()
    assert sorted(pages) == list(range(12))


def test_a_mixed_page_is_the_border_and_what_lies_beyond_is_looked_at_page_by_page():
    search = BorderSearch.begin(10).all_belong()  # page 0
    assert search.at == 2
    search = search.some_belong(0.6)  # most of it was taken out
    assert (search.bad, search.at) == (2, 1)
    search = search.all_belong()
    assert search.is_single
    assert search.at == 3
    assert search.some_belong(0.9).at == 4
    assert search.none_belong().at is None


def test_a_few_that_are_taken_out_leave_a_page_that_belongs():
    assert BorderSearch.begin(10).some_belong(0.1).good == 1
