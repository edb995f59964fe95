"""A pretraining without labels: its settings, each declared once, and its request, result and rule of epochs.

`python -m classifier pretrain`, `manage.py pretrain`, the page's form, the API and docs/reference.md are made from
PRETRAIN_SETTINGS.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from classifier.contract.backbones import BACKBONES, COMPACT, TIMM, suited_side
from classifier.contract.messages import Message
from classifier.contract.settings import STEMS, SettingError, setting, settings_of

LOSSES = {
    "simclr": "SimCLR: two views of a picture find each other among all others",
    "vicreg": "VICReg: two views agree, and no two features say the same; also with few pictures a step",
}
# what the automatic number of epochs aims at: half an hour on two cores that others use, too
PICTURES_SEEN = 250_000
FEWEST_EPOCHS, MOST_EPOCHS = 1, 200
OF_THIS_MACHINE = ("manifest", "out", "threads")  # of a request


@dataclass(frozen=True, kw_only=True)
class PretrainSettings:
    """How a backbone is made, whatever it learns from."""

    loss: str = setting(
        "simclr", "what it learns by", title="What it learns by", choices={"any": LOSSES}, is_basic=True
    )
    backbone: str = setting(
        COMPACT,
        "a network's name",
        title="Network",
        choices={"any": dict(BACKBONES)},
        prefix=TIMM,
        is_basic=True,
    )
    epochs: int = setting(
        0,
        "0: as many as fit into half an hour on two cores",
        title="Epochs",
        placeholder="as many as half an hour on two cores allows",
        most=2000,
        is_basic=True,
    )
    most_images: int = setting(
        0,
        "images that it learns from at most, drawn at random; 0: all",
        title="Images at most",
        placeholder="all",
        most=10**9,
        is_basic=True,
    )
    image_size: int | None = setting(
        None,
        "pixels a side; left out: as the network likes it",
        title="Image size, pixels a side",
        placeholder="as the network likes it",
        least=32,
        most=512,
        suggested=(48, 64, 96, 128, 224),
    )
    batch_size: int = setting(
        256,
        "images a step, over all devices; each is seen twice",
        title="Images a step",
        placeholder="256",
        least=8,
        most=8192,
    )
    temperature: float = setting(
        0.2,
        "of SimCLR: the lower, the more the nearest others count",
        title="Temperature",
        placeholder="0.2",
        least=0.01,
        most=10,
    )
    stem: str = setting(
        "suited",
        "how the first layers treat small pictures",
        title="First layers",
        choices={"any": STEMS},
    )
    held_out: float = setting(
        0.1,
        "share of the labelled objects, in whole samples if possible, that it does not see and is looked at by",
        most=0.5,
    )
    seed: int = setting(0, "the same seed gives the same backbone", title="Seed", placeholder="0", most=2**31)
    device: str = setting("auto", "cpu, cuda, cuda:1 or auto")
    threads: int = setting(0, "0: all cores but one", most=4096)


PRETRAIN_SETTINGS = settings_of(PretrainSettings)
PRETRAIN_OFFERED = {name: one for name, one in PRETRAIN_SETTINGS.items() if one.title}  # by the site


def check_pretrain_settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a backbone that the site makes, each checked. Raises SettingError that says what is wrong."""
    for name in values:
        if name not in PRETRAIN_OFFERED:
            raise SettingError(f"There is no setting `{name}`. There are {', '.join(PRETRAIN_OFFERED)}.")
    return {name: PRETRAIN_OFFERED[name].check(value) for name, value in values.items()}


def automatic_pretrain_epochs(pictures: int) -> int:
    """How often each picture is seen where nobody says."""
    return min(max(round(PICTURES_SEEN / max(pictures, 1)), FEWEST_EPOCHS), MOST_EPOCHS)


@dataclass(frozen=True)
class PretrainRequest(PretrainSettings, Message):
    """A pretraining: how, from what, and where to."""

    manifest: str  # a Parquet file, see manifest.py; rows need no label
    out: str  # becomes the backbone's folder

    @property
    def settings(self) -> dict[str, Any]:
        """What decides the weights, wherever it is made."""
        return {name: value for name, value in asdict(self).items() if name not in OF_THIS_MACHINE}

    @property
    def side(self) -> int:
        """Pixels a side that pictures are brought to."""
        return self.image_size or suited_side(self.backbone)

    @classmethod
    def example(cls) -> "PretrainRequest":
        return cls("pictures.parquet", "backbone", epochs=3)


@dataclass(frozen=True)
class PretrainResult(Message):
    backbone: str
    minutes: float
    metrics: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def example(cls) -> "PretrainResult":
        return cls("backbone", 12.5, {"knn_accuracy": 0.5, "linear_accuracy": 0.6})
