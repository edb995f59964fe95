"""Building learning sets in the browser and by the API, looking at them, comparing them; and who may."""

import csv
import io

import pyarrow.parquet as pq
import pytest
from django.core.exceptions import ValidationError
from rest_framework.test import APIClient

from annotations.jobs.models import Job
from annotations.learning.models import LearningSet
from annotations.learning.sets.recipe import Recipe
from annotations.projects.actions import create_project, set_role
from annotations.projects.models import Role
from annotations.samples.models import Image, Object
from annotations.taxonomy.presets import set_training_rules
from annotations.traits.actions import set_trait_values
from annotations.traits.vocabulary import define_trait
from tests.learning.models import make_model
from tests.learning.sets import freeze, recipe_of

pytestmark = pytest.mark.django_db(transaction=True)
PROJECTS = [{"project": 1}]


@pytest.fixture
def signed_in(client, alice):
    client.force_login(alice)
    return client


def form_data(lake, **more) -> dict:
    """The form as a browser sends it, when the table of taxa has come."""
    taxa = [lake.disc, lake.bar, lake.rare]
    return {"project": lake.project.pk, "offered": taxa, "learn": taxa, "duplicates": "on", **more}


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


# --- The recipe -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipe", "wrong"),
    [
        ([], "an object with the key `projects`"),
        ({}, "at least one project"),
        ({"projects": [{"project": "x"}]}, "`project` is 'x'"),
        ({"projects": [{"project": 1, "filter": 3}]}, "`filter`"),
        ({"projects": [{"project": 1}, {"project": 1}]}, "named twice"),
        ({"projects": PROJECTS, "colour": 1}, "no `colour`"),
        ({"projects": PROJECTS, "cap": 1}, "from 2 to 1,000,000"),
        ({"projects": PROJECTS, "least_per_taxon": "many"}, "`least_per_taxon` is 'many'"),
        ({"projects": PROJECTS, "least_per_taxon": True}, "`least_per_taxon` is True"),
        ({"projects": PROJECTS, "merge": [1]}, "`merge` takes an object"),
        ({"projects": PROJECTS, "merge": {"1": 2, "2": 1}}, "merged into itself"),
        ({"projects": PROJECTS, "merge": {"1": 2}, "leave_out": [1]}, "merged and left out"),
        ({"projects": PROJECTS, "leave_out": 4}, "a list of numbers"),
        ({"projects": PROJECTS, "rest": "throw away"}, "leave out or parent"),
        ({"projects": PROJECTS, "split": "tow"}, "sample or object"),
        ({"projects": PROJECTS, "traits": "egg_sac"}, "keys of traits"),
        ({"projects": PROJECTS, "duplicates": "no"}, "true or false"),
        ({"projects": PROJECTS, "seed": -1}, "`seed` is -1"),
        (
            {"projects": PROJECTS, "machine_weight": 1},
            "`machine_weight` is 1, but takes a number from 0 to 0.99",
        ),
        ({"projects": PROJECTS, "machine_weight": True}, "`machine_weight` is True"),
    ],
)
def test_a_recipe_says_what_is_wrong_with_it(recipe, wrong):
    with pytest.raises(ValidationError, match=wrong):
        Recipe.read(recipe)


def test_a_recipe_goes_there_and_back():
    values = {
        "projects": [{"project": 1, "filter": {"month": ["4"]}}],
        "merge": {"3": 4},
        "caps": {"4": 9},
        "cap": 7,
        "machine_weight": 0.3,
    }
    recipe = Recipe.read(values)
    assert Recipe.read(recipe.as_json()) == recipe
    assert (recipe.merged(3), recipe.most_of(4), recipe.most_of(5)) == (4, 9, 7)


# --- The builder ------------------------------------------------------------------------------------------------------


def test_the_builder_opens_on_what_the_gallery_showed(signed_in, lake):
    page = signed_in.get(
        f"/learning-sets/new/?project={lake.project.pk}&filter=sample%3D{lake.settled[0].sample_id}"
    )
    text = text_of(page)
    assert f'value="sample={lake.settled[0].sample_id}"' in text
    assert "Noctiluca" in text
    assert "Villefranche 2026" in text


def test_the_table_of_taxa_keeps_what_was_filled_in(signed_in, lake, alice, carla):
    sac = define_trait(project=lake.project, user=alice, name="Egg sac", kind="flag")
    define_trait(project=lake.project, user=alice, name="Remark", kind="text")
    set_trait_values(trait=sac, user=carla, where=("o.id = %s", [lake.settled[0].pk]), value="yes")
    set_training_rules(project=lake.project, rules={lake.rare: lake.bar})
    fields = form_data(lake, learn=[lake.bar, lake.rare], **{f"most-{lake.bar}": "5"})
    text = text_of(signed_in.post("/learning-sets/new/choices/", fields))
    assert f'name="learn" value="{lake.disc}" >' in text
    assert f'name="learn" value="{lake.bar}" checked>' in text
    assert f'name="most-{lake.bar}" value="5"' in text
    assert "by the project's rules: learnt as Chaetognatha" in text
    assert "yes or no, validated on 1 object<" in text
    assert "Remark" not in text, "free text is not learnt"


@pytest.mark.parametrize("narrow", ["", "?score_min=0.5"])
def test_the_preview_says_what_rules_would_add(signed_in, lake, narrow):
    """By the tally, and counted."""
    where = "/learning-sets/new/preview/"
    filtered = {f"filter-{lake.project.pk}": narrow}
    Object.objects.filter(state="P").update(state="M", score=0.9)
    Object.objects.filter(state="V").update(score=0.9)
    assert "machine-validated" not in text_of(signed_in.post(where, form_data(lake, **filtered)))
    weighed = text_of(signed_in.post(where, form_data(lake, machine_weight="0.25", **filtered)))
    assert "Beside these at most 4 machine-validated objects of these taxa, at a weight of 0.25" in weighed
    assert '<strong class="number">24</strong> objects of' in weighed
    unlearnt = {**form_data(lake, machine_weight="0.25", **filtered), "learn": [lake.bar]}
    assert "No machine-validated object of these taxa matches." in text_of(signed_in.post(where, unlearnt))
    wrong = text_of(signed_in.post(where, form_data(lake, machine_weight="1")))
    assert "This takes a number from 0 to 0.99, or stays empty: 0." in wrong


def test_the_preview_says_what_falls_away_and_why(signed_in, lake):
    text = text_of(signed_in.post("/learning-sets/new/preview/", form_data(lake)))
    assert '<strong class="number">24</strong> objects of <strong class="number">2</strong> taxa' in text
    assert "1 taxon is too rare" in text
    assert "Cladocera (1)" in text
    assert "<strong>test</strong> about 5 objects, 1 sample" in text
    merged = form_data(lake, **{f"into-{lake.rare}": "Chaetognatha", "cap": "6"})
    text = text_of(signed_in.post("/learning-sets/new/preview/", merged))
    assert '<strong class="number">12</strong> objects' in text
    assert "6 of 13" in text
    assert "with Cladocera" in text
    assert "13 objects are more than" in text
    few = form_data(
        lake,
        **{
            f"filter-{lake.project.pk}": f"https://example.org/projects/1/?sample={lake.settled[0].sample_id}"
        },
    )
    assert "fewer than three samples" in text_of(signed_in.post("/learning-sets/new/preview/", few))
    lone = text_of(signed_in.post("/learning-sets/new/preview/", form_data(lake, learn=[lake.bar])))
    assert "At least two taxa are needed" in lone
    assert "Left out: Cladocera, Noctiluca" in lone


@pytest.mark.parametrize("query", ["depth_min=0", "date_from=1990-01-01", "score_max=1"])
def test_conditions_that_the_tally_cannot_count_are_counted(signed_in, lake, query):
    Object.objects.update(depth_min=10, taken_at="2020-05-05T00:00Z", score=0.5)
    fields = form_data(lake, **{f"filter-{lake.project.pk}": query})
    assert '<strong class="number">24</strong> objects' in text_of(
        signed_in.post("/learning-sets/new/preview/", fields)
    )


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        (
            {"least_per_taxon": "few"},
            '<a href="#least_per_taxon">Least objects a taxon</a>: This takes a whole number from 1 to 1,000,000',
        ),
        ({"into": "Nothing like it"}, "There is no taxon"),
        ({"filter": "depth_min=deep"}, "`depth_min` is"),
        ({"project": 10**9}, None),
    ],
)
def test_the_preview_says_what_is_wrong_with_the_form(signed_in, lake, more, wrong):
    names = {"into": f"into-{lake.rare}", "filter": f"filter-{lake.project.pk}"}
    fields = form_data(lake) | {names.get(key, key): value for key, value in more.items()}
    answer = signed_in.post("/learning-sets/new/preview/", fields)
    if wrong is None:
        assert answer.status_code == 404
    else:
        assert wrong in text_of(answer)
        page = signed_in.post("/learning-sets/new/", fields)
        assert page.status_code == 400
        assert wrong in text_of(page)


def test_a_contact_sheet_is_drawn_by_the_seed(signed_in, lake):
    def sheet(**more) -> str:
        return text_of(signed_in.post(f"/learning-sets/new/sheet/{lake.disc}/", form_data(lake, **more)))

    first = sheet()
    assert first.count("<img") == 12
    assert 'loading="lazy"' in first
    assert 'alt="Noctiluca, object ' in first
    assert "?s=" in first
    assert sheet() == first != sheet(seed="3")


def test_freezing_from_the_form_starts_a_job(signed_in, lake, alice):
    answer = signed_in.post(
        "/learning-sets/new/", form_data(lake, name="Bay", learn=[lake.disc, lake.bar], rest="parent")
    )
    made = LearningSet.objects.get()
    assert answer.url == f"/learning-sets/{made.pk}/"
    assert (made.name, made.owner, list(made.projects.all())) == ("Bay", alice, [lake.project])
    assert (made.job.kind, made.job.params) == ("freeze_set", {"learning_set": made.pk})
    assert made.recipe["leave_out"] == [lake.rare]
    assert made.recipe["rest"] == "parent"
    assert "Queued" in text_of(signed_in.get(answer.url))


# --- A set's page, downloads, comparison ------------------------------------------------------------------------------


def test_a_frozen_set_shows_folds_contradictions_and_models(signed_in, lake, alice):
    disc, bar = (next(o for o in lake.settled if o.taxon_id == taxon) for taxon in (lake.disc, lake.bar))
    bar.images.update(key=disc.images.get().key)
    made, _ = freeze(recipe_of(lake.project), owner=alice)
    model = make_model(lake.project, "running", name="Trained on it")
    model.learning_set = made
    model.save()
    text = text_of(signed_in.get(f"/learning-sets/{made.pk}/"))
    for words in (
        "To learn from",
        "The same picture, two names",
        "Trained on it",
        f"?learning_set={made.pk}",
        "by Alice",
    ):
        assert words in text
    assert f'?id={disc.pk}"><img' in text
    Object.objects.filter(pk=bar.pk).update(taxon=lake.disc)
    assert "The same picture" not in text_of(signed_in.get(f"/learning-sets/{made.pk}/")), (
        "it has been settled"
    )
    assert f"/learning-sets/{made.pk}/" in text_of(signed_in.get("/learning-sets/"))


def test_while_it_is_frozen_the_page_asks_again(signed_in, lake, alice):
    made = LearningSet.objects.create(name="s", recipe=recipe_of(lake.project).as_json())
    made.projects.add(lake.project)
    made.job = Job.objects.create(kind="freeze_set", state="running", project=lake.project, message="Looking")
    made.save()
    running = signed_in.get(f"/learning-sets/{made.pk}/", headers={"HX-Request": "true"})
    assert "Looking" in text_of(running)
    assert "every 1s" in text_of(running)
    made.facts = {"objects": 3, "taxa": 2, "samples": 1, "frozen": "2026-03-01T12:00:00", "code": "0"}
    made.save()
    assert "HX-Refresh" in signed_in.get(f"/learning-sets/{made.pk}/", headers={"HX-Request": "true"}).headers
    assert signed_in.get(f"/learning-sets/{made.pk}/").status_code == 200, (
        "as sets of before there were folds"
    )


def test_downloads_name_pictures_by_their_key(signed_in, lake, settings):
    made, _ = freeze(recipe_of(lake.project))
    content = signed_in.get(f"/learning-sets/{made.pk}/download/").getvalue()
    table = pq.read_table(io.BytesIO(content))
    keys = {o.pk: o.images.get().key for o in lake.settled}
    assert {row["object_id"]: row["path"] for row in table.to_pylist()}.items() <= keys.items()
    assert {b"seston", b"split"} <= set(table.schema.metadata)
    answer = signed_in.get(f"/learning-sets/{made.pk}/download/?format=csv")
    lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert len(lines) == 24
    assert {line["taxon"] for line in lines} == {"Noctiluca", "Chaetognatha"}
    assert str(settings.STORAGES["default"]["OPTIONS"]["location"]) not in answer.getvalue().decode()


def test_two_sets_side_by_side(signed_in, lake):
    before, _ = freeze(recipe_of(lake.project), name="before")
    changed = next(o for o in lake.settled if o.taxon_id == lake.disc)
    Object.objects.filter(pk=changed.pk).update(taxon=lake.bar)
    Object.objects.filter(pk=lake.settled[5].pk).update(state="D")
    after, _ = freeze(recipe_of(lake.project), name="after")
    result = signed_in.get(f"/api/v1/learning-sets/compare/?a={before.pk}&b={after.pk}").json()
    assert (result["only_a"], result["only_b"], result["both"]) == (1, 0, 23)
    disc, bar = {"id": lake.disc, "name": "Noctiluca"}, {"id": lake.bar, "name": "Chaetognatha"}
    assert result["changed"] == {
        "count": 1,
        "taxa": [{"from": disc, "to": bar, "count": 1}],
        "objects": [{"id": changed.pk, "from": disc, "to": bar}],
    }
    assert {entry["taxon"]["id"]: (entry["a"], entry["b"]) for entry in result["taxa"]} == {
        lake.disc: (12, 11),
        lake.bar: (12, 12),
    }
    text = text_of(signed_in.get(f"/learning-sets/compare/?a={before.pk}&b={after.pk}"))
    assert "Noctiluca → Chaetognatha" in text
    assert signed_in.get(f"/learning-sets/compare/?a={before.pk}&b=x").status_code == 400


# --- The API, and who may ---------------------------------------------------------------------------------------------


@pytest.fixture
def api(alice):
    client = APIClient()
    client.force_authenticate(alice)
    return client


def test_by_the_api(api, lake):
    body = {
        "name": "By the API",
        "projects": [{"project": lake.project.pk, "filter": {"state": "validated"}}],
        "merge": {str(lake.rare): lake.bar},
        "cap": 10,
    }
    answer = api.post("/api/v1/learning-sets/", body)
    assert answer.status_code == 202, answer.content
    made = LearningSet.objects.get()
    assert answer.json()["kind"] == "freeze_set"
    listed = api.get("/api/v1/learning-sets/").json()
    assert [(s["id"], s["name"], s["is_frozen"]) for s in listed] == [(made.pk, "By the API", False)]
    assert listed[0]["recipe"]["projects"][0]["filter"] == {"state": ["validated"]}
    assert api.get(f"/api/v1/learning-sets/{made.pk}/download/").status_code == 400
    frozen, _ = freeze(Recipe.read(made.recipe))
    assert api.get(f"/api/v1/learning-sets/{frozen.pk}/").json()["facts"]["objects"] == 20
    assert api.get(f"/api/v1/learning-sets/{frozen.pk}/download/").getvalue()[:4] == b"PAR1"


@pytest.mark.parametrize(
    ("more", "code", "wrong"),
    [
        ({"leave_out": [10**9]}, 400, "There is no taxon 1000000000"),
        ({"traits": ["wings"]}, 400, "has a trait 'wings'"),
        ({"cap": 1}, 400, "`cap` is 1"),
        ({"rest": "x"}, 400, "rest"),
        ({"projects": [{"project": 10**9}]}, 404, "no such project"),
        ({"filter": {"depth_min": "deep"}}, 400, "`depth_min`"),
    ],
)
def test_the_api_says_what_is_wrong(api, lake, more, code, wrong):
    source = {"project": lake.project.pk, "filter": more.pop("filter", {})}
    answer = api.post("/api/v1/learning-sets/", {"projects": [source], **more})
    assert answer.status_code == code
    assert wrong in answer.json()["detail"]
    assert not LearningSet.objects.exists()


def test_a_set_is_for_members_of_all_its_projects(client, lake, bob, alice, dan):
    other = create_project(title="Elsewhere", owner=dan)
    set_role(project=other, user=alice, role=Role.MANAGER)
    made, _ = freeze(recipe_of(lake.project, other))
    single, _ = freeze(recipe_of(lake.project))
    routes = [
        f"/learning-sets/{made.pk}/",
        f"/learning-sets/{made.pk}/download/",
        f"/api/v1/learning-sets/{made.pk}/",
    ]
    routes += [
        f"/learning-sets/compare/?a={single.pk}&b={made.pk}",
        f"/api/v1/learning-sets/{made.pk}/download/",
    ]
    routes += [f"/api/v1/learning-sets/compare/?a={made.pk}&b={single.pk}"]
    for person, visible in ((alice, [made, single]), (bob, [single]), (dan, [])):
        client.force_login(person)
        assert [client.get(route).status_code for route in routes] == [200 if made in visible else 404] * len(
            routes
        )
        listed = client.get("/api/v1/learning-sets/").json()
        assert {entry["id"] for entry in listed} == {s.pk for s in visible}
        assert (single.name in text_of(client.get("/learning-sets/"))) == (single in visible)


def test_whoever_only_annotates_one_of_the_projects_builds_nothing(client, lake, dan, alice):
    other = create_project(title="Elsewhere", owner=dan)
    set_role(project=other, user=alice, role=Role.ANNOTATOR)
    client.force_login(alice)
    fields = form_data(lake) | {"project": [lake.project.pk, other.pk]}
    assert client.post("/learning-sets/new/", fields).status_code == 403
    assert client.post("/learning-sets/new/preview/", fields).status_code == 403
    assert client.post(f"/learning-sets/new/sheet/{lake.disc}/", fields).status_code == 403
    assert not LearningSet.objects.exists()


def test_a_sheet_shows_thumbnails_of_large_pictures(signed_in, lake):
    Image.objects.filter(object=lake.settled[0]).update(width=900, height=700)
    sheet = text_of(signed_in.post(f"/learning-sets/new/sheet/{lake.disc}/", form_data(lake)))
    assert sheet.count("<img") == 12
    assert sheet.count("&amp;thumbnail=") == 1
