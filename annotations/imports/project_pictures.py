"""Compares the pictures of a package with those that the project holds of the same objects, by their bytes."""

from typing import NamedTuple

from annotations.imports.archive import Package
from annotations.imports.errors import PackageError
from annotations.imports.ignored import Ignored
from annotations.imports.pictures import PictureLocation
from annotations.pictures.keys import is_content
from annotations.samples.models import Image, Object

ASK_EVERY = 2000  # pictures that are asked for at once
ImageName = tuple[str, str]  # of an object and a file


class ComingPicture(NamedTuple):
    path: str  # in the package
    place: PictureLocation


class ProjectPictures:
    """An import replaces no picture: one of the same name with another content is left as it is, and that is said."""

    def __init__(self, project_id: int, package: Package, ignored: Ignored):
        self.project_id = project_id
        self.package = package
        self.ignored = ignored
        self.has_objects = Object.objects.filter(project=project_id).exists()
        self.waiting: dict[ImageName, ComingPicture] = {}

    def note(self, object_id: str, file_name: str, path: str, place: PictureLocation) -> None:
        """`path` is the picture's in the package, `place` what a difference is said of."""
        if self.has_objects:
            self.waiting[object_id, file_name] = ComingPicture(path, place)
        if len(self.waiting) >= ASK_EVERY:
            self.ask()

    def ask(self) -> None:
        names = {object_id for object_id, _ in self.waiting}
        images = Image.objects.filter(
            object__wide__project=self.project_id, object__wide__original_id__in=names
        ).values_list("object__wide__original_id", "file_name", "key", "original_key")
        for object_id, file_name, *keys in images:
            waiting = self.waiting.get((object_id, file_name))
            if waiting is not None and self._is_another(waiting.path, keys):
                self.ignored.note_picture(file_name, object_id, waiting.place)
        self.waiting.clear()

    def _is_another(self, path: str, keys: list[str]) -> bool:
        """Than the one that was stored, as it came in or as it is shown."""
        try:
            content = self.package.read(path)
        except PackageError:
            return False  # which is said already
        return not any(is_content(content, key) for key in keys if key)
