"""Settings that would open a place to others than were meant stop the site, with a sentence."""

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.usefixtures("places")


@pytest.fixture
def places(settings):
    settings.IMPORT_FOLDERS = {"uvp": "/srv/uvp"}
    settings.IMPORT_BUCKETS = {"cruises": "raw/2026/"}
    settings.IMPORT_USERS = {"uvp": "alice", "cruises": "bob"}


def check() -> None:
    call_command("check")


def test_settings_that_fit_together_pass():
    check()


def test_people_of_a_misspelt_place_stop_the_site(settings):
    settings.IMPORT_USERS = {"upv": "alice"}
    with pytest.raises(CommandError, match=r"SESTON_IMPORT_USERS names upv.*\n.*open to all managers"):
        check()


def test_a_name_is_of_a_folder_or_of_a_bucket(settings):
    settings.IMPORT_BUCKETS = {"uvp": "raw", "cruises": "raw"}
    with pytest.raises(CommandError, match="uvp is a folder in SESTON_IMPORT_FOLDERS and a bucket"):
        check()


def test_a_folder_is_named_from_the_root_on(settings):
    settings.IMPORT_FOLDERS = {"uvp": "srv/uvp"}
    with pytest.raises(CommandError, match="'srv/uvp', which depends on where the site is started"):
        check()
