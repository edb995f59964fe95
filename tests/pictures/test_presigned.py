"""Out of a bucket the browser fetches pictures itself, at addresses that the site signs for a while."""

import re
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from annotations.pictures.keys import image_key, image_url
from annotations.pictures.presigning import BRIEF_LIFE, LIFE
from annotations.pictures.store import store_once
from tests.imports.packages import png
from tests.pictures.picture_requests import Answer, get
from tests.s3 import s3_storage

CONTENT = png(3)
KEY = image_key(CONTENT, "png")


def seconds_kept(answer: Answer) -> int:
    """For how long a browser keeps the answer."""
    match = re.fullmatch(r"private, max-age=(\d+)", answer.headers["cache-control"])
    assert match is not None
    return int(match[1])


def seconds_valid(answer: Answer) -> int:
    return int(parse_qs(urlsplit(answer.headers["location"]).query)["X-Amz-Expires"][0])


def test_a_picture_is_fetched_from_the_bucket(bucket, s3_address):
    store_once(KEY, CONTENT)
    answer = get(image_url(KEY))
    assert (answer.status, answer.body) == (302, b"")
    assert answer.headers["location"].startswith(f"{s3_address}/{bucket}/{KEY}?")
    with urlopen(answer.headers["location"]) as response:
        assert response.read() == CONTENT
        assert response.headers["content-type"] == "image/png"
        assert response.headers["cache-control"] == f"private, max-age={LIFE}, immutable"


def test_the_redirect_is_kept_for_less_long_than_its_address_is_valid(bucket):
    answer = get(image_url(KEY))
    assert seconds_valid(answer) == LIFE
    assert LIFE / 2 - 100 < seconds_kept(answer) < LIFE


def test_addresses_of_credentials_that_end_are_short_lived(bucket, monkeypatch, settings, s3_address):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-a-role")
    settings.STORAGES = {**settings.STORAGES, "default": s3_storage(s3_address, bucket)}
    answer = get(image_url(KEY))
    assert seconds_valid(answer) == BRIEF_LIFE
    assert BRIEF_LIFE / 2 - 100 < seconds_kept(answer) < BRIEF_LIFE


def test_addresses_are_made_without_the_bucket_and_once(bucket, settings):
    settings.STORAGES = {**settings.STORAGES, "default": s3_storage("http://127.0.0.1:1", bucket)}
    first, second = get(image_url(KEY)), get(image_url(KEY))
    assert (first.status, second.status) == (302, 302)
    assert first.headers["location"] == second.headers["location"], "the browser has it already"


@pytest.mark.parametrize("signed", ["", "s=" + "0" * 32])
def test_a_guessed_picture_is_not_sent_to_the_bucket(bucket, signed):
    store_once(KEY, CONTENT)
    answer = get(f"/vignettes/{KEY}?{signed}")
    assert (answer.status, "location" in answer.headers) == (404, False)


def test_a_download_has_its_own_name(bucket):
    store_once(KEY, CONTENT)
    answer = get(image_url(KEY, "Käfer 1;.tif"))
    with urlopen(answer.headers["location"]) as response:
        disposition = response.headers["content-disposition"]
    assert disposition == "attachment; filename*=utf-8''K%C3%A4fer%201%3B.tif"


def test_where_browsers_cannot_reach_the_bucket_the_site_sends_the_picture(bucket, settings):
    settings.S3_PRESIGNED = False
    store_once(KEY, CONTENT)
    answer = get(image_url(KEY))
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"


def test_scripts_that_look_at_pixels_get_them_from_the_site(bucket):
    store_once(KEY, CONTENT)
    answer = get(f"{image_url(KEY)}&here=1")
    assert (answer.status, answer.body) == (200, CONTENT)
