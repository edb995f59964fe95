"""A backbone that learnt without labels embeds, narrower by principal components that are kept with the space."""

import numpy as np
import pytest

from annotations.jobs.models import Job
from annotations.search.filter import Filter
from annotations.similarity.embedding import MissingObjects
from annotations.similarity.models import Embedding, EmbeddingSpace
from annotations.similarity.projection import Projection
from annotations.similarity.space_status import standings
from tests.worker.runs import run
from tests.worker.test_pretraining import fixed_threads, pretrained
from worker.embedding.kinds import embedder_of
from worker.embedding.objects import embed_objects, pictures_of

__all__ = ["fixed_threads", "pretrained"]


@pytest.mark.django_db(transaction=True)
def test_a_backbone_embeds_all_and_the_page_says_what_was_kept(lake, pretrained, client, alice):
    client.force_login(alice)
    page = f"/projects/{lake.project.pk}/similarity/"
    answer = client.post(f"{page}embed/", {"source": f"backbone:{pretrained.pk}"})
    job = run(Job.objects.get(kind="embed_objects"), embed_objects)
    assert answer.url == f"/jobs/{job.pk}/"
    space = EmbeddingSpace.objects.get(kind="backbone")
    (standing,) = standings(lake.project)
    assert (standing.space, standing.is_own, standing.embedded) == (space, True, job.result["embedded"])
    projection = Projection.from_json(space.details)
    assert projection.components.shape == (space.dimensions, space.width_before)
    assert len(Embedding.objects.filter(space=space).first().vector) == space.dimensions
    assert (
        f"of {space.width_before}, with {space.percent_kept} of the variance"
        in client.get(page).content.decode()
    )
    client.post(f"{page}{space.pk}/complete/")
    assert run(Job.objects.latest("pk"), embed_objects).result["embedded"] == 0, "nothing is left"


@pytest.mark.django_db(transaction=True)
def test_of_two_projects_that_embed_for_the_first_time_one_decides_on_the_space(lake, pretrained):
    params = {"backbone": pretrained.pk}

    def never() -> bool:
        return False

    rows = MissingObjects(lake.project.pk, Filter()).drawn(20)
    with embedder_of(params, never) as first, embedder_of(params, never) as second:
        with pictures_of(rows[:10]) as some:
            first.fit(some)
        with pictures_of(rows) as pictures:
            second.fit(pictures)
            _, vectors = second(pictures)
        assert second.ready_space(vectors.shape[1]) == first.ready_space(vectors.shape[1])
        np.testing.assert_array_equal(second.projection.components, first.projection.components)
    assert EmbeddingSpace.objects.filter(kind="backbone").count() == 1
