"""What passes as a plain PNG is what Pillow reads as one; whatever is otherwise goes to Pillow."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin

from annotations.pictures.plain_png import is_whole, plain_png
from annotations.pictures.rendering import inspect, shown_picture
from classifier.contract.rendering import needs_rendering


def png(mode: str = "L", **options: object) -> bytes:
    values = np.random.default_rng(3).integers(0, 256, (23, 31, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(values, "RGB").convert(mode).save(out, "PNG", **options)
    return out.getvalue()


def with_chunk(content: bytes, name: bytes, data: bytes, before: bytes = b"IDAT") -> bytes:
    place = content.index(before) - 4
    chunk = struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return content[:place] + chunk + content[place:]


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_greys_and_colours_of_eight_bits_are_plain(mode):
    content = png(mode)
    plain = plain_png(content)
    assert plain is not None
    assert is_whole(plain)
    assert shown_picture(content).content == content
    assert (plain.width, plain.height) == (31, 23)


def test_notes_change_nothing():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "tow 12")
    content = with_chunk(png(pnginfo=notes, dpi=(300, 300)), b"tIME", bytes(7), before=b"IEND")
    assert plain_png(content) is not None


@pytest.mark.parametrize(
    "content",
    [
        png("P"),
        png("LA"),
        png("RGBA"),
        png("1"),
        png("I;16"),
        png(transparency=3),
        with_chunk(png(), b"gAMA", struct.pack(">I", 100_000)),
        with_chunk(png(), b"eXIf", b"MM\0*"),
        with_chunk(png(), b"acTL", struct.pack(">II", 2, 0)),
        with_chunk(png(), b"tRNS", b"\0\3"),
        with_chunk(png(), b"iCCP", b"own\0\0" + zlib.compress(b"own greys")),
    ],
)
def test_what_may_look_otherwise_is_not_plain(content):
    assert plain_png(content, head_only=True) is None
    assert plain_png(content) is None


def test_a_picture_that_is_cut_off_is_not_whole():
    with pytest.raises(ValueError, match="damaged or cut off"):
        inspect(png()[:-300])


def test_pixels_for_fewer_rows_than_the_head_says_are_not_whole():
    content = bytearray(png())
    content[20:24] = struct.pack(">I", 24)  # the height
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    plain = plain_png(bytes(content))
    assert plain is not None
    assert not is_whole(plain)


@given(st.data())
def test_pillow_agrees_with_what_passes(data):
    """Whatever byte is another, and wherever it ends."""
    content = bytearray(png(data.draw(st.sampled_from(["L", "RGB", "P", "LA"]))))
    for _ in range(data.draw(st.integers(0, 2))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.sampled_from([len(content), len(content) - 7]))
    plain = plain_png(bytes(content[:end]))
    if plain is not None and is_whole(plain):
        assert not ImageFile.LOAD_TRUNCATED_IMAGES
        with Image.open(io.BytesIO(content[:end])) as picture:
            assert not needs_rendering(picture)
            picture.load()
            assert picture.size == (plain.width, plain.height)
