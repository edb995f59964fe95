"""What the table of samples can do, the API can."""

import pytest

from annotations.metadata.models import Correction

pytestmark = pytest.mark.django_db


@pytest.fixture
def patch(client, alice, cruise):
    client.force_login(alice)
    address = f"/api/v1/projects/{cruise.project.pk}/samples/"

    def act(rows: list[dict], **more: object):
        return client.patch(address, {"samples": rows, **more}, content_type="application/json")

    return act


def test_rows_are_corrected_as_one_and_undone(patch, client, cruise):
    rows = [
        {
            "id": cruise.net.pk,
            "set": {"latitude": "43.5", "sample_station": "B"},
            "was": {"latitude": "43.1"},
        },
        {"id": cruise.profile.pk, "set": {"sample_tot_vol": None}},
    ]
    tried = patch(rows, dry_run=True).json()
    cruise.net.refresh_from_db()
    assert (tried["id"], tried["samples"], cruise.net.latitude) == (None, 2, 43.1)
    made = patch(rows).json()
    assert made["what"] == "2 samples changed in 3 columns (Latitude, °; station; tot_vol)"
    assert {"sample": "net", "column": "station", "old": "", "new": "B"} in made["changes"]
    cruise.net.refresh_from_db()
    assert (cruise.net.latitude, cruise.net.fields["station"]) == (43.5, "B")
    address = f"/api/v1/projects/{cruise.project.pk}/samples/corrections/"
    listed = client.get(address).json()["results"]
    assert [(one["id"], one["user"], one["is_undone"]) for one in listed] == [(made["id"], "Alice", False)]
    back = client.post(f"{address}{made['id']}/undo/").json()
    assert (back["samples"], back["stay"]) == (2, 0)
    cruise.profile.refresh_from_db()
    assert cruise.profile.fields == {"tot_vol": "9"}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"set": {"latitude": "43.5"}, "was": {"latitude": "40"}}, "It is 43.1 by now, not 40"),
        ({"set": {"lattitude": "43.5"}}, "Samples have no column 'lattitude'"),
        ({"set": {"latitude": "143"}}, "net, Latitude, °: '143' is no latitude"),
        ({"id": 2**62, "set": {"latitude": "1"}}, "The project has no sample"),
    ],
)
def test_a_wrong_row_changes_nothing(patch, cruise, row, sentence):
    answer = patch([{"id": cruise.profile.pk, "set": {"sample_ship": "Tara"}}, {"id": cruise.net.pk, **row}])
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]
    assert not Correction.objects.exists()
