"""How long a training will take here: from those that this site has done, else from a measurement; never guessed.

What a training takes grows with the objects, and with the epochs where there are some. So each earlier one tells the
minutes an object (and epoch) of its method, network and device; the next is expected to take their median. Where
nothing like it was trained, what the job `measure_device` has measured on the device tells the same.
"""

from dataclasses import dataclass
from statistics import median

from django.db import connection

from annotations.learning.models import DeviceSpeed, Model
from classifier.contract.backbones import suited_side
from classifier.contract.epochs import automatic_epochs

MOST_TRAININGS = 40  # the newest ones
LEARNT_FROM = 0.7  # of the objects of a learning set
FEW = 1000  # objects; docs/lab-notes.md
MOST_PATIENT = 60  # minutes that people wait for the method that the form begins with
# what was brought in as a folder was trained on another machine
TRAININGS = """
SELECT method, settings->>'backbone', coalesce((settings->>'pretrained')::bool, FALSE) OR parent_id IS NOT NULL
       OR start_backbone_id IS NOT NULL,
       settings->>'image_size', metrics->>'device', (metrics->>'minutes')::float8,
       coalesce((metrics->>'n_train')::float8, 0) + coalesce((metrics->>'n_machine')::float8, 0)
           + coalesce((metrics->>'n_tune')::float8, 0) + coalesce((metrics->>'n_held_out')::float8, 0),
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
    measured: str  # by what, and where

    @property
    def time(self) -> str:
        return "less than a minute" if self.minutes < 1 else f"about {_rounded(self.minutes)}"

    @property
    def text(self) -> str:
        return f"{self.time}, measured {self.measured}"


@dataclass(frozen=True)
class PlannedTraining:
    """A training that may be: `network` as `network_of` says, `epochs` where somebody says how many."""

    method: str
    objects: int
    network: str = ""
    image_size: str = ""
    epochs: int | None = None
    fine_tuned: bool = False
    members: int = 1
    head: str = ""


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


def device_at_hand(trainings: list[Training], speeds: list[DeviceSpeed]) -> str | None:
    """The one of the last training, else that was measured last; None where none has told yet."""
    devices = [training.device for training in trainings] + [speed.device for speed in speeds]
    return next((device for device in devices if device), None)


def usual_method(device: str | None, network: Expected | None, objects: int) -> tuple[str, str]:
    """The method that serves best within minutes here, and why; `network` is how long one would learn."""
    if 0 < objects < FEW:
        return Model.Method.FEATURES, f"Of fewer than {FEW:,} objects features learn more than a network."
    if network and network.minutes > MOST_PATIENT:
        return (
            Model.Method.FEATURES,
            f"A network would take {network.time} here: features serve best within minutes.",
        )
    if device is None:
        return (
            Model.Method.NETWORK,
            "Nothing has been trained or measured here yet, so it isn’t known how long each method takes. A network "
            "serves best, with and without a GPU; features give a first look sooner.",
        )
    where = "a CPU" if device.startswith("cpu") else "a GPU"
    return (
        Model.Method.NETWORK,
        f"Trainings run on {where} here: a network serves best, features give a first look sooner.",
    )


def expected(trainings: list[Training], speeds: list[DeviceSpeed], plan: PlannedTraining) -> Expected | None:
    """On the device at hand; None where nothing like it was trained or measured there."""
    device = device_at_hand(trainings, speeds)
    if device is None or not plan.objects:
        return None
    return _by_trainings(trainings, device, plan) or _by_speeds(speeds, device, plan)


def _by_trainings(trainings: list[Training], device: str, plan: PlannedTraining) -> Expected | None:
    """As many epochs as earlier trainings took, where nobody says, but no more than the rule gives this many."""
    what = (plan.method, plan.network, plan.image_size)
    if plan.method == Model.Method.MEASURE:
        what = (plan.method, "", "")
    alike = [
        one for one in trainings if (one.method, one.network, one.image_size) == what and one.device == device
    ]
    if not alike:
        return None
    usual_epochs = median(max(training.epochs, 1) for training in alike)
    passes = plan.epochs or min(usual_epochs, _epochs_by_rule(plan))
    each = median(training.minutes_each for training in alike)
    many = "an earlier training" if len(alike) == 1 else f"{len(alike)} earlier trainings"
    return Expected(each * plan.objects * passes, f"by {many} here ({device})")


def _by_speeds(speeds: list[DeviceSpeed], device: str, plan: PlannedTraining) -> Expected | None:
    """Where a training may end sooner than after all its epochs, it is the longest that it may take."""
    if plan.head == "boosting":  # only a forest is measured
        return None
    size = int(plan.image_size or suited_side(plan.network)) if _looks_at_pictures(plan) else 0
    what = (plan.method, "" if plan.method == Model.Method.MEASURE else plan.network, size)
    alike = (one for one in speeds if (one.method, one.network, one.image_size) == what)
    speed = next((one for one in alike if one.device == device), None)
    if speed is None:
        return None
    epochs = plan.epochs or _epochs_by_rule(plan)
    seconds = speed.seconds_once + plan.members * epochs * speed.seconds_epoch
    where = f"on {speed.worker} ({device}) on {speed.measured:%Y-%m-%d}"
    return Expected(plan.objects * seconds / 60, where)


def _epochs_by_rule(plan: PlannedTraining) -> int:
    return automatic_epochs(round(LEARNT_FROM * plan.objects), plan.fine_tuned, plan.network)


def _looks_at_pictures(plan: PlannedTraining) -> bool:
    """As a whole: patches and measurements don't depend on the size that pictures are brought to."""
    return plan.method != Model.Method.MEASURE and plan.network != "patches"
