"""The one writer of samples, objects, images and free columns."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from annotations.pictures.actions import StoredPicture
from annotations.samples.actions import (
    add_images,
    add_objects,
    ensure_acquisition,
    ensure_parent_image,
    ensure_sample,
    place_samples,
)
from annotations.samples.columns import ColumnTypeConflict, ensure_columns, update_numbers
from annotations.samples.models import FreeColumn, Image, Object, ObjectFields
from annotations.samples.queries import objects_named
from annotations.samples.rows import NewAcquisition, NewColumn, NewImage, NewLabel, NewObject, Region
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
OBJECT, SAMPLE = FreeColumn.Level.OBJECT, FreeColumn.Level.SAMPLE


@shared_rows
def station(project):
    sample = ensure_sample(project=project, original_id="s1", fields={"ship": "Tara"})
    return ensure_acquisition(sample_id=sample.pk, new=NewAcquisition("a1", pixel_um=10.6))


def an_object(station, name: str, **more) -> NewObject:
    return NewObject(original_id=name, sample_id=station.sample_id, acquisition_id=station.pk, **more)


def picture(key: str) -> StoredPicture:
    return StoredPicture(key, 30, 20)


def test_what_is_added_is_there_with_all_that_was_said_of_it(project, station):
    ids = add_objects(
        project=project,
        objects=[an_object(station, "o1", depth_min=5.0, numbers=[1.5, None], texts={"note": "äöü"})],
    )
    row = Object.objects.get(pk=ids["o1"])
    fields = ObjectFields.objects.get(pk=ids["o1"])
    assert (row.state, row.taxon_id, row.version, row.depth_min) == ("U", None, 1, 5.0)
    assert (fields.values, fields.texts) == ([1.5, None], {"note": "äöü"})


def test_ids_come_back_in_the_order_given(project, station):
    ids = add_objects(project=project, objects=[an_object(station, name) for name in ("b", "a", "c")])
    assert list(ids) == ["b", "a", "c"] and list(ids.values()) == sorted(ids.values())
    assert objects_named(project, ["c", "a", "nobody"]) == {"a": ids["a"], "c": ids["c"]}


def test_an_object_is_never_added_twice(project, station):
    add_objects(project=project, objects=[an_object(station, "o1")])
    with pytest.raises(IntegrityError), transaction.atomic():
        add_objects(project=project, objects=[an_object(station, "new"), an_object(station, "o1")])
    assert Object.objects.count() == 1


def test_a_label_needs_a_taxon(project, station):
    with pytest.raises(IntegrityError), transaction.atomic():
        add_objects(project=project, objects=[an_object(station, "o1", label=NewLabel(state="V"))])


def test_a_sample_and_an_acquisition_that_are_here_stay_as_they_are(project, station):
    again = ensure_sample(project=project, original_id="s1", fields={"ship": "another"})
    assert again.pk == station.sample_id and again.fields == {"ship": "Tara"}
    same = ensure_acquisition(sample_id=again.pk, new=NewAcquisition("a1", pixel_um=1.0))
    assert (same.pk, same.pixel_um) == (station.pk, 10.6)


def test_a_picture_is_added_once_and_takes_a_free_rank(project, station):
    ids = add_objects(project=project, objects=[an_object(station, "o1")])
    images = [
        NewImage(ids["o1"], "a.png", picture("a"), 0),
        NewImage(ids["o1"], "b.png", picture("b"), 0),
        NewImage(ids["o1"], "c.png", picture("c")),
    ]
    assert add_images(images=images) == 3
    assert add_images(images=[*images, NewImage(ids["o1"], "d.png", picture("d"), 1)]) == 1
    assert list(Image.objects.values_list("file_name", "rank")) == [
        ("a.png", 0),
        ("b.png", 1),
        ("c.png", 2),
        ("d.png", 3),
    ]


def scan(station, name: str = "scan.tif"):
    return ensure_parent_image(
        acquisition_id=station.pk, file_name=name, picture=StoredPicture(f"v/ab/{'c' * 62}.png", 1000, 800)
    )


def test_an_image_may_be_a_region_of_a_larger_one(client, alice, project, station):
    ids = add_objects(project=project, objects=[an_object(station, "o1")])
    whole = NewImage(ids["o1"], "whole.png", picture("b"), 1)
    add_images(
        images=[NewImage(ids["o1"], "cut.png", picture("a"), 0, Region(scan(station), 970, 0, 30, 20)), whole]
    )
    assert scan(station) == scan(station) == Image.objects.get(rank=0).parent
    client.force_login(alice)
    images = client.get(f"/api/v1/objects/{ids['o1']}/").json()["images"]
    region = images[0]["region"]
    assert (region["x"], region["y"], region["width"], region["height"]) == (970, 0, 30, 20)
    assert (region["parent"]["file_name"], region["parent"]["width"]) == ("scan.tif", 1000)
    assert "region" not in images[1]
    panel = client.get(f"/projects/{project.pk}/vignettes/{ids['o1']}/").content.decode()
    assert "scan.tif</a> at 970, 0 (30 × 20 px)." in panel


@pytest.mark.parametrize("box", [(971, 0, 30, 20), (0, 781, 30, 20), (-1, 0, 30, 20), (0, 0, 0, 20)])
def test_a_region_beyond_its_picture_is_refused_and_no_image_is_written(project, station, box):
    ids = add_objects(project=project, objects=[an_object(station, "o1")])
    wrong = NewImage(ids["o1"], "cut.png", picture("a"), 1, Region(scan(station), *box))
    with pytest.raises(
        ValidationError, match=r"cut.png: its region .* beyond scan.tif, which has 1000 × 800"
    ):
        add_images(images=[NewImage(ids["o1"], "good.png", picture("b")), wrong])
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    "half", [{"parent": None}, {"region_x": None}, {"region_width": 0}, {"region_y": -1}]
)
def test_a_region_and_its_picture_come_together_or_not_at_all(project, station, half):
    ids = add_objects(project=project, objects=[an_object(station, "o1")])
    add_images(images=[NewImage(ids["o1"], "a.png", picture("a"), 0, Region(scan(station), 0, 0, 30, 20))])
    with pytest.raises(IntegrityError), transaction.atomic():
        Image.objects.update(**half)


def test_a_project_goes_with_its_larger_pictures(project, station):
    ids = add_objects(project=project, objects=[an_object(station, "o1")])
    add_images(images=[NewImage(ids["o1"], "a.png", picture("a"), 0, Region(scan(station), 0, 0, 30, 20))])
    station.sample.delete()
    assert not Image.objects.exists()


def test_columns_are_made_once_and_numbers_get_the_next_places(project):
    first = [NewColumn(OBJECT, "area", is_number=True), NewColumn(OBJECT, "note"), NewColumn(SAMPLE, "area")]
    assert ensure_columns(project=project, columns=first) == {"area": 0}
    more = [NewColumn(OBJECT, "esd", is_number=True), *first]
    assert ensure_columns(project=project, columns=more + more) == {"area": 0, "esd": 1}
    assert FreeColumn.objects.count() == 4


def test_a_column_of_the_other_type_is_refused_and_none_is_made(project):
    ensure_columns(project=project, columns=[NewColumn(OBJECT, "area", is_number=True)])
    wrong = [NewColumn(OBJECT, "new"), NewColumn(OBJECT, "area")]
    with pytest.raises(ColumnTypeConflict) as refusal:
        ensure_columns(project=project, columns=wrong)
    assert [column.name for column in refusal.value.columns] == ["area"]
    assert FreeColumn.objects.count() == 1


def test_numbers_are_written_at_their_places_and_others_stay(project, station):
    ids = add_objects(project=project, objects=[an_object(station, "o1", numbers=[1.0, 2.0])])
    update_numbers(project=project, positions=[3, 1], rows=[(ids["o1"], [9.0, 8.0])])
    assert ObjectFields.objects.get(pk=ids["o1"]).values == [1.0, 8.0, None, 9.0]


def test_a_sample_lies_where_its_objects_lie_on_average(project, station):
    places = [(10.0, 20.0), (20.0, 40.0), (None, None)]
    objects = [
        an_object(station, f"o{n}", latitude=lat, longitude=lon) for n, (lat, lon) in enumerate(places)
    ]
    add_objects(project=project, objects=objects)
    place_samples(project=project)
    station.sample.refresh_from_db()
    assert (station.sample.latitude, station.sample.longitude) == (15.0, 30.0)
