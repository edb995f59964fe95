from annotations.projects.access import role_in
from annotations.projects.models import Project, Role


def test_everybody_sees_their_own_projects_only(client, project, vera, dan):
    client.force_login(vera)
    page = client.get("/").content.decode()
    assert "Villefranche 2026" in page
    assert "viewer" in page
    client.force_login(dan)
    page = client.get("/").content.decode()
    assert "Villefranche 2026" not in page
    assert "You are in no project yet" in page


def test_the_list_costs_the_same_queries_for_three_projects_as_for_one(
    client, project, alice, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from annotations.projects.actions import create_project

    client.force_login(alice)
    client.get("/")
    with CaptureQueriesContext(connection) as one:
        client.get("/")
    create_project(title="Second", owner=alice)
    create_project(title="Third", owner=alice)
    with django_assert_num_queries(len(one)):
        client.get("/")


def test_who_makes_a_project_manages_it_and_is_led_to_the_import(client, dan):
    client.force_login(dan)
    answer = client.post("/projects/new/", {"title": "Dan's own", "description": ""})
    made = Project.objects.get(title="Dan's own")
    assert answer.url == f"/projects/{made.pk}/import/"
    assert role_in(dan, made.pk) == Role.MANAGER


def test_a_project_needs_a_title(client, dan):
    client.force_login(dan)
    page = client.post("/projects/new/", {"title": " "}).content.decode()
    assert "This field is required" in page
    assert not Project.objects.exists()


def test_settings_are_the_managers(client, project, alice, carla, dan):
    url = f"/projects/{project.pk}/settings/"
    assert client.get(url).url.startswith("/accounts/sign-in/")
    for person, status in ((alice, 200), (carla, 403), (dan, 404)):
        client.force_login(person)
        assert client.get(url).status_code == status


def test_alice_changes_the_title(client, project, alice):
    client.force_login(alice)
    client.post(f"/projects/{project.pk}/settings/", {"title": "Villefranche 2027", "description": "Point B"})
    project.refresh_from_db()
    assert (project.title, project.description) == ("Villefranche 2027", "Point B")


def test_alice_adds_promotes_and_removes_dan(client, project, alice, dan):
    client.force_login(alice)
    url = f"/projects/{project.pk}/members/"
    client.post(url, {"username": "dan", "role": "viewer"})
    assert role_in(dan, project.pk) == Role.VIEWER
    client.post(url, {"username": "dan", "role": "expert"})
    assert role_in(dan, project.pk) == Role.EXPERT
    client.post(f"{url}{dan.pk}/remove/")
    assert role_in(dan, project.pk) is None


def test_an_unknown_name_is_refused_in_words(client, project, alice):
    client.force_login(alice)
    page = client.post(
        f"/projects/{project.pk}/members/", {"username": "nemo", "role": "viewer"}, follow=True
    )
    assert "Nobody here has this user name" in page.content.decode()


def test_user_names_are_proposed_of_those_only_with_whom_one_works(client, project, alice, bob, dan):
    """Nobody learns from the page who else has an account."""
    client.force_login(alice)
    page = client.get(f"/projects/{project.pk}/settings/").content.decode()
    assert f'<option value="{bob.username}">{bob.display_name}</option>' in page
    assert f'<option value="{dan.username}">' not in page


def test_the_last_manager_stays(client, project, alice):
    client.force_login(alice)
    page = client.post(f"/projects/{project.pk}/members/{alice.pk}/remove/", follow=True)
    assert "A project needs a manager" in page.content.decode()
    assert role_in(alice, project.pk) == Role.MANAGER


def test_bob_cannot_make_himself_manager(client, project, bob):
    client.force_login(bob)
    answer = client.post(f"/projects/{project.pk}/members/", {"username": "bob", "role": "manager"})
    assert answer.status_code == 403
    assert role_in(bob, project.pk) == Role.ANNOTATOR


def test_an_empty_project_leads_its_manager_to_the_import_and_nobody_else(client, project, alice, vera):
    address = f"/projects/{project.pk}/"
    client.force_login(alice)
    page = client.get(address).content.decode()
    assert f'<a class="button primary" href="/projects/{project.pk}/import/">Import a package</a>' in page
    client.force_login(vera)
    page = client.get(address).content.decode()
    assert "The project is empty: a manager imports a package." in page
    assert "Import a package" not in page
    assert "Import one" not in client.get(f"{address}progress/").content.decode()
    assert "give the first" not in client.get(f"{address}taxa/").content.decode()
    client.force_login(alice)
    assert "Import a package</a>" in client.get(f"{address}review/?by=progress").content.decode()
    page = client.get(f"{address}progress/").content.decode()
    assert "There is no object yet" in page and "Every object is settled" not in page
    page = client.get(f"{address}?state=validated").content.decode()
    assert "Nothing matches: " in page and "Clear all filters" in page
