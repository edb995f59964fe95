"""How fast the device that trains is, where nothing like it has been trained: measured by a job, on request."""

from django.core.exceptions import PermissionDenied, ValidationError

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import UNFINISHED, Job
from annotations.learning.models import DeviceSpeed
from annotations.projects.access import projects_managed_by
from classifier.contract.backbones import GROUPS, suited_side
from classifier.contract.settings import SETTINGS, SettingError

BACKBONE, IMAGE_SIZE = SETTINGS["backbone"], SETTINGS["image_size"]
USUAL_NETWORKS = [name for name, _ in GROUPS[0][1]]  # those that the page offers first
MOST_SPEEDS = 1000


def device_speeds() -> list[DeviceSpeed]:
    """The newest first."""
    return list(DeviceSpeed.objects.order_by("-measured", "-id")[:MOST_SPEEDS])


def measuring_job() -> Job | None:
    """The one that is under way."""
    return Job.objects.filter(kind="measure_device", state__in=UNFINISHED).first()


def start_measuring_device(*, user: User, network: str = "", image_size: int | None = None) -> Job:
    """Measures the networks that are offered first at the sizes that are offered, and `network` and `image_size`.

    Needs a manager of some project. Raises PermissionDenied, ValidationError for a network that there is not or a size
    out of bounds, JobUnderWay where something else is being measured.
    """
    if not projects_managed_by(user).exists():
        raise PermissionDenied("Only managers train models, and measure how long that takes.")
    try:
        chosen = BACKBONE.check(network, "network") if network else ""
        size = IMAGE_SIZE.check(image_size) if image_size else suited_side(chosen or BACKBONE.default)
    except SettingError as error:
        raise ValidationError(str(error)) from error
    networks = [*USUAL_NETWORKS, *([chosen] if chosen not in ("", *USUAL_NETWORKS) else [])]
    sizes = [size, *(one for one in IMAGE_SIZE.suggested if one != size)]
    return start_job(kind="measure_device", owner=user, params={"networks": networks, "image_sizes": sizes})


def keep_speed(*, worker: str, device: str, speed: DeviceSpeed) -> None:
    """In the place of what was measured there before."""
    DeviceSpeed.objects.update_or_create(
        worker=worker,
        device=device,
        method=speed.method,
        network=speed.network,
        image_size=speed.image_size,
        defaults={"seconds_once": speed.seconds_once, "seconds_epoch": speed.seconds_epoch},
    )
