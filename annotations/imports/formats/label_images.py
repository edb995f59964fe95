"""Label images and folders of masks, with the pictures that they belong to."""

from collections.abc import Iterator, Mapping

from annotations.common.problems import Problems
from annotations.imports import constants
from annotations.imports.archive import Package
from annotations.imports.drawn.file import DrawnFile, FileReading
from annotations.imports.drawn.package import OutlinePackage
from annotations.imports.drawn.pairing import masks_of
from annotations.imports.entries import TABLES, ending_of
from annotations.imports.formats.folders import LABELS, SAMPLE
from annotations.imports.registry import FormatOption, import_format

OWN_TABLES = {"labels.csv", "classes.csv", "columns.csv", "objects.csv"}
VALUES = FormatOption(
    "values",
    "Values of masks are",
    "What the number of a pixel means. A mask of a single value has an object for each connected part in either case.",
    {
        "objects": "objects: pixels of one number are one object",
        "taxa": "taxa: connected pixels of one number are an object",
    },
    "objects",
)


@import_format
class LabelImages(OutlinePackage):
    name = "label_images"
    title = "Label images and masks"
    help = (
        "Pictures with masks of the same name in labels/ or masks/, or with _labels behind the name, and labels.csv "
        "that says what values are; or a folder of masks a class, as masks/Copepoda/scan.png."
    )
    options = (VALUES, LABELS, SAMPLE, constants.OPTION)
    no_file = "There is no mask. Put masks into a folder `labels`, each called as its picture in the folder `images`."
    file_word = "mask"

    def recognises(self, package: Package) -> bool:
        if package.tables():
            return False
        tables = {p.rpartition("/")[2].lower() for p in package.paths() if ending_of(p) in TABLES}
        return tables <= OWN_TABLES and bool(masks_of(package))

    def files(self, package: Package) -> list[str]:
        return list(masks_of(package))

    def pictures(self, package: Package) -> list[str]:
        masks = masks_of(package)
        return [path for path in super().pictures(package) if path not in masks]

    def read(
        self, package: Package, paths: list[str], problems: Problems, options: Mapping[str, str]
    ) -> Iterator[DrawnFile]:
        from annotations.imports.drawn.label_images import (
            read_label_image,
            value_table,
        )  # loads scipy.ndimage

        pictures, table = masks_of(package), value_table(package, problems)
        are_taxa = options.get("values") == "taxa"
        for path in paths:
            yield read_label_image(FileReading(package, path, problems), pictures[path], table, are_taxa)
