"""Sorting by how far models disagree: an order that is worked out and written down."""

import pytest

from annotations.learning.disagreement import rank_disagreement
from annotations.learning.models import Model, Prediction
from annotations.search import paging
from annotations.search.filter import Filter
from annotations.search.queries import page
from annotations.search.rankings import ranked_order, write_ranks
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]
pytestmark = pytest.mark.django_db
# what the second model says of the first five objects; the first is nine tenths sure of copepods
SECOND = [("copepoda", 0.95), ("appendicularia", 0.55), ("appendicularia", 0.9), ("copepoda", 0.35)]


@shared_rows
def disputed(tow):
    one, other = (Model.objects.create(name=name, is_ready=True) for name in ("One", "Other"))
    for n, each in enumerate(tow.objects):
        say(each, one, tow.copepoda, 0.9, is_current=n >= len(SECOND))
    for each, (taxon, score) in zip(tow.objects, SECOND, strict=False):
        say(each, other, getattr(tow, taxon), score)
    rank_disagreement(project=tow.project, object_ids=[each.pk for each in tow.objects])
    return tow


def say(made, model, taxon: int, score: float, is_current: bool = True) -> None:
    Prediction.objects.create(object=made, model=model, is_current=is_current, taxa=[taxon], scores=[score])


def places(tow, size: int = 200) -> list[int]:
    place, cursor, numbers = {each.pk: n for n, each in enumerate(tow.objects)}, None, []
    while cursor or not numbers:
        result = page(tow.project.pk, Filter.parse({}), "disagreement", size, cursor)
        numbers += [place[row["id"]] for row in result.objects]
        cursor = result.next
        if cursor is None:
            break
    return numbers


@pytest.mark.parametrize("gathered", [20_000, 0], ids=["all", "the first from the index"])
@pytest.mark.parametrize("size", [1, 3, 200])
def test_the_most_disputed_come_first_and_what_one_model_saw_comes_last(
    disputed, gathered, size, monkeypatch
):
    monkeypatch.setattr(paging, "MOST_GATHERED", gathered)
    assert places(disputed, size) == [2, 1, 0, 3, *range(4, 10)]


def test_ranks_that_are_written_anew_replace_the_old_and_leave_the_others(disputed):
    write_ranks(project=disputed.project, name="disagreement", ranks=[(disputed.objects[3].pk, -1.0)])
    assert places(disputed)[:4] == [3, 2, 1, 0]


def test_where_nothing_is_ranked_the_remedy_is_named(client, alice, tow):
    client.force_login(alice)
    answer = client.get(f"/api/v1/projects/{tow.project.pk}/objects/?order=disagreement")
    assert answer.status_code == 400
    assert "let a second one predict" in answer.json()["detail"]


def test_the_bench_names_the_order(client, alice, disputed):
    client.force_login(alice)
    bench = client.get(f"/projects/{disputed.project.pk}/?order=disagreement").content.decode()
    assert '<option value="disagreement" selected>models disagree most</option>' in bench


def test_a_name_that_could_be_anything_else_in_sql_is_refused():
    with pytest.raises(ValueError, match="no name of an order"):
        ranked_order("x'; --", title="", help="", remedy="")
