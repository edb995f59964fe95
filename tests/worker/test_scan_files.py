"""Scans out of a bucket are files of this machine while they are used, and stay for a while."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from classifier.contract.errors import ClassifierError
from tests.scans.drawn import make_scan
from worker.scans.scan_files import scan_file

pytestmark = pytest.mark.django_db


def test_a_scan_is_fetched_from_the_bucket_once(bucket, project):
    scan = make_scan(project)
    with scan_file(scan) as path:
        content = Path(path).read_bytes()
    default_storage.delete(scan.parent.key)
    with scan_file(scan) as path:
        assert Path(path).read_bytes() == content


def test_a_scan_that_is_gone_is_named(bucket, project):
    scan = make_scan(project)
    default_storage.delete(scan.parent.key)
    with pytest.raises(ClassifierError, match=r"tray\.png is not in the storage"), scan_file(scan):
        pass
