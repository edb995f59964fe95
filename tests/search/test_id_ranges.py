"""Pages of some samples in order of arrival: those that lie between them are skipped, and nothing of them is missed."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from annotations.samples.models import Acquisition, Extent, Object, Sample
from annotations.search.filter import Filter
from annotations.search.id_ranges import id_ranges_of, next_id
from tests.plankton import tow
from tests.search.test_paging import walk
from tests.worlds import shared_rows

__all__ = ["tow"]

LETTERS = "abcabcabbb"  # the sample of each object, in order of arrival


@shared_rows
def samples(tow) -> dict[str, Sample]:
    """Three, whose objects came by turns."""
    samples = {letter: Sample.objects.create(project=tow.project, original_id=letter) for letter in "abc"}
    for each, letter in zip(tow.objects, LETTERS, strict=True):
        acquisition, _ = Acquisition.objects.get_or_create(sample=samples[letter], original_id=letter)
        Object.objects.filter(pk=each.pk).update(sample=samples[letter], acquisition=acquisition)
    return samples


def ids_of(tow, letters: str) -> list[int]:
    return [each.pk for each, letter in zip(tow.objects, LETTERS, strict=True) if letter in letters]


@pytest.mark.parametrize("limit", [1, 2, 200])
@pytest.mark.parametrize("letters", ["a", "b", "ac", "abc"])
def test_each_object_of_the_samples_comes_once_in_order(tow, samples, letters, limit):
    objects = Filter.parse({"sample": [samples[letter].pk for letter in letters]})
    expected = ids_of(tow, letters)
    assert [o["id"] for o in walk(tow.project.pk, objects, "id", limit)] == expected
    assert [o["id"] for o in walk(tow.project.pk, objects, "-id", limit)] == expected[::-1]


def test_a_page_begins_where_the_samples_do(tow, samples):
    assert id_ranges_of([samples["c"].pk]) == [(tow.objects[2].pk, tow.objects[5].pk)]
    assert id_ranges_of([-1]) == []


def test_a_sample_whose_ids_are_not_known_yet_is_looked_for_everywhere(tow, samples):
    Extent.objects.filter(sample=samples["a"]).update(first_object=None, last_object=None)
    objects = Filter.parse({"sample": [samples["a"].pk, samples["c"].pk]})
    assert id_ranges_of(objects.sample) is None
    assert [o["id"] for o in walk(tow.project.pk, objects, "id", 2)] == ids_of(tow, "ac")


def test_what_comes_in_meanwhile_makes_no_sample_narrower_than_it_is(tow, samples):
    """Between the two migrations: one object is known of a sample that has more."""
    Extent.objects.filter(sample=samples["a"]).update(first_object=None, last_object=None)
    Object.objects.filter(pk=tow.objects[9].pk).update(sample=samples["a"])
    assert id_ranges_of([samples["a"].pk]) is None
    import_module("annotations.samples.migrations.0017_fill_ids_of_samples").fill(
        apps, connection.schema_editor()
    )
    assert id_ranges_of([samples["a"].pk]) == [(tow.objects[0].pk, tow.objects[9].pk)]


RANGES = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 9)).map(lambda r: (r[0], r[0] + r[1])), max_size=5
)


@given(RANGES, st.none() | st.integers(0, 45), st.booleans())
def test_the_next_id_is_the_first_that_any_sample_may_have(ranges, after, is_descending):
    ids = {place for first, last in ranges for place in range(first, last + 1)}
    if is_descending:
        expected = max((place for place in ids if after is None or place < after), default=None)
    else:
        expected = min((place for place in ids if after is None or place > after), default=None)
    assert next_id(ranges, after, is_descending) == expected
