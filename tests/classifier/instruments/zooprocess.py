"""Writes projects of ZooProcess, line by line as it does."""

from collections.abc import Mapping

import numpy as np

from tests.classifier.instruments.reading import encoded

COLUMNS = "!Item;Label;Area;Mean;Perim.;BX;BY;Width;Height;Major;Minor"
HEAD = """PID
[Image]
Scanning_date= 20240321_1049
[Info]
Hardware=  Hydroptic_V3
Resolution=  2400

[Sample]
SampleId= {sampleid}
Ship= thalassa
Date= {date}
Latitude= {latitude}
Longitude= {longitude}
Depth= 99999
Zmax= 106
Zmin= 55
Vol= {vol}

[Fraction]
FracId= d2
Min= {min}
Max= {max}

[Subsample]
SubPart= {subpart}
SubMethod= {submethod}

[Image_Process]
Image=  {image}.tif
[Particules_Process]
PixSize=   0.0106
B/W_ratio= 0.1076
Analysed_Objects=  {objects}

[Data]
"""
DEFAULTS = {
    "sampleid": "cruise_st20",
    "date": "20230614-2251",
    "latitude": "48.2584",
    "longitude": "22.2966",
    "vol": "124.5",
    "min": "500",
    "max": "1000",
    "subpart": "4",
    "submethod": "motoda",
}


def vignette(seed: int) -> bytes:
    return encoded(np.random.default_rng(seed).integers(0, 256, (9, 7), np.uint8), "JPEG")


def scan_files(stem: str, objects: int = 2, **values: str) -> Mapping[str, bytes | str]:
    """A scan's folder in `_work`: its pid and a vignette for each object."""
    folder = f"Zooscan_scan/_work/{stem}"
    head = HEAD.format(**(DEFAULTS | {"image": stem, "objects": str(objects)} | values))
    lines = [f"{n};{stem};{1000 + n};236.03;384.22;10184;377;147;52;85.2;15.4" for n in range(1, objects + 1)]
    head = head.replace("\n\n", "\n \n")  # ZooProcess writes a blank between sections
    pid = {f"{folder}/{stem}_dat1.pid": head + "\n".join([COLUMNS, *lines]) + "\n"}
    return pid | {f"{folder}/{stem}_{n}.jpg": vignette(n) for n in range(1, objects + 1)}
