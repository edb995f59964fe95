"""What strangers are sent of a picture: every pixel, and nothing that a camera noted."""

import io
import zlib

import pytest
from PIL import Image, PngImagePlugin

from annotations.pictures import plain
from annotations.pictures.keys import image_key, image_url
from annotations.pictures.plain import plain_of, plain_url, without_notes
from annotations.pictures.store import store_once
from tests.pictures.picture_requests import get

SERIAL = "SN-4711-Villefranche"
PLACE = {1: "N", 2: (43.0, 41.0, 0.0)}


def noted(kind: str, mode: str = "RGB") -> bytes:
    """A picture whose maker, place and comment are noted in it."""
    picture = Image.effect_noise((40, 30), 60).convert(mode)
    exif = Image.Exif()
    exif[271] = SERIAL
    exif.get_ifd(0x8825).update(PLACE)
    out = io.BytesIO()
    more = {"xmp": f"<x:{SERIAL}/>".encode()} if kind == "WEBP" else {"comment": SERIAL.encode()}
    if kind == "PNG":
        more = {"pnginfo": PngImagePlugin.PngInfo()}
        more["pnginfo"].add_text("Comment", SERIAL)
    picture.save(out, kind, exif=exif, **more)
    return out.getvalue()


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")]
)
def test_notes_are_cut_out_and_pixels_stay(kind, extension):
    content = noted(kind)
    without = without_notes(content, extension)
    assert SERIAL.encode() in content and SERIAL.encode() not in without
    assert pixels(without) == pixels(content)
    with Image.open(io.BytesIO(without)) as picture:
        assert not dict(picture.getexif()) and not {"comment", "xmp", "Comment"} & picture.info.keys()


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_what_has_no_notes_stays_as_it_is(kind, extension):
    out = io.BytesIO()
    Image.new("L", (9, 7), 3).save(out, kind)
    assert without_notes(out.getvalue(), extension) == out.getvalue()


def with_segment(content: bytes, marker: int, note: bytes) -> bytes:
    """A JPEG with one more segment in front."""
    return content[:2] + bytes([0xFF, marker]) + (len(note) + 2).to_bytes(2) + note + content[2:]


def with_chunk(content: bytes, kind: bytes, note: bytes) -> bytes:
    """A PNG with one more chunk behind its head."""
    chunk = len(note).to_bytes(4) + kind + note + zlib.crc32(kind + note).to_bytes(4)
    return content[:33] + chunk + content[33:]


@pytest.mark.parametrize("marker", [0xE2, 0xE3, 0xE5, 0xEC, 0xEF])
def test_notes_of_makers_in_other_segments_are_cut_out(marker):
    content = with_segment(noted("JPEG"), marker, SERIAL.encode())
    assert SERIAL.encode() not in without_notes(content, "jpg")


@pytest.mark.parametrize(
    ("extension", "content"),
    [("jpg", noted("JPEG") + SERIAL.encode()), ("png", noted("PNG") + SERIAL.encode())],
)
def test_what_a_camera_hangs_on_behind_the_end_is_cut_off(extension, content):
    without = without_notes(content, extension)
    assert SERIAL.encode() not in without and pixels(without) == pixels(content)


def test_a_chunk_of_a_programs_own_is_cut_out():
    content = with_chunk(noted("PNG"), b"caBX", SERIAL.encode())
    assert SERIAL.encode() not in without_notes(content, "png")


@pytest.mark.parametrize(
    "options", [{"progressive": True}, {"restart_marker_rows": 1}, {"icc_profile": b"own"}]
)
def test_what_a_jpeg_is_decoded_by_stays(options):
    out = io.BytesIO()
    Image.effect_noise((90, 70), 60).convert("RGB").save(out, "JPEG", **options)
    assert without_notes(out.getvalue(), "jpg") == out.getvalue()


def test_further_pictures_of_a_camera_do_not_come_along():
    out = io.BytesIO()
    first, second = Image.new("RGB", (32, 32), "red"), Image.new("RGB", (32, 32), "blue")
    exif = Image.Exif()
    exif[271] = SERIAL
    first.save(out, "MPO", save_all=True, append_images=[second], exif=exif)
    without = without_notes(out.getvalue(), "jpg")
    assert pixels(without) == pixels(out.getvalue()) and len(without) < len(out.getvalue()) / 1.5


def test_its_address_opens_the_picture_without_notes_alone():
    content = noted("JPEG")
    key = image_key(content, "jpg")
    store_once(key, content)
    shared = get(plain_url(key))
    assert shared.status == 200 and SERIAL.encode() not in shared.body
    assert SERIAL.encode() in get(image_url(key)).body
    forged = plain_url(key).replace("plain=", "s=")
    assert get(forged).status == 404
    assert SERIAL.encode() not in get(f"{plain_url(key)}&thumbnail=webp-256-80").body


def test_a_picture_without_notes_is_read_once_to_see_that(storage, monkeypatch):
    out = io.BytesIO()
    Image.new("L", (9, 7), 3).save(out, "PNG")
    key = image_key(out.getvalue(), "png")
    store_once(key, out.getvalue())
    assert plain_of(key) == key

    def refused(key: str) -> bytes:
        raise AssertionError(f"{key} is read whole")

    monkeypatch.setattr(plain, "read_picture", refused)
    assert plain_of(key) == key
