"""Embeddings are fetched when they have changed, and are what the database has."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from annotations.refitting import vectors
from annotations.refitting.vectors import mapped_vectors
from annotations.similarity.actions import keep_embeddings
from annotations.similarity.models import Embedding, EmbeddingSpace

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.ARTEFACTS_FOLDER = tmp_path
    return tmp_path / "embeddings"


def stored(space: EmbeddingSpace) -> dict[int, list[float]]:
    return {
        row.object_id: np.array(row.vector, np.float16).astype(float).tolist()
        for row in Embedding.objects.filter(space=space).order_by("object_id")
    }


def as_lists(rows: np.ndarray) -> dict[int, list[float]]:
    return dict(zip(rows["id"].tolist(), rows["vector"].astype(float).tolist(), strict=True))


def test_they_are_those_of_the_database_in_the_order_of_ids(heaps, folder):
    rows = mapped_vectors(EmbeddingSpace.objects.get(), heaps.project.pk)
    assert as_lists(rows) == stored(EmbeddingSpace.objects.get())
    assert rows["id"].tolist() == sorted(each.pk for each in heaps.objects)
    assert rows["vector"].dtype == np.float16 and not rows.flags.writeable


def test_they_are_read_from_the_file_until_one_changes(heaps, folder, monkeypatch):
    read, times = vectors._read, []
    monkeypatch.setattr(vectors, "_read", lambda *who: (times.append(1), read(*who))[1])
    space = EmbeddingSpace.objects.get()
    for _ in range(3):
        assert as_lists(mapped_vectors(space, heaps.project.pk)) == stored(space)
    assert len(times) == 1
    keep_embeddings(
        space=space,
        project_id=heaps.project.pk,
        ids=[heaps.objects[0].pk],
        vectors=np.array([[0.6, 0, 0, 0.8]]),
    )
    assert as_lists(mapped_vectors(space, heaps.project.pk)) == stored(space)
    Embedding.objects.filter(object=heaps.objects[1].pk).delete()
    assert as_lists(mapped_vectors(space, heaps.project.pk)) == stored(space)
    assert len(times) == 3
    assert len(list(folder.iterdir())) == 1, "a newer one takes the place of the former"


def test_who_reads_the_former_goes_on(heaps, folder):
    space = EmbeddingSpace.objects.get()
    former, before = mapped_vectors(space, heaps.project.pk), stored(space)
    Embedding.objects.filter(object=heaps.objects[1].pk).delete()
    mapped_vectors(space, heaps.project.pk)
    assert as_lists(former) == before


def test_who_has_just_written_one_reads_it_where_another_puts_a_newer_in_its_place(
    heaps, folder, monkeypatch
):
    monkeypatch.setattr(
        vectors, "_remove_former", lambda *which: [file.unlink() for file in folder.iterdir()]
    )
    space = EmbeddingSpace.objects.get()
    assert as_lists(mapped_vectors(space, heaps.project.pk)) == stored(space)


def test_a_project_without_embeddings_has_an_empty_file(heaps, folder):
    space = EmbeddingSpace.objects.get()
    Embedding.objects.all().delete()
    assert len(mapped_vectors(space, heaps.project.pk)) == 0


def test_what_nobody_has_asked_for_in_a_week_goes(heaps, folder):
    folder.mkdir()
    unused, used = folder / "998-1.x.npy", folder / "999-1.x.npy"
    for path in (unused, used):
        path.write_bytes(b"")
    os.utime(unused, (time.time() - 8 * 24 * 3600,) * 2)
    mapped_vectors(EmbeddingSpace.objects.get(), heaps.project.pk)
    assert used.exists() and not unused.exists()
