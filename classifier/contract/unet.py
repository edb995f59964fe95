"""A U-Net that learns masks from scans: its settings, each declared once, its request and its result.

`python -m classifier train-segmenter` and docs/unet.md are made from UNET_SETTINGS.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from classifier.contract.messages import Message
from classifier.contract.settings import setting, settings_of

ORGANISM = "organism"  # the class of what nobody names
OF_NOTHING = {"unlabelled", "unlabeled", "ignore"}  # names of pixels that count for nothing
BACKGROUND = {"background", "hintergrund", "none"}
OF_THIS_MACHINE = ("manifest", "out", "threads")  # of a request


@dataclass(frozen=True, kw_only=True)
class UnetSettings:
    """How a U-Net is made, whatever it learns from."""

    epochs: int = setting(
        20, "of so many steps each as --steps says", title="Epochs", least=1, most=1000, is_basic=True
    )
    steps: int = setting(50, "steps an epoch", title="Steps an epoch", least=1, most=10_000)
    batch_size: int = setting(8, "patches a step", title="Patches a step", least=2, most=256)
    patch: int = setting(
        256,
        "pixels a side of a patch, rounded up to what the network can halve",
        title="Patch, pixels a side",
        least=16,
        most=1024,
        is_basic=True,
    )
    width: int = setting(
        16,
        "channels of the finest level; each further one has twice as many",
        title="Channels of the finest level",
        least=4,
        most=128,
    )
    levels: int = setting(4, "levels, each half as fine as the one before", title="Levels", least=2, most=6)
    stride: int = setting(
        2,
        "pixels a side that the network takes as one: 2 is about four times as fast as 1",
        title="Pixels taken as one",
        least=1,
        most=8,
        is_basic=True,
    )
    colour: bool = setting(False, "look at red, green and blue instead of grey", title="Look at colours")
    rate: float = setting(3e-3, "peak of the learning rate", least=1e-5, most=0.1)
    centred: float = setting(0.5, "share of the patches that lie around an organism", most=1)
    scale: float = setting(0.2, "how far patches are drawn larger or smaller: 0.2 is by up to 20 %", most=0.5)
    turns: bool = setting(True, "patches by any angle and mirrored")
    light: float = setting(0.15, "how far brightness and contrast of patches vary", most=0.5)
    noise: float = setting(0.03, "how far patches are blurred and made noisy", most=0.2)
    dice: float = setting(0.5, "weight of the Dice loss; cross-entropy has the rest", most=1)
    seed: int = setting(0, "the same seed gives the same network", title="Seed", most=2**31)
    device: str = setting("auto", "cpu, cuda, cuda:1 or auto")
    threads: int = setting(0, "0: all cores but one", most=4096)


UNET_SETTINGS = settings_of(UnetSettings)
UNET_OFFERED = {name: one for name, one in UNET_SETTINGS.items() if one.title}  # by the site


@dataclass(frozen=True)
class UnetRequest(UnetSettings, Message):
    """A training: how, from what, and where to."""

    manifest: str  # CSV, see segmentation/unet/manifest.py
    out: str  # becomes the network's folder

    @property
    def settings(self) -> Mapping[str, Any]:
        """What decides the weights, wherever it is made."""
        return {name: value for name, value in asdict(self).items() if name not in OF_THIS_MACHINE}

    @classmethod
    def example(cls) -> "UnetRequest":
        return cls("scans.csv", "segmenter", epochs=3)


@dataclass(frozen=True)
class UnetResult(Message):
    model: str
    minutes: float
    metrics: dict[str, Any] = field(default_factory=dict)
    was_finished: bool = False  # before: nothing was trained

    @classmethod
    def example(cls) -> "UnetResult":
        return cls("segmenter", 4.5, {"f1": 0.9, "iou": 0.8})
