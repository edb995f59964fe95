"""The database that tests copy: one for all runs and all of their processes, whole or not there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import prepared


@pytest.fixture
def store(tmp_path, monkeypatch) -> Path:
    """With a database of one file, as if migrations had been run."""
    store = tmp_path / "store"
    monkeypatch.setattr(prepared, "STORE", store)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    data = store / prepared._digest() / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17")
    return store


def test_a_process_with_temporary_files_elsewhere_copies_the_same(tmp_path):
    script = "from tests.prepared import STORE; print(STORE)"
    env = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=prepared.ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(prepared.STORE)


def test_what_a_killed_run_left_half_copied_is_copied_anew(tmp_path, store):
    home = tmp_path / "home"
    (home / "postgres.draft").mkdir(parents=True)
    (home / "postgres.draft" / "half").touch()
    prepared.prepare(home)
    assert [path.name for path in (home / "postgres").iterdir()] == ["PG_VERSION"]
    assert prepared.is_prepared(home)


def test_a_database_of_other_migrations_is_none_to_copy(tmp_path, store, monkeypatch):
    home = tmp_path / "home"
    prepared.prepare(home)
    monkeypatch.setattr(prepared, "PACKAGES", [])
    assert not prepared.is_prepared(home)
