"""What is refused: back with the form, out of band for htmx, a page of its own where an address is opened."""

from annotations.projects.models import Membership, Role

HTMX = {"HX-Request": "true"}
OUT_OF_BAND = '<div id="messages" hx-swap-oob="innerHTML"><p class="error" role="alert">'


def last_manager(project, alice):
    """A button whose press is refused: a project keeps a manager."""
    return f"/projects/{project.pk}/members/{alice.pk}/remove/"


def test_a_form_that_is_refused_goes_back_to_its_page_with_the_reason(client, project, alice):
    client.force_login(alice)
    answer = client.post(last_manager(project, alice), follow=True)
    assert answer.redirect_chain == [(f"/projects/{project.pk}/settings/", 302)]
    assert '<p class="error">' in answer.content.decode()
    assert Membership.objects.get(project=project, user=alice).role == Role.MANAGER


def test_it_goes_to_where_the_browser_says_that_it_was_but_never_to_another_site(client, project, alice):
    client.force_login(alice)
    here = f"http://testserver/projects/{project.pk}/settings/?from=here"
    for referrer, page in {
        here: here,
        "https://elsewhere.example/settings/": f"/projects/{project.pk}/settings/",
    }.items():
        answer = client.post(last_manager(project, alice), headers={"Referer": referrer})
        assert (answer.status_code, answer.url) == (302, page)


def test_htmx_gets_the_reason_alone_out_of_band_with_its_status(client, project, alice, bob):
    client.force_login(alice)
    answer = client.post(last_manager(project, alice), headers=HTMX)
    assert answer.status_code == 400 and answer.content.decode().startswith(OUT_OF_BAND)
    assert client.get("/accounts/profile/").content.decode().count('class="error"') == 0, (
        "nothing is left over"
    )
    missing = client.get("/jobs/999999/", headers=HTMX)
    assert missing.status_code == 404 and "There is no such job" in missing.content.decode()
    assert missing.content.decode().startswith(OUT_OF_BAND)
    client.force_login(bob)
    forbidden = client.get(f"/projects/{project.pk}/settings/", headers=HTMX)
    assert forbidden.status_code == 403 and forbidden.content.decode().startswith(OUT_OF_BAND)


def test_an_address_is_answered_in_place_as_a_page_or_for_a_script_as_plain_words(client, project, alice):
    client.force_login(alice)
    address = f"/projects/{project.pk}/actions/?since=yesterday"
    page = client.get(address, headers={"Accept": "text/html,*/*"})
    assert page.status_code == 400 and "<h1>" in page.content.decode()
    words = client.get(address)
    assert words.status_code == 400 and words["Content-Type"].startswith("text/plain")
    assert "takes a date as 2026-11-28" in words.content.decode()


def test_a_page_whose_form_is_wrong_keeps_what_was_typed_and_joins_each_error_to_its_field(
    client, project, alice
):
    client.force_login(alice)
    body = {"username": "nobody-here", "role": "annotator"}
    answer = client.post(f"/projects/{project.pk}/members/", body)
    html = answer.content.decode()
    assert answer.status_code == 400 and 'value="nobody-here"' in html
    assert 'aria-describedby="id_username_error"' in html and 'id="id_username_error"' in html
    assert '<a href="#id_username">User name</a>: Nobody here has this user name.' in html


def test_what_only_a_script_of_the_page_asked_for_is_answered_in_words(client, project, alice):
    client.force_login(alice)
    answer = client.post(last_manager(project, alice), headers={"Sec-Fetch-Mode": "cors"})
    assert answer.status_code == 400 and answer["Content-Type"].startswith("text/plain")


def test_what_is_not_there_is_said_in_words_and_without_a_filter_none_can_be_taken_away(
    client, project, alice
):
    client.force_login(alice)
    missing = client.get("/nowhere/")
    assert missing.status_code == 404
    assert "There is nothing at this address" in missing.content.decode()
    page = client.get(f"/projects/{project.pk}/import/from/nowhere/", headers={"Accept": "text/html"})
    assert page.status_code == 400
    assert "Without the filter" not in page.content.decode()
