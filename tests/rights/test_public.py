"""A project that everybody may see: its public pages are open to nobody in particular, and every other route is as
closed as before, for each method."""

import pytest

from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.public.model_actions import change_public_model
from tests.public.public_projects import show_to_everybody
from tests.rights.test_matrix import ROLES, TABLE, outcome, send

NOBODY, STRANGER = ROLES.index("anonymous"), "dan"
PAGES = (
    *(
        "project",
        "objects",
        "object",
        "counts",
        "results",
        "explore",
        "robots",
        "catalogue",
        "whole",
        "model",
        "deepaas",
    ),
    *("scivision_model", "scivision_datasource"),
)
OPEN: dict[tuple[str, str], int | str] = {("GET", f"public:{name}"): 200 for name in PAGES}
OPEN |= {("GET", f"api:catalogue_{name}"): 200 for name in ("models", "projects")}
OPEN["GET", "public:picture"] = "redirect"
CLOSED = sorted(set(TABLE) - set(OPEN))


@pytest.fixture
def public_world(world):
    project = Project.objects.get(pk=world.ids["project_id"])
    show_to_everybody(project, world.people["alice"], has_tables=True, has_all_states=True, columns=["area"])
    Model.objects.filter(pk=world.ids["model_id"]).update(is_ready=True)
    model = Model.objects.get(pk=world.ids["model_id"])
    change_public_model(model=model, by=world.people["alice"], is_on=True, name="Copepods")
    return world


def test_every_other_route_is_as_closed_to_nobody_and_to_strangers_as_before(public_world):
    opened = {}
    for method, name in CLOSED:
        expected = ["redirect" if code == 302 else code for code in TABLE[method, name]]
        for role in ("anonymous", STRANGER):
            answer = outcome(send(public_world.client(role), public_world, method, name))
            if answer != expected[ROLES.index(role)]:
                opened[method, name, role] = answer
    assert opened == {}


@pytest.mark.parametrize(("method", "name"), sorted(OPEN))
@pytest.mark.parametrize("role", ROLES)
def test_the_public_ones_are_open_to_everybody(method, name, role, public_world):
    assert outcome(send(public_world.client(role), public_world, method, name)) == OPEN[method, name]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("name", sorted(name for _, name in OPEN))
def test_they_are_read_and_nothing_else(method, name, public_world):
    assert outcome(send(public_world.client("anonymous"), public_world, method, name)) == 405


def test_no_address_of_a_person_is_on_them(public_world):
    for method, name in OPEN:
        body = send(public_world.client("anonymous"), public_world, method, name).getvalue()
        for person in ("Alice", "Bob", "Carla", "Ada", "@example.org"):
            assert person.encode() not in body, name
