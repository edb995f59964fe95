"""Where one may go in a project."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.accounts.models import User
from annotations.projects.actions import create_project
from annotations.projects.models import Project, Role
from annotations.projects.navigation import GROUPS
from annotations.projects.templatetags.navigation import with_links


def test_every_page_of_the_navigation_is_the_current_one_on_itself():
    """Else its group is closed while one stands on it."""
    pages = [page for group in GROUPS for page in group.pages]
    assert [page.name for page in pages if not {page.view, page.view.partition(":")[0]} & {*page.views}] == []


@pytest.mark.django_db
def test_the_bar_is_of_the_person_and_of_the_project_as_it_is_called_now(client: Client) -> None:
    manager, viewer = (User.objects.create_user(name) for name in ("carla", "vega"))
    project = create_project(title="Nets <1>", owner=manager)
    project.memberships.create(user=viewer, role=Role.VIEWER)

    assert _bar_of(client, manager, project) == ("Nets &lt;1&gt;", True)
    assert _bar_of(client, viewer, project) == ("Nets &lt;1&gt;", False)
    Project.objects.filter(pk=project.pk).update(title="Nets 2")
    assert _bar_of(client, manager, project) == ("Nets 2", True)


def _bar_of(client: Client, user: User, project: Project) -> tuple[str, bool]:
    """The project's title in it, and whether it leads to imports."""
    client.force_login(user)
    text = client.get(reverse("traits:list", args=[project.pk])).content.decode()
    title = text.partition("<strong>")[2].partition("</strong>")[0]
    menu = text.partition('<nav id="work"')[2].partition("</nav>")[0]
    assert menu.count('aria-current="page"') == 1
    return title, reverse("imports:new", args=[project.pk]) in menu


@pytest.mark.django_db
def test_who_is_refused_stays_in_the_project_with_a_way_on(client: Client) -> None:
    manager, viewer, stranger = (User.objects.create_user(name) for name in ("carla", "vega", "dan"))
    project = create_project(title="Nets", owner=manager)
    project.memberships.create(user=viewer, role=Role.VIEWER)
    bench = f'href="{reverse("gallery:bench", args=[project.pk])}">To the bench of Nets'
    client.force_login(viewer)
    for address, status, sentence in (
        (reverse("imports:new", args=[project.pk]), 403, "This is for managers, and you are a viewer"),
        (reverse("checks:new", args=[project.pk]), 403, "for annotators, experts and managers"),
        (reverse("regroupings:detail", args=[project.pk, 999]), 404, "Page not found"),
    ):
        answer = client.get(address)
        text = answer.content.decode()
        assert (answer.status_code, sentence in text, bench in text) == (status, True, True)
        assert "<strong>Nets</strong>" in text, "the bar of the project"
    client.force_login(stranger)
    text = client.get(reverse("imports:new", args=[project.pk])).content.decode()
    assert "Nets" not in text and "To the projects" in text


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "opens_volumes"), [(Role.MANAGER, True), (Role.VIEWER, False)])
def test_a_sentence_leads_to_the_pages_that_it_names(alice: User, role: Role, opens_volumes: bool) -> None:
    project = create_project(title="Nets", owner=alice)
    project.role = role
    sentence = with_links("No number in <b>: see Data › Samples, or Volumes and formulas.", project)
    samples, volumes = (reverse(name, args=[project.pk]) for name in ("metadata:samples", "volumes:settings"))
    assert f'&lt;b&gt;: see <a href="{samples}">Data › Samples</a>, or' in sentence
    assert (f'<a href="{volumes}">Volumes and formulas</a>' in sentence) is opens_volumes


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page",
    [
        "scans:list",
        "segmentation:runs",
        "segmentation:recipes",
        "segmenters:list",
        "readings:list",
        "regroupings:list",
        "traits:list",
        "marks:labels",
    ],
)
def test_an_empty_page_leads_on_who_can_fill_nothing(
    client: Client, project: Project, vera: User, page: str
) -> None:
    client.force_login(vera)
    text = client.get(reverse(page, args=[project.pk])).content.decode()
    assert f'href="{reverse("gallery:bench", args=[project.pk])}">To the bench</a>' in text
