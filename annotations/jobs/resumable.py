"""Uploads that go on where they were cut off: the rules of tus, without HTTP.

What has arrived is the file itself, beside its key: a server that is killed loses at most what it had not written yet.
One request at a time appends, which the lock on the file sees to. A whole file is handed to a job, once.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Protocol
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.http import Http404
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.models import Upload
from annotations.jobs.uploads import FOLDER
from annotations.pictures.artefacts import delete, own_path, save

BLOCK = 2**20  # bytes that are read at once
NOT_WHOLE = "{name} has not arrived whole: {offset:,} of {size:,} bytes are here. Send the rest first."


class ByteSource(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Waiting:
    upload: Upload
    offset: int  # bytes that have arrived

    @property
    def is_whole(self) -> bool:
        return self.offset == self.upload.size

    @property
    def percent(self) -> int:
        return 100 * self.offset // self.upload.size


class OffsetConflict(Exception):
    """What is sent does not begin where the file ends; `offset` is where it does."""

    def __init__(self, offset: int):
        super().__init__(f"The file has {offset:,} bytes: send what comes after them.")
        self.offset = offset


class UploadBusy(Exception):
    """Another request is writing the file."""


def uploads_of(user: User) -> QuerySet[Upload]:
    """Those that have begun and that no job has yet, newest first."""
    return Upload.objects.filter(owner=user, expires__gt=timezone.now())


def waiting_uploads(user: User) -> list[Waiting]:
    """How much of each has arrived, for the page from which the rest is sent."""
    return [Waiting(upload, offset_of(upload)) for upload in uploads_of(user)]


def open_upload(user: User, upload_id: UUID | str) -> Upload:
    """Raises Http404 also for others', and for one whose time is over."""
    try:
        return uploads_of(user).get(pk=upload_id)
    except (Upload.DoesNotExist, ValidationError):  # the latter of what is no number of an upload
        raise Http404("You have no such upload, or not any more: send the file again.") from None


def upload_key(upload: Upload) -> str:
    return f"{FOLDER}/{upload.pk.hex}.zip"


def offset_of(upload: Upload) -> int:
    """How many bytes have arrived."""
    path = _draft(upload)
    return path.stat().st_size if path.exists() else 0


def create_upload(*, user: User, name: str, size: int) -> Upload:
    """Room for a file of `size` bytes. Raises ValidationError where it, or all that the person sends, is too large."""
    if not 0 < size <= settings.UPLOAD_MAX_BYTES:
        raise ValidationError(
            f"An upload may have 1 to {settings.UPLOAD_MAX_BYTES:,} bytes. Split the package by samples."
        )
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two at once must not both find room
        used = uploads_of(user).aggregate(bytes=Sum("size"))["bytes"] or 0
        if used + size > settings.UPLOAD_QUOTA_BYTES:
            raise ValidationError(
                f"Your uploads that no import has yet would exceed {settings.UPLOAD_QUOTA_BYTES:,} bytes together. "
                "Import or remove one of them."
            )
        upload = Upload.objects.create(owner=user, name=name[:200], size=size, expires=_expiry())
    _draft(upload).parent.mkdir(parents=True, exist_ok=True)
    _draft(upload).touch()
    return upload


def append(*, upload: Upload, offset: int, source: ByteSource) -> int:
    """Writes what comes, as far as it comes, behind the `offset` bytes that are there. Returns how many are there then.

    Raises OffsetConflict, UploadBusy.
    """
    with _alone(upload) as file:
        end = file.seek(0, os.SEEK_END)
        if end != offset:
            raise OffsetConflict(end)
        while block := source.read(min(BLOCK, upload.size - end)) if end < upload.size else b"":
            file.write(block)
            file.flush()
            end += len(block)
    Upload.objects.filter(pk=upload.pk).update(expires=_expiry())
    return end


def remove(*, upload: Upload) -> None:
    Upload.objects.filter(pk=upload.pk).delete()
    _draft(upload).unlink(missing_ok=True)


@transaction.atomic
def hand_over(*, upload: Upload) -> Path:
    """The whole file's key, for a job's parameter `path`; from now on it is the job's.

    Raises ValidationError where it is not whole, or another job has it.
    """
    row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if row is None:
        raise ValidationError(f"{upload.name} has been imported already, or is removed. Send it again.")
    if (offset := offset_of(row)) != row.size:
        raise ValidationError(NOT_WHOLE.format(name=row.name, offset=offset, size=row.size))
    row.delete()
    save(upload_key(upload), _draft(upload))
    return Path(upload_key(upload))


def remove_expired_uploads() -> int:
    """Returns how many. Called by beat."""
    expired = list(Upload.objects.filter(expires__lte=timezone.now()))
    for upload in expired:
        remove(upload=upload)
        delete(upload_key(upload))
    return len(expired)


def drafts_of_uploads() -> set[str]:
    """Keys that a sweep must leave."""
    return {f"{upload_key(upload)}.part" for upload in Upload.objects.all()}


def _draft(upload: Upload) -> Path:
    return own_path(f"{upload_key(upload)}.part")


def _expiry() -> datetime:
    return timezone.now() + timedelta(days=settings.UPLOAD_DAYS)


@contextmanager
def _alone(upload: Upload) -> Iterator[IO[bytes]]:
    with _draft(upload).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UploadBusy(f"{upload.name} is being written by another request.") from None
        yield file
