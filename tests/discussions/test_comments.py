"""Comments, mentions, notes and reference images: who says, who hears, what stays."""

import re
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as some

from annotations.accounts.models import User
from annotations.common.keyset import Cursor
from annotations.discussions.actions import comment, mark_seen, pin, remove_comment, write_note
from annotations.discussions.models import Comment, Mention
from annotations.discussions.queries import confused_with, unseen_mentions
from annotations.discussions.templatetags.mentions import comment_html
from annotations.learning.models import HeldOut
from annotations.projects.actions import remove_member, set_role
from annotations.projects.models import Role
from annotations.samples.models import Image
from annotations.search.filter import Filter
from annotations.search.queries import page
from annotations.taxonomy.models import Taxon
from tests.learning.models import make_ready
from tests.plankton import tow

__all__ = ["tow"]


def url(tow, more: str = "") -> str:
    return f"/projects/{tow.project.pk}/{more}"


def on(tow, n: int = 0) -> str:
    return url(tow, f"objects/{tow.objects[n].pk}/comments/")


def join(tow, name: str, **more) -> User:
    person = User.objects.create_user(name, **more)
    set_role(project=tow.project, user=person, role=Role.ANNOTATOR)
    return person


def test_a_comment_stands_under_the_object_with_its_author(client, tow, bob, vera):
    client.force_login(bob)
    client.post(on(tow), {"text": "Are these eggs?\nI think so."})
    client.force_login(vera)
    panel = client.get(on(tow)).content.decode()
    assert "Bob" in panel
    assert "Are these eggs?<br>I think so." in panel
    assert "<textarea" not in panel, "a viewer reads"
    assert client.get(on(tow, 1)).content.decode().count("<li") == 1, "other objects have none"


def test_who_is_mentioned_finds_it_and_is_led_there(client, tow, bob, carla):
    client.force_login(bob)
    client.post(on(tow, 3), {"text": "@carla, is this an egg?"})
    client.force_login(carla)
    home = client.get("/").content.decode()
    assert '<span class="badge number">1<span' in home
    inbox = client.get("/mentions/").content.decode()
    assert '<strong class="mention" title="Carla">@carla</strong>, is this an egg?' in inbox
    link = re.search(r'href="(/mentions/\d+/)"', inbox)[1]
    bench = client.get(link, follow=True)
    assert bench.content.decode().count('role="option"') == 1
    assert f'id="o{tow.objects[3].pk}"' in bench.content.decode()
    assert unseen_mentions(carla) == 0


def test_all_mentions_are_read_at_once(client, tow, bob, carla):
    for n in range(3):
        comment(project=tow.project, author=bob, text="@carla look", object=tow.objects[n])
    assert unseen_mentions(carla) == 3
    client.force_login(carla)
    client.post("/mentions/seen/")
    assert unseen_mentions(carla) == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  ", "Write something"),
        ("x" * 5001, "5,000 letters"),
    ],
)
def test_what_cannot_be_said_is_kept_for_mending(client, tow, bob, text, sentence):
    client.force_login(bob)
    panel = client.post(on(tow), {"text": text}).content.decode()
    assert sentence in panel
    assert text in panel
    assert not Comment.objects.exists()


def test_a_full_stop_is_no_part_of_a_name(tow, bob, carla):
    comment(
        project=tow.project, author=bob, text="Ask @carla. Or write to bob@carla.org", object=tow.objects[0]
    )
    assert unseen_mentions(carla) == 1


@pytest.mark.parametrize(
    "text",
    [
        "seen @40x",
        "at @20m depth",
        "@dan, look",
        "@carlas?",
        "bob@carla.org",
        "https://example.org/?by=@carla",
    ],
)
def test_a_word_behind_an_at_that_is_nobody_stays_text(client, tow, bob, dan, text):
    client.force_login(bob)
    panel = client.post(on(tow), {"text": text}).content.decode()
    assert "mention" not in panel.split("<ol")[1].split("</ol>")[0]
    assert Comment.objects.get().text == text
    assert not Mention.objects.exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ann", "@ann look"),
        ("ann", "(@ANN)"),
        ("ann@sea.org", "Is it, @ann@sea.org?"),
        ("ann.b", "@ann.b."),
        ("ann+lab", "@Ann+Lab..."),
        ("ann-", "@ann-, look"),
        ("ann.", "ask @ann."),
        ("zoé", "@Zoé: look"),
    ],
)
def test_a_person_is_found_by_any_name_that_an_account_may_have(tow, bob, name, text):
    person = join(tow, name)
    created = comment(project=tow.project, author=bob, text=text, object=tow.objects[0])
    assert unseen_mentions(person) == 1
    typed = re.search(rf"@{re.escape(name)}", text, re.IGNORECASE)[0]
    assert f">{typed}</strong>" in comment_html(created.text, created.mentioned)


def test_of_two_names_the_one_as_written_is_meant(tow, bob):
    small, large = join(tow, "ann"), join(tow, "Ann")
    join(tow, "ann-b")
    comment(project=tow.project, author=bob, text="@Ann look", object=tow.objects[0])
    assert (unseen_mentions(small), unseen_mentions(large)) == (0, 1)
    comment(project=tow.project, author=bob, text="@ANN look", object=tow.objects[0])
    assert (unseen_mentions(small), unseen_mentions(large)) == (1, 2), "nobody who may be meant is left out"


def test_names_are_completed_of_those_who_can_sign_in(client, tow, bob, dan):
    join(tow, "gone", is_active=False)
    client.force_login(bob)
    for page_of in (on(tow), url(tow, f"taxa/{tow.copepoda}/")):
        assert 'data-members="alice bob carla vera"' in client.get(page_of).content.decode()


def test_who_has_left_is_said_in_words(client, tow, alice, bob, carla):
    copepoda = Taxon.objects.get(pk=tow.copepoda)
    for text in ("One eye.", "Two antennae."):
        write_note(project=tow.project, taxon=copepoda, author=carla, text=text)
    created = comment(project=tow.project, author=carla, text="@bob look", object=tow.objects[0])
    comment(project=tow.project, author=carla, text="A male.", taxon=copepoda)
    carla.delete()
    client.force_login(bob)
    taxon = client.get(url(tow, f"taxa/{tow.copepoda}/")).content.decode()
    assert taxon.count("someone who has left") == 3
    assert "someone who has left" in client.get("/mentions/").content.decode()
    client.force_login(alice)
    assert "Remove the comment of someone who has left" in client.get(on(tow)).content.decode()
    remove_comment(comment=created, user=bob, role=Role.MANAGER)
    bob.delete()
    assert "Removed by someone who has left" in client.get(on(tow)).content.decode()


def test_who_left_the_project_hears_no_more(tow, bob, carla):
    comment(project=tow.project, author=bob, text="@carla look", object=tow.objects[0])
    remove_member(project=tow.project, user=carla)
    assert unseen_mentions(carla) == 0


def test_a_removed_comment_leaves_a_line_but_not_its_text(client, tow, alice, bob, carla):
    made = comment(project=tow.project, author=bob, text="@carla nonsense", object=tow.objects[0])
    where = url(tow, f"comments/{made.pk}/remove/")
    client.force_login(carla)
    assert client.post(where).status_code == 403
    client.force_login(alice)
    panel = client.post(where, follow=True).content.decode()
    assert "Removed by Alice" in panel
    assert "nonsense" not in panel
    assert unseen_mentions(carla) == 0


def line(client, tow, made: Comment, action: str, text: str = "") -> str:
    """What a click in an open page brings: the comment as it is now."""
    where = url(tow, f"comments/{made.pk}/{action}/")
    return client.post(where, {"text": text}, headers={"HX-Request": "true"}).content.decode()


def test_one_mends_ones_own_comment_and_everybody_sees_that(client, tow, bob, carla, alice):
    created = comment(project=tow.project, author=bob, text="@carla an eg", object=tow.objects[0])
    client.force_login(bob)
    mended = line(client, tow, created, "edit", "@alice an egg")
    assert mended.startswith("<li")
    assert "edited 20" in mended
    assert "an egg" in mended
    assert (unseen_mentions(carla), unseen_mentions(alice)) == (0, 1), "who is named now is told"
    client.force_login(carla)
    panel = client.get(on(tow)).content.decode()
    assert "edited 20" in panel
    assert "an eg<" not in panel
    assert "<summary>edit" not in panel, "nobody mends what others say"


def test_mending_tells_nobody_twice(client, tow, bob, carla):
    created = comment(project=tow.project, author=bob, text="@carla an eg", object=tow.objects[0])
    mark_seen(user=carla)
    client.force_login(bob)
    line(client, tow, created, "edit", "@carla an egg")
    assert unseen_mentions(carla) == 0
    assert Mention.objects.count() == 1
    edited = Comment.objects.get().edited
    line(client, tow, created, "edit", "@carla an egg")
    assert Comment.objects.get().edited == edited, "nothing was changed"


@pytest.mark.parametrize(
    ("who_asks", "status"), [("carla", 403), ("alice", 403), ("vera", 403), ("dan", 404)]
)
def test_nobody_mends_what_others_say(client, tow, bob, dan, request, who_asks, status):
    made = comment(project=tow.project, author=bob, text="an egg", object=tow.objects[0])
    client.force_login(request.getfixturevalue(who_asks))
    assert client.post(url(tow, f"comments/{made.pk}/edit/"), {"text": "mine"}).status_code == status
    assert Comment.objects.get().text == "an egg"


def test_what_cannot_be_changed_is_kept_for_mending(client, tow, bob):
    created = comment(project=tow.project, author=bob, text="an egg", object=tow.objects[0])
    client.force_login(bob)
    refused = line(client, tow, created, "edit", "x" * 5001)
    assert "5,000 letters" in refused
    assert "x" * 5001 in refused
    assert "<details open" in refused
    remove_comment(comment=created, user=bob, role=Role.ANNOTATOR)
    refused = line(client, tow, created, "edit", "a long thought")
    assert "removed meanwhile" in refused
    assert "a long thought" in refused
    assert Comment.objects.get().text == ""


def test_lines_are_counted_as_a_browser_counts_them(tow, bob):
    text = "a\n" * 2499 + "ab"
    created = comment(project=tow.project, author=bob, text=text.replace("\n", "\r\n"), object=tow.objects[0])
    assert created.text == text


def test_who_may_say_nothing_any_more_still_takes_back(client, tow, bob):
    created = comment(
        project=tow.project, author=bob, text="nonsense", taxon=Taxon.objects.get(pk=tow.copepoda)
    )
    set_role(project=tow.project, user=bob, role=Role.VIEWER)
    client.force_login(bob)
    assert "<summary>edit" not in client.get(url(tow, f"taxa/{tow.copepoda}/")).content.decode()
    assert "Removed by Bob" in line(client, tow, created, "remove")


def test_a_reference_image_gets_its_caption_on_the_panel(client, tow, carla):
    client.force_login(carla)
    assert 'name="caption"' in client.get(on(tow)).content.decode()
    where = url(tow, f"objects/{tow.objects[0].pk}/reference/")
    panel = client.post(where, {"caption": "a female, \0dorsal"}, follow=True).content.decode()
    assert "A reference image of Copepoda" in panel
    assert 'value="a female, dorsal"' in panel
    client.post(where, {"caption": "a male"})
    assert "Copepoda: a male" in client.get(url(tow, f"taxa/{tow.copepoda}/")).content.decode()
    panel = client.post(where, {"caption": "x" * 201}).content.decode()
    assert "200 letters at most; this one has 201" in panel
    assert "x" * 201 in panel


def test_an_object_without_a_picture_is_no_reference_image(client, tow, carla):
    Image.objects.filter(object=tow.objects[0]).delete()
    client.force_login(carla)
    where = url(tow, f"objects/{tow.objects[0].pk}/reference/")
    assert "no picture: choose one that has" in client.post(where, {"caption": "nothing"}).content.decode()


def test_a_reference_image_is_taken_away_where_it_was_made(client, tow, carla):
    object = tow.objects[0]
    pinned = pin(project=tow.project, taxon=Taxon.objects.get(pk=tow.copepoda), object=object, user=carla)
    object.taxon_id = tow.appendicularia  # labelled anew since
    object.save()
    client.force_login(carla)
    panel = client.get(on(tow)).content.decode()
    assert "A reference image of Copepoda" in panel
    assert "Make it a reference image of Appendicularia" in panel
    where = url(tow, f"references/{pinned.pk}/remove/")
    assert where in panel
    panel = client.post(where, headers={"HX-Request": "true"}, follow=True).content.decode()
    assert panel.startswith("<section")
    assert "A reference image" not in panel


def test_a_note_is_taken_back_by_who_wrote_it_or_a_manager(client, tow, alice, carla):
    copepoda = Taxon.objects.get(pk=tow.copepoda)
    mine = write_note(project=tow.project, taxon=copepoda, author=carla, text="One eye.")
    alices = write_note(project=tow.project, taxon=copepoda, author=alice, text="No eye.")
    client.force_login(carla)
    html = client.get(url(tow, f"taxa/{tow.copepoda}/")).content.decode()
    assert f"notes/{mine.pk}/remove/" in html
    assert f"notes/{alices.pk}/remove/" not in html
    assert client.post(url(tow, f"notes/{alices.pk}/remove/")).status_code == 403
    client.force_login(alice)
    html = client.post(url(tow, f"notes/{mine.pk}/remove/"), follow=True).content.decode()
    assert "No eye." in html
    assert "One eye." not in html


def say_much(tow, author: User, times: int, **about) -> list[Comment]:
    about = about or {"object": tow.objects[0]}
    return [
        comment(project=tow.project, author=author, text=f"@carla look {n}.", **about) for n in range(times)
    ]


def looks(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"look (\d+)\.<", text)]


@pytest.mark.parametrize("times", [50, 51, 101])
def test_a_long_thread_is_shown_from_its_end_page_by_page(client, tow, bob, times):
    expected = list(range(times))
    say_much(tow, bob, times)
    client.force_login(tow.project.members.get(username="vera"))
    numbers, where, pages = [], on(tow), 0
    while where:
        part = client.get(where, headers={"HX-Request": "true"}).content.decode()
        numbers = looks(part) + numbers
        pages += 1
        older = re.search(r'hx-get="([^"]+cursor=[^"]+)"', part)
        where = older and older[1]
    assert numbers == expected
    assert pages == -(-times // 50)


def test_a_mention_far_up_a_thread_is_led_to(client, tow, bob, carla):
    copepoda = Taxon.objects.get(pk=tow.copepoda)
    first, *_ = say_much(tow, bob, 60, taxon=copepoda)
    client.force_login(carla)
    answer = client.get(f"/mentions/{first.mentions.get().pk}/", follow=True)
    place = answer.redirect_chain[-1][0]
    assert place.endswith(f"#c{first.pk}")
    html = answer.content.decode()
    assert looks(html) == [0]
    assert "Later comments" in html
    newest = client.get(url(tow, f"taxa/{tow.copepoda}/")).content.decode()
    assert looks(newest) == list(range(10, 60))
    assert "Later comments" not in newest


def test_the_inbox_goes_on_to_older_mentions(client, tow, bob, carla):
    say_much(tow, bob, 120)
    client.force_login(carla)
    listed, where = [], "/mentions/"
    while where:
        page_of = client.get(where).content.decode()
        listed += looks(page_of)
        match = re.search(r'href="(\?cursor=[^"]+)"', page_of)
        where = match and f"/mentions/{match[1]}"
    assert listed == list(range(120))[::-1]


@pytest.mark.parametrize(
    "cursor", ["nonsense", *(Cursor(order, None, 2**63).encode() for order in ("comments", "mentions"))]
)
def test_a_damaged_cursor_is_refused_in_words(client, tow, bob, cursor):
    client.force_login(bob)
    pages = [on(tow), url(tow, f"taxa/{tow.copepoda}/"), "/mentions/"]
    for where in [*pages, "/api/v1/me/mentions/", f"/api/v1/objects/{tow.objects[0].pk}/comments/"]:
        refused = client.get(where, {"cursor": cursor})
        assert refused.status_code == 400
        assert "start again without it" in refused.content.decode()


def test_commented_objects_are_found(tow, bob):
    created = comment(project=tow.project, author=bob, text="look", object=tow.objects[2])
    expected = Filter.parse({"commented": 1})
    assert [o["original_id"] for o in page(tow.project.pk, expected).objects] == ["obj_2"]
    Comment.objects.filter(pk=created.pk).update(removed=created.created)
    assert page(tow.project.pk, expected).objects == []


@given(some.text())
def test_no_text_becomes_html(text):
    mentioned = {"bob": 'Bob "><img>', "ann": "Ann"}
    html = comment_html(
        text + "<script>alert(1)</script> @bob https://example.org/@ann?a=1&b=@ann", mentioned
    )
    assert "<script" not in html
    assert "<img" not in html
    assert '<strong class="mention" title="Bob &quot;&gt;&lt;img&gt;">@bob</strong>' in html
    assert 'href="https://example.org/@ann?a=1&amp;b=%40ann"' in html
    assert ">@ann<" not in html


def test_the_page_of_a_taxon_teaches(client, tow, alice, carla):
    copepoda = Taxon.objects.get(pk=tow.copepoda)
    write_note(project=tow.project, taxon=copepoda, author=carla, text="Two long antennae.")
    write_note(project=tow.project, taxon=copepoda, author=carla, text="Two long antennae, one eye.")
    pin(project=tow.project, taxon=copepoda, object=tow.objects[0], user=alice, caption="a female")
    client.force_login(alice)
    client.post(url(tow, f"taxa/{tow.copepoda}/"), {"text": "And the small ones?"})
    html = client.get(url(tow, f"taxa/{tow.copepoda}/")).content.decode()
    for words in ("one eye", "Earlier notes (1)", "Copepoda: a female", "And the small ones?"):
        assert words in html
    listing = client.get(url(tow, "taxa/")).content.decode()
    row = listing[listing.index(">Copepoda<") :].split("</tr>")[0]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", row) == ["6", "yes", "1", "1"]


def test_what_the_model_confuses_it_with(tow):
    model = make_ready(tow.project, tow.copepoda, tow.appendicularia)
    for n, (taxon, predicted) in enumerate(
        [(tow.copepoda, tow.appendicularia), (tow.appendicularia, tow.copepoda), (tow.copepoda, tow.copepoda)]
    ):
        HeldOut.objects.create(
            model=model, object=tow.objects[n], taxon_id=taxon, predicted_id=predicted, score=0.5
        )
    assert confused_with(tow.project, tow.copepoda) == [
        {"id": tow.appendicularia, "name": "Appendicularia", "count": 2}
    ]


def test_an_object_of_another_project_is_no_reference_image(tow, alice):
    from annotations.projects.actions import create_project

    other = create_project(title="Other", owner=alice)
    with pytest.raises(ValidationError, match="another project"):
        pin(project=other, taxon=Taxon.objects.get(pk=tow.copepoda), object=tow.objects[0], user=alice)


def test_by_the_api(client, tow, bob, carla):
    client.force_login(bob)
    where = f"/api/v1/objects/{tow.objects[0].pk}/comments/"
    created = client.post(where, {"text": "@carla?"}, content_type="application/json")
    assert created.status_code == 201
    assert client.get(where).json() == {"results": [created.json()], "next": None}
    client.force_login(carla)
    (mention,) = client.get("/api/v1/me/mentions/").json()["results"]
    assert (mention["object"], mention["comment"]["text"]) == (tow.objects[0].pk, "@carla?")


def test_comments_are_mended_and_taken_back_by_the_api(client, tow, alice, bob):
    made = comment(project=tow.project, author=bob, text="an eg", object=tow.objects[0])
    where = f"/api/v1/projects/{tow.project.pk}/comments/{made.pk}/"
    client.force_login(bob)
    mended = client.patch(where, {"text": "an egg"}, content_type="application/json").json()
    assert mended["text"] == "an egg"
    assert mended["edited"] is not None
    refused = client.patch(where, {"text": " "}, content_type="application/json")
    assert refused.status_code == 400
    client.force_login(alice)
    assert client.patch(where, {"text": "mine"}, content_type="application/json").status_code == 403
    assert client.delete(where).status_code == 204
    assert Comment.objects.get().removed_by == alice


def test_notes_and_reference_images_by_the_api(client, tow, carla):
    client.force_login(carla)
    base = f"/api/v1/projects/{tow.project.pk}/"
    notes = f"{base}taxa/{tow.copepoda}/notes/"
    note = client.post(notes, {"text": "One eye."}, content_type="application/json")
    assert (note.status_code, note.json()["author"]) == (201, "carla")
    assert client.get(notes).json() == [note.json()]
    assert client.delete(f"{base}notes/{note.json()['id']}/").status_code == 204
    assert client.get(notes).json() == []

    images = f"{base}taxa/{tow.copepoda}/references/"
    body = {"object": tow.objects[0].pk, "caption": "a female"}
    image = client.post(images, body, content_type="application/json")
    assert image.status_code == 201
    (reference,) = client.get(images).json()
    assert reference == image.json()
    assert (reference["object"], reference["caption"]) == (tow.objects[0].pk, "a female")
    assert client.delete(f"{base}references/{reference['id']}/").status_code == 204
    assert client.get(images).json() == []
    nowhere = client.post(images, {"object": 2**62}, content_type="application/json")
    assert nowhere.status_code == 400
    assert "no object" in nowhere.content.decode()


def test_the_api_gives_threads_and_mentions_page_by_page(client, tow, bob, carla):
    say_much(tow, bob, 230)
    client.force_login(carla)
    for where, text in [
        (f"/api/v1/objects/{tow.objects[0].pk}/comments/", lambda entry: entry["text"]),
        ("/api/v1/me/mentions/", lambda entry: entry["comment"]["text"]),
    ]:
        first = client.get(where).json()
        second = client.get(where, {"cursor": first["next"]}).json()
        assert second["next"] is None
        texts = [text(entry) for entry in first["results"] + second["results"]]
        assert texts == [f"@carla look {n}." for n in range(230)][::-1], "newest first"


# --- Sent twice, because the answer got lost --------------------------------------------------------------------------


def key_in(panel: str) -> str:
    """That the form of a comment sends."""
    return re.search(r'name="key" value="([0-9a-f-]{36})"', panel)[1]


def test_a_comment_that_is_sent_twice_stands_once_and_mentions_once(client, tow, bob, carla):
    client.force_login(bob)
    sent = {"text": "@carla look", "key": key_in(client.get(on(tow)).content.decode())}
    first, again = (client.post(on(tow), sent).content.decode() for _ in range(2))
    assert Comment.objects.get().text == "@carla look"
    assert first.count("<li") == again.count("<li") == 1
    assert unseen_mentions(carla) == 1


def test_every_form_says_something_of_its_own(client, tow, bob):
    client.force_login(bob)
    for _ in range(2):
        client.post(on(tow), {"text": "Yes", "key": key_in(client.get(on(tow)).content.decode())})
    assert Comment.objects.count() == 2


def test_words_that_were_changed_before_they_were_sent_again_are_not_lost(client, tow, bob):
    client.force_login(bob)
    key = key_in(client.get(on(tow)).content.decode())
    for text in ("An egg", "An egg?"):
        client.post(on(tow), {"text": text, "key": key})
    assert [entry.text for entry in Comment.objects.all()] == ["An egg", "An egg?"]


def test_one_key_on_two_objects_is_two_comments(tow, bob):
    key = uuid4()
    for row in tow.objects[:2]:
        comment(project=tow.project, author=bob, text="An egg", object=row, key=key)
    assert Comment.objects.count() == 2


def test_a_comment_that_was_removed_does_not_come_back(tow, bob):
    sent = {"project": tow.project, "author": bob, "text": "An egg", "object": tow.objects[0], "key": uuid4()}
    remove_comment(comment=comment(**sent), user=bob, role=Role.ANNOTATOR)
    assert comment(**sent).removed
    assert Comment.objects.get().text == ""


def test_what_is_said_of_a_taxon_twice_stands_once(client, tow, bob):
    client.force_login(bob)
    page = url(tow, f"taxa/{tow.objects[0].taxon_id}/")
    sent = {"text": "Two antennae", "key": key_in(client.get(page).content.decode())}
    first, again = (client.post(page, sent) for _ in range(2))
    assert first["Location"] == again["Location"] == f"{page}#c{Comment.objects.get().pk}"
