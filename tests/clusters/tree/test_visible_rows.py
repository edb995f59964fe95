"""Of a tree of thousands of clusters a page draws what is in sight."""

import re

import pytest

from annotations.clusters.tree import visible_rows
from annotations.clusters.tree.visible_rows import TreeSight, drawn_tree
from tests.clusters.tree.test_arranging import clustering, group_of, numbered

__all__ = ["clustering"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def group(clustering, people, monkeypatch):
    """Of 1 and 2, beside 3, 4 and 5, in a tree that is too large to be sent whole."""
    monkeypatch.setattr(visible_rows, "MOST_WHOLE", 3)
    return group_of(clustering, people.bob, 1, 2, name="Odd")


def drawn(clustering, **seen) -> list[str]:
    return [str(row.cluster) for row in drawn_tree(clustering, TreeSight(**seen)).rows]


def test_what_lies_in_closed_groups_is_not_drawn_but_counted(clustering, group):
    tree = drawn_tree(clustering, TreeSight())
    assert sorted(str(row.cluster) for row in tree.rows) == ["Cluster 3", "Cluster 4", "Cluster 5", "Odd"]
    (odd,) = [row for row in tree.rows if row.cluster == group]
    assert (odd.clusters, odd.objects, tree.is_whole, tree.further) == (2, 40, False, 0)
    assert {"Cluster 1", "Cluster 2"} <= set(drawn(clustering, opened=frozenset([group.pk])))


def test_the_row_that_has_the_focus_is_drawn_wherever_it_lies(clustering, group):
    (second,) = numbered(clustering, 2)
    assert "Cluster 2" in drawn(clustering, focus=second)
    (last,) = numbered(clustering, 5)
    assert "Cluster 5" in drawn(clustering, focus=last, siblings=1)


def test_of_many_siblings_the_first_are_drawn_and_the_last_of_these_knows_what_follows(clustering, group):
    whole = drawn(clustering)
    tree = drawn_tree(clustering, TreeSight(siblings=2))
    assert [str(row.cluster) for row in tree.rows] == whole[:2]
    assert tree.further == 2 and [row.siblings for row in tree.rows] == [4, 4]
    following = drawn_tree(clustering, TreeSight(siblings=3)).rows[2].cluster.pk
    assert [row.following for row in tree.rows] == [None, following]


def test_the_page_sends_what_is_open_there(client, clustering, group, people):
    client.force_login(people.vera)
    address = f"/projects/{clustering.project_id}/clusters/tree/"

    def names(**query) -> set[str]:
        page = client.get(address, query, headers={"HX-Request": "true"})
        assert page.status_code == 200
        return set(re.findall(r'data-name="([^"]+)"', page.content.decode()))

    assert "data-partial" in client.get(address).content.decode()
    assert "Cluster 1" not in names() and "Cluster 1" in names(open=f"7,{group.pk}")
    assert len(names(siblings=2)) == 2
    assert "Show more rows" in client.get(address, {"siblings": 2}).content.decode()
    for wrong in ({"open": "x"}, {"siblings": "0"}, {"focus": "-"}):
        assert client.get(address, wrong).status_code == 400


def test_a_small_tree_is_sent_whole(client, clustering, people):
    tree = drawn_tree(clustering, TreeSight(siblings=1))
    assert tree.is_whole and len(tree.rows) == 5
