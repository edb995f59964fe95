"""Where annotations lie in the picture that the package holds, which may be larger or smaller than the file says."""

import math

from django.core.exceptions import ValidationError

from annotations.imports.coco.entries import Annotation, Box, CocoImage, Figure
from annotations.marks.coco import filled
from annotations.marks.exporting import OUTLINES
from annotations.marks.figures import Size
from annotations.marks.geometry import checked
from annotations.marks.scaling import is_same_shape, scaled
from annotations.pictures.cutting import PixelBox

ROUNDING = 1.5  # pixels by which boxes may reach beyond their picture: many programs count from 1


def fitted(annotation: Annotation, image: CocoImage, size: Size) -> Figure:
    """The figure in pixels of a picture of `size`. Raises ValidationError where it is none, or lies outside."""
    kind, geometry = annotation.figure
    if image.size is not None and image.size != size:
        geometry = scaled(kind, geometry, image.size, size)
    if kind == "parts":
        kind, geometry = "mask", filled(geometry["parts"], size)
    return kind, checked(kind, geometry, *size)


def box_of(annotation: Annotation, image: CocoImage, size: Size) -> Box:
    """The box in pixels of a picture of `size`. Raises ValidationError as `fitted`."""
    if annotation.box is None:
        kind, geometry = fitted(annotation, image, size)
        return Box(*OUTLINES[kind](geometry)["bbox"])
    if image.size is None or image.size == size:
        return annotation.box
    if not is_same_shape(image.size, size):
        raise ValidationError(
            f"it was drawn on a picture of {image.size[0]} × {image.size[1]} pixels, the one in the package has "
            f"{size[0]} × {size[1]}: they differ in shape. Add the picture that it was drawn on."
        )
    across, down = size[0] / image.size[0], size[1] / image.size[1]
    x, y, width, height = annotation.box
    return Box(x * across, y * down, width * across, height * down)


def covers(box: Box, size: Size) -> bool:
    """Whether the box is the whole picture."""
    corners = (box.x, box.y, box.x + box.width - size[0], box.y + box.height - size[1])
    return all(abs(corner) <= 1 for corner in corners)


def pixels_of(box: Box, size: Size) -> PixelBox:
    """Whole pixels of the picture around the box. Raises ValidationError for a box that lies outside, or is none."""
    words = f"its box ({', '.join(f'{number:g}' for number in box)})"
    if box.width <= 0 or box.height <= 0:
        raise ValidationError(f"{words} has no area. Draw it anew, or remove it.")
    right, bottom = box.x + box.width, box.y + box.height
    beyond = max(-box.x, -box.y, right - size[0], bottom - size[1])
    if beyond > ROUNDING:
        raise ValidationError(
            f"{words} reaches beyond its picture, which has {size[0]} × {size[1]} pixels. Correct it: a box is [x, y, "
            "width, height] from the upper left corner."
        )
    left, top = max(math.floor(box.x), 0), max(math.floor(box.y), 0)
    width, height = min(math.ceil(right), size[0]) - left, min(math.ceil(bottom), size[1]) - top
    if width < 1 or height < 1:
        raise ValidationError(f"{words} holds no pixel of its picture. Correct it, or remove it.")
    return left, top, width, height
