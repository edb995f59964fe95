"""Fetches a package out of a bucket: a zip by ranges, or all files under a prefix, which become a zip as they are.

Files under a prefix are gathered page by page of the listing, each whole or not at all, under a name that is made of
its key and tag: who takes the job up finds those that are here. Memory holds one page, and the names of those before.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from botocore.exceptions import ClientError, IncompleteReadError
from django.conf import settings

from annotations.common.outgoing.downloads import alone
from annotations.common.outgoing.errors import ServerAway
from annotations.imports.origins.buckets import CONNECTIONS, WITHOUT_KEY, BucketPlace, s3_client
from annotations.imports.origins.reporting import FetchReport
from annotations.jobs.errors import JobError

RANGE_BYTES = 16 * 2**20
BLOCK = 2**20
MOST_FILES = 2_000_000  # the contents of a zip are held in memory, some 500 bytes a file


def fetch_from_bucket(place: BucketPlace, path: str, staging: Path, report: FetchReport) -> Path:
    """A zip, or the one file at that path, in `staging`. Raises JobError where the package can't be had, DraftBusy."""
    with alone(staging / "lock"), _refusals(place, path):
        client = s3_client()
        stored = _object(client, place, path)
        if stored and (path.lower().endswith(".zip") or not next(_pages(client, place, place.prefix(path)))):
            return _fetch_file(client, place, stored, staging, report)
        return _fetch_prefix(client, place, path, staging, report)


def _object(client: Any, place: BucketPlace, path: str) -> dict | None:
    key = place.key(path)
    page = client.list_objects_v2(Bucket=place.bucket, Prefix=key, MaxKeys=1)
    return next((each for each in page.get("Contents", []) if each["Key"] == key), None)


def _fetch_file(client: Any, place: BucketPlace, stored: dict, staging: Path, report: FetchReport) -> Path:
    _check_size(stored["Size"])
    draft = staging / f"{_staged_name(stored)}.zip"  # another file at this key has another name here
    with draft.open("ab") as file:
        while (start := file.tell()) < stored["Size"]:
            report.step(start, stored["Size"])
            end = min(start + RANGE_BYTES, stored["Size"]) - 1
            part = {"Range": f"bytes={start}-{end}", "IfMatch": stored["ETag"]}
            _copy(client.get_object(Bucket=place.bucket, Key=stored["Key"], **part), file, report)
            file.flush()
    return draft


def _fetch_prefix(client: Any, place: BucketPlace, path: str, staging: Path, report: FetchReport) -> Path:
    prefix, target = place.prefix(path), staging / "package.zip"
    size = files = 0
    fetch = _fetcher(client, place, staging, report)
    with ThreadPoolExecutor(CONNECTIONS) as pool, zipfile.ZipFile(target, "w") as package:
        for page in _pages(client, place, prefix):
            files += len(page)
            _check_size(size + sum(each["Size"] for each in page))
            _check_count(files)
            for stored, file in zip(page, pool.map(fetch, page), strict=True):
                package.write(file, stored["Key"][len(prefix) :])
                size += stored["Size"]
                report.step(size, None)
    if not files:
        raise JobError(f"There is no {path} in {place.title}.")
    return target


def _pages(client: Any, place: BucketPlace, prefix: str) -> Iterator[list[dict]]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=prefix):
        yield [each for each in page.get("Contents", []) if not each["Key"].endswith("/")]


def _fetcher(client: Any, place: BucketPlace, staging: Path, report: FetchReport) -> Callable[[dict], Path]:
    def fetch(stored: dict) -> Path:
        file = staging / _staged_name(stored)
        if not file.exists():
            draft = file.with_suffix(".part")
            with draft.open("wb") as target:
                answer = client.get_object(Bucket=place.bucket, Key=stored["Key"], IfMatch=stored["ETag"])
                _copy(answer, target, report)
            draft.replace(file)
        return file

    return fetch


def _copy(answer: dict, target: IO[bytes], report: FetchReport) -> None:
    """Raises JobCancelled or ClaimLost in the middle of it when the work should stop."""
    while block := answer["Body"].read(BLOCK):
        report.progress.check()
        target.write(block)


def _staged_name(stored: dict) -> str:
    return hashlib.sha256(f"{stored['Key']}\n{stored['ETag']}".encode()).hexdigest()


def _check_size(size: int) -> None:
    if size > settings.FETCH_MAX_BYTES:
        raise JobError(
            f"The package is larger than {settings.FETCH_MAX_BYTES / 10**9:,.1f} GB, the most that is fetched. Split "
            "it, or ask the administrator to raise SESTON_FETCH_MAX_BYTES."
        )


def _check_count(files: int) -> None:
    if files > MOST_FILES:
        raise JobError(
            f"There are more than {MOST_FILES:,} files under this path. Import its folders one by one."
        )


@contextmanager
def _refusals(place: BucketPlace, path: str) -> Iterator[None]:
    """What a server says that will say so again; one that is overloaded or away is for who calls."""
    try:
        yield
    except IncompleteReadError as error:
        raise ServerAway(f"What {place.title} sent broke off") from error
    except WITHOUT_KEY as error:
        raise JobError(place.without_key) from error
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status >= 500 or status == 429:
            raise
        code = error.response.get("Error", {}).get("Code", "")
        if status == 412 or code == "NoSuchKey":
            raise JobError(
                f"{path} changed in {place.title} while it was fetched. Import it again."
            ) from None
        raise JobError(
            f"{place.title} is not open to the site ({code}): the administrator has to look at its settings."
        ) from None
