"""Decodes pictures once, in threads, into a memory-mapped array that training reads again and again."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifier.data.letterbox import letterbox, read_picture, true_size

THREADS = 4
Decoded = tuple[np.ndarray, tuple[float, float, float]] | None


@dataclass
class Pictures:
    """`pixels` uint8 (N, S, S), `sizes` float32 (N, 3); rows whose `readable` is False are empty."""

    pixels: np.ndarray
    sizes: np.ndarray
    readable: np.ndarray


def decode_all(
    paths: list[str], pixel_um: np.ndarray, side: int, cache: Path | None, on_done: Callable[[int], None]
) -> Pictures:
    """Decodes every picture; in the file `cache`, so that memory is not the limit, or in memory without one."""
    shape = (len(paths), side, side)
    pixels = np.memmap(cache, np.uint8, "w+", shape=shape) if cache else np.zeros(shape, np.uint8)
    sizes = np.zeros((len(paths), 3), np.float32)
    readable = np.zeros(len(paths), bool)
    for i, found in enumerate(decode(zip(paths, pixel_um, strict=True), side)):
        if found is not None:
            pixels[i], sizes[i] = found
            readable[i] = True
        if i % 256 == 255:
            on_done(i + 1)
    return Pictures(pixels, sizes, readable)


def decode(pictures: Iterable[tuple[str, float]], side: int) -> Iterator[Decoded]:
    """(path, µm a pixel) to (square, size), in order; None for a picture that cannot be read."""

    def one(picture: tuple[str, float]) -> Decoded:
        try:
            pixels = read_picture(Path(picture[0]))
        except OSError:
            return None
        return letterbox(pixels, side), true_size(pixels, picture[1])

    with ThreadPoolExecutor(THREADS) as pool:
        yield from _bounded(pool, one, pictures)


def _bounded(pool: ThreadPoolExecutor, one: Callable, pictures: Iterable) -> Iterator[Decoded]:
    """`pool.map` that looks only so far ahead: the memory stays bounded."""
    waiting = []
    for picture in pictures:
        waiting.append(pool.submit(one, picture))
        if len(waiting) >= 512:
            yield from (future.result() for future in waiting[:256])
            del waiting[:256]
    yield from (future.result() for future in waiting)
