"""Scans go where their objects go, and no scan is lost on the way."""

from annotations.samples.carrying import carry
from annotations.samples.emptying import remove_emptied
from annotations.samples.following import Transfer
from annotations.samples.models import Acquisition, ParentImage
from annotations.scans.models import Outline, Scan
from tests.moving.conftest import full, target

__all__ = ["full", "target"]


def ids(full) -> list[int]:
    return [each.pk for each in full.objects]


def test_an_object_that_moves_takes_its_outline_and_its_scan_along(full, target, alice):
    carry(transfer=Transfer(full.project, target, alice), object_ids=ids(full)[:2])
    outline = Outline.objects.get(object=full.objects[1])
    assert outline.parent.acquisition.sample.project == target
    assert outline.parent.scan.levels == 2 and outline.parent.scan.added_by == alice


def test_a_copy_has_an_outline_and_a_scan_of_its_own(full, target, alice):
    for chunk in (ids(full)[:1], ids(full)[1:4]):
        carry(transfer=Transfer(full.project, target, alice, is_copy=True), object_ids=chunk)
    scans = Scan.objects.order_by("parent").values_list("parent__acquisition__sample__project", flat=True)
    assert list(scans) == [full.project.pk, target.pk]
    assert {outline.parent_id for outline in Outline.objects.all()} == set(
        Scan.objects.values_list("pk", flat=True)
    )


def test_a_scan_goes_with_the_last_object_of_its_acquisition(full, target, alice):
    transfer, sample = Transfer(full.project, target, alice), full.objects[0].sample_id
    carry(transfer=transfer, object_ids=ids(full))
    assert remove_emptied(transfer=transfer, sample_ids=[sample]) == 0
    assert Scan.objects.get().parent.acquisition.sample.project == target
    assert not full.project.samples.exists()


def test_a_scan_without_objects_stays_with_its_sample(full, target, alice):
    """Of the second fraction nobody has made objects yet: moving those of the first must not remove it."""
    sample = full.objects[0].sample
    second = Acquisition.objects.create(sample=sample, original_id="d2")
    bare = ParentImage.objects.create(
        acquisition=second, key="v/d2.tif", file_name="d2.tif", width=9, height=9
    )
    Scan.objects.create(parent=bare)
    transfer = Transfer(full.project, target, alice)
    carry(transfer=transfer, object_ids=ids(full))
    assert remove_emptied(transfer=transfer, sample_ids=[sample.pk]) == 1
    assert Scan.objects.get(parent__acquisition__sample=sample).parent.file_name == "d2.tif"
    assert sample.acquisitions.get() == second
