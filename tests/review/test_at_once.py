"""What happens to the same objects at the same moment, each by a connection of its own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from annotations.labels.targets import Target
from annotations.review.actions import ReviewAnswer, answer_page, open_page
from annotations.samples.models import Object
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon
from tests.readings.test_at_once import done_or_waiting, on_a_connection_of_its_own

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_answer_of_several_taxa_and_another_writer_never_wait_for_each_other(tow, bob):
    """The first taxon's objects come behind the second's: taxon by taxon they would be locked out of order."""
    page = open_page(project=tow.project, user=bob, criteria=Filter())
    low, high = tow.objects[:2]
    first, second = Taxon.objects.filter(pk__in=[tow.copepoda, tow.appendicularia])
    named = [(Target(high.pk, high.version), first), (Target(low.pk, low.version), second)]
    answer = ReviewAnswer(others=named)
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Object.objects.select_for_update().get(pk=low.pk)
            done = other.submit(on_a_connection_of_its_own, answer_page, page=page, user=bob, answer=answer)
            done_or_waiting(done)
            Object.objects.select_for_update(nowait=True).get(pk=high.pk)
        done.result()
    labels = dict(Object.objects.filter(pk__in=[low.pk, high.pk]).values_list("pk", "taxon"))
    assert labels == {high.pk: first.pk, low.pk: second.pk}
