"""What corrections of outlines put into the bin does not fill its page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from annotations.deletions.models import ObjectDeletion
from tests.scans.corrections.correcting import correct, objects_in, undo

pytestmark = pytest.mark.django_db


def test_corrections_of_a_scan_are_one_line_of_the_bin(client, project, alice, bob, scan):
    client.force_login(bob)
    for one in objects_in(project)[:3]:
        done = correct(client, project, scan, "delete", [one]).json()
    client.force_login(alice)
    correct(client, project, scan, "delete", objects_in(project)[:1])
    address = reverse("deletions:objects", args=[project.pk])
    page = client.get(address).content.decode()
    assert page.count("3 corrections on tray.png") == 1 and page.count("Deleted on the scan, tray.png") == 1
    last = ObjectDeletion.objects.filter(deleted_by=bob).first()
    each = client.get(address, {"beside": last.pk}).content.decode()
    assert each.count("Deleted on the scan, tray.png") == 3 and each.count(">Restore<") == 3
    ObjectDeletion.objects.filter(pk=last.pk).update(deleted=last.deleted - timedelta(days=1))
    assert "2 corrections on tray.png" in client.get(address).content.decode()
    client.force_login(bob)
    undo(client, project, scan, done["id"])
    assert "2 corrections on tray.png" in client.get(address).content.decode()


def test_a_scan_that_has_gone_elsewhere_since_is_not_offered(client, project, bob, scan):
    client.force_login(bob)
    for one in objects_in(project)[:2]:
        correct(client, project, scan, "delete", [one])
    address = reverse("deletions:objects", args=[project.pk])
    assert "Undo them on the scan" in client.get(address).content.decode()
    ObjectDeletion.objects.update(scan=10**6)
    page = client.get(address).content.decode()
    assert "2 corrections on a scan that is gone" in page and "Undo them on the scan" not in page
