"""Objects by the API: their shape, filters, orders and pages; labels, conflicts, undo and history."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.worlds import shared_rows


@shared_rows
def url(tow) -> str:
    return f"/api/v1/projects/{tow.project.pk}/"


def targets(objects) -> list[dict]:
    return [{"id": each["id"], "version": each["version"]} for each in objects]


def label(client, url, **body):
    return client.post(f"{url}annotations/", body)


def test_an_object_has_the_documented_shape(bobs, tow, url):
    page = bobs.get(f"{url}objects/?limit=1").json()
    (result,) = page["results"]
    expected = {
        "id": tow.objects[0].pk,
        "version": tow.objects[0].version,
        "original_id": "obj_0",
        "sample": tow.objects[0].sample_id,
        "taxon": {"id": tow.copepoda, "name": "Copepoda"},
        "state": "predicted",
        "score": 0.5,
        "fields": {"area": 100.0},
    }
    assert {name: result[name] for name in expected} == expected
    (image,) = result["images"]
    assert set(image) == {"url", "width", "height", "rank"}
    assert (image["width"], image["height"]) == (80, 40)
    assert page["next"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"area": 100}),
        ("fields=area", {"area": 100}),
        ("fields=remark&fields=area", {"remark": None, "area": 100}),
        ("fields=area,remark", {"remark": None, "area": 100}),
        ("fields=", {}),
    ],
)
def test_fields_chooses_free_columns(bobs, tow, url, query, expected):
    tow.project.free_columns.create(level="object", name="remark")
    assert bobs.get(f"{url}objects/?limit=1&{query}").json()["results"][0]["fields"] == expected


def test_an_unknown_free_column_is_refused(bobs, url):
    refused = bobs.get(f"{url}objects/?fields=area,perimeter")
    assert refused.status_code == 400
    assert "perimeter" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=validated", "45"),
        ("state=validated,dubious", "456"),
        ("state=validated&state=dubious", "456"),
        ("taxon=none", "789"),
        ("score_min=0.65&state=predicted", "23"),
        ("score_max=0.55", "0"),
        ("original_id=obj_3", "3"),
        ("order=-id&state=unclassified", "987"),
        ("order=-score&state=predicted", "3210"),
        ("order=-field:area&limit=3", "987"),
    ],
)
def test_filters_and_orders(bobs, url, query, names):
    result = bobs.get(f"{url}objects/?{query}").json()["results"]
    assert "".join(one["original_id"].removeprefix("obj_") for one in result) == names


def test_filter_by_taxon_and_sample(bobs, tow, url):
    assert len(bobs.get(f"{url}objects/?taxon={tow.copepoda}").json()["results"]) == 6
    assert len(bobs.get(f"{url}objects/?sample={tow.objects[0].sample_id}").json()["results"]) == 10
    assert bobs.get(f"{url}objects/?sample={tow.objects[0].sample_id + 1}").json()["results"] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    limit=st.integers(1, 12), order=st.sampled_from(["id", "-id", "score", "-score", "date", "-field:area"])
)
def test_pages_put_together_are_all_objects_once(bobs, tow, url, limit, order):
    ids, cursor = [], ""
    while cursor is not None:
        page = bobs.get(f"{url}objects/", {"order": order, "limit": limit, "cursor": cursor}).json()
        assert len(page["results"]) <= limit
        ids += [each["id"] for each in page["results"]]
        cursor = page["next"]
    whole = bobs.get(f"{url}objects/", {"order": order}).json()["results"]
    assert ids == [each["id"] for each in whole]
    assert sorted(ids) == [each.pk for each in tow.objects]


def test_counts_agree_with_the_objects(bobs, tow, url):
    result = {
        (row["taxon"] and row["taxon"]["name"], row["state"]): row["count"]
        for row in bobs.get(f"{url}counts/").json()
    }
    assert result == {
        ("Copepoda", "predicted"): 4,
        ("Copepoda", "validated"): 2,
        ("Appendicularia", "dubious"): 1,
        (None, "unclassified"): 3,
    }
    assert sum(row["count"] for row in bobs.get(f"{url}counts/?score_min=0.65").json()) == 2


def test_a_page_of_objects_takes_the_same_few_queries(bobs, url, django_assert_max_num_queries):
    bobs.get(f"{url}objects/")
    with django_assert_max_num_queries(8):
        assert len(bobs.get(f"{url}objects/").json()["results"]) == 10


def test_label_history_and_undo(bobs, tow, url):
    before = bobs.get(f"{url}objects/?taxon=none").json()["results"]
    done = label(bobs, url, objects=targets(before), taxon=tow.copepoda)
    assert done.status_code == 200
    assert (done.json()["changed"], done.json()["conflicts"]) == (3, [])
    now = bobs.get(f"/api/v1/objects/{before[0]['id']}/").json()
    assert (now["state"], now["taxon"]["name"], now["annotator"]) == ("validated", "Copepoda", "Bob")
    assert now["version"] > before[0]["version"]
    (entry,) = bobs.get(f"/api/v1/objects/{before[0]['id']}/history/").json()
    assert (entry["from"]["state"], entry["to"]["state"], entry["user"]) == (
        "unclassified",
        "validated",
        "Bob",
    )
    undone = bobs.post(f"/api/v1/batches/{done.json()['batch']}/undo/").json()
    assert undone["changed"] == 3
    assert bobs.get(f"/api/v1/objects/{before[0]['id']}/").json()["taxon"] is None
    again = bobs.post(f"/api/v1/batches/{done.json()['batch']}/undo/")
    assert (again.status_code, set(again.json())) == (400, {"detail"})


def test_the_second_of_two_people_is_told_and_overwrites_nothing(bobs, client_of, carla, tow, url):
    stale = targets(bobs.get(f"{url}objects/?taxon=none&limit=2").json()["results"])
    label(client_of(carla), url, objects=stale[:1], taxon=tow.appendicularia, state="dubious")
    done = label(bobs, url, objects=stale, taxon=tow.copepoda).json()
    assert done["changed"] == 1
    assert done["conflicts"] == [
        {
            "id": stale[0]["id"],
            "version": stale[0]["version"] + 1,
            "taxon": {"id": tow.appendicularia, "name": "Appendicularia"},
            "state": "dubious",
            "annotator": "Carla",
        }
    ]
    assert bobs.get(f"/api/v1/objects/{stale[0]['id']}/").json()["annotator"] == "Carla"


def test_label_all_that_match_a_filter(bobs, url):
    done = label(bobs, url, filter={"state": "predicted", "score_min": 0.65}, state="validated").json()
    assert (done["changed"], done["conflicts"]) == (2, [])
    assert len(bobs.get(f"{url}objects/?state=predicted").json()["results"]) == 2


def test_each_object_as_its_own_taxon_is_one_batch_that_can_be_undone(bobs, tow, url):
    one, two, three = tow.objects[:3]
    objects = [{"id": each.pk, "version": each.version} for each in (one, two, three)]
    taxa = {
        str(one.pk): tow.copepoda,
        str(two.pk): tow.appendicularia,
        str(three.pk): tow.appendicularia,
        "7": 8,
    }
    objects[2]["version"] = 99  # not as it is
    outcome = bobs.post(f"{url}annotations/", {"objects": objects, "taxa": taxa}).json()
    assert outcome["changed"] == 2
    assert [conflict["id"] for conflict in outcome["conflicts"]] == [three.pk]
    now = bobs.get(f"{url}labels/?ids={one.pk},{two.pk}").json()
    labels = {label["id"]: (label["taxon"]["id"], label["state"]) for label in now}
    assert labels == {one.pk: (tow.copepoda, "validated"), two.pk: (tow.appendicularia, "validated")}
    assert bobs.post(f"/api/v1/batches/{outcome['batch']}/undo/").json()["changed"] == 2


@pytest.mark.parametrize(
    ("taxa", "beside", "words"),
    [
        ({}, {}, "`taxa` has no taxon for object"),
        (None, {"taxon": 1}, "leave `taxon` out"),
        (None, {"state": "dubious"}, "leave `state` out"),
        (None, {"filter": {}}, "leave `filter` out"),
        (None, {"expected": 7}, "leave `expected` out"),
        (987654321, {}, "There is no taxon 987654321"),
    ],
)
def test_taxa_that_say_too_little_or_too_much_are_refused(bobs, tow, url, taxa, beside, words):
    one = tow.objects[0]
    named = {str(one.pk): taxa or tow.copepoda} if taxa != {} else {}
    body = {"objects": [{"id": one.pk, "version": one.version}], "taxa": named, **beside}
    answer = bobs.post(f"{url}annotations/", body)
    assert answer.status_code == 400 and words in answer.json()["detail"]


def test_taxa_without_objects_are_refused(bobs, tow, url):
    answer = bobs.post(f"{url}annotations/", {"taxa": {str(tow.objects[0].pk): tow.copepoda}})
    assert answer.status_code == 400 and "`taxa` needs `objects`" in answer.json()["detail"]


def test_objects_of_another_project_are_left_alone(client_of, dan, tow):
    dans = client_of(dan)
    own = dans.post("/api/v1/projects/", {"title": "Dan's"}).json()
    stolen = targets([{"id": tow.objects[9].pk, "version": tow.objects[9].version}])
    done = label(dans, f"/api/v1/projects/{own['id']}/", objects=stolen, taxon=tow.copepoda).json()
    assert (done["changed"], done["batch"], done["conflicts"]) == (0, None, [])
    tow.objects[9].refresh_from_db()
    assert tow.objects[9].taxon_id is None


def test_taxa_complete_with_their_lineage(bobs, tow):
    assert bobs.get("/api/v1/taxa/?q=cop").json() == [
        {
            "id": tow.copepoda,
            "name": "Copepoda",
            "lineage": ["Copepoda"],
            "synonym": None,
            "rank": "",
            "is_italic": False,
        }
    ]


def test_samples(bobs, tow, url):
    (result,) = bobs.get(f"{url}samples/").json()
    assert (result["id"], result["original_id"]) == (tow.objects[0].sample_id, "tow_1")
    assert result["name"] == "tow_1"
    assert bobs.get(f"{url}samples/?q=OW&limit=1").json() == [result]
    assert bobs.get(f"{url}samples/?q=other").json() == []
    assert bobs.get(f"{url}samples/?limit=0").status_code == 400


def test_what_it_can_be_sorted_by(bobs, tow, url):
    """Each order and each free column once, the order itself in the direction that comes first."""
    orders = {each["name"]: each for each in bobs.get(f"{url}orders/").json()}
    assert orders["score"] == {
        "order": "-score",
        "name": "score",
        "ascending": "least sure first",
        "descending": "surest first",
        "is_reversible": True,
        "is_column": False,
    }
    assert not orders["at random"]["is_reversible"]
    assert "models disagree most" in orders
    columns = [each["order"] for each in orders.values() if each["is_column"]]
    assert columns == ["field:area"]
    offered = [each["order"] for each in orders.values() if each["name"] != "models disagree most"]
    assert {bobs.get(f"{url}objects/?order={order}").status_code for order in offered} == {200}
