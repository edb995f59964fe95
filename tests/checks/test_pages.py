"""The pages of quality checks, as people click through them."""

import pytest
from django.test import Client
from django.urls import reverse

from annotations.checks import actions
from annotations.checks.actions import finish_check
from annotations.checks.models import QualityCheck


@pytest.fixture
def as_person(client: Client):
    def signed_in(user) -> Client:
        client.force_login(user)
        return client

    return signed_in


def address(name: str, check: QualityCheck) -> str:
    return reverse(f"checks:{name}", args=[check.project_id, check.pk])


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_the_bench_leads_to_a_check_of_what_it_shows(net, as_person, bob):
    client = as_person(bob)
    bench = client.get(reverse("gallery:bench", args=[net.project.pk]) + "?state=validated")
    new = reverse("checks:new", args=[net.project.pk])
    assert f'href="{new}?state=validated"' in bench.content.decode()
    answer = client.post(f"{new}?state=validated", {"least": "90", "half_width": ""})
    check = QualityCheck.objects.get()
    assert answer.headers["Location"] == address("look", check)
    assert (check.least, check.half_width, check.words, check.objects_in_set) == (0.9, None, "validated", 200)
    page = words(client.get(address("look", check)))
    assert "Is this <i>Oithona</i>?" in page
    assert "whether at least 90 % are right" in page


def test_without_a_target_the_form_says_what_is_missing(net, as_person, bob):
    answer = as_person(bob).post(reverse("checks:new", args=[net.project.pk]), {})
    assert answer.status_code == 400
    assert "Say what you want to know" in words(answer)


def test_an_answer_brings_the_next_look_alone(net, as_person, bob):
    check = net.check(bob)
    client = as_person(bob)
    answer = client.post(
        address("look", check), {"place": 1, "answer": "right"}, headers={"HX-Request": "true"}
    )
    page = words(answer)
    assert "<html" not in page
    assert 'name="place" value="2"' in page
    assert '<strong class="number">100 %</strong> right' in page
    again = words(client.get(address("look", check) + "?again=1"))
    assert 'name="place" value="1"' in again


def test_what_is_no_answer_is_said_above_the_question(net, as_person, bob):
    check = net.check(bob)
    answer = as_person(bob).post(address("look", check), {"place": 7, "answer": "right"})
    assert "This isn’t the next object to look at" in words(answer)
    assert 'name="place" value="1"' in words(answer)


def test_a_blind_page_has_neither_the_label_nor_the_filter_that_names_it(net, as_person, bob):
    check = net.check(bob, {"taxon": [str(net.oithona.pk)]}, is_blind=True)
    assert "Oithona" in check.words
    page = words(as_person(bob).get(address("look", check)))
    assert "What is this?" in page
    assert "Oithona" not in page


def test_a_check_whose_draw_is_gone_waits_for_nothing(net, as_person, bob, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 100)
    check = net.check(bob, {"state": ["validated"]})
    client = as_person(bob)
    page = words(client.get(address("look", check)))
    assert "The objects are being drawn" in page and "every 2s" in page
    check.job.delete()
    page = words(client.get(address("look", check)))
    assert "Nothing could be drawn, and its job is gone: discard this check, and start another." in page
    assert "every 2s" not in page


def test_the_figures_open_when_it_is_finished_and_lead_to_what_is_wrong(net, as_person, bob, vera):
    check = net.check(bob)
    net.look(check, bob)
    assert as_person(vera).get(address("figures", check)).status_code == 403
    client = as_person(bob)
    assert client.post(address("finish", check)).headers["Location"] == address("figures", check)
    page = words(client.get(address("figures", check)))
    assert "95 %</strong> right" in page
    assert "All that can be judged were looked at: 95 % are right." in page
    assert f"?check={check.pk}:{net.oithona.pk}:{net.calanus.pk}" in page
    assert "Give 10 objects the taxa that were named" in page
    assert "another label or state by now" not in page
    client.post(address("correct", check))
    assert "10 of the objects judged have another label or state by now." in words(
        client.get(address("figures", check))
    )
    assert "Give 10 objects" not in words(client.get(address("figures", check)))
    page_of_vera = words(as_person(vera).get(address("figures", check)))
    assert "95 %</strong> right" in page_of_vera


def test_the_list_has_figures_of_finished_checks_alone(net, as_person, bob, vera):
    net.look(net.check(bob), bob, 3)
    finished = net.check(bob)
    net.look(finished, bob)
    finish_check(check=finished, user=bob)
    page = words(as_person(vera).get(reverse("checks:list", args=[net.project.pk])))
    assert page.count("</strong> right") == 1
    assert "3 looks" in page
    assert f'href="{address("look", finished)}"' not in page
