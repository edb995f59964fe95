"""Scans are segmented on the command line, too; what came of a run stands on its page."""

import io

import pytest
from django.core.management import CommandError, call_command

from annotations.samples.models import Object
from annotations.scans.segmentation.models import SegmentationRun
from annotations.scans.segmentation.recipes import save_recipe
from tests.scans.drawn import make_scan

pytestmark = pytest.mark.django_db(transaction=True)
PLAIN = {"background": "none", "threshold": "fixed", "level": 50.0, "least_area_px": 20}


def test_a_command_makes_the_objects_and_the_page_says_how_many(client, project, alice):
    make_scan(project)
    save_recipe(project=project, user=alice, name="Tray", settings=PLAIN)
    out = io.StringIO()
    call_command("segment", project=project.title, recipe="Tray", stdout=out)
    assert "5 new objects on 1 scan." in out.getvalue()
    assert Object.objects.filter(project=project).count() == 5
    run = SegmentationRun.objects.get()
    client.force_login(alice)
    page = client.get(f"/projects/{project.pk}/segmentations/{run.pk}/").content.decode()
    assert "5 new objects" in page and "Sort them on the bench" in page and "Sizes of what was found" in page


def test_what_there_is_not_is_named(project, alice):
    make_scan(project)
    with pytest.raises(CommandError, match="no recipe 'Tray'"):
        call_command("segment", project=project.title, recipe="Tray")
    save_recipe(project=project, user=alice, name="Tray", settings=PLAIN)
    with pytest.raises(CommandError, match="no scan 'x"):
        call_command("segment", project=project.title, recipe="Tray", scan=["x.png"])
