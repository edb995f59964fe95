"""Every condition of the filter finds what a person would pick out by hand."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given as forall
from hypothesis import strategies as some

from annotations.jobs.models import Job
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.learning.models import Prediction
from annotations.projects.models import Project, Role
from annotations.samples.models import Acquisition, DayPhase, FreeColumn, Object, ObjectFields, Sample, State
from annotations.search.fields import Map
from annotations.search.filter import Filter
from annotations.search.indexing import index_column
from annotations.search.queries import counts, page
from annotations.search.registry import CONDITIONS
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from tests.learning.models import make_model
from tests.search.form import form_choices
from tests.worlds import shared_rows
from worker.runner import run_job

DAY = timedelta(days=1)


@shared_rows
def cruise(project, bob, carla) -> SimpleNamespace:
    """Twelve objects, one a month of 2025, from 20° W to 35° E, from the surface to 1,100 m."""
    copepod, salp = ensure_taxa([TaxonName("Copepoda"), TaxonName("Salpida")]).values()
    FreeColumn.objects.create(project=project, level="object", name="area", is_number=True, position=0)
    FreeColumn.objects.create(project=project, level="object", name="remark")
    acquisitions = []
    for k, instrument in enumerate(["zooscan", "uvp6", ""]):
        sample = Sample.objects.create(
            project=project, original_id=f"s{k}", latitude=10.0 * k, longitude=5.0 * k
        )
        acquisitions.append(
            Acquisition.objects.create(sample=sample, original_id=f"a{k}", instrument=instrument)
        )
    objects = []
    for n in range(12):
        is_settled = n % 4 == 0
        acquisition = acquisitions[n % 3]
        created = Object.objects.create(
            project=project,
            sample=acquisition.sample,
            acquisition=acquisition,
            state=State.VALIDATED if is_settled else State.PREDICTED,
            taxon_id=copepod if n < 8 else salp,
            score=None if is_settled else n / 12,
            margin=None if is_settled or n == 3 else n % 4 / 8 + n // 6 / 4,
            latitude=n * 5.0,
            longitude=-20 + n * 5.0,
            depth_min=n * 100.0,
            depth_max=n * 100.0 + 10,
            taken_at=datetime(2025, n + 1, 15, 2 * n, 30, tzinfo=UTC) if n != 7 else None,
            has_time=n != 3,
            annotator=(bob if n < 6 else carla) if is_settled else None,
            labelled_at=datetime(2026, 1, 1, 23, tzinfo=UTC) + n * DAY if is_settled else None,
        )
        values = [None if n == 5 else n * 10.0]
        texts = {} if n == 2 else {"remark": "with eggs" if n % 2 else "100%_sure"}
        ObjectFields.objects.create(
            object=created, project=project, original_id=f"o{n}", values=values, texts=texts
        )
        objects.append(created)
    return SimpleNamespace(
        project=project, objects=objects, acquisitions=acquisitions, copepod=copepod, salp=salp
    )


def matching_ids(cruise, params: dict) -> list[int]:
    """Which of the twelve match."""
    expected = Filter.parse(params)
    ids = {o["id"] for o in page(cruise.project.pk, expected, "id", 50).objects}
    assert sum(entry["count"] for entry in counts(cruise.project.pk, expected)) == len(ids)
    return [n for n, o in enumerate(cruise.objects) if o.pk in ids]


CASES = [
    ({"instrument": "uvp6"}, [1, 4, 7, 10]),
    ({"instrument": ["uvp6", "zooscan"]}, [0, 1, 3, 4, 6, 7, 9, 10]),
    ({"score_min": 0.5}, [6, 7, 9, 10, 11]),
    ({"score_max": "0.25"}, [1, 2, 3]),
    ({"margin_max": "0.25"}, [1, 2, 5]),  # who was settled, and who has no second choice, has none
    ({"depth_min": 300, "depth_max": 510}, [3, 4, 5]),
    ({"date_from": "2025-04-15", "date_to": "2025-06-15"}, [3, 4, 5]),
    ({"month": [1, 12]}, [0, 11]),
    ({"time": "08:30-12:30"}, [4, 5, 6]),  # the fourth has a date alone, the eighth nothing
    ({"time": "20:00-02:30"}, [0, 1, 10, 11]),
    ({"hour": [8, 22]}, [4, 11]),
    ({"hour": 6}, []),  # the fourth was taken at midnight, for all that is known
    ({"depth": "305:405"}, [3]),  # 405 is the mean of the next
    ({"box": "-11,9,6,26"}, [2, 3, 4, 5]),
    ({"box": "30,-90,-15,90"}, [0, 1, 10, 11]),  # across the date line
    ({"labelled_from": "2026-01-05", "labelled_to": "2026-01-05"}, [4]),
    ({"field": "area>=90"}, [9, 10, 11]),
    ({"field": "area = 20"}, [2]),
    ({"field": "area!=20"}, [0, 1, 3, 4, 6, 7, 8, 9, 10, 11]),
    ({"field": ["area>20", "area<=60"]}, [3, 4, 6]),
    ({"field": "remark~EGGS"}, [1, 3, 5, 7, 9, 11]),
    ({"field": "remark~0%_s"}, [0, 4, 6, 8, 10]),
    ({"field": "remark~0_%s"}, []),
    ({"field": ["remark=with eggs", "area<30"]}, [1]),
    ({"original_id": "o7"}, [7]),
    ({"instrument": "uvp6", "month": [5, 6, 7], "depth_min": 1}, [4]),
]


@pytest.mark.parametrize("is_indexed", [False, True])
@pytest.mark.parametrize(("params", "expected"), CASES)
def test_a_condition_finds_what_it_says(cruise, params, expected, is_indexed):
    if is_indexed:
        for column in cruise.project.free_columns.all():
            job = Job.objects.create(
                kind="index_column", project=cruise.project, params={"column": column.pk}
            )
            run_job(job.pk, index_column)
    assert matching_ids(cruise, params) == expected


@pytest.mark.parametrize("is_indexed", [False, True])
@pytest.mark.parametrize(
    ("params", "order", "expected"),
    [
        ({"field": "area>=70"}, "field:area", [7, 8, 9, 10, 11]),
        ({"field": ["area>20", "area!=40", "area<=60"]}, "-field:area", [6, 3]),
        ({"field": "remark=with eggs"}, "field:remark", [1, 3, 5, 7, 9, 11]),
    ],
)
def test_sorted_by_the_column_that_is_compared(cruise, params, order, expected, is_indexed):
    if is_indexed:
        for column in cruise.project.free_columns.all():
            job = Job.objects.create(
                kind="index_column", project=cruise.project, params={"column": column.pk}
            )
            run_job(job.pk, index_column)
    pages, cursor = [], None
    while cursor or not pages:
        part = page(cruise.project.pk, Filter.parse(params), order, 2, cursor)
        pages += [o["id"] for o in part.objects]
        cursor = part.next
        if cursor is None:
            break
    assert pages == [cruise.objects[n].pk for n in expected]


def test_an_acquisition_is_found(cruise):
    assert matching_ids(cruise, {"acquisition": cruise.acquisitions[2].pk}) == [2, 5, 8, 11]


def test_people_are_found_and_offered(cruise, bob, carla):
    assert matching_ids(cruise, {"annotator": bob.pk}) == [0, 4]
    assert matching_ids(cruise, {"annotator": [bob.pk, carla.pk]}) == [0, 4, 8]
    assert form_choices("annotator", cruise.project, bob) == [(bob.pk, "Bob"), (carla.pk, "Carla")]


def test_where_the_model_disagrees_and_its_second_choice(cruise):
    model = make_model(cruise.project, "done")
    for n, taxa in (
        (0, [cruise.salp, cruise.copepod]),
        (4, [cruise.copepod, cruise.salp]),
        (5, [cruise.salp]),
    ):
        Prediction.objects.create(object=cruise.objects[n], model=model, taxa=taxa, scores=[0.5] * len(taxa))
    assert matching_ids(cruise, {"disagrees": 1}) == [0], "of what people settled only"
    assert matching_ids(cruise, {"second": cruise.salp}) == [4]


def test_what_several_people_named_differently(cruise, bob, carla):
    def say(n, user, taxon):
        target = Object.objects.get(pk=cruise.objects[n].pk)
        return label_objects(
            project=cruise.project,
            user=user,
            targets=[Target(target.pk, target.version)],
            taxon=Taxon.objects.get(pk=taxon),
        )

    for n, first, then, taxon in (
        (1, bob, carla, cruise.salp),
        (2, bob, carla, cruise.copepod),  # agreed
        (3, bob, bob, cruise.salp),  # thought again
        (6, bob, carla, cruise.salp),  # and took it back
    ):
        say(n, first, cruise.copepod)
        last = say(n, then, taxon)
    undo_batch(batch=Batch.objects.get(pk=last.batch), user=carla, role=Role.EXPERT)
    assert matching_ids(cruise, {"contested": "yes"}) == [1]


# Almanac times of sunrise and sunset, UTC
SKY = [
    ("Villefranche at midsummer noon", "2025-06-21T12:00", 43.7, 7.3, DayPhase.DAY),
    ("Villefranche, half an hour before sunrise (3:49)", "2025-06-21T03:20", 43.7, 7.3, DayPhase.DAWN),
    ("Villefranche, five minutes after sunrise", "2025-06-21T03:54", 43.7, 7.3, DayPhase.DAY),
    ("Villefranche, five minutes after sunset (19:14)", "2025-06-21T19:20", 43.7, 7.3, DayPhase.DUSK),
    ("Villefranche at midsummer midnight", "2025-06-21T23:30", 43.7, 7.3, DayPhase.NIGHT),
    ("Tromsø under the midnight sun", "2025-06-21T22:45", 69.65, 18.96, DayPhase.DAY),
    ("Longyearbyen in the polar night", "2025-12-21T20:00", 78.22, 15.63, DayPhase.NIGHT),
    ("Hawaii at local noon is late in the UTC day", "2025-03-20T22:30", 21.3, -157.9, DayPhase.DAY),
    ("Fiji at local midnight", "2025-03-20T12:00", -18.1, 178.4, DayPhase.NIGHT),
    ("Sydney before sunrise (18:40)", "2025-12-20T18:20", -33.9, 151.2, DayPhase.DAWN),
]


@pytest.mark.parametrize(
    ("where", "moment", "latitude", "longitude", "sun"), SKY, ids=[row[0] for row in SKY]
)
def test_where_the_sun_stood(cruise, where, moment, latitude, longitude, sun):
    taken_at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    Object.objects.filter(pk=cruise.objects[6].pk).update(
        taken_at=taken_at, latitude=latitude, longitude=longitude
    )
    assert 6 in matching_ids(cruise, {"sun": sun.name.lower()})


def test_without_time_or_place_nobody_knows_where_the_sun_stood(cruise):
    assert not {3, 7} & set(matching_ids(cruise, {"sun": ["day", "night", "dawn", "dusk"]}))


NARROW = [
    ({"month": 4}, 1),
    ({"time": "08:00-08:59"}, 1),
    ({"time": "23:00-00:59"}, 1),
    ({"box": "-21,-90,-19,90"}, 1),
    ({"box": "179,0,-179,90"}, 0),
    ({"sun": ["day", "night", "dawn", "dusk"]}, None),
    ({"month": 4, "box": "179,0,-179,90"}, 0),
    ({"date_from": "2025-12-01"}, 1),
    ({"date_to": "2025-01-20"}, 1),
    ({"date_from": "2025-02-16", "date_to": "2025-10-01"}, None),
    ({"depth_min": 1050}, 1),
    ({"depth_max": 15}, 1),
    ({"depth_min": 10}, None),
]


@pytest.mark.parametrize(("params", "samples"), NARROW)
def test_only_samples_that_may_hold_a_match_are_searched(cruise, params, samples):
    """None: most of them may."""
    narrowed = Filter.parse(params).narrowed(cruise.project.pk)
    if samples is None:
        assert narrowed.sample == ()
    else:
        assert len([pk for pk in narrowed.sample if pk > 0]) == samples
    assert (
        Filter.parse({"sample": cruise.acquisitions[2].sample_id, **params})
        .narrowed(cruise.project.pk)
        .sample
    )


def test_what_is_added_later_is_found_too(cruise):
    assert matching_ids(cruise, {"box": "100,-10,120,10"}) == []
    acquisition = cruise.acquisitions[0]
    cruise.objects.append(
        Object.objects.create(
            project=cruise.project,
            sample=acquisition.sample,
            acquisition=acquisition,
            latitude=0,
            longitude=110,
            taken_at=datetime(2025, 7, 1, 5, tzinfo=UTC),
        )
    )
    ObjectFields.objects.create(object=cruise.objects[-1], project=cruise.project, original_id="late")
    assert matching_ids(cruise, {"box": "100,-10,120,10"}) == [12]
    assert matching_ids(cruise, {"time": "05:00-05:10"}) == [12]
    assert 12 in matching_ids(cruise, {"month": 7})


WRONG = [
    ({"acquisition": "net"}, "`acquisition` is 'net'"),
    ({"depth_min": "deep"}, "`depth_min` is 'deep', but takes a number"),
    ({"depth_min": "nan"}, "takes a number"),
    ({"date_from": "30/04/2026"}, "takes a date as 2026-04-30"),
    ({"date_to": "9999-12-31"}, "takes a date as"),
    ({"date_from": "20260430"}, r"takes a date as 2026-04-30 \(YYYY-MM-DD\)"),
    ({"labelled_to": "2026-W18-4"}, "takes a date as"),
    ({"month": 13}, "takes a month from 1 to 12"),
    ({"time": "22:00"}, "takes two times as 22:00-04:00"),
    ({"hour": 24}, "takes an hour from 0 to 23"),
    ({"depth": "50"}, "takes two numbers as 50:100"),
    ({"depth": "50:deep"}, "`depth` is 'deep', but takes a number"),
    ({"time": "22:00-4 am"}, "takes a time as 21:30"),
    ({"time": "22:00-04:00+02:00"}, "takes a time as 21:30"),
    ({"sun": "moon"}, "takes one of day, night, dawn, dusk"),
    ({"box": "1,2,3"}, "takes west,south,east,north in degrees"),
    ({"box": "1,50,3,40"}, "takes west,south,east,north in degrees"),
    ({"field": "area"}, "takes a comparison as area>=100"),
    ({"field": ">3"}, "takes a comparison"),
    ({"disagrees": "maybe"}, "takes 1, or is left out"),
    ({"original_id": "o\0"}, "takes a text"),
    ({"original_id": "half a pair: \ud800"}, "takes a text"),
    ({"sample": {"id": 3}}, "`sample` takes a text or a number"),
]


@pytest.mark.parametrize(("params", "sentence"), WRONG)
def test_what_is_wrong_is_said(params, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Filter.parse(params)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"field": "girth>3"}, "no such column"),
        ({"field": "area~3"}, "area is a number"),
        ({"field": "area>big"}, "`area` is 'big', but takes a number"),
    ],
)
def test_what_the_project_lacks_is_said(client, cruise, bob, params, sentence):
    with pytest.raises(ValidationError, match=sentence):
        matching_ids(cruise, params)
    client.force_login(bob)
    for where in ("", "panel/", "vignettes/"):
        answer = client.get(f"/projects/{cruise.project.pk}/{where}", params)
        assert answer.status_code == 400
        assert sentence in answer.content.decode()
    answer = client.get(f"/projects/{cruise.project.pk}/", params, headers={"Sec-Fetch-Mode": "navigate"})
    assert answer.status_code == 400
    assert "Without the filter" in answer.content.decode()


def test_each_chip_says_its_condition(cruise, bob):
    params = {
        "instrument": "uvp6",
        "score_min": "0.50",
        "depth_max": 200,
        "date_from": "2025-04-15",
        "month": [1, 12],
        "time": "22:00-04:00",
        "sun": ["night", "dusk"],
        "box": "7,43,8,44",
        "annotator": bob.pk,
        "field": ["area>=100", "remark~eggs"],
        "second": cruise.salp,
        "contested": 1,
    }
    assert {c.name: str(c) for c in Filter.parse(params).conditions} == {
        "instrument": "uvp6",
        "score_min": "score ≥ 0.5",
        "depth_max": "depth ≤ 200 m",
        "date_from": "taken from 2025-04-15",
        "month": "January, December",
        "time": "between 22:00 and 04:00 UTC",
        "sun": "night, dusk",
        "box": "43° to 44° N, 7° to 8° E",
        "annotator": "by Bob",
        "field": "area ≥ 100, remark contains eggs",
        "second": "second choice Salpida",
        "contested": "people disagreed",
    }


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ("-8.5,-44,-7,-43", "44° to 43° S, 8.5° to 7° W"),
        ("-8,-1,7,1", "1° S to 1° N, 8° W to 7° E"),
        ("170,-20,-170,-10", "20° to 10° S, 170° E to 170° W, across the 180th meridian"),
    ],
)
def test_the_chip_of_a_box_says_where_it_lies_as_a_chart_does(box, words):
    assert [str(condition) for condition in Filter.parse({"box": box}).conditions] == [words]


def test_the_form_holds_what_is_asked_and_offers_what_there_is(client, cruise, bob):
    client.force_login(bob)
    form = client.get(
        f"/projects/{cruise.project.pk}/filters/?order=-score&month=4&depth_min=0&taxon={cruise.salp}"
    ).content.decode()
    assert 'name="depth_min" inputmode="decimal" value="0"' in form
    assert 'value="4" checked' in form
    assert f'type="hidden" name="taxon" value="{cruise.salp}"' in form, "the panel's choice is kept"
    assert 'type="hidden" name="order" value="-score"' in form
    for offered in ("zooscan", "uvp6", "Bob", "area=", "remark~"):
        assert offered in form


def test_the_panel_counts_what_the_filter_lets_through(client, cruise, bob):
    client.force_login(bob)
    panel = client.get(f"/projects/{cruise.project.pk}/panel/?instrument=uvp6").content.decode()
    for letter, count in (("V", 1), ("P", 3)):
        assert f'data-count="{letter}">{count}</span>' in panel


LETTERS = some.characters(exclude_characters="\0", exclude_categories=["Cs"])
TEXTS = {
    "score_min": some.floats(0, 1, allow_subnormal=False).map(str),  # training flushes those to 0
    "depth_max": some.integers(0, 6000).map(str),
    "date_from": some.dates(max_value=date(2100, 1, 1)).map(str),
    "month": some.lists(some.integers(1, 12).map(str), min_size=1, unique=True),
    "time": some.tuples(some.times(), some.times()).map(lambda pair: f"{pair[0]:%H:%M}-{pair[1]:%H:%M}"),
    "sun": some.lists(some.sampled_from(DayPhase.names_in_words()), min_size=1, unique=True),
    "field": some.lists(some.sampled_from(["area>1", "area<=2", "remark~a&b=c", "é;~ü"]), min_size=1),
    "original_id": some.text(
        some.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1
    ).filter(str.strip),
    "instrument": some.lists(some.sampled_from(["uvp,6", "zoo scan"]), min_size=1),
    "sample": some.lists(some.integers(1, 2**62), min_size=1),
    "state": some.lists(some.sampled_from([s.word for s in State]), min_size=1),
}


@forall(some.fixed_dictionaries({}, optional=TEXTS))
def test_a_filter_survives_its_address(params):
    from django.http import QueryDict

    expected = Filter.parse(params)
    assert Filter.parse(QueryDict(expected.as_query())) == expected
    assert Filter.parse(expected.as_dict()) == expected


@forall(some.sampled_from(sorted(CONDITIONS)), some.text())
def test_any_text_is_read_or_refused_in_words(name, text):
    try:
        Filter.parse({name: text})
    except ValidationError as error:
        assert f"`{name}`" in error.messages[0]


def test_a_filter_tells_no_stranger_by_name(cruise, client, bob, dan):
    """Numbers of people, samples and acquisitions can be guessed; their names are for who works with them."""
    other = Project.objects.create(title="Elsewhere")
    sample = Sample.objects.create(project=other, original_id="secret tow")
    theirs = Acquisition.objects.create(sample=sample, original_id="secret camera")
    client.force_login(bob)
    bench = f"/projects/{cruise.project.pk}/"
    for question in (f"annotator={dan.pk}", f"assigned={dan.pk}", f"acquisition={theirs.pk}"):
        answer = client.get(f"{bench}?{question}")
        assert answer.status_code == 400
        assert "not for you to see" in answer.content.decode()
    assert "secret" not in client.get(f"{bench}?sample={sample.pk}").content.decode()
    assert client.get(f"{bench}?annotator={bob.pk}").status_code == 200


def test_the_map_has_the_samples_with_their_objects(cruise):
    Sample.objects.create(project=cruise.project, original_id="nowhere")
    cruise.objects[0].delete()
    field = CONDITIONS["box"].field
    assert field and isinstance(field.widget, Map)
    places = sorted(field.widget.places(cruise.project.pk))
    assert places == [["s0", 0.0, 0.0, 3], ["s1", 10.0, 5.0, 4], ["s2", 20.0, 10.0, 4]]
