"""What looks like an e-mail address in somebody's name is masked, in Python as in the database."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from annotations.accounts.models import User
from annotations.accounts.names import masked


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ann@example.org", "a…@…"),
        ("Ann Lee <ann@example.org>", "Ann Lee <a…@…>"),
        ("Ann Lee (ann@lab, bo@lab)", "Ann Lee (a…@…, b…@…)"),
        ("ann@example.org@lab", "a…@…"),
        ("Ann Lee", "Ann Lee"),
        ("@ann", "@ann"),
        ("", ""),
    ],
)
def test_an_address_keeps_its_first_letter(name, expected):
    assert masked(name) == expected


class TestTheDatabase(TestCase):
    parts = st.text(st.sampled_from(' ab.@+-_<>()[],;:"é…\u00a0\t'), max_size=12)

    @given(parts, parts, st.text(st.sampled_from("ab.@+-_"), min_size=1, max_size=12))
    @settings(max_examples=60, deadline=None)
    def test_says_the_same(self, first_name, last_name, username):
        User.objects.all().delete()
        person = User.objects.create(username=username, first_name=first_name, last_name=last_name)
        person.refresh_from_db()
        assert person.shown_name == person.display_name
