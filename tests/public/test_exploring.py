"""All public projects, narrowed: by taxon with all below it, place, time and instrument."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.common.keyset import Cursor
from annotations.projects.actions import create_project
from annotations.projects.models import Project
from annotations.public import exploring
from annotations.public.explore_query import COUNTS, ExploreQuery, rows_of
from annotations.public.exploring import explore
from annotations.samples.models import Acquisition, Object, Sample
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import namesakes
from tests.public.public_projects import show_to_everybody
from tests.worlds import shared_rows

ALL = ExploreQuery()
FAR = Cursor(exploring.ORDER, None, 2**63).encode()  # farther than any row


def titles(query: ExploreQuery = ALL) -> list[str]:
    return [each.face.project.title for each in explore(query, None).projects]


def take_to(project: Project, object_id: int, **changes: object) -> None:
    """As the only object of a sample there."""
    sample = Sample.objects.create(project=project, original_id="far")
    Object.objects.filter(pk=object_id).update(project=project, sample=sample, **changes)


@shared_rows
def public_tow(tow, alice):
    """Off Villefranche in May 2014 by a ZooScan: its validated objects, and no others, are public."""
    sample = tow.objects[0].sample
    Sample.objects.filter(pk=sample.pk).update(latitude=43.7, longitude=7.3)
    Acquisition.objects.filter(sample=sample).update(instrument="ZooScan")
    Object.objects.filter(sample=sample).update(
        latitude=43.7, longitude=7.3, taken_at=datetime(2014, 5, 3, 12, tzinfo=UTC)
    )
    show_to_everybody(tow.project, alice)
    return tow


def test_what_is_public_today_is_listed_with_its_counts(public_tow, alice):
    hidden = create_project(title="Hidden", owner=alice)
    assert titles() == ["Villefranche 2026"]
    (listed,) = explore(ExploreQuery(), None).projects
    assert (listed.objects, listed.samples, listed.years, listed.instruments) == (2, 1, "2014", ["ZooScan"])
    assert len(listed.pictures) == 1
    show_to_everybody(hidden, alice)
    assert titles() == ["Villefranche 2026"]  # nothing in it is validated
    tomorrow = timezone.now().date() + timedelta(days=1)
    show_to_everybody(public_tow.project, alice, embargo_until=tomorrow)
    assert titles() == []


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        (ExploreQuery(box=(7.0, 43.0, 8.0, 44.0)), True),
        (ExploreQuery(box=(8.0, 43.0, 9.0, 44.0)), False),
        (ExploreQuery(box=(170.0, 43.0, 8.0, 44.0)), True),  # across the date line
        (ExploreQuery(first=date(2014, 5, 3)), True),
        (ExploreQuery(first=date(2014, 5, 4)), False),
        (ExploreQuery(last=date(2014, 5, 3)), True),
        (ExploreQuery(last=date(2014, 5, 2)), False),
        (ExploreQuery(instrument="zooscan"), True),
        (ExploreQuery(instrument="UVP"), False),
    ],
)
def test_by_place_time_and_instrument(public_tow, query, matches):
    assert bool(titles(query)) == matches


def test_by_a_taxon_with_all_below_it(client, public_tow):
    crustacea, _ = ensure_taxa([TaxonName("Crustacea"), TaxonName("Mollusca")]).values()
    Taxon.objects.filter(pk=public_tow.copepoda).update(
        parent=crustacea, path=[crustacea, public_tow.copepoda]
    )
    page = reverse("public:explore")
    assert "Villefranche 2026" in client.get(page, {"taxon": "crustacea"}).getvalue().decode()
    assert "Villefranche 2026" not in client.get(page, {"taxon": "mollusca"}).getvalue().decode()
    # dubious, so nobody outside finds it
    assert "Villefranche 2026" not in client.get(page, {"taxon": "Appendicularia"}).getvalue().decode()


@pytest.mark.parametrize("query", [{"box": "1,2"}, {"first": "May"}, {"cursor": "x"}, {"cursor": FAR}])
def test_what_cannot_be_answered_is_said(client, public_tow, query):
    answer = client.get(reverse("public:explore"), query)
    assert answer.status_code == 400 and b"Villefranche" not in answer.getvalue()


def test_no_answer_tells_which_names_the_tree_has(client, public_tow):
    """A taxon of hidden objects, several of one name, and none: all of them alike."""
    ensure_taxa([TaxonName("Secretella", (lab,)) for lab in ("Lab A", "Lab B")])
    assert len(namesakes("Secretella")) == 2
    page = reverse("public:explore")
    for name in ("Appendicularia", "Secretella", "Nonsense"):
        answer = client.get(page, {"taxon": name})
        text = answer.getvalue().decode()
        assert answer.status_code == 200 and "No public project matches." in text, name
        assert "Lab A" not in text


def test_the_second_page_of_all_projects_is_not_narrowed(client, public_tow):
    text = client.get(reverse("public:explore"), {"cursor": Cursor(exploring.ORDER, None, 2**40).encode()})
    text = text.getvalue().decode()
    assert "2 objects<" in text and "that match" not in text


def test_a_page_that_takes_long_ends_early_and_says_where_to_go_on(public_tow, alice, monkeypatch):
    monkeypatch.setattr(exploring, "FIRST_BATCH", 1)
    monkeypatch.setattr(exploring, "PATIENCE", -1)
    for title in ("Empty", "Empty, too"):
        show_to_everybody(create_project(title=title, owner=alice), alice)
    page, pages = explore(ExploreQuery(), None), 1
    while not page.projects:
        assert page.is_cut
        page, pages = explore(ExploreQuery(), page.following), pages + 1
    assert [each.face.project.title for each in page.projects] == ["Villefranche 2026"]
    assert pages == 3 and page.following is None


def test_the_one_that_matches_is_found_behind_many_that_do_not(public_tow, alice, monkeypatch):
    monkeypatch.setattr(exploring, "FIRST_BATCH", 1)
    monkeypatch.setattr(exploring, "PATIENCE", 3600)
    for number in range(8):
        show_to_everybody(create_project(title=f"Empty {number}", owner=alice), alice)
    page = explore(ExploreQuery(), None)
    assert [each.face.project.title for each in page.projects] == ["Villefranche 2026"]
    assert not page.is_cut and page.following is None


def test_pages_go_on_where_they_ended(public_tow, alice, monkeypatch):
    monkeypatch.setattr(exploring, "PAGE", 1)
    other = create_project(title="Other", owner=alice)
    take_to(other, public_tow.objects[4].pk)
    show_to_everybody(other, alice)
    first = explore(ExploreQuery(), None)
    second = explore(ExploreQuery(), first.following)
    assert [page.projects[0].face.project.title for page in (first, second)] == ["Other", "Villefranche 2026"]
    assert second.following is None


def test_no_more_projects_are_counted_than_fill_a_page(public_tow, alice, monkeypatch):
    monkeypatch.setattr(exploring, "PAGE", 1)
    monkeypatch.setattr(exploring, "FIRST_BATCH", 2)
    for number, title in enumerate(("Middle", "Newest")):
        project = create_project(title=title, owner=alice)
        take_to(project, public_tow.objects[4 - number].pk, state="V")
        show_to_everybody(project, alice)
    counted: list[int] = []

    def counting(statement: str, query: ExploreQuery, projects: list[int]) -> list[tuple]:
        counted.extend(projects if statement == COUNTS else [])
        return rows_of(statement, query, projects)

    monkeypatch.setattr(exploring, "rows_of", counting)
    page = explore(ExploreQuery(), None)
    assert [each.face.project.title for each in page.projects] == ["Newest"] and page.following
    assert public_tow.project.pk not in counted and len(counted) == 2


def test_a_box_that_is_typed_before_the_script_comes_is_read(client, public_tow):
    """Its four numbers, each instead of that edge of the box; the page has them in their fields."""
    page = reverse("public:explore")
    typed = {"west": "-180", "south": "-90", "east": "180", "north": "90"}
    assert "Villefranche 2026" in client.get(page, typed).getvalue().decode()
    text = client.get(page, {**typed, "north": "-89"}).getvalue().decode()
    assert "No public project matches." in text and 'name="north" value="-89"' in text
    whole = {"box": "-180,-90,180,90", "west": "", "south": "", "east": "", "north": "-89"}
    assert "No public project matches." in client.get(page, whole).getvalue().decode()


@pytest.mark.parametrize(
    ("edges", "refusal"),
    [
        ({"west": "1"}, "The box has no south and no east and no north."),
        ({"west": "1", "south": "9", "east": "2", "north": "3"}, "west,south,east,north"),
        ({"west": "900"}, "less than or equal to 180"),
    ],
)
def test_a_typed_box_that_is_none_is_refused(client, public_tow, edges, refusal):
    answer = client.get(reverse("public:explore"), edges)
    assert answer.status_code == 400 and refusal in answer.getvalue().decode()
