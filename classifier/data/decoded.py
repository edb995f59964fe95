"""Decodes pictures once, in threads, into a memory-mapped array that training reads again and again."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from classifier.contract.refusals import is_transient
from classifier.data.letterbox import VERSION, letterbox, read_picture, true_size

THREADS = 4
Thing = TypeVar("Thing")
Content = TypeVar("Content")
Decoded = tuple[np.ndarray, tuple[float, float, float]] | None


@dataclass
class Pictures:
    """`pixels` uint8 (N, S, S), in a file or in memory, `sizes` float32 (M, 3); where `readable` is False nothing lies.

    `places` (M,) are the rows of `pixels`: what is left out stays in the file, for copying a file takes its memory.
    """

    pixels: np.ndarray
    sizes: np.ndarray
    readable: np.ndarray
    places: np.ndarray

    def only(self, rows: np.ndarray) -> "Pictures":
        return Pictures(self.pixels, self.sizes[rows], self.readable[rows], self.places[rows])

    def at(self, rows: np.ndarray) -> np.ndarray:
        """uint8 (len(rows), S, S)."""
        return np.asarray(self.pixels[self.places[rows]])


def decode_all(
    paths: list[str], pixel_um: np.ndarray, side: int, cache: Path | None, on_done: Callable[[int], None]
) -> Pictures:
    """Decodes every picture; in the file `cache`, so that memory is not the limit, or in memory without one.

    A cache that a run before has filled with the same pictures is taken as it is.
    """
    shape = (len(paths), side, side)
    key = _key(paths, pixel_um, side)
    if cache and (pictures := _filled(cache, key, shape)):
        return pictures
    pixels = np.memmap(cache, np.uint8, "w+", shape=shape) if cache else np.zeros(shape, np.uint8)
    sizes = np.zeros((len(paths), 3), np.float32)
    readable = np.zeros(len(paths), bool)
    for i, decoded in enumerate(decode(zip(paths, pixel_um, strict=True), side)):
        if decoded is not None:
            pixels[i], sizes[i] = decoded
            readable[i] = True
        if i % 256 == 255:
            on_done(i + 1)
    if cache:
        _note_filled(cache, key, sizes, readable)
    return Pictures(pixels, sizes, readable, np.arange(len(paths)))


def _key(paths: list[str], pixel_um: np.ndarray, side: int) -> str:
    digest = hashlib.sha256(f"{VERSION} {side}\n".encode())
    digest.update("\n".join(paths).encode())
    digest.update(np.ascontiguousarray(pixel_um).tobytes())
    return digest.hexdigest()


def notes_of(cache: Path) -> Path:
    """The file beside a cache that says what fills it."""
    return cache.with_suffix(".npz")


def _filled(cache: Path, key: str, shape: tuple[int, int, int]) -> Pictures | None:
    if not (cache.exists() and notes_of(cache).exists()):
        return None
    with np.load(notes_of(cache)) as notes:
        if str(notes["key"]) != key:
            return None
        pixels = np.memmap(cache, np.uint8, "r", shape=shape)
        return Pictures(pixels, notes["sizes"], notes["readable"], np.arange(shape[0]))


def _note_filled(cache: Path, key: str, sizes: np.ndarray, readable: np.ndarray) -> None:
    draft = cache.with_suffix(".draft.npz")
    np.savez(draft, key=key, sizes=sizes, readable=readable)
    draft.replace(notes_of(cache))  # whole or not at all


def decode(pictures: Iterable[tuple[str, float]], side: int) -> Iterator[Decoded]:
    """(path, µm a pixel) to (square, size), in order; None for a picture that cannot be read."""

    def one(picture: tuple[str, float]) -> Decoded:
        try:
            pixels = read_picture(Path(picture[0]))
        except OSError as error:
            if is_transient(error):
                raise  # it would count as a picture that nobody can read
            return None
        return letterbox(pixels, side), true_size(pixels, picture[1])

    with ThreadPoolExecutor(THREADS) as pool:
        yield from bounded(pool, one, pictures)


def bounded(
    pool: ThreadPoolExecutor, one: Callable[[Thing], Content], things: Iterable[Thing]
) -> Iterator[Content]:
    """`pool.map` that looks only so far ahead: the memory stays bounded."""
    waiting = []
    for thing in things:
        waiting.append(pool.submit(one, thing))
        if len(waiting) >= 512:
            yield from (future.result() for future in waiting[:256])
            del waiting[:256]
    yield from (future.result() for future in waiting)
