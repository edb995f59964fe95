"""Pages that everybody may see without anything on them: a picture, one sentence, and a button where one leads on."""

import pytest
from django.test import Client

from tests.public.public_projects import show_to_everybody
from tests.worlds import shared_rows


@shared_rows
def public_tow(tow, alice):
    show_to_everybody(tow.project, alice, summary="Nets.")
    return tow


@pytest.mark.parametrize(
    ("address", "sentence", "button"),
    [
        ("/explore/?taxon=Nonsense", "No public project matches.", "All projects"),
        ("/catalogue/?q=nonsense", "No public model is called so.", "All of them"),
        ("/catalogue/", "No public model yet.", ""),
        ("/public/{project}/objects/?taxon={other}", "No public object is of that kind.", "All objects"),
    ],
)
def test_an_empty_page_has_a_picture_and_a_sentence(public_tow, address, sentence, button):
    path = address.format(project=public_tow.project.pk, other=public_tow.appendicularia)
    text = Client().get(path).getvalue().decode()
    nothing = text[text.index('<div class="card empty">') :].partition("</div>")[0]
    assert "<svg" in nothing and f"<p>{sentence}</p>" in nothing
    assert f">{button}</a>" in nothing if button else "<a " not in nothing


def test_the_list_of_traits_offers_its_import_to_who_may(client, vera, root):
    for person, button in ((vera, ">To the projects</a>"), (root, ">Import a list</a>")):
        client.force_login(person)
        text = client.get("/taxon-traits/").content.decode()
        nothing = text[text.index('<div class="card empty">') :].partition("</div>")[0]
        assert "<svg" in nothing and "There is no list yet" in nothing
        assert button in nothing
