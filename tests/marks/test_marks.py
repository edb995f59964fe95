"""Marks by the API and on their page: who draws, what is measured, what is undone, what is never overwritten."""

import pytest
from django.core.exceptions import ValidationError

from annotations.marks.actions import adopt_starter_set, change_label, make_label, make_mark, remove_mark
from annotations.marks.models import Mark, MarkChange, MarkLabel
from annotations.marks.queries import summary
from annotations.projects.actions import create_project
from annotations.projects.models import Role
from annotations.samples.models import Acquisition
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]
JSON = "application/json"
LINE = {"points": [[10, 10], [13, 14]]}  # 5 pixels, 250 µm


@shared_rows
def labels(tow) -> dict[str, MarkLabel]:
    return {label.key: label for label in adopt_starter_set(project=tow.project)}


@pytest.fixture
def draw(client, tow, labels):
    """Draws as whoever is signed in; returns the answer."""

    def draw(kind="line", geometry=LINE, label="prosome", n=0, **more):
        body = {"label": labels[label].pk, "kind": kind, "geometry": geometry, **more}
        return client.post(f"/api/v1/objects/{tow.objects[n].pk}/marks/", body, content_type=JSON)

    return draw


def of(mark: dict, more: str = "") -> str:
    return f"/api/v1/marks/{mark['id']}/{more}"


def test_a_manager_adopts_the_starter_set_with_one_click(client, tow, alice):
    client.force_login(alice)
    page = f"/projects/{tow.project.pk}/marks/labels/"
    assert "Nothing can be marked yet" in client.get(page).content.decode()
    html = client.post(f"{page}adopt/", follow=True).content.decode()
    assert "7 labels added" in html
    for name in ("Prosome", "Antenna", "Egg", "Gut", "Lipid sac", "Appendicularian house", "Tail"):
        assert f"<strong>{name}</strong>" in html
    assert "has them all already" in client.post(f"{page}adopt/", follow=True).content.decode()
    assert MarkLabel.objects.count() == 7


def test_no_two_labels_differ_by_colour_alone(tow, labels):
    looks = [(label.dash, label.shape) for label in labels.values()]
    assert len({dash for dash, _ in looks}) == len({shape for _, shape in looks}) == 7
    with pytest.raises(ValidationError, match="Prosome has this dash and this shape already"):
        make_label(project=tow.project, key="eye", name="Eye", colour="#000000", dash="solid", shape="circle")


def test_the_starter_set_makes_way_for_a_projects_own_look(tow):
    make_label(project=tow.project, key="eye", name="Eye", colour="#000000", dash="solid", shape="circle")
    assert len(adopt_starter_set(project=tow.project)) == 7


def test_a_label_is_added_and_put_away_on_the_page(client, tow, alice, labels):
    client.force_login(alice)
    page = f"/projects/{tow.project.pk}/marks/labels/"
    fields = {"name": "Eye", "key": "eye", "colour": "#000000", "dash": "long", "shape": "star"}
    assert "Eye can be marked now" in client.post(page, fields, follow=True).content.decode()
    assert (
        "There is a label &#x27;eye&#x27; already" in client.post(page, fields, follow=True).content.decode()
    )
    eye = MarkLabel.objects.get(key="eye")
    assert "put away" in client.post(f"{page}{eye.pk}/", follow=True).content.decode()


def test_a_line_is_measured_in_pixels_and_micrometres(client, draw, tow, bob, vera):
    client.force_login(bob)
    created = draw()
    assert created.status_code == 201
    client.force_login(vera)
    (mark,) = client.get(f"/api/v1/objects/{tow.objects[0].pk}/marks/").json()
    assert mark["author"] == {"username": "bob", "name": "Bob"}
    assert mark["label"]["key"] == "prosome"
    measures = mark["measures"]
    assert (measures["length_px"], measures["length_um"]) == (5, 250)
    assert measures["area_px"] is None
    assert client.get(f"/api/v1/objects/{tow.objects[1].pk}/marks/").json() == []


def test_without_the_size_of_a_pixel_there_are_no_micrometres(client, draw, tow, bob):
    Acquisition.objects.update(pixel_um=None)
    client.force_login(bob)
    measures = draw("box", {"x": 1, "y": 1, "width": 4, "height": 5}).json()["measures"]
    assert (measures["area_px"], measures["area_um2"], measures["esd_um"]) == (20, None, None)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"geometry": {"points": [[10, 10], [500, 14]]}}, "outside the image of 80 × 40"),
        (
            {"kind": "polygon", "geometry": {"points": [[0, 0], [9, 9], [9, 0], [0, 9]]}},
            "crosses or touches itself",
        ),
        ({"kind": "circle"}, "circle"),
    ],
)
def test_what_is_no_figure_is_refused(client, draw, bob, more, sentence):
    client.force_login(bob)
    answer = draw(**more)
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]
    assert not Mark.objects.exists()


def test_a_label_must_be_the_projects_and_in_use(client, draw, tow, labels, alice, bob):
    other = create_project(title="Other", owner=alice)
    foreign = adopt_starter_set(project=other)[0]
    change_label(label=labels["egg"], is_active=False)
    client.force_login(bob)
    assert "Egg is not in use" in draw(label="egg").json()["detail"]
    body = {"label": foreign.pk, "kind": "line", "geometry": LINE}
    answer = client.post(f"/api/v1/objects/{tow.objects[0].pk}/marks/", body, content_type=JSON)
    assert f"The project has no label {foreign.pk}" in answer.json()["detail"]
    image = tow.objects[0].images.get()
    with pytest.raises(ValidationError, match="another project"):
        make_mark(image=image, label=foreign, kind="line", geometry=LINE, author=bob)


def test_an_image_that_is_not_there(client, draw, bob):
    client.force_login(bob)
    answer = draw(image=3)
    assert (answer.status_code, answer.json()["detail"]) == (404, "The object has no image 3.")


def test_changed_meanwhile_is_a_conflict_and_nothing_is_overwritten(client, draw, bob, carla):
    client.force_login(bob)
    mark = draw().json()
    longer = {"points": [[10, 10], [16, 18]]}
    client.force_login(carla)
    changed = client.patch(of(mark), {"version": 1, "geometry": longer}, content_type=JSON).json()
    assert (changed["version"], changed["measures"]["length_px"]) == (2, 10)
    client.force_login(bob)
    answer = client.patch(of(mark), {"version": 1, "geometry": LINE}, content_type=JSON)
    assert answer.status_code == 409
    assert answer.json()["mark"]["geometry"] == longer
    assert client.delete(of(mark, "?version=1")).status_code == 409
    assert Mark.objects.get().geometry == longer


def test_each_keeps_their_own_and_an_expert_may_mend_it(client, draw, alice, bob, carla):
    client.force_login(carla)
    mark = draw().json()
    client.force_login(bob)
    answer = client.patch(of(mark), {"version": 1, "geometry": LINE}, content_type=JSON)
    assert (answer.status_code, "somebody else's mark" in answer.json()["detail"]) == (403, True)
    assert client.delete(of(mark, "?version=1")).status_code == 403
    client.force_login(alice)
    assert client.delete(of(mark, "?version=1")).status_code == 200


def test_everything_is_undone_and_redone(client, draw, tow, labels, bob):
    client.force_login(bob)

    def now() -> list:
        return client.get(f"/api/v1/objects/{tow.objects[0].pk}/marks/").json()

    def undo(written: dict) -> dict:
        answer = client.post(f"/api/v1/mark-changes/{written['change']}/undo/")
        assert answer.status_code == 200
        return answer.json()

    created = draw().json()
    tail = {"version": 1, "label": labels["tail"].pk, "geometry": {"points": [[0, 0], [6, 8]]}}
    changed = client.patch(of(created), tail, content_type=JSON).json()
    back = undo(changed)
    assert (back["label"]["key"], back["measures"]["length_px"]) == ("prosome", 5)
    again = undo(back)
    assert (again["label"]["key"], again["measures"]["length_px"]) == ("tail", 10)
    removed = client.delete(of(created, f"?version={again['version']}")).json()
    assert now() == []
    assert undo(removed)["removed"] is None
    assert len(now()) == 1
    history = client.get(of(created)).json()["history"]
    assert [entry["version"] for entry in history] == [6, 5, 4, 3, 2, 1]
    assert history[-1]["before"]["removed"]
    assert {entry["user"] for entry in history} == {"Bob"}


def test_a_mark_that_was_drawn_by_mistake_goes_and_comes_back(client, draw, bob):
    client.force_login(bob)
    made = draw().json()
    where = f"/api/v1/mark-changes/{made['change']}/undo/"
    removed = client.post(where).json()
    assert removed["removed"]
    assert client.post(where).status_code == 409, "a change is undone once"
    assert client.post(f"/api/v1/mark-changes/{removed['change']}/undo/").json()["removed"] is None


def test_the_log_is_never_shortened(tow, labels, bob):
    image = tow.objects[0].images.get()
    created = make_mark(
        image=image, label=labels["egg"], kind="point", geometry={"points": [[1, 1]]}, author=bob
    )
    remove_mark(mark=created.mark, user=bob, role=Role.ANNOTATOR, version=1)
    with pytest.raises(ValidationError, match="has been removed: undo that first"):
        remove_mark(mark=created.mark, user=bob, role=Role.ANNOTATOR, version=2)
    assert Mark.objects.count() == 1
    assert MarkChange.objects.count() == 2


def test_a_summary_per_object_and_label(tow, labels, alice, bob):
    def draw(n, label, kind, geometry, author=bob):
        image = tow.objects[n].images.get()
        return make_mark(image=image, label=labels[label], kind=kind, geometry=geometry, author=author)

    draw(0, "egg", "point", {"points": [[1, 1], [2, 2]]})
    draw(0, "egg", "point", {"points": [[3, 3]]})
    draw(0, "prosome", "line", LINE)
    draw(0, "prosome", "line", {"points": [[0, 0], [7, 0]]}, alice)
    draw(1, "gut", "box", {"x": 0, "y": 0, "width": 2, "height": 3})
    removed = draw(1, "gut", "box", {"x": 0, "y": 0, "width": 9, "height": 9})
    remove_mark(mark=removed.mark, user=bob, role=Role.ANNOTATOR, version=1)
    prosome, egg, gut = summary([each.pk for each in tow.objects])
    assert (egg["object"], egg["label"]["key"], egg["people"], egg["count"]) == (
        tow.objects[0].pk,
        "egg",
        1,
        3,
    )
    assert egg["length_px"] == {"sum": None, "mean": None}
    assert (prosome["people"], prosome["length_px"]) == (2, {"sum": 12, "mean": 6})
    assert prosome["length_um"] == {"sum": 600, "mean": 300}
    assert (gut["object"], gut["count"], gut["area_um2"]) == (
        tow.objects[1].pk,
        1,
        {"sum": 15000, "mean": 15000},
    )
    assert summary([]) == []
