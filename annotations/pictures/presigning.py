"""Addresses at which a browser fetches a file from the bucket itself: they hold the site's permission for a while.

They are made without asking anybody, and are the same for half their life: a page of 200 pictures costs nothing the
second time, and the browser finds what it has fetched before.
"""

import time
from functools import lru_cache

from django.conf import settings
from django.core.files.storage import Storage
from django.utils.http import content_disposition_header
from storages.backends.s3 import S3Storage

LIFE = 24 * 3600  # seconds
# Credentials of a role end by themselves. botocore renews them while they have ten minutes left at least.
BRIEF_LIFE = 600
MARGIN = 60  # seconds, for clocks that disagree and a slow network
REMEMBERED = 50_000  # addresses, of about half a kB


def is_fetched_from_bucket(storage: Storage) -> bool:
    """Whether browsers fetch what lies there from the bucket, not from this site."""
    return settings.S3_PRESIGNED and isinstance(storage, S3Storage)


def presigned_url(storage: S3Storage, key: str, content_type: str, file_name: str = "") -> tuple[str, int]:
    """The address, and for how many seconds from now it may be used. With `file_name` the browser saves the file.

    Raises botocore's errors where there are no credentials to sign with.
    """
    now = int(time.time())
    started = now - now % (LIFE // 2)
    url = _signed(storage, storage.bucket_name, key, content_type, file_name, started, LIFE)
    if "security-token=" not in url.lower():
        return url, started + LIFE - MARGIN - now
    started = now - now % (BRIEF_LIFE // 2)
    url = _signed(storage, storage.bucket_name, key, content_type, file_name, started, BRIEF_LIFE)
    return url, started + BRIEF_LIFE - MARGIN - now


@lru_cache(maxsize=REMEMBERED)
def _signed(
    storage: S3Storage, bucket: str, key: str, content_type: str, file_name: str, started: int, life: int
) -> str:
    """`started` is when the half of its life began in which it is made: later another one is."""
    headers = {
        "ResponseContentType": content_type,
        "ResponseCacheControl": f"private, max-age={LIFE}, immutable",
    }
    if file_name:
        headers["ResponseContentDisposition"] = str(content_disposition_header(True, file_name))
    return storage.url(key, parameters=headers, expire=life)
