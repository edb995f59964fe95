"""Numbers of events, occurrences and measurements: made of what the project calls things, so that the next archive of
the same data has the same ones, and no two things share one. Where the site says its address they begin with it, for
the projects of every site are counted from 1."""

import re
from urllib.parse import urlsplit

_APART = re.compile(r"[%:|\s]")


def _part(name: str) -> str:
    """Without what separates parts; different names stay different."""
    return _APART.sub(lambda sign: f"%{ord(sign.group()):02X}", name)


def _site_part(site: str) -> str:
    """Host and path, as `plankton.example.org:`; empty where nobody says which site it is."""
    address = urlsplit(site)
    return f"{_part((address.netloc + address.path).rstrip('/'))}:" if site else ""


def dataset_root(project: int, site: str) -> str:
    """What all numbers of a project begin with."""
    return f"{_site_part(site)}seston-{project}"


def former(number: str, site: str) -> str:
    """What archives called it that did not know their site; empty where it is called so still."""
    return number.removeprefix(_site_part(site)) if site else ""


def cruise_id(root: str, cruise: str) -> str:
    return f"{root}:cruise:{_part(cruise)}"


def sample_id(root: str, sample: str) -> str:
    return f"{root}:sample:{_part(sample)}"


def acquisition_id(root: str, sample: str, acquisition: str) -> str:
    return f"{sample_id(root, sample)}:acquisition:{_part(acquisition)}"


def layer_id(root: str, sample: str, depths: tuple[int, int] | None) -> str:
    layer = f"{depths[0]}to{depths[1]}m" if depths else "unknown"
    return f"{sample_id(root, sample)}:layer:{layer}"


def occurrence_id(event: str, taxon: int, status: str) -> str:
    return f"{event}:taxon:{taxon}:{status}"
