"""What the columns of a FlowCam's lists are called: the names of the piped dialect, which names its own, hold for all.

The colon-separated lists before version 017 have no header; their columns stand as ZooImage's `readFlowCAMlst` has
them. The names of exported CSV are those of the VisualSpreadsheet manual (Fluid Imaging Technologies, appendix B).
"""

import re

BEGINNING = [
    "id",
    "cal_const",
    "raw_area",
    "raw_feret_max",
    "raw_feret_min",
    "raw_feret_mean",
    "raw_perimeter",
    "raw_convex_perimeter",
    "abd_area",
    "abd_diameter",
    "length",
    "width",
    "esd_diameter",
    "perimeter",
    "convex_perimeter",
    "intensity",
    "sigma_intensity",
    "compactness",
    "elongation",
    "sum_intensity",
    "roughness",
    "feret_max_angle",
]
CHANNELS = [f"ch{number}_{what}" for number in range(1, 5) for what in ("peak", "width")]
COLOURS = ["avg_red", "avg_green", "avg_blue", "ppc"]
PLACE = ["collage_file", "image_x", "image_y", "image_w", "image_h", "src_x", "src_y"]
WITHOUT_HEADER = {
    44: [*BEGINNING, *COLOURS, *CHANNELS, *PLACE, "high_u32", "low_u32", "total"],
    47: [
        *BEGINNING,
        "feret_min_angle",
        *COLOURS,
        *CHANNELS,
        *PLACE,
        "edge_gradient",
        "timestamp",
        "timestamp2",
        "src_image",
        "cal_image",
    ],
}
OF_CSV = {
    "particle_id": "id",
    "capture_id": "id",
    "image_file": "collage_file",
    "image_width": "image_w",
    "image_height": "image_h",
    "capture_x": "src_x",
    "capture_y": "src_y",
    "source_image": "src_image",
    "calibration_image": "cal_image",
    "calibration_factor": "cal_const",
    "area_abd": "abd_area",
    "area_filled": "filled_area",
    "diameter_abd": "abd_diameter",
    "diameter_esd": "esd_diameter",
    "diameter_fd": "fd_diameter",
    "average_red": "avg_red",
    "average_green": "avg_green",
    "average_blue": "avg_blue",
    "particles_per_chain": "ppc",
    "feret_angle_max": "feret_max_angle",
    "feret_angle_min": "feret_min_angle",
    "uuid": "image_id",
}
UNIT = re.compile(r"\((?![A-Z])[^)]*\)")  # (px), (µm²), (s); but (ABD) is part of the name


def csv_column(heading: str) -> str:
    """The name of the column of an exported CSV: `Image Width (px)` is `image_w`."""
    name = "_".join(re.findall(r"[a-z0-9]+", UNIT.sub(" ", heading).lower()))
    return OF_CSV.get(name, name)
