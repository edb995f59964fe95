"""Fields with long lists: what a page carries of them, and what is found as one types."""

import re

import pytest

from annotations.accounts.models import User
from annotations.projects.models import Membership, Role
from annotations.projects.optionfields import LongList, OptionBoxes, OptionInput, OptionSelect
from annotations.projects.optionlists import CARRIED, OPTION_LISTS, Chooser, ListEntry, OptionList, register
from annotations.samples.models import Acquisition, Sample
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
NOBODY = [("", "nobody")]


@shared_rows
def crew(project) -> list[User]:
    """Sixty members beside the cast of four."""
    people = [User(username=f"crew{n:02}", first_name="Crew", last_name=f"No{n:02}") for n in range(60)]
    people = User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(project=project, user=one, role=Role.ANNOTATOR) for one in people
    )
    return people


@pytest.fixture
def members(alice, project) -> LongList:
    return LongList("members", Chooser(alice, project))


def options_of(html: str) -> list[str]:
    return re.findall(r'<option value="(\d*)"', html)


def test_a_short_list_is_carried_whole_and_asks_nobody(members, vera):
    html = OptionSelect(members, before=NOBODY).render("contact", vera.pk)
    assert "data-options" not in html
    assert len(options_of(html)) == 5
    assert f'<option value="{vera.pk}" selected>Vera (vera)</option>' in html


def test_of_a_long_list_the_first_and_what_is_chosen_are_carried(members, crew, project):
    html = OptionSelect(members, before=NOBODY).render("contact", crew[-1].pk)
    assert f'data-options="/api/v1/projects/{project.pk}/options/members/"' in html
    assert len(options_of(html)) == 1 + CARRIED + 1
    assert f'value="{crew[-1].pk}" selected>Crew No59 (crew59)</option>' in html
    boxes = OptionBoxes(members, "Readers").render("readers", [str(crew[-1].pk)])
    assert boxes.count("<input") == CARRIED + 1
    assert f'value="{crew[-1].pk}" checked> Crew No59' in boxes
    assert "crew59" not in OptionInput(members).render("username", "")


def test_what_nobody_may_choose_is_not_carried(members, crew, dan):
    html = OptionSelect(members, before=NOBODY).render("contact", [dan.pk, "7x", "9" * 40])
    assert len(options_of(html)) == 1 + CARRIED


def test_each_word_is_held_by_a_name_or_the_user_name(client, alice, project, crew):
    client.force_login(alice)
    address = f"/api/v1/projects/{project.pk}/options/members/"
    answer = client.get(address, {"q": "no07 CREW"}).json()
    assert answer == [{"value": str(crew[7].pk), "name": "Crew No07 (crew07)", "beside": ""}]
    assert len(client.get(address).json()) == CARRIED
    assert len(client.get(address, {"q": "crew", "limit": 3}).json()) == 3
    assert client.get(address, {"q": "dan"}).json() == []
    assert client.get(address, {"limit": "many"}).status_code == 400


def test_what_begins_so_comes_before_what_only_holds_it(client, alice, project, crew):
    User.objects.filter(pk=crew[3].pk).update(first_name="Sacrewa")
    User.objects.filter(pk=crew[40].pk).update(first_name="Acre", last_name="Sea")
    client.force_login(alice)
    address = f"/api/v1/projects/{project.pk}/options/members/"
    names = [entry["name"] for entry in client.get(address, {"q": "crew"}).json()]
    assert names[0].startswith("Crew No00") and not any("Sacrewa" in name for name in names[:45])
    assert client.get(address, {"q": "acre"}).json()[0]["name"] == "Acre Sea (crew40)"


def test_a_list_takes_its_role_and_its_place(client, alice, bob, carla, project):
    client.force_login(bob)
    in_project = f"/api/v1/projects/{project.pk}/options"
    assert client.get(f"{in_project}/acquisitions/").status_code == 200
    assert client.get(f"{in_project}/actors/").status_code == 403
    client.force_login(carla)
    assert client.get(f"{in_project}/actors/").status_code == 200
    assert client.get(f"{in_project}/labellers/").status_code == 403
    assert client.get("/api/v1/options/models/").json() == []
    for wrong in (f"{in_project}/models/", "/api/v1/options/members/", f"{in_project}/plankton/"):
        assert client.get(wrong).status_code == 404


def test_an_address_in_a_name_finds_nobody_who_may_not_know_it(client, carla, project, tow):
    """The user name of somebody who signs in with an e-mail address."""
    person = User.objects.create_user("ann.storm@example.org")
    tow.objects[4].__class__.objects.filter(pk=tow.objects[4].pk).update(annotator=person)
    client.force_login(carla)
    address = f"/api/v1/projects/{project.pk}/options/annotators/"
    assert client.get(address, {"q": "storm"}).json() == []
    (entry,) = client.get(address, {"q": "a…@"}).json()
    assert entry["name"] == "a…@…"


def test_members_are_listed_by_pages_and_looked_for(client, alice, project, crew):
    client.force_login(alice)
    address = f"/projects/{project.pk}/settings/"
    page = client.get(address).content.decode()
    assert page.count("Remove</button>") == 50 and "Look for a member" in page
    (following,) = re.findall(r'href="(\?after=[^"]*)#members">More members', page)
    rest = client.get(address + following).content.decode()
    assert rest.count("Remove</button>") == 14 and "More members" not in rest
    few = client.get(address, {"who": "NO07 crew"}).content.decode()
    assert few.count("Remove</button>") == 1 and "Crew No07" in few
    assert "No member is called so." in client.get(address, {"who": "nemo"}).content.decode()


def test_the_filter_form_carries_few_of_many_acquisitions(client, bob, tow):
    sample = Sample.objects.get(project=tow.project)
    Acquisition.objects.bulk_create(Acquisition(sample=sample, original_id=f"net_{n:03}") for n in range(300))
    chosen = Acquisition.objects.get(original_id="net_250")
    client.force_login(bob)
    page = client.get(f"/projects/{tow.project.pk}/filters/?acquisition={chosen.pk}").content.decode()
    field = page[page.index('<select name="acquisition"') :].split("</select>")[0]
    assert f'data-options="/api/v1/projects/{tow.project.pk}/options/acquisitions/"' in field
    assert len(options_of(field)) == 1 + 1 + CARRIED
    assert f'value="{chosen.pk}" selected>net_250' in field


def test_two_lists_of_one_key_are_refused():
    one = OptionList(key="members", rows=lambda chooser: User.objects.all(), option=ListEntry, searched=())
    with pytest.raises(ValueError, match="`members` is registered twice"):
        register(one)
    assert OPTION_LISTS["members"] is not one
