"""Progress per sample, taxon, person and day; samples given to people."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.assignments.actions import assign, share_out, take_back
from annotations.assignments.models import Assignment
from annotations.assignments.queries import (
    EndForecast,
    by_day,
    by_person,
    by_sample,
    by_taxon,
    forecast,
    samples_of,
    states,
)
from annotations.labels.actions import label_objects, log_imported
from annotations.labels.models import Batch, BatchKind
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.projects.models import Role
from annotations.samples.models import Acquisition, Object, Sample, State
from annotations.search.filter import Filter
from annotations.search.queries import page
from tests.plankton import machine_validated, tow
from tests.worlds import shared_rows

__all__ = ["tow"]


def label(tow, user, *places: int) -> int:
    result = [Object.objects.get(pk=tow.objects[n].pk) for n in places]
    targets = [Target(o.pk, o.version) for o in result]
    return label_objects(project=tow.project, user=user, targets=targets, state=State.DUBIOUS).batch


def settled_at(batch: int, moment: datetime) -> None:
    Object.objects.filter(changes__batch=batch).update(labelled_at=moment)


@shared_rows
def samples(tow) -> list[Sample]:
    """tow_1 with seven waiting objects, tow_2 with five, tow_3 with four, tow_4 with none."""
    result = [Sample.objects.get()]
    for n, size in ((2, 5), (3, 4), (4, 0)):
        sample = Sample.objects.create(project=tow.project, original_id=f"tow_{n}")
        acquisition = Acquisition.objects.create(sample=sample, original_id="a")
        for _ in range(size):
            Object.objects.create(project=tow.project, sample=sample, acquisition=acquisition)
        result.append(sample)
    return result


def test_states_samples_and_taxa_are_counted(tow, samples):
    assert states(tow.project.pk) == {
        "validated": 2,
        "dubious": 1,
        "machine-validated": 0,
        "predicted": 4,
        "unclassified": 12,
    }
    assert [(s["name"], s["total"], s["states"]["predicted"]) for s in by_sample(tow.project.pk)] == [
        ("tow_1", 10, 4),
        ("tow_2", 5, 0),
        ("tow_3", 4, 0),
        ("tow_4", 0, 0),
    ]
    assert [s["name"] for s in by_sample(tow.project.pk, after="tow_2")] == ["tow_3", "tow_4"]
    assert [(t["taxon"]["name"], t["total"]) for t in by_taxon(tow.project.pk)] == [
        ("Copepoda", 6),
        ("Appendicularia", 1),
    ]


def test_people_are_credited_with_what_stands(tow, bob, carla):
    label(tow, bob, 0, 1, 2)
    undone = label(tow, carla, 3)
    undo_batch(batch=Batch.objects.get(pk=undone), user=carla, role=Role.EXPERT)
    old = label(tow, carla, 4, 5)
    settled_at(old, datetime.now(UTC) - timedelta(20))
    assert [(p["name"], p["labels"], p["week"], p["month"]) for p in by_person(tow.project.pk)] == [
        ("Bob", 3, 3, 3),
        ("Carla", 2, 0, 2),
    ]


def test_an_object_counts_once_for_who_settled_it_now(tow, bob, carla):
    label(tow, bob, 0, 1, 2)
    label(tow, bob, 0)  # again
    label(tow, carla, 1)  # Carla knew better
    redone = label(tow, bob, 3)
    undone = undo_batch(batch=Batch.objects.get(pk=redone), user=bob, role=Role.EXPERT)
    undo_batch(batch=Batch.objects.get(pk=undone.batch), user=bob, role=Role.EXPERT)
    assert [(p["name"], p["labels"]) for p in by_person(tow.project.pk)] == [("Bob", 3), ("Carla", 1)]
    assert by_day(tow.project.pk)[-1]["labels"] == 4


def test_every_day_of_sixty_is_there(tow, bob):
    batch = label(tow, bob, 0, 1)
    settled_at(batch, datetime(2026, 3, 10, 23, 59, tzinfo=UTC))
    days = by_day(tow.project.pk, today=date(2026, 3, 12))
    assert len(days) == 60
    assert [day["labels"] for day in days[-4:]] == [0, 2, 0, 0]
    assert days[-3]["day"] == date(2026, 3, 10)


def bring(tow, user, *places: int) -> None:
    """As a package brings labels that somebody gave elsewhere, the day before."""
    ids = [tow.objects[n].pk for n in places]
    yesterday = datetime.now(UTC) - timedelta(1)
    Object.objects.filter(pk__in=ids).update(
        state=State.VALIDATED, taxon=tow.copepoda, annotator=user, labelled_at=yesterday
    )
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.IMPORT, user=user)
    log_imported(batch=batch, object_ids=ids)


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_labels_of_packages_are_gone_through_once_a_page(client, tow, carla, prefix):
    bring(tow, carla, 0, 1)
    client.force_login(carla)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{prefix}/projects/{tow.project.pk}/progress/").status_code == 200
    assert sum("labels_change latest" in query["sql"] for query in queries) == 1


def work_of(tow) -> tuple[int, int, list[tuple[str, int, int, int]]]:
    """Labels of yesterday and today, and of people."""
    people = [(p["name"], p["labels"], p["week"], p["month"]) for p in by_person(tow.project.pk)]
    yesterday, today = (day["labels"] for day in by_day(tow.project.pk)[-2:])
    return yesterday, today, people


def test_labels_that_came_with_a_package_are_no_work_done_here(tow, bob, carla):
    bring(tow, carla, 0, 1, 2)
    assert work_of(tow) == (0, 0, [("Carla", 3, 0, 0)])
    label(tow, bob, 0, 3)
    assert work_of(tow) == (0, 2, [("Bob", 2, 2, 2), ("Carla", 2, 0, 0)])
    assert forecast(5, by_day(tow.project.pk)) == EndForecast(None, 1), "the first day of work is today"


def test_a_label_that_came_with_a_package_is_none_of_here_when_it_is_given_back(tow, bob, carla):
    bring(tow, carla, 0, 1)
    batch = label(tow, bob, 0)
    undo_batch(batch=Batch.objects.get(pk=batch), user=bob, role=Role.EXPERT)
    assert work_of(tow) == (0, 0, [("Carla", 2, 0, 0)])


def days_of(*labels: int) -> list[dict]:
    """Sixty of them, the last ones with so many labels."""
    return [{"labels": n} for n in (0,) * (60 - len(labels)) + labels]


@pytest.mark.parametrize(("a_day", "waiting", "expected"), [(10, 100, 10), (10, 101, 11), (10, 0, 0)])
def test_a_forecast_from_two_weeks(a_day, waiting, expected):
    assert forecast(waiting, days_of(1000, *[a_day] * 14)) == EndForecast(expected, 14)


def test_there_is_no_forecast_where_nobody_worked_for_two_weeks():
    assert forecast(100, days_of(1000, *[0] * 14)) is None


def test_a_forecast_takes_a_pace_of_one_and_a_bit_as_it_is():
    assert forecast(1000, days_of(27, *[0] * 13)) == EndForecast(519, 14)  # 1.93 a day
    assert forecast(10, days_of(1, *[0] * 13)) == EndForecast(140, 14)  # 0.07 a day


def test_a_forecast_counts_no_day_before_the_first_label():
    assert forecast(1000, days_of(100, 0, 200)) == EndForecast(10, 3)
    assert forecast(1000, days_of(100, *[0] * 12)) == EndForecast(130, 13)


def test_the_first_two_days_are_too_few_for_a_forecast():
    assert forecast(1000, days_of(100)) == EndForecast(None, 1)
    assert forecast(1000, days_of(100, 0)) == EndForecast(None, 2)


def test_shared_out_evenly_by_what_waits(tow, samples, bob, carla):
    assert share_out(project=tow.project, samples=[s.pk for s in samples[:3]], users=[carla, bob]) == 3
    assigned = {(a.sample.original_id, a.user.username) for a in Assignment.objects.all()}
    assert assigned == {("tow_1", "bob"), ("tow_2", "carla"), ("tow_3", "carla")}


def test_a_person_sees_their_samples_what_is_late_first(tow, samples, bob):
    assign(project=tow.project, samples=[samples[1].pk], users=[bob])
    assign(project=tow.project, samples=[samples[0].pk], users=[bob], due=date(2026, 1, 1))
    assign(project=tow.project, samples=[samples[3].pk], users=[bob], due=date(2025, 1, 1))
    mine = samples_of(tow.project.pk, bob, today=date(2026, 2, 1))
    assert [(s["name"], s["waiting"], s["is_late"]) for s in mine] == [
        ("tow_1", 7, True),
        ("tow_2", 5, False),
        ("tow_4", 0, False),
    ]


def test_only_who_may_label_is_given_samples(tow, samples, bob, vera, dan):
    for people, sentence in (
        ([vera], "Vera may not label"),
        ([dan], "Dan may not label"),
        ([], "Choose a person"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            assign(project=tow.project, samples=[samples[0].pk], users=people)
    with pytest.raises(ValidationError, match="Choose a sample"):
        assign(project=tow.project, samples=[10**9], users=[bob])


def test_taken_back_from_one_or_from_all(tow, samples, bob, carla):
    assign(project=tow.project, samples=[s.pk for s in samples], users=[bob, carla])
    assert take_back(project=tow.project, samples=[samples[0].pk], users=[bob]) == 1
    assert take_back(project=tow.project, samples=[s.pk for s in samples]) == 7


def test_the_bench_shows_ones_own_samples(tow, samples, bob):
    assign(project=tow.project, samples=[samples[0].pk], users=[bob])
    expected = Filter.parse({"assigned": bob.pk})
    assert len(page(tow.project.pk, expected).objects) == 10
    assert str(expected.conditions[0]) == "samples of Bob"


def test_a_manager_gives_samples_on_the_page(client, tow, samples, alice, bob):
    client.force_login(alice)
    where = f"/projects/{tow.project.pk}/progress/"
    body = {"sample": [s.pk for s in samples], "user": [bob.pk], "do": "assign", "due": "2026-12-24"}
    html = client.post(f"{where}assign/", body, follow=True).content.decode()
    assert "4 assignments made." in html
    assert html.count("until 2026-12-24") == 4
    assert (
        "There is no day"
        in client.post(f"{where}assign/", {**body, "due": "2026-02-31"}, follow=True).content.decode()
    )
    assert "Choose a sample" in client.post(f"{where}assign/", {"do": "share"}, follow=True).content.decode()
    client.force_login(bob)
    html = client.get(where).content.decode()
    assert "Your samples" in html
    assert f"?sample={samples[0].pk}&amp;state=unclassified&amp;state=predicted" in html
    assert 'name="sample"' not in html, "who is no manager can't tick"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("samples", "sample,validated,dubious,machine-validated,predicted,unclassified,people"),
        ("taxa", "taxon,validated,dubious,machine-validated,predicted,unclassified"),
        ("people", "name,labels,week,month,last"),
        ("days", "day,labels"),
    ],
)
def test_tables_are_taken_out(client, tow, bob, name, header):
    label(tow, bob, 0)
    client.force_login(bob)
    answer = client.get(f"/projects/{tow.project.pk}/progress/{name}.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == header
    assert len(list(csv.reader(lines))) > 1


def test_a_table_that_is_not_there(client, tow, bob):
    client.force_login(bob)
    assert client.get(f"/projects/{tow.project.pk}/progress/secrets.csv").status_code == 404


def test_ten_samples_cost_no_more_questions_than_one(client, tow, bob, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(bob)
    where = f"/projects/{tow.project.pk}/progress/"
    client.get(where)
    with CaptureQueriesContext(connection) as one:
        client.get(where)
    for n in range(9):
        Sample.objects.create(project=tow.project, original_id=f"more_{n}")
    with django_assert_num_queries(len(one)):
        client.get(where)


def test_what_a_rule_labelled_is_neither_settled_nor_waits(client, tow, bob):
    machine_validated(tow, 0, 1, 2)
    (sample,) = by_sample(tow.project.pk)
    assert (sample["states"]["machine-validated"], sample["states"]["validated"]) == (3, 2)
    assert by_person(tow.project.pk) == []
    assert {day["labels"] for day in by_day(tow.project.pk)} == {0}
    client.force_login(bob)
    page = client.get(f"/projects/{tow.project.pk}/progress/").content.decode()
    assert "3</strong> machine-validated</a> ones have their labels by a rule: nobody looked" in page
    assert '<td class="n" data-is="Settled">3</td>' in page, "settled: two validated, one dubious"
    assert '<strong class="number">4</strong> of 10 objects wait for a person' in page


def test_after_the_first_day_of_work_the_page_promises_no_end(client, tow, bob):
    bring(tow, bob, 4, 5)
    label(tow, bob, 0, 1)
    client.force_login(bob)
    page = client.get(f"/projects/{tow.project.pk}/progress/").content.decode()
    assert "stands here once labelling has gone on for 3 days" in page
    assert "at the pace of" not in page


def test_of_rules_nothing_is_said_where_nobody_set_one(client, tow, bob):
    client.force_login(bob)
    assert "machine" not in client.get(f"/projects/{tow.project.pk}/progress/").content.decode().lower()
