"""The zip of a model that comes from others: only files of a model come out of it, none outside of the folder."""

import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from classifier.contract.errors import ClassifierError
from classifier.contract.refusals import ZIP_DAMAGE
from classifier.inference.checking import (
    MB,
    MOST_BYTES,
    PARTS,
    RENEW,
    refuse_incomplete,
)

PICKLES = {".pt", ".pth", ".pkl", ".pickle", ".joblib", ".bin", ".ckpt", ".npy", ".npz"}
MOST_RATIO, RATIO_FROM = 200, 10 * MB  # figures pack 20 to 1, a zip bomb 1,000 to 1


def unpack(archive: Path, into: Path) -> None:
    """Writes the files of a packed model into a folder, none outside of it, none that does not belong to a model.

    Raises ClassifierError that says what is wrong with the archive.
    """
    try:
        with zipfile.ZipFile(archive) as source:
            members = _members(source)
            into.mkdir(parents=True, exist_ok=True)
            for name, member in members.items():
                with source.open(member) as packed, (into / name).open("wb") as file:
                    shutil.copyfileobj(packed, file, MB)  # ends at the size that was checked
    except ZIP_DAMAGE as error:
        raise ClassifierError(f"The zip cannot be unpacked ({error}). {RENEW}") from error


def _members(source: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """By their names in the folder of the model, which may itself be a folder of the zip."""
    members: dict[str, zipfile.ZipInfo] = {}
    tops = set()
    for member in source.infolist():
        path = PurePosixPath(member.filename)
        if member.is_dir() or path.parts[:1] == ("__MACOSX",) or path.name == ".DS_Store":
            continue
        _refuse_path(member, path)
        _refuse_kind(path)
        _refuse_size(member, path.name)
        if path.name in members:
            raise ClassifierError(f"The zip has {path.name} twice. {RENEW}")
        members[path.name] = member
        tops.add(path.parent)
    if len(tops) > 1:
        raise ClassifierError(f"The files of the zip lie in several folders: a model is one folder. {RENEW}")
    refuse_incomplete(set(members))
    return members


def _refuse_path(member: zipfile.ZipInfo, path: PurePosixPath) -> None:
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if (
        path.is_absolute()
        or ".." in path.parts
        or "\\" in member.filename
        or ":" in member.filename
        or is_link
    ):
        raise ClassifierError(
            f"The zip has {member.filename!r}, which would lie outside of the model. {RENEW}"
        )


def _refuse_kind(path: PurePosixPath) -> None:
    if path.suffix.lower() in PICKLES:
        raise ClassifierError(
            f"The zip has {path.name}, which can run code when it is read: weights come as safetensors alone."
        )
    if path.name not in MOST_BYTES or len(path.parts) > 2:
        raise ClassifierError(
            f"The zip has {str(path)!r}, which is no part of a model. A model has {', '.join(PARTS)}."
        )


def _refuse_size(member: zipfile.ZipInfo, name: str) -> None:
    most = MOST_BYTES[name]
    is_bomb = member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1)
    if member.file_size > most or is_bomb:
        raise ClassifierError(
            f"{name} would unpack to {member.file_size / MB:,.0f} MB, which no model has: at most {most // MB} MB."
        )
