"""How each route is asked for all that it has: by whom, about which rows, with which parameters."""

from dataclasses import dataclass, field

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.rights.routes import routes
from tests.rights.world import World

# the first of them that is answered; nobody who is signed in sees the page on which one signs in
ASKERS = ["alice", "root", "bob", "anonymous"]


@dataclass(frozen=True)
class Asking:
    """`ids` by the name of a route's parameter: other rows than those of the world."""

    parameters: dict[str, object] = field(default_factory=dict)
    ids: dict[str, int | str] = field(default_factory=dict)


def askings(ids: dict[str, int | str]) -> dict[str, list[Asking]]:
    """Of the routes that need more than their address. `ids` also has what `growing.finish` made."""
    closed = Asking(ids={"reading_id": ids["closed_reading_id"]})
    finished = Asking(ids={"check_id": ids["finished_check_id"]})
    models = Asking({"models": f"{ids['model_id']},{ids['other_model_id']}"})
    sets = Asking({"a": ids["set_id"], "b": ids["other_set_id"]})
    trait = Asking({"trait": "egg_sac"})
    trait_values = Asking({"trait": "egg_sac", "ids": ids["objects"]})
    person = Asking({"person": ids["user_id"], "since": "2020-01-01"})
    return {
        "backbones:download": [Asking(ids={"job_id": ids["backbone_export_id"]})],
        "segmenters:download": [Asking(ids={"job_id": ids["segmenter_export_id"]})],
        "api:agreement": [closed],
        "api:check": [Asking(), finished],
        "api:compare_learning_sets": [sets],
        "api:compare_models": [models],
        "api:labels": [Asking({"ids": ids["objects"]})],
        "api:model_choices": [Asking({"ids": ids["objects"]})],
        "api:predictions": [Asking({"model": ids["model_id"]})],
        "api:roll_backs": [person],
        "api:trait_value_counts": [trait],
        "api:trait_values": [trait_values],
        "api:settle": [closed],
        "api:trait_tables": [trait],
        "api:traits": [Asking(), Asking({"ids": ids["objects"]})],
        "checks:figures": [finished],
        "gallery:trait_counts": [Asking({"trait_values": "egg_sac"})],
        "history:roll_back": [Asking(), person],
        "imports:mapping_file": [Asking({"format": "csv"}), Asking({"format": "json"})],
        "learning:compare": [Asking(), models],
        "learning:download": [Asking(ids={"job_id": ids["model_export_id"]})],
        "learning:part": [Asking(ids={"name": part}) for part in ("confusion", "curve", "worst")],
        "learning_sets:compare": [sets],
        "learning_sets:download": [Asking(), Asking({"format": "csv"})],
        "maps:pictures": [Asking({"ids": ids["objects"]})],
        "metadata:delete_samples": [Asking({"all": "on"})],
        "readings:figures": [closed],
        "readings:settle": [closed],
        "summaries:download": [trait],
        "summaries:traits": [Asking(), trait],
    }


def sql_of(world: World, name: str) -> list[str] | None:
    """The queries of the route, however it is asked; None where it does not answer."""
    statements: list[str] = []
    for asking in askings(world.ids).get(name, [Asking()]):
        answered = next(
            (result for role in ASKERS if (result := _sql(world, role, name, asking)) is not None), None
        )
        if answered is None:
            return None
        statements += answered
    return statements


def _sql(world: World, role: str, name: str, asking: Asking) -> list[str] | None:
    client = world.client(role)
    if _status(client, world, name, asking) != 200:  # what is looked up once and kept does not count
        return None
    with CaptureQueriesContext(connection) as queries:
        _status(client, world, name, asking)
    return [query["sql"] for query in queries]


def _status(client: Client, world: World, name: str, asking: Asking) -> int:
    ids = {**world.ids, **asking.ids}
    url = reverse(name, kwargs={key: ids[key] for key in routes()[name].pattern.converters})
    answer = client.get(url, asking.parameters)
    answer.getvalue()  # what streams is written now
    return answer.status_code
