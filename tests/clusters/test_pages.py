"""The page of the clusters as a manager uses it."""

import pytest

from annotations.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_the_filter_of_the_bench_says_among_what_is_looked(sea, people, client):
    sample = sea.objects[0].sample_id
    client.force_login(people.alice)
    url = f"/projects/{sea.project.pk}/clusters/"
    page = client.get(url, {"filter": f"sample={sample}"})
    assert f"?sample={sample}" in page.content.decode()
    fields = {**page.context["form"].initial, "smallest": 64}
    client.post(f"{url}start/", fields)
    job = Job.objects.get(kind="cluster_objects")
    assert job.params["filter"]["sample"] == [sample]
