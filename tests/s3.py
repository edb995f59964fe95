"""Storage of pictures as a site may have it: a folder, or a bucket of an S3 server that is a process of its own."""

import functools
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.loaders import JSONFileLoader

STARTED = "Running on"


@pytest.fixture(scope="session")
def _descriptions_are_read_once() -> Iterator[None]:
    """What boto3 knows of services is read anew for each session, which took most of making a client."""
    read = functools.cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda loader, path: read(path))
        yield


@pytest.fixture(scope="session")
def s3_address(_descriptions_are_read_once: None) -> Iterator[str]:
    """Where the S3 server of this run answers; it ends with the run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert server.stderr is not None
    while STARTED not in server.stderr.readline():
        assert server.poll() is None, "the S3 server did not start"
    # what it says of each request must not fill the pipe
    drain = subprocess.Popen(["cat"], stdin=server.stderr, stdout=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()
    drain.wait()


def s3_storage(address: str, bucket: str, location: str = "", **config: object) -> dict:
    """An entry of STORAGES, as the settings make it."""
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "location": location,
            "endpoint_url": address,
            "default_acl": None,
            "client_config": Config(retries={"total_max_attempts": 1}, signature_version="s3v4", **config),
        },
    }


@pytest.fixture
def bucket(s3_address: str, monkeypatch: pytest.MonkeyPatch, settings) -> str:
    """The site keeps its pictures and artefacts in an empty bucket, whose name this is."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "seston",
        "AWS_SECRET_ACCESS_KEY": "seston",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    name = f"pictures-{uuid.uuid4().hex}"
    boto3.client("s3", endpoint_url=s3_address).create_bucket(Bucket=name)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": s3_storage(s3_address, name),
        "artefacts": s3_storage(s3_address, name, location="artefacts"),
    }
    return name


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, settings) -> str:
    """Each test that asks for it runs twice: with a folder, and with S3."""
    if request.param == "s3":
        request.getfixturevalue("bucket")
    else:
        Path(settings.STORAGES["default"]["OPTIONS"]["location"]).mkdir(parents=True, exist_ok=True)
    return request.param
