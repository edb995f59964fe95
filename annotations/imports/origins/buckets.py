"""A bucket of S3, or what lies under a prefix of it: a package in it is a zip, or all files under a further prefix."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
)
from django.conf import settings
from django.core.exceptions import ValidationError

from annotations.imports.origins.places import MOST_LISTED, ZIPS, ImportPlace, Incoming, Listing, clean_path
from annotations.jobs.uploads import FOLDER

CONNECTIONS = 16
WITHOUT_KEY = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)


@dataclass(frozen=True)
class BucketPlace(ImportPlace):
    """`root` is the bucket's name, with a prefix behind a slash where only that is open: `cruises/2024`."""

    kind: ClassVar[str] = "bucket"
    word: ClassVar[str] = "Bucket"
    is_for_administrator: bool = False  # who reads what is to be set

    @property
    def bucket(self) -> str:
        return self.root.removeprefix("s3://").partition("/")[0]

    def key(self, path: str) -> str:
        """Of an object; a path in here is what stands behind the prefix that is open."""
        prefix = self.root.removeprefix("s3://").partition("/")[2]
        return "/".join(filter(None, [prefix.strip("/"), clean_path(path)]))

    def prefix(self, path: str) -> str:
        """What the keys of all objects under a path begin with."""
        key = self.key(path)
        return f"{key}/" if key else ""

    def listing(self, path: str, endings: tuple[str, ...] = ZIPS) -> Listing:
        prefix, more = self.prefix(path), {"Delimiter": "/", "MaxKeys": MOST_LISTED}
        with self.refusals():
            page = s3_client().list_objects_v2(Bucket=self.bucket, Prefix=prefix, **more)
        listing = Listing(is_cut=page["IsTruncated"])
        listing.folders = [each["Prefix"][len(prefix) : -1] for each in page.get("CommonPrefixes", [])]
        for each in page.get("Contents", []):
            name = each["Key"][len(prefix) :]
            if name.lower().endswith(endings):
                listing.files.append((name, each["Size"]))
            elif name:  # else what marks a folder
                listing.others += 1
        if path and not (page.get("CommonPrefixes") or page.get("Contents")):
            raise ValidationError({"path": f"There is no {path} in {self.title}."})
        return listing

    def package(self, path: str) -> Incoming:
        path = clean_path(path)
        with self.refusals():
            page = s3_client().list_objects_v2(Bucket=self.bucket, Prefix=self.key(path), MaxKeys=1)
        if not page.get("Contents"):
            raise ValidationError({"path": f"There is no {path} in {self.title}."})
        return Incoming(
            Path(f"{FOLDER}/{uuid.uuid4().hex}.zip"), Path(path).name or self.name, self.origin(path)
        )

    @property
    def without_key(self) -> str:
        if self.is_for_administrator:
            remedy = "Set SESTON_IMPORT_S3_KEY and SESTON_IMPORT_S3_SECRET, and start the site again."
        else:
            remedy = "Ask an administrator of the site to give it one."
        return f"The site has no key to {self.title}. {remedy}"

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turns what the server says into a sentence. Raises ValidationError."""
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            message = f"{self.title} is not open to the site ({code}): the administrator has to look at its settings."
            raise ValidationError(message) from error
        except WITHOUT_KEY as error:
            raise ValidationError(self.without_key) from error
        except BotoCoreError as error:
            raise ValidationError(f"{self.title} does not answer now. Try again later.") from error


def s3_client() -> Any:
    """With the credentials of SESTON_IMPORT_S3_KEY; without them as AWS_… or the machine's role say.

    In a session of its own: threads must not share the default one, which keeps the first credentials that it met.
    """
    return boto3.Session().client(
        "s3",
        endpoint_url=settings.IMPORT_S3_ENDPOINT or None,
        aws_access_key_id=settings.IMPORT_S3_KEY or None,
        aws_secret_access_key=settings.IMPORT_S3_SECRET or None,
        config=Config(
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=CONNECTIONS,
            retries={"mode": "standard", "total_max_attempts": 3},
        ),
    )
