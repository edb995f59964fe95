"""Pictures of a page of objects: which they are, which of them are here already, and fetching the others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotations.pictures.rendering import inspect
from annotations.projects.models import Project
from annotations.pulls.budget import ByteBudget
from annotations.pulls.errors import NotThere, SessionEnded
from annotations.pulls.object_pages import RemoteObject
from annotations.pulls.server import EcotaxaServer
from annotations.samples.models import Image
from annotations.samples.queries import objects_named

PLAIN = re.compile(r"[\w()+-][\w.()+ -]*")
MOST_NAME = 150  # bytes: a file system takes 255
IN_A_FOLDER = 10_000


@dataclass
class RemotePicture:
    """`path` is where it lies in the package, and what it is called here; `vault_name` is the server's."""

    number: int
    rank: int | None
    vault_name: str
    original_name: str
    is_here: bool = False
    failure: str = ""

    @property
    def plain_name(self) -> str:
        """The original name without its folders."""
        return self.original_name.replace("\\", "/").rpartition("/")[2]

    @property
    def path(self) -> str:
        ending = self.vault_name.rpartition(".")[2].lower()
        is_plain = PLAIN.fullmatch(self.plain_name) and len(self.plain_name.encode()) <= MOST_NAME
        plain = self.plain_name if is_plain else f"picture.{ending}"
        return f"{self.number // IN_A_FOLDER:05}/{self.number}_{plain}"


def pictures_of(server: EcotaxaServer, each: RemoteObject) -> list[RemotePicture]:
    """All of an object in the order of their ranks; only where there are several has the server to be asked."""
    count = each.values["obj.imgcount"] or 0
    if count > 1:
        try:
            rows = [_picture(row) for row in server.one_object(each.number).get("images") or []]
        except NotThere:  # it was deleted there since its page was read
            return []
        return sorted(rows, key=lambda picture: (picture.rank or 0, picture.number))
    if each.values["img.imgid"] is None or not each.values["img.file_name"]:
        return []
    names = ("imgid", "imgrank", "file_name", "orig_file_name")
    return [_picture({name: each.values[f"img.{name}"] for name in names})]


def _picture(row: dict[str, Any]) -> RemotePicture:
    return RemotePicture(
        int(row["imgid"]), row.get("imgrank"), str(row["file_name"]), str(row.get("orig_file_name") or "")
    )


def present_pictures(project: Project, object_ids: Sequence[str]) -> dict[str, set[str]]:
    """RemoteNames of pictures by the object's id: of the objects that the project has."""
    numbers = {number: object_id for object_id, number in objects_named(project, object_ids).items()}
    names: dict[str, set[str]] = {object_id: set() for object_id in numbers.values()}
    for number, name in Image.objects.filter(object__in=numbers).values_list("object_id", "file_name"):
        names[numbers[number]].update((name, name.rpartition("/")[2]))
    return names


def fetch_picture(server: EcotaxaServer, folder: Path, picture: RemotePicture, budget: ByteBudget) -> None:
    """Puts it into the folder; `failure` says why it could not come. Raises PullTooLarge."""
    path = folder / picture.path
    if picture.is_here or path.exists():
        return
    try:
        content = server.picture(picture.vault_name)
        inspect(content)
    except SessionEnded:
        raise
    except NotThere:
        picture.failure = "is not on the server any more"
    except ValueError as error:  # what can't be shown, or is refused for good
        picture.failure = f"could not be read: {error}"
    else:
        budget.spend(len(content))
        _write(path, content)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a worker may be killed at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(content)
    draft.replace(path)
