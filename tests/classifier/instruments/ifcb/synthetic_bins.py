"""Bins written byte by byte, after the published format, without the reader's own words."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

NEW, OLD = "D20220519T124533_IFCB134", "IFCB1_2009_216_075913"
NEW_HDR = """SoftwareVersion: 2.0.0.0
sampleType: Normal
triggerCount: 3
runTime: 1200.0
inhibitTime: 120.0
gpsLatitude: 58.25
gpsLongitude: 11.5
HumidityAlarmThreshold(%): 75
"""
OLD_HDR = """"Imaging FlowCytobot Acquisition Software version 1.0; October 2005"
"Heidi M. Sosik and Robert J. Olson"
"Woods Hole Oceanographic Institution"
"SyringeStatus =  0"
"Temp Humidity BinarizeThresh PMT1hv(ssc) PMT2hv(chl) BlobSizeThresh"
" 11.4799732421875"," 32.167437512207"," 30"," .675"," .6"," 10"
"""


def new_line(trigger: int, width: int, height: int, start: int, run: float = 0, inhibited: float = 0) -> str:
    """24 columns; width, height and start byte are columns 16, 17 and 18 from 1."""
    fluorescence = "0.25,-0.38,-0.36,-0.36,3.4,0.32,0.054,0.061,65.2"
    return (
        f"{trigger},{run},{fluorescence},5.8,5.9,796,703,{width},{height},{start},0,0,0,0,{run},{inhibited}\n"
    )


def old_line(trigger: int, width: int, height: int, start: int, opened: float = 0, grabbed: float = 1) -> str:
    """15 columns with a comma behind them; width, height and start byte are columns 12, 13 and 14 from 1."""
    return (
        f"{trigger},.31,.06,-.61,-.18,-3.62,-.3,{opened},{grabbed},202,673,{width},{height},{start},-.28,\n"
    )


def write_bin(
    folder: Path, name: str, pictures: Sequence[np.ndarray | None], hdr: str | None = None, **more: str
) -> Path:
    """A region behind the other; None is a trigger without one. Old bins begin at byte 1, as the instruments do."""
    is_new = name.startswith("D")
    folder.mkdir(parents=True, exist_ok=True)
    roi, lines = bytearray(b"" if is_new else b"\0"), []
    for trigger, picture in enumerate(pictures, 1):
        height, width = (0, 0) if picture is None else picture.shape
        lines.append((new_line if is_new else old_line)(trigger, width, height, len(roi)))
        roi += b"" if picture is None else picture.tobytes()
    (folder / f"{name}.adc").write_text(more.get("adc", "".join(lines)))
    (folder / f"{name}.hdr").write_text(hdr or (NEW_HDR if is_new else OLD_HDR))
    (folder / f"{name}.roi").write_bytes(bytes(roi))
    return folder


def picture_of(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
