"""The settings of a training, each declared once: its bounds, default, help, and the methods that it belongs to.

`python -m classifier train`, `manage.py train`, the page's form, the API and docs/reference.md are made from SETTINGS.
To add one, add a field to `TrainSettings` and read it where the training uses it.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import NoneType
from typing import Any, get_args

from classifier.contract.backbones import BACKBONES, COMPACT, TIMM

METHODS = {  # what each is, in a model's card
    "measure": "region measurements and a classifier on them",
    "features": "the features of a frozen network and a classifier on them",
    "network": "a convolutional network, trained for these taxa",
}
EVERY_METHOD = tuple(METHODS)
WITH_IMAGES, WITH_EPOCHS = ("features", "network"), ("network",)
PATCHES = {"patches": "patches of the images themselves, learnt without labels"}
STEMS = {
    "suited": "as the size of the pictures asks for",
    "original": "as they were published",
    "open": "half the stride and no pooling: sees more of small pictures, takes several times as long",
}
SettingChoices = Mapping[str, Mapping[str, str]]  # by method: what may be chosen, and what people read there
ValueType = type
MOST_DIGITS = 12


class SettingError(ValueError):
    """The sentence names the setting and what it takes."""


@dataclass(frozen=True)
class Setting:
    """A `title` is what the site's page calls it; without one the site does not offer it."""

    name: str
    type: ValueType
    default: Any
    help: str
    title: str = ""
    placeholder: str = ""  # of the page's empty field: what becomes of it when nothing is typed
    least: float = 0
    most: float = math.inf
    methods: tuple[str, ...] = EVERY_METHOD
    choices: SettingChoices = field(default_factory=dict)
    suggested: tuple[int, ...] = ()  # of a number: the page offers these
    is_basic: bool = False  # on the page it stands before `More settings`
    prefix: str = ""  # of names beyond the choices: what begins with it is looked up when it is used

    def check(self, value: Any, method: str = "") -> Any:
        """The value as it is kept. Raises SettingError for what is of another type or out of bounds."""
        if self.choices:
            return self._check_choice(value, method)
        if self.type is bool:
            return self._check_type(value, bool, "true or false")
        if self.type in (int, float):
            return self._check_number(value)
        return self._check_type(value, str, "a text")

    def parse(self, text: str) -> Any:
        """The value that a person typed."""
        try:
            value = self.type(text) if self.type in (int, float) and len(text) <= MOST_DIGITS else text
        except ValueError:
            value = text
        return self.check(value)

    @property
    def bounds(self) -> str:
        """What it takes, as sentences say it."""
        if self.choices:
            return f"one of {', '.join(self.choices_of(''))}"
        if self.type is bool:
            return "true or false"
        number = {int: "a whole number", float: "a number"}.get(self.type)
        return f"{number} from {self.least:g} to {self._most_in_words}" if number else "a text"

    @property
    def _most_in_words(self) -> str:
        return f"{int(self.most)}" if self.type is int else f"{self.most:g}"

    def choices_of(self, method: str) -> Mapping[str, str]:
        """Of one method; with none named, those of all."""
        if method:
            return self.choices.get(method, {})
        return {value: text for choices in self.choices.values() for value, text in choices.items()}

    @property
    def differs_by_method(self) -> bool:
        """Whether no one list has the choices of every method."""
        return bool(self.choices) and set(self.choices_of("")) not in map(set, self.choices.values())

    def _check_choice(self, value: Any, method: str) -> Any:
        choices = self.choices_of(method)
        if isinstance(value, str) and (value in choices or self._has_prefix(value)):
            return value
        whose = f"`{method}` " if method and self.differs_by_method else ""
        raise SettingError(f"`{self.name}` is {value!r}, but {whose}takes one of {', '.join(choices)}.")

    def _has_prefix(self, value: str) -> bool:
        """Whether it is a name that others give: letters, digits, points and underscores after the prefix."""
        return (
            bool(self.prefix)
            and re.fullmatch(rf"{re.escape(self.prefix)}[\w.-]{{1,100}}", value, re.ASCII) is not None
        )

    def _check_type(self, value: Any, kind: ValueType, words: str) -> Any:
        if not isinstance(value, kind):
            raise SettingError(f"`{self.name}` is {value!r}, but takes {words}.")
        return value

    def _check_number(self, value: Any) -> int | float:
        is_number = type(value) is int or (self.type is float and type(value) is float)
        if not is_number or not self.least <= value <= self.most:
            left_out = ", or is left out" if self.default is None else ""
            raise SettingError(f"`{self.name}` is {value!r}, but takes {self.bounds}{left_out}.")
        return self.type(value)


def setting(default: Any, help: str, **facts: Any) -> Any:
    """A field of TrainSettings or PretrainSettings; `facts` are further fields of Setting."""
    return field(default=default, metadata={"default": default, "help": help, **facts})


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """How a model is made, whatever it learns from."""

    method: str = setting(
        "network", "what learns", title="Method", choices=dict.fromkeys(["any"], METHODS), is_basic=True
    )
    head: str = setting(
        "",
        "what classifies measurements or features; the first if none is named",
        title="What learns",
        methods=("measure", "features"),
        choices={
            "measure": {
                "forest": "a random forest",
                "boosting": "gradient boosting: often a little better, takes longer",
            },
            "features": {"linear": "a linear classifier: the fastest", "forest": "a random forest"},
        },
        is_basic=True,
    )
    backbone: str = setting(
        COMPACT,
        "a network's name, or `patches` for features that need none",
        title="Network",
        methods=WITH_IMAGES,
        choices={"features": {**dict(BACKBONES), **PATCHES}, "network": dict(BACKBONES)},
        prefix=TIMM,
        is_basic=True,
    )
    pretrained: bool = setting(
        False,
        "start from torchvision's weights",
        title="Start from pretrained weights, where they can be fetched",
        methods=WITH_IMAGES,
        is_basic=True,
    )
    stem: str = setting(
        "suited",
        "of a network that learns from scratch: how its first layers treat small pictures",
        title="First layers",
        methods=WITH_EPOCHS,
        choices={"network": STEMS},
    )
    epochs: int = setting(
        0,
        "0: as many as the learning set asks for",
        title="Epochs",
        placeholder="as many as the learning set asks for",
        most=500,
        methods=WITH_EPOCHS,
        is_basic=True,
    )
    patience: int = setting(
        0,
        "epochs without a better macro-F1 after which it stops; 0: a third of all, at least eight",
        title="How long to wait for a gain",
        placeholder="a third of all epochs",
        most=500,
        methods=WITH_EPOCHS,
    )
    image_size: int | None = setting(
        None,
        "pixels a side; left out: as the network likes it",
        title="Image size, pixels a side",
        placeholder="as the network likes it",
        least=32,
        most=512,
        methods=WITH_IMAGES,
        suggested=(48, 64, 96, 128, 224),
    )
    batch_size: int = setting(
        64,
        "images a step, over all devices",
        title="Images a step",
        placeholder="64",
        least=2,
        most=1024,
        methods=WITH_IMAGES,
    )
    members: int = setting(
        1,
        "networks that vote, from as many seeds",
        title="Networks that vote",
        placeholder="1",
        least=1,
        most=10,
        methods=WITH_EPOCHS,
    )
    views: int = setting(
        4,
        "turns and flips of each picture, 1 to 8, whose answers are averaged",
        title="Turns and flips that predicting averages",
        placeholder="four turns by right angles",
        least=1,
        most=8,
        methods=WITH_EPOCHS,
        suggested=(1, 2, 8),
    )
    seed: int = setting(0, "the same seed gives the same model", title="Seed", placeholder="0", most=2**31)
    balance: float | None = setting(
        None,
        "how far rare taxa are favoured, 0 to 1; left out: not at all, the surest taxon is written",
        title="Favour rare taxa, 0 to 1",
        placeholder="not at all",
        most=1,
    )
    learn_traits: bool = setting(
        True,
        "learn the traits that the learning set has, too",
        title="Learn the traits, too, where people have scored them",
    )
    held_out: float = setting(0.2, "share of the objects to measure on, in whole samples if possible", most=1)
    tune: float = setting(0.1, "share of the objects to choose and calibrate by", most=1)
    logit_adjustment: float = setting(
        0.5, "strength of the loss's correction for rare taxa", most=2, methods=WITH_EPOCHS
    )
    label_smoothing: float = setting(
        0.05, "share of a label that is spread over all taxa", most=0.5, methods=WITH_EPOCHS
    )
    use_size: bool = setting(True, "tell the network how large the organism is", methods=WITH_EPOCHS)
    baseline: bool = setting(True, "a random forest on region measurements beside the model")
    learning_curve: bool = setting(True, "what twice the labels would buy")
    device: str = setting("auto", "cpu, cuda, cuda:1 or auto")
    threads: int = setting(0, "0: all cores, of which a network that learns leaves one to others", most=4096)


def settings_of(declared: Any) -> dict[str, Setting]:
    """Of a dataclass whose fields are made by `setting`, by their names."""

    def value_type(annotation: Any) -> type:
        return next((kind for kind in get_args(annotation) if kind is not NoneType), annotation)

    return {f.name: Setting(f.name, value_type(f.type), **f.metadata) for f in fields(declared)}


SETTINGS = settings_of(TrainSettings)
OFFERED = {name: one for name, one in SETTINGS.items() if one.title and name != "method"}  # by the site


def check_offered(offered: Mapping[str, Setting], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, each checked by its setting. Raises SettingError that says what is wrong."""
    for name in values:
        if name not in offered:
            raise SettingError(f"There is no setting `{name}`. There are {', '.join(offered)}.")
    return {name: offered[name].check(value) for name, value in values.items()}


def check_settings(method: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a model that the site makes, each checked. Raises SettingError that says what is wrong."""
    SETTINGS["method"].check(method)
    for name in values:
        if name not in OFFERED:
            raise SettingError(f"There is no setting `{name}`. There are {', '.join(OFFERED)}.")
        require_method(method, name, OFFERED[name].methods)
    return {name: OFFERED[name].check(value, method) for name, value in values.items()}


def require_method(method: str, name: str, methods: tuple[str, ...]) -> None:
    if method not in methods:
        raise SettingError(f"`{name}` means nothing to the method `{method}`: leave it out.")
