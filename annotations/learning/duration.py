"""How long a training will take here: from those that this site has done, never guessed.

What a training takes grows with the objects, and with the epochs where there are some. So each earlier one tells the
minutes an object (and epoch) of its method, network and device; the next is expected to take their median.
"""

from dataclasses import dataclass
from statistics import median

from django.db import connection

from annotations.learning.models import Model

MOST_TRAININGS = 40  # the newest ones
# what was brought in as a folder was trained on another machine
TRAININGS = """
SELECT method, settings->>'backbone', coalesce((settings->>'pretrained')::bool, FALSE) OR parent_id IS NOT NULL,
       settings->>'image_size', metrics->>'device', (metrics->>'minutes')::float8,
       coalesce((metrics->>'n_train')::float8, 0) + coalesce((metrics->>'n_tune')::float8, 0)
           + coalesce((metrics->>'n_held_out')::float8, 0),
       jsonb_array_length(history)
FROM learning_model
WHERE is_ready AND learning_set_id IS NOT NULL
ORDER BY id DESC LIMIT %s
"""


@dataclass(frozen=True)
class Training:
    """One that was done here; `objects` are all that it looked at, `epochs` is 0 where the method has none."""

    method: str
    network: str  # as `network_of` says
    image_size: str
    device: str
    minutes: float
    objects: float
    epochs: int

    @property
    def minutes_each(self) -> float:
        """For an object, in an epoch where there are some."""
        return self.minutes / (self.objects * max(self.epochs, 1))


@dataclass(frozen=True)
class Expected:
    minutes: float
    trainings: int  # that it is measured by
    device: str

    @property
    def text(self) -> str:
        time = "less than a minute" if self.minutes < 1 else f"about {_rounded(self.minutes)}"
        many = "an earlier training" if self.trainings == 1 else f"{self.trainings} earlier trainings"
        return f"{time}, measured by {many} here ({self.device})"


def _rounded(minutes: float) -> str:
    """No more digits than such a forecast has."""
    if minutes < 90:
        return "1 minute" if round(minutes) == 1 else f"{minutes:.0f} minutes"
    return f"{minutes / 60:.1f} hours" if minutes < 600 else f"{minutes / 60:.0f} hours"


def earlier_trainings() -> list[Training]:
    """The newest first."""
    with connection.cursor() as cursor:
        cursor.execute(TRAININGS, [MOST_TRAININGS])
        rows = cursor.fetchall()
    return [
        Training(
            method,
            network_of(method, backbone, has_learnt),
            size or "",
            device or "",
            minutes,
            objects,
            epochs,
        )
        for method, backbone, has_learnt, size, device, minutes, objects, epochs in rows
        if minutes and objects
    ]


def network_of(method: str, backbone: str | None, has_learnt: bool) -> str:
    """What looks at the pictures. Features of a network that has learnt nothing are none: patches stand in for it."""
    if method == Model.Method.MEASURE:
        return ""
    return (backbone or "") if has_learnt or method == Model.Method.NETWORK else "patches"


def device_at_hand(trainings: list[Training]) -> str | None:
    """The one of the last training; None where none has told yet."""
    return next((training.device for training in trainings if training.device), None)


def usual_method(trainings: list[Training]) -> tuple[str, str]:
    """The method that serves best within minutes on the device at hand, and why."""
    device = device_at_hand(trainings)
    if device is None:
        return (
            Model.Method.FEATURES,
            "Nothing has been trained here yet, so it isn’t known whether there is a GPU. Features serve best "
            "within minutes without one.",
        )
    if device.startswith("cpu"):
        return Model.Method.FEATURES, "Trainings run on a CPU here: within minutes, features serve best."
    return (
        Model.Method.NETWORK,
        "Trainings run on a GPU here: within minutes, a fine-tuned network serves best.",
    )


def expected(
    trainings: list[Training],
    method: str,
    objects: int,
    network: str = "",
    image_size: str = "",
    epochs: int | None = None,
) -> Expected | None:
    """Of so many objects, by the method (and network) on the device at hand; None where nothing was measured.

    `epochs`: as many as earlier trainings took, where nobody says.
    """
    device, what = device_at_hand(trainings), (method, network, image_size)
    if method == Model.Method.MEASURE:
        what = (method, "", "")
    alike = [
        one for one in trainings if (one.method, one.network, one.image_size) == what and one.device == device
    ]
    if not alike or device is None or not objects:
        return None
    passes = epochs or median(max(training.epochs, 1) for training in alike)
    each = median(training.minutes_each for training in alike)
    return Expected(each * objects * passes, len(alike), device)
