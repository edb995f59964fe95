"""Whether outlines or masks lie beside the pictures of a package: then folders and tables are not what they seem."""

from annotations.imports.archive import Package
from annotations.imports.drawn.geojson import geojson_files
from annotations.imports.drawn.napari import napari_files
from annotations.imports.drawn.pairing import masks_of


def is_drawn_on(package: Package) -> bool:
    return bool(masks_of(package) or geojson_files(package) or napari_files(package))
