"""Numbers of events, occurrences and measurements: made of what the project calls things, so that the next archive of
the same data has the same ones, and no two things share one."""

import re

_APART = re.compile(r"[%:|\s]")


def _part(name: str) -> str:
    """Without what separates parts; different names stay different."""
    return _APART.sub(lambda sign: f"%{ord(sign.group()):02X}", name)


def cruise_id(project: int, cruise: str) -> str:
    return f"seston-{project}:cruise:{_part(cruise)}"


def sample_id(project: int, sample: str) -> str:
    return f"seston-{project}:sample:{_part(sample)}"


def acquisition_id(project: int, sample: str, acquisition: str) -> str:
    return f"{sample_id(project, sample)}:acquisition:{_part(acquisition)}"


def layer_id(project: int, sample: str, depths: tuple[int, int] | None) -> str:
    layer = f"{depths[0]}to{depths[1]}m" if depths else "unknown"
    return f"{sample_id(project, sample)}:layer:{layer}"


def occurrence_id(event: str, taxon: int, status: str) -> str:
    return f"{event}:taxon:{taxon}:{status}"
