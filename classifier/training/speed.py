"""How long an object takes on this device, by each method: a few seconds of the arithmetic that a training does.

Nothing is learnt: pictures, labels and weights are random, which takes as long as true ones.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from classifier.contract.backbones import COMPACT
from classifier.contract.errors import Cancelled
from classifier.contract.settings import SETTINGS
from classifier.data.letterbox import letterbox, read_picture
from classifier.inference.device import choose_device, set_up_cpu
from classifier.measuring.processes import Measurers
from classifier.methods.forests import grow_forest
from classifier.methods.linear import fit_linear
from classifier.methods.patches import learn_dictionary
from classifier.models.network import SIZES, Architecture, Network
from classifier.models.preprocessing import unit_grey
from classifier.training import recipe
from classifier.training.augment import Chances, augment
from classifier.training.average import Average
from classifier.training.precision import predicts_in_bfloat16, repeatable, trains_in_bfloat16

LEAST_SECONDS = 1.0  # of a piece of work that is repeated
FEWEST_TIMES = 2
BATCH = {"cpu": 16, "cuda": 64}  # a GPU with few pictures waits for the next ones
CLASSES, TABLE, COLUMNS, COMPONENTS = 20, 2000, 60, 256  # of the tables that heads are fitted to
LEARNT, TUNED = 0.7, 0.1  # shares of the objects, as a training parts them

ShouldStop = Callable[[], bool]


@dataclass(frozen=True)
class Speed:
    """Seconds an object of the learning set: once, and again in each epoch where a method has some."""

    method: str
    network: str  # a backbone, `patches`, or none
    image_size: int  # pixels a side; 0 where the method looks at no picture as a whole
    once: float
    epoch: float = 0.0


def measure_speeds(
    pictures: list[Path],
    networks: list[str],
    image_sizes: list[int],
    device_name: str = "auto",
    should_stop: ShouldStop = lambda: False,
) -> Iterator[Speed]:
    """Of measuring, of patches, and of each network at each size, as features and fine-tuned: the light ones first.

    `pictures` are files of vignettes, as large as those to come. Raises ClassifierError for a network that can't take
    a size, Cancelled when `should_stop` says so.
    """
    set_up_cpu(0)
    device = choose_device(device_name)
    with repeatable(device):
        measuring = _decoding(pictures) + _measuring(pictures) + _growing()
        yield Speed("measure", "", 0, measuring)
        regression = _regression(device)
        yield Speed("features", "patches", 0, measuring + _patches(device) + regression)
        for size in image_sizes:
            for network in networks:
                if should_stop():
                    raise Cancelled
                yield from _of_network(network, size, device, measuring, regression)


def _of_network(
    name: str, size: int, device: torch.device, measuring: float, regression: float
) -> Iterator[Speed]:
    """`measuring` is the time of the forest that every training compares itself with."""
    set_up_cpu(0, leaves_a_core=True)
    torch.manual_seed(0)
    network = Network(Architecture.suited(name, size, classes=CLASSES)).on(device)
    pixels = _noise(_batch(name, device), size, device)
    learning, looking = measure_learning(network, pixels), _looking(network, pixels)
    once = measuring + SETTINGS["views"].default * looking
    yield Speed("network", name, size, once, LEARNT * learning + TUNED * looking)
    yield Speed("features", name, size, measuring + looking + regression)


def _batch(name: str, device: torch.device) -> int:
    """The lightest network learns from whole batches: in smaller ones, steps of the weights would count too much."""
    return SETTINGS["batch_size"].default if name == COMPACT else BATCH[device.type]


def measure_learning(network: Network, pixels: torch.Tensor) -> float:
    """Forward, backward, a step of the weights and of their average, a picture."""
    network.train()
    network.in_bfloat16 = trains_in_bfloat16(network.features, pixels.device)
    average, optimiser = Average(network), recipe.optimiser(network, network.features, False)
    generator = torch.Generator(pixels.device).manual_seed(0)
    labels = torch.arange(len(pixels), device=pixels.device) % CLASSES
    sizes = torch.zeros(len(pixels), SIZES, device=pixels.device)

    def step() -> None:
        chances = Chances.drawn(len(pixels), pixels.shape[-1], generator)
        pictures = augment(unit_grey(pixels), chances).contiguous(memory_format=torch.channels_last)
        network.zero_grad(set_to_none=True)
        F.cross_entropy(network(pictures, sizes).logits, labels).backward()
        nn.utils.clip_grad_norm_(network.parameters(), recipe.CLIP)
        optimiser.step()
        average.follow(network, 1)

    return _seconds(step, pixels.device) / len(pixels)


def _looking(network: Network, pixels: torch.Tensor) -> float:
    """Forward alone, a picture."""
    network.eval()
    network.in_bfloat16 = predicts_in_bfloat16(network.features, pixels.device)
    sizes = torch.zeros(len(pixels), SIZES, device=pixels.device)

    @torch.inference_mode()
    def look() -> None:
        network(unit_grey(pixels).contiguous(memory_format=torch.channels_last), sizes)

    return _seconds(look, pixels.device) / len(pixels)


def _patches(device: torch.device) -> float:
    pixels = _noise(BATCH[device.type], 96, device).cpu().numpy()
    dictionary = learn_dictionary(pixels, 0, device)
    learning = _seconds(lambda: learn_dictionary(pixels, 0, device), device)
    looking = _seconds(lambda: dictionary(pixels), device)
    return (learning + looking) / len(pixels)


def _regression(device: torch.device) -> float:
    """A linear head, an object."""
    x, y = _table(COMPONENTS)
    tune = x[: TABLE // 10], y[: TABLE // 10]
    started = time.monotonic()
    fit_linear("one", (x, y), tune, CLASSES, device, lambda done, total: None)
    return (time.monotonic() - started) / TABLE


def _growing() -> float:
    """A forest, an object."""
    x, y = _table(COLUMNS)
    started = time.monotonic()
    grow_forest("one", x, y, CLASSES, 0, 0, lambda done, total: None)
    return (time.monotonic() - started) / TABLE


def _measuring(pictures: list[Path]) -> float:
    paths: list[tuple[str, float | None]] = [(str(path), 10.0) for path in pictures]
    with Measurers() as measurers:
        measurers.measure(paths)  # the processes start, and load what they need
        started = time.monotonic()
        measurers.measure(paths)
        return (time.monotonic() - started) / len(paths)


def _decoding(pictures: list[Path]) -> float:
    started = time.monotonic()
    for path in pictures:
        letterbox(read_picture(path), 96)
    return (time.monotonic() - started) / len(pictures)


def _seconds(work: Callable[[], object], device: torch.device) -> float:
    """Of one time, the middle of several: others may use the machine. A first one is not counted."""
    work()
    _wait(device)
    times: list[float] = []
    while len(times) < FEWEST_TIMES or sum(times) < LEAST_SECONDS:
        started = time.monotonic()
        work()
        _wait(device)
        times.append(time.monotonic() - started)
    return median(times)


def _wait(device: torch.device) -> None:
    """A GPU is asked and answers later."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _noise(count: int, side: int, device: torch.device) -> torch.Tensor:
    """uint8 (count, side, side)."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, side, side), dtype=torch.uint8, generator=generator).to(device)


def _table(columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Classes that can be told apart, but not with ease: float32 (TABLE, columns), int (TABLE,)."""
    rng = np.random.default_rng(0)
    y = np.arange(TABLE) % CLASSES
    centres = rng.normal(size=(CLASSES, columns))
    return (centres[y] + 2 * rng.normal(size=(TABLE, columns))).astype(np.float32), y
