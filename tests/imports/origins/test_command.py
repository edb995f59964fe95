"""`manage.py import_package` brings packages in from folders of the server and from addresses, as the page does."""

import pytest
from django.core.management import CommandError, call_command

from annotations.imports.origins.places import natural_key
from annotations.projects.models import Project
from annotations.samples.models import Object
from tests.imports.packages import package, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def cruises(tmp_path, settings):
    (tmp_path / "data").mkdir()
    settings.IMPORT_FOLDERS = {"cruises": str(tmp_path / "data")}
    return tmp_path / "data"


def test_a_folder_that_is_open_is_imported_from(cruises, root):
    package(cruises / "tow.zip", [row(1)])
    call_command("import_package", "tow.zip", folder="cruises", project="New tow", user=root.username)
    assert Object.objects.filter(wide__project=Project.objects.get(title="New tow")).count() == 1


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (["tow.zip"], {"folder": "elsewhere"}, "There is no place called elsewhere"),
        (["../secret.zip"], {"folder": "cruises"}, "leads out of the place"),
        ([], {"url": "http://127.0.0.1/tow.zip"}, "private"),
        (["tow.zip"], {"url": "https://example.org/tow.zip"}, "not both"),
        ([], {}, "Say which package"),
    ],
)
def test_what_is_closed_is_said(cruises, root, arguments, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("import_package", *arguments, project="New tow", user=root.username, **options)
    assert not Project.objects.filter(title="New tow").exists()


def test_numbers_in_names_are_sorted_as_numbers():
    assert sorted(["leg_10", "leg_2", "Leg_1"], key=natural_key) == ["Leg_1", "leg_2", "leg_10"]
