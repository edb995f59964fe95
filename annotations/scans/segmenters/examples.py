"""Crops of held-out scans as the page draws them."""

from dataclasses import dataclass

from annotations.pictures.keys import image_url
from annotations.scans.segmenters.models import Segmenter


@dataclass(frozen=True)
class DrawnExample:
    """A crop: `drawn` is what people outlined, `detected` what the segmenter did, as paths of an SVG."""

    file_name: str
    scan: int
    place: str
    url: str
    width: int
    height: int
    drawn: str
    detected: str


def drawn_examples(segmenter: Segmenter) -> list[DrawnExample]:
    return [
        DrawnExample(
            file_name=one["file_name"],
            scan=one["scan"],
            place=f"{one['x']:,}, {one['y']:,}",
            url=image_url(one["key"]),
            width=one["width"],
            height=one["height"],
            drawn=_path(one["drawn"]),
            detected=_path(one["detected"]),
        )
        for one in segmenter.examples
    ]


def _path(lines: list[list[float]]) -> str:
    return "".join(f"M{' '.join(f'{value:g}' for value in line)}Z" for line in lines)
