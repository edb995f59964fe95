"""What comes, or gets another picture, while a job that embeds is on its way is embedded all the same."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from annotations.jobs.models import Job, JobState
from annotations.learning.models import Backbone
from annotations.samples.models import Image, Object
from annotations.similarity.actions import keep_embeddings
from annotations.similarity.completing import complete_own_space, start_due_embeddings
from annotations.similarity.models import DueEmbedding, Embedding, EmbeddingSpace
from classifier.inference.predict import PictureRow
from tests.plankton import make_tow
from tests.worker.runs import run
from worker.embedding import objects as embedding
from worker.embedding.embedder import ObjectEmbedder

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(settings) -> EmbeddingSpace:
    backbone = Backbone.objects.create(name="shapes", is_ready=True)
    settings.DEFAULT_BACKBONE = backbone.pk
    return EmbeddingSpace.objects.create(
        kind="backbone", name="shapes", dimensions=2, backbone=str(backbone.pk)
    )


@pytest.fixture
def tow(project) -> list[Object]:
    return make_tow(project).objects


def test_what_a_running_job_is_past_is_looked_at_by_the_next(project, alice, space, tow):
    complete_own_space(project=project, user=alice)
    assert not DueEmbedding.objects.exists()
    Job.objects.update(state=JobState.RUNNING)
    complete_own_space(project=project, user=alice)
    assert (Job.objects.count(), start_due_embeddings()) == (1, 0), "one after the other"
    Job.objects.update(state=JobState.DONE)
    assert (start_due_embeddings(), start_due_embeddings()) == (1, 0)
    assert Job.objects.latest("pk").params == Job.objects.earliest("pk").params
    assert not DueEmbedding.objects.exists()


def test_where_nothing_is_left_to_look_at_no_job_follows(project, alice, space, tow):
    Job.objects.create(kind="embed_objects", project=project, subject=str(project.pk), state=JobState.RUNNING)
    complete_own_space(project=project, user=alice)
    Job.objects.update(state=JobState.DONE)
    vectors = np.ones((len(tow), 2))
    keep_embeddings(space=space, project_id=project.pk, ids=[one.pk for one in tow], vectors=vectors)
    assert start_due_embeddings() == 0
    assert not DueEmbedding.objects.exists()


class Interrupted(ObjectEmbedder):
    """While it looks, somebody gives the first object another picture."""

    def __init__(self, space: EmbeddingSpace):
        self.space = space

    def ready_space(self, dimensions: int) -> EmbeddingSpace:
        assert self.space is not None
        return self.space

    def __call__(self, pictures: list[PictureRow]) -> tuple[list[int], np.ndarray]:
        ids = [object_id for object_id, *_ in pictures]
        Image.objects.filter(object=ids[0]).update(key="cut out anew")
        return ids, np.ones((len(ids), 2), np.float32)


def test_a_look_at_a_picture_that_has_been_replaced_counts_for_nothing(project, space, tow, monkeypatch):
    @contextmanager
    def interrupted(*about: object) -> Iterator[ObjectEmbedder]:
        yield Interrupted(space)

    monkeypatch.setattr(embedding, "embedder_of", interrupted)
    params = {"backbone": int(space.backbone), "filter": {}}
    job = Job.objects.create(kind="embed_objects", project=project, params=params)
    assert run(job, embedding.embed_objects).state == JobState.DONE
    looked_at = set(Embedding.objects.values_list("object", flat=True))
    assert looked_at == {one.pk for one in tow if one.images.exists()} - {min(one.pk for one in tow)}
