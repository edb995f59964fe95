"""Formats are registered: page, API and command line offer them all, and refuse what a format does not take."""

import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from annotations.exports import registry
from annotations.exports.actions import export_path, export_project, start_export
from annotations.exports.registry import ExportFormat, ExportOption, export_format
from annotations.exports.request import ExportRequest, Written
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from tests.imports.packages import package, row, run_import

pytestmark = pytest.mark.django_db


def write_names(out: Path, request: ExportRequest, on_progress: registry.OnProgress) -> Written:
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("names.txt", f"{request.project.title} {request.options['case']}")
    return Written(rows=1)


@pytest.fixture
def names_format(monkeypatch) -> str:
    """A format of an app above, as its module `export_formats` would have it."""
    monkeypatch.setattr(registry, "_formats", dict(registry.formats()))

    @export_format
    class Names(ExportFormat):
        name = "names"
        title = "List of names"
        help = "Nothing but names."
        written_by = f"{__name__}:write_names"
        takes = ("images",)
        options = (ExportOption("case", "Letters", "How.", {"": "as they are", "upper": "upper"}, "lower"),)

        def losses(self, request):
            return ["It has no pictures."]

        def obstacles(self, request):
            return ["Nobody can read that."] if request.options["case"] == "upper" else []

    return Names.name


def test_a_registered_format_is_offered_and_written(client, names_format, project, vera, tmp_path):
    run_import(project, package(tmp_path / "tow.zip", [row(1)]))
    client.force_login(vera)
    page = client.get(f"/projects/{project.pk}/export/?format=names&state=unclassified").content.decode()
    assert "Nothing but names." in page and "It has no pictures." in page
    assert 'name="rendered"' not in page and 'href="?format=ecotaxa&amp;state=unclassified"' in page
    client.post(f"/projects/{project.pk}/export/?format=names", {"images": "none", "case": ""})
    job = Job.objects.get(kind="export_project")
    export_project(job, Progress(job))
    with zipfile.ZipFile(export_path(job)) as file:
        assert file.read("names.txt").decode() == f"{project.title} lower"


def test_what_is_missing_for_a_format_stands_on_the_page_and_no_job_starts(
    client, names_format, project, vera, tmp_path
):
    run_import(project, package(tmp_path / "tow.zip", [row(1)]))
    client.force_login(vera)
    answer = client.post(f"/projects/{project.pk}/export/?format=names", {"images": "none", "case": "upper"})
    assert (answer.status_code, Job.objects.filter(kind="export_project").count()) == (400, 0)
    assert "Nobody can read that." in answer.content.decode()


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"format_name": "excel"}, "takes one of ecotaxa"),
        ({"options": {"case": "upper"}}, "nothing that the format ecotaxa takes"),
    ],
)
def test_what_no_format_knows_is_refused(project, alice, params, words):
    with pytest.raises(ValidationError, match=words):
        start_export(project=project, user=alice, **params)


def test_the_api_starts_a_format_and_still_takes_yes_and_no(client, names_format, project, alice):
    client.force_login(alice)

    def ask(**body: object) -> int:
        url = f"/api/v1/projects/{project.pk}/exports/"
        return client.post(url, body, content_type="application/json").status_code

    for images in ("first", True, False):
        assert ask(format="names", images=images) == 202
    jobs = Job.objects.filter(kind="export_project").order_by("id")
    assert [job.params["images"] for job in jobs] == ["first", "all", "none"]
    assert {job.params["format"] for job in jobs} == {"names"}
    assert ask(format="excel") == 400
    assert ask(case="upper") == 400


def test_of_each_object_the_first_picture(project, alice, tmp_path):
    rows = [
        row(1, img_file_name="later.png", img_rank=3),
        row(1, img_file_name="first.png", img_rank=1),
        row(2),
    ]
    run_import(project, package(tmp_path / "tow.zip", rows))
    job = start_export(project=project, user=alice, images="first")
    assert export_project(job, Progress(job))["images"] == 2
    with zipfile.ZipFile(export_path(job)) as file:
        assert sorted(name for name in file.namelist() if name.endswith(".png")) == [
            "s1/first.png",
            "s1/o2.png",
        ]


def test_the_bench_leads_to_an_export_of_what_it_shows(client, project, vera, bob, tmp_path):
    run_import(project, package(tmp_path / "tow.zip", [row(1, object_area="1")], {"object_area": "f"}))
    address = f"/projects/{project.pk}/export/?state=unclassified&amp;show=depth&amp;show=field%3Aarea"
    for person in (vera, bob):
        client.force_login(person)
        bench = client.get(f"/projects/{project.pk}/?state=unclassified&show=depth&show=field:area")
        assert f'href="{address}"' in bench.content.decode()
    page = client.get(address.replace("&amp;", "&") + "&format=csv").content.decode()
    columns = (
        "object_id,object_annotation_category,object_annotation_status,object_depth_min,object_depth_max"
    )
    assert f"columns={columns.replace(',', '%2C')}%2Cobject_area" in page
    filled = client.get(f"/projects/{project.pk}/export/?format=csv&columns=object_id").content.decode()
    assert 'name="columns" value="object_id"' in filled


def test_the_api_takes_columns_as_a_list_too(client, project, alice):
    client.force_login(alice)
    for columns in (["object_id", "sample_id"], "object_id,sample_id"):
        body = {"format": "csv", "columns": columns, "images": "none"}
        url = f"/api/v1/projects/{project.pk}/exports/"
        assert client.post(url, body, content_type="application/json").status_code == 202
    jobs = Job.objects.filter(kind="export_project")
    assert {job.params["options"]["columns"] for job in jobs} == {"object_id,sample_id"}
    body = {"format": "csv", "columns": ["object_size"]}
    assert client.post(url, body, content_type="application/json").status_code == 400
