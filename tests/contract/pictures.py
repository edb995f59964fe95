"""Pictures of all kinds that cameras and programs write, drawn here: one scene, dark organism on light ground."""

import io
import struct
import zlib

import numpy as np
import tifffile
from PIL import Image

HEIGHT, WIDTH = 30, 40
ORGANISM = (slice(8, 22), slice(10, 30))  # 20 × 14 px


def scene(ground: float, organism: float, dtype: str, channels: int = 0) -> np.ndarray:
    """(30, 40) or (30, 40, channels)."""
    pixels = np.full((HEIGHT, WIDTH, channels) if channels else (HEIGHT, WIDTH), ground, dtype)
    pixels[ORGANISM] = organism
    return pixels


def saved(pixels: np.ndarray | Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    picture.save(out, kind, **options)
    return out.getvalue()


def tiff(pixels: np.ndarray, **options: object) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, pixels, **options)
    return out.getvalue()


def deep_png(pixels: np.ndarray) -> bytes:
    """A PNG of 16 bits with 2 (grey, alpha), 3 or 4 channels, which Pillow can't write."""
    colour_type = {2: 4, 3: 2, 4: 6}[pixels.shape[2]]
    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 16, colour_type, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def turned(kind: str, orientation: int = 6, mode: str = "L") -> bytes:
    """60 × 30 in the file, 30 × 60 for who looks at it, its left third dark."""
    picture = Image.new(mode, (60, 30), 200 if mode == "L" else (200, 200, 200))
    picture.paste(20 if mode == "L" else (20, 20, 20), (0, 0, 20, 30))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 95} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    return saved(picture, kind, exif=exif, **options)


def animated(kind: str) -> bytes:
    frames = [Image.fromarray(scene(220, shade, "uint8")) for shade in (40, 90, 140)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:])


def transparent(mode: str) -> Image.Image:
    """The ground transparent, with black under it; the organism grey."""
    alpha = scene(0, 255, "uint8")
    grey = scene(0, 90, "uint8")
    picture = Image.merge("LA", [Image.fromarray(grey), Image.fromarray(alpha)])
    return picture if mode == "LA" else picture.convert(mode)
