"""Whom imported labels name: no account, until a manager says which member it is."""

import pytest
from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.accounts.tokens import create_token
from annotations.projects.annotators import imported_annotator, link_annotator
from annotations.projects.models import AnnotatorLink
from annotations.samples.models import Object
from annotations.search.filter import Filter
from annotations.search.queries import counts
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


@shared_rows
def ada(tow) -> User:
    """Two of the tow's objects carry her labels."""
    person = imported_annotator(project=tow.project, name="Ada Storm", email="ada@example.org")
    Object.objects.filter(pk__in=[each.pk for each in tow.objects[4:6]]).update(annotator=person)
    return person


def post_link(client, project, person, member) -> object:
    return client.post(
        f"/projects/{project.pk}/annotators/{person.imported_annotator.pk}/", {"member": member}
    )


def test_a_manager_says_who_it_is_and_takes_it_back(client, tow, ada, alice, bob):
    client.force_login(alice)
    assert "Ada Storm" in client.get(f"/projects/{tow.project.pk}/settings/").content.decode()
    post_link(client, tow.project, ada, bob.pk)
    page = client.get(f"/projects/{tow.project.pk}/settings/").content.decode()
    assert "Bob, by Alice" in page
    assert Object.objects.filter(annotator=ada).count() == 2  # the labels keep the name that they came with
    post_link(client, tow.project, ada, "")
    assert "nobody here, by Alice" in client.get(f"/projects/{tow.project.pk}/settings/").content.decode()
    assert [str(link.member) for link in AnnotatorLink.objects.all()] == ["None", "Bob"]


def test_strangers_and_accounts_that_do_not_exist_are_refused_alike(client, tow, ada, alice, dan):
    client.force_login(alice)
    for member in (dan.pk, 999_999, "x"):
        post_link(client, tow.project, ada, member)
        page = client.get(f"/projects/{tow.project.pk}/settings/").content.decode()
        assert "Only members of the project can be linked" in page
    with pytest.raises(ValidationError, match="Only members"):
        link_annotator(annotator=ada.imported_annotator, member=dan, by=alice)
    assert not AnnotatorLink.objects.exists()


def test_a_filter_by_the_member_finds_the_imported_labels(tow, ada, alice, bob):
    Object.objects.filter(pk=tow.objects[6].pk).update(annotator=bob)

    def labels_of(person: User) -> int:
        expected = Filter.parse({"annotator": str(person.pk)}, alice)
        return sum(line["count"] for line in counts(tow.project.pk, expected))

    assert (labels_of(bob), labels_of(ada)) == (1, 2)
    link_annotator(annotator=ada.imported_annotator, member=bob, by=alice)
    assert (labels_of(bob), labels_of(ada)) == (3, 2)


def test_the_api_lists_and_links(client, tow, ada, alice, bob, vera):
    def headers(user):
        return {"authorization": f"Token {create_token(user=user, name='x')[1]}"}

    url = f"/api/v1/projects/{tow.project.pk}/annotators/"
    (entry,) = client.get(url, headers=headers(vera)).json()
    assert entry == {"id": ada.imported_annotator.pk, "name": "Ada Storm", "member": None}
    (entry,) = client.get(url, headers=headers(alice)).json()
    assert entry["email"] == "ada@example.org"
    one = f"{url}{entry['id']}/"
    kind = {"content_type": "application/json", "headers": headers(alice)}
    assert client.patch(one, {"member": "bob"}, **kind).json()["member"] == "bob"
    assert client.patch(one, {"member": None}, **kind).json()["member"] is None
    refused = [client.patch(one, {"member": name}, **kind) for name in ("dan", "nobody")]
    assert [answer.status_code for answer in refused] == [400, 400]


def test_the_page_of_settings_lists_the_members_once_for_each_choice(client, tow, alice):
    for n in range(5):
        imported_annotator(project=tow.project, name=f"Name {n}", email="")
    client.force_login(alice)
    page = client.get(f"/projects/{tow.project.pk}/settings/").content.decode()
    assert page.count("Vera (vera)") == 2  # as the contact, and as who an annotator is
    assert page.count(">Is this member<") == 5
