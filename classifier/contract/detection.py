"""A detector that learns boxes on scans and frames: its settings, each declared once, its request and its result.

`python -m classifier train-detector` and docs/detection.md are made from DETECTOR_SETTINGS.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from classifier.contract.backbones import COMPACT
from classifier.contract.messages import Message
from classifier.contract.settings import setting, settings_of

OF_THIS_MACHINE = ("boxes", "out", "threads", "start_from")  # of a request
DETECTOR_BACKBONES = {
    COMPACT: "Compact ResNet: made for vignettes, with and without a GPU",
    "resnet18": "ResNet 18: sturdy, has pretrained weights",
}


@dataclass(frozen=True, kw_only=True)
class DetectorSettings:
    """How a detector is made, whatever it learns from."""

    epochs: int = setting(
        20, "of so many steps each as --steps says", title="Epochs", least=1, most=1000, is_basic=True
    )
    steps: int = setting(50, "steps an epoch", title="Steps an epoch", least=1, most=10_000)
    batch_size: int = setting(4, "patches a step", title="Patches a step", least=1, most=256)
    patch: int = setting(
        256,
        "pixels a side of a patch, of those that the network sees",
        title="Patch, pixels a side",
        least=32,
        most=1024,
        is_basic=True,
    )
    backbone: str = setting(
        COMPACT, "network that looks at the pixels", title="Backbone", choices={"any": DETECTOR_BACKBONES}
    )
    width: int = setting(
        64, "channels of the pyramid of features", title="Channels of the pyramid", least=8, most=256
    )
    shrink: int = setting(
        0,
        "pixels a side that are averaged into one before the network sees them; 0: as the boxes ask for",
        title="Pixels taken as one",
        most=16,
        is_basic=True,
    )
    colour: bool = setting(False, "look at red, green and blue instead of grey", title="Look at colours")
    pretrained: bool = setting(
        False, "begin with weights that learnt from photographs", title="Pretrained weights"
    )
    frozen: bool = setting(
        False, "the backbone stays as it is: only what stands on it learns", title="Frozen backbone"
    )
    rate: float = setting(1e-3, "peak of the learning rate", least=1e-5, most=0.1)
    centred: float = setting(0.75, "share of the patches that lie around a box", most=1)
    scale: float = setting(0.2, "how far patches are drawn larger or smaller: 0.2 is by up to 20 %", most=0.5)
    turns: bool = setting(True, "patches by quarter turns and mirrored")
    light: float = setting(0.15, "how far brightness and contrast of patches vary", most=0.5)
    noise: float = setting(0.03, "how far patches are blurred and made noisy", most=0.2)
    seed: int = setting(0, "the same seed gives the same network", title="Seed", most=2**31)
    device: str = setting("auto", "cpu, cuda, cuda:1 or auto")
    threads: int = setting(0, "0: all cores but one", most=4096)


DETECTOR_SETTINGS = settings_of(DetectorSettings)
DETECTOR_OFFERED = {name: one for name, one in DETECTOR_SETTINGS.items() if one.title}  # by the site


@dataclass(frozen=True)
class DetectorRequest(DetectorSettings, Message):
    """A training: how, from what, and where to."""

    boxes: str  # CSV or COCO, see detection/boxes.py
    out: str  # becomes the detector's folder
    start_from: str = field(default="", kw_only=True)  # folder of a network or backbone, whose features go on

    @property
    def settings(self) -> Mapping[str, Any]:
        """What decides the weights, wherever it is made."""
        return {name: value for name, value in asdict(self).items() if name not in OF_THIS_MACHINE}

    @classmethod
    def example(cls) -> "DetectorRequest":
        return cls("boxes.csv", "detector", epochs=3)


@dataclass(frozen=True)
class DetectorResult(Message):
    model: str
    minutes: float
    metrics: dict[str, Any] = field(default_factory=dict)
    was_finished: bool = False  # before: nothing was trained

    @classmethod
    def example(cls) -> "DetectorResult":
        return cls("detector", 4.5, {"f1": 0.9, "average_precision": 0.85})
