"""Like these and not like those: how it is written, and what comes first."""

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from annotations.samples.models import State
from annotations.search import paging
from annotations.similarity import queries
from annotations.similarity.examples import MOST_EXAMPLES, AlikeExamples, direction, read_examples
from tests.similarity.test_similarity import ring, walk

__all__ = ["ring"]

numbers = st.integers(1, 2**63 - 1)


@given(st.sets(numbers, min_size=1, max_size=MOST_EXAMPLES), st.data())
def test_what_an_address_says_is_what_was_meant(ids, data):
    unlikes = data.draw(st.sets(st.sampled_from(sorted(ids))))
    kind = data.draw(st.sampled_from(["", "classifier", "measurements"]))
    examples = AlikeExamples(tuple(sorted(ids - unlikes)), tuple(sorted(unlikes)), kind)
    assert read_examples(str(examples), "object") == examples


@pytest.mark.parametrize(
    "text", ["", ",", "1,", "1,-1", "1,--2", "1:eyes", ",".join(map(str, range(1, 102)))]
)
def test_what_cannot_be_meant_is_refused(text):
    with pytest.raises(ValidationError):
        read_examples(text, "object")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("17", "like object 17"),
        ("17,18,-25", "like objects 17 and 18, unlike object 25"),
        ("1,2,3,4,-5,-6,-7", "like 4 objects, unlike objects 5, 6 and 7"),
        ("-25", "unlike object 25"),
    ],
)
def test_it_is_said_in_words(text, words):
    assert read_examples(text, "object").in_words == words


def test_what_is_not_liked_counts_half():
    target = direction(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 0.0]]))
    assert target == pytest.approx([0.0, 1.0])
    with pytest.raises(ValidationError, match="same place"):
        direction(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.5, 0.5]]) * 2)


@pytest.mark.django_db
@pytest.mark.parametrize("gathered", [20_000, 0], ids=["compared", "by the index"])
def test_between_two_and_away_from_a_third_within_a_filter(project, ring, gathered, monkeypatch):
    monkeypatch.setattr(paging, "MOST_GATHERED", gathered)
    both = walk(project, f"similar:{ring[2].pk},{ring[6].pk}", 5)
    assert set(both[:3]) == {ring[n].pk for n in (3, 4, 5)}
    away = walk(project, f"similar:{ring[2].pk},{ring[6].pk},-{ring[8].pk}", 5)
    assert away.index(ring[1].pk) < away.index(ring[6].pk), "turned away from the ninth"
    predicted = walk(project, f"similar:{ring[2].pk},{ring[6].pk}", 5, state="predicted")
    assert set(predicted[:2]) == {ring[3].pk, ring[5].pk}
    assert set(predicted) == {o.pk for o in ring if o.state == State.PREDICTED}


@pytest.mark.django_db
def test_the_index_is_followed_until_enough_match(project, ring, monkeypatch):
    monkeypatch.setattr(paging, "MOST_GATHERED", 0)
    monkeypatch.setattr(
        queries.Similarity,
        "nearest",
        lambda similarity, project_id, among: queries.nearest(similarity, project_id, 3, among),
    )
    ids = walk(project, f"similar:{ring[5].pk}", 3, state="predicted")
    assert set(ids[:3]) == {ring[n].pk for n in (3, 5, 7)}, "not the nearest whatever their state"


@pytest.mark.django_db
def test_the_bench_shows_the_examples_and_how_to_leave_one_out(project, ring, client, alice):
    client.force_login(alice)
    first, second, third = (ring[n].pk for n in (2, 6, 8))
    page = client.get(f"/projects/{project.pk}/?order=similar:{first},{second},-{third}&state=predicted")
    text = page.content.decode()
    assert f"Sort by most like objects {first} and {second}, unlike object {third}" in text
    assert f"?state=predicted&amp;order=similar%3A{first}%2C-{third}" in text
    alone = client.get(f"/projects/{project.pk}/?order=similar:{first}").content.decode()
    assert "Sort without" not in alone


@pytest.mark.django_db
def test_objects_of_no_common_space_are_refused_with_the_remedy(project, ring, client, alice):
    client.force_login(alice)
    url = f"/api/v1/projects/{project.pk}/objects/?order=similar:{ring[0].pk},{ring[-1].pk}"
    answer = client.get(url)
    assert answer.status_code == 400
    assert "These 2 objects cannot be compared" in answer.content.decode()
