"""Applies a model: decoding runs in threads while the network computes."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from queue import Queue
from threading import Event, Thread

import numpy as np
import pyarrow as pa
import torch
from safetensors.torch import load_file

from classifier.data.decoded import decode
from classifier.data.letterbox import VERSION as LETTERBOX
from classifier.errors import Cancelled, ClassifierError
from classifier.inference.device import choose_device, set_up_threads
from classifier.models.network import Network
from classifier.run_folder import RunFolder

TOP = 3
SCHEMA = pa.schema(
    [
        ("object_id", pa.int64()),
        *((f"top{k}", pa.int32()) for k in range(1, TOP + 1)),  # class numbers; -1 where there is none
        *((f"score{k}", pa.float32()) for k in range(1, TOP + 1)),
        ("margin", pa.float32()),
        ("entropy", pa.float32()),  # of all probabilities, over that of a uniform guess: 0 to 1
        ("embedding", pa.list_(pa.float32())),
    ]
)


class LoadedModel:
    """A network with all that it needs to be used: preprocessing, temperature, classes."""

    def __init__(self, folder: Path, device: str = "auto"):
        try:
            self.config = RunFolder(folder).read_json("config.json")
            weights = load_file(folder / "model.safetensors")
        except FileNotFoundError as error:
            raise ClassifierError(f"{folder} is no model: {Path(error.filename).name} is missing.") from error
        if self.config["preprocessing"]["version"] != LETTERBOX:
            raise ClassifierError("The model was made with another preprocessing: train it again.")
        self.classes: list[str] = self.config["classes"]
        self.side: int = self.config["preprocessing"]["image_size"]
        self.device = choose_device(device)
        self.network = Network(self.config["backbone"], len(self.classes), self.config["keep_resolution"])
        self.network.load_state_dict(weights)
        self.network.eval().to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        prior = np.log(np.array(self.config["prior"])) * self.config["logit_adjustment"]
        self.adjustment = torch.tensor(prior, dtype=torch.float32, device=self.device)

    def __call__(self, pixels: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """uint8 (N, S, S) and raw sizes (N, 3) to calibrated probabilities (N, classes), embeddings (N, 256)."""
        pre = self.config["preprocessing"]
        grey = (
            torch.from_numpy(pixels)
            .to(self.device)[:, None]
            .float()
            .div_(255)
            .sub_(pre["mean"])
            .div_(pre["std"])
        )
        scaled = (
            ((sizes - np.array(pre["size_mean"])) / np.array(pre["size_std"])).clip(-4, 4).astype(np.float32)
        )
        with torch.inference_mode(), self._autocast():
            logits, embedding = self.network(
                grey.contiguous(memory_format=torch.channels_last), torch.from_numpy(scaled).to(self.device)
            )
        natural = (logits.float() + self.adjustment) / self.config["temperature"]
        return natural.softmax(1).cpu().numpy(), embedding.float().cpu().numpy()

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda")


@lru_cache(maxsize=2)
def load_model(folder: str, device: str = "auto") -> LoadedModel:
    """The model of a folder; the last two stay loaded."""
    return LoadedModel(Path(folder), device)


def predict_chunks(
    model_folder: str,
    rows: Iterator[tuple[int, str, float]],
    chunk: int = 2048,
    batch: int = 256,
    device: str = "auto",
    threads: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[pa.Table]:
    """(object id, path, µm a pixel) to tables of `SCHEMA`, `chunk` objects each. Unreadable pictures are left out."""
    set_up_threads(threads)
    model = load_model(model_folder, device)
    parts: list[pa.Table] = []
    for ids, pixels, sizes in _ahead(_batches(rows, model.side, batch)):
        if should_stop():
            raise Cancelled
        parts.append(_table(ids, *model(pixels, sizes)))
        if sum(map(len, parts)) >= chunk:
            yield pa.concat_tables(parts)
            parts = []
    if parts:
        yield pa.concat_tables(parts)


def _batches(rows: Iterator[tuple[int, str, float]], side: int, size: int) -> Iterator[tuple]:
    ids: list[int] = []
    pixels: list[np.ndarray] = []
    sizes: list[tuple[float, float, float]] = []
    waiting: list[int] = []

    def noted() -> Iterator[tuple[str, float]]:
        for object_id, path, pixel_um in rows:
            waiting.append(object_id)
            yield path, pixel_um

    for place, found in enumerate(decode(noted(), side)):
        if found is not None:
            ids.append(waiting[place])
            pixels.append(found[0])
            sizes.append(found[1])
        if len(ids) == size:
            yield np.array(ids), np.stack(pixels), np.array(sizes, np.float32)
            ids, pixels, sizes = [], [], []
    if ids:
        yield np.array(ids), np.stack(pixels), np.array(sizes, np.float32)


def _ahead(batches: Iterator[tuple], depth: int = 4) -> Iterator[tuple]:
    """Makes the next batches in a thread while this one is in the network."""
    queue: Queue = Queue(depth)
    stopped = Event()

    def fill() -> None:
        try:
            for item in batches:
                queue.put(item)
                if stopped.is_set():
                    return
            queue.put(None)
        except Exception as error:  # noqa: BLE001 (handed to the reader, who raises it)
            queue.put(error)

    Thread(target=fill, daemon=True, name="decoding").start()
    try:
        while (item := queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        stopped.set()
        while not queue.empty():
            queue.get_nowait()


def _table(ids: np.ndarray, probabilities: np.ndarray, embeddings: np.ndarray) -> pa.Table:
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :TOP]
    scores = np.take_along_axis(probabilities, best, 1)
    missing = TOP - best.shape[1]
    best = np.pad(best, ((0, 0), (0, missing)), constant_values=-1)
    scores = np.pad(scores, ((0, 0), (0, missing)))
    margin = scores[:, 0] - scores[:, 1]
    columns = [ids, *best.T.astype(np.int32), *scores.T.astype(np.float32), margin, _entropy(probabilities)]
    return pa.Table.from_arrays(
        [*map(pa.array, columns), pa.array(list(embeddings))], names=SCHEMA.names
    ).cast(SCHEMA)


def _entropy(probabilities: np.ndarray) -> np.ndarray:
    """(n, classes) → (n,): Shannon's, as a share of the greatest there can be; 0 for a single class."""
    logs = np.log(probabilities, where=probabilities > 0, out=np.zeros_like(probabilities))
    most = np.log(max(probabilities.shape[1], 2))
    return np.clip(-(probabilities * logs).sum(axis=1) / most, 0, 1)
