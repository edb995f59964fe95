"""What somebody without an account sees of a project, and what never."""

import csv
import re
from datetime import timedelta

import redis
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.deletions.actions import delete_project
from annotations.discussions.actions import comment
from annotations.projects.actions import create_project
from annotations.public import throttling
from annotations.samples.models import Image, Object, ObjectFields
from tests.public.public_projects import show_to_everybody
from tests.worlds import shared_rows

TODAY = timezone.now().date


def read(name: str, *args: int, client: Client | None = None, **query: object) -> str:
    answer = (client or Client()).get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.getvalue().decode()


def read_closed(project: int) -> str:
    """The page of what is not public, without the token that differs each time."""
    answer = Client().get(reverse("public:project", args=[project]))
    assert answer.status_code == 404
    return re.sub(r'"X-CSRFToken": "\w+"', "", answer.getvalue().decode())


def addresses(tow) -> list[str]:
    """All public ones of the tow, whose fifth object is validated."""
    project, validated = tow.project.pk, tow.objects[4].pk
    return [
        reverse("public:project", args=[project]),
        reverse("public:objects", args=[project]),
        reverse("public:object", args=[project, validated]),
        reverse("public:counts", args=[project]),
        reverse("public:picture", args=[validated, 0]),
    ]


def statuses(tow, client: Client | None = None) -> list[int]:
    return [(client or Client()).get(address).status_code for address in addresses(tow)]


@shared_rows
def public_tow(tow, alice):
    show_to_everybody(tow.project, alice, has_tables=True)
    return tow


def test_a_project_is_for_its_members_until_somebody_says_otherwise(tow, alice):
    assert statuses(tow) == [404] * 5
    client = Client()
    client.force_login(alice)
    assert statuses(tow, client) == [404] * 5


def test_then_everybody_reads_it_also_who_is_signed_in(public_tow, dan):
    client = Client()
    client.force_login(dan)
    for reader in (Client(), client):
        assert statuses(public_tow, reader) == [200, 200, 200, 200, 302]


def test_programs_that_check_links_ask_for_the_head_alone(public_tow):
    heads = [Client().head(address) for address in addresses(public_tow)]
    assert [head.status_code for head in heads] == [200, 200, 200, 200, 302]


def test_until_the_embargo_is_over_nothing_is_there(public_tow, alice):
    nowhere = read_closed(2**40)
    show_to_everybody(public_tow.project, alice, embargo_until=TODAY() + timedelta(days=1))
    assert statuses(public_tow) == [404] * 5
    assert read_closed(public_tow.project.pk) == nowhere
    show_to_everybody(public_tow.project, alice, embargo_until=TODAY())
    assert statuses(public_tow) == [200, 200, 200, 200, 302]


def test_a_project_in_the_bin_is_nowhere(public_tow, alice):
    delete_project(project=public_tow.project, user=alice, title=public_tow.project.title)
    assert statuses(public_tow) == [404] * 5


def test_it_is_turned_off_at_once(public_tow, alice):
    show_to_everybody(public_tow.project, alice, has_tables=False)
    assert statuses(public_tow)[3] == 404
    client = Client()
    client.force_login(alice)
    page = reverse("public:settings", args=[public_tow.project.pk])
    assert client.post(page, {"is_on": "0", "has_all_states": "0"}).status_code == 302
    assert statuses(public_tow) == [404] * 5


def test_validated_objects_alone_unless_the_manager_wishes(public_tow, alice):
    project = public_tow.project.pk
    hidden = [each.pk for place, each in enumerate(public_tow.objects) if place not in (4, 5)]
    page = read("public:objects", project)
    assert page.count('<a href="/public/') - 1 == 2
    for number in hidden:
        assert Client().get(reverse("public:object", args=[project, number])).status_code == 404
        assert Client().get(reverse("public:picture", args=[number, 0])).status_code == 404
    assert "Appendicularia" not in read("public:project", project)  # dubious
    assert "Appendicularia" not in read("public:counts", project)
    show_to_everybody(public_tow.project, alice, has_all_states=True)
    assert read("public:objects", project).count('<a href="/public/') - 1 == 10
    assert "dubious" in read("public:object", project, public_tow.objects[6].pk)


def test_a_label_that_is_taken_back_takes_the_object_along(public_tow):
    validated = public_tow.objects[4]
    Object.objects.filter(pk=validated.pk).update(state="D")
    assert statuses(public_tow) == [200, 200, 404, 200, 404]


def test_an_object_of_another_project_is_not_opened_through_a_public_one(public_tow, alice):
    other = create_project(title="Elsewhere", owner=alice)
    show_to_everybody(other, alice)
    assert (
        Client().get(reverse("public:object", args=[other.pk, public_tow.objects[4].pk])).status_code == 404
    )


def test_no_name_of_a_person_no_comment_no_score_and_no_column_leaves(public_tow, alice, bob):
    validated = public_tow.objects[4]
    Object.objects.filter(pk=validated.pk).update(annotator=bob, labelled_at=timezone.now(), score=0.731)
    Image.objects.filter(object=validated).update(file_name="bobs_own_4.png", original_key="v/ab/cd.tif")
    comment(project=public_tow.project, author=alice, text="look at the furca", object=validated)
    public_tow.project.contact = alice
    public_tow.project.description = "told to members alone"
    public_tow.project.save()
    read_by_all = "".join(
        b"".join(Client().get(address).streaming_content).decode()
        if address.endswith(".csv")
        else Client().get(address).getvalue().decode()
        for address in addresses(public_tow)
    )
    for secret in ("Alice", "Bob", "alice", "bob@", "furca", "0.731", "told to members", "104", "bobs_own_4"):
        assert secret not in read_by_all, secret


def test_the_columns_that_are_listed_stand_on_the_page_of_an_object(public_tow, alice):
    ObjectFields.objects.filter(pk=public_tow.objects[4].pk).update(values=[104.5])
    assert "104.5" not in read("public:object", public_tow.project.pk, public_tow.objects[4].pk)
    show_to_everybody(public_tow.project, alice, columns=["area"])
    assert "104.5" in read("public:object", public_tow.project.pk, public_tow.objects[4].pk)


def test_the_page_says_how_to_cite_it_also_to_search_engines(public_tow, alice):
    summary = "</script><b>Nets & tows</b>"
    show_to_everybody(public_tow.project, alice, summary=summary, contact="lab@example.org")
    page = read("public:project", public_tow.project.pk)
    assert '<script type="application/ld+json">{"@context":"https://schema.org/"' in page
    assert "<b>Nets" not in page and "lab@example.org" in page
    assert f"Villefranche 2026 ({timezone.now():%Y})" in page


def test_the_table_has_a_line_for_each_sample_and_taxon(public_tow):
    lines = read("public:counts", public_tow.project.pk).removeprefix("\ufeff").splitlines()
    (row,) = csv.DictReader(lines)
    assert (row["sample"], row["taxon"], row["state"], row["count"]) == (
        "tow_1",
        "Copepoda",
        "validated",
        "2",
    )


def test_objects_of_a_taxon_and_of_a_sample(public_tow):
    project = public_tow.project.pk
    assert read("public:objects", project, taxon=public_tow.copepoda).count("<img") == 2
    assert read("public:objects", project, taxon=public_tow.appendicularia).count("<img") == 0
    assert read("public:objects", project, sample=public_tow.objects[0].sample_id).count("<img") == 2
    assert read("public:objects", project, sample=2**40).count("<img") == 0
    answer = Client().get(reverse("public:objects", args=[project]), {"cursor": "xx"})
    assert answer.status_code == 400


def test_who_asks_too_much_waits(public_tow, settings, dan):
    settings.PUBLIC_REQUESTS = 0
    assert statuses(public_tow) == [429] * 5
    client = Client()
    client.force_login(dan)
    assert statuses(public_tow, client) == [200, 200, 200, 200, 302]


def test_without_redis_the_pages_are_there_all_the_same(public_tow, monkeypatch):
    def away(*arguments):
        raise redis.ConnectionError

    monkeypatch.setattr(throttling.cache, "add", away)
    assert statuses(public_tow) == [200, 200, 200, 200, 302]
