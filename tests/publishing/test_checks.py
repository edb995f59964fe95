"""What is missing, in sentences, before anything is written."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.jobs.errors import JobError
from annotations.projects.models import Licence
from annotations.publishing.archive import write_archive_file
from annotations.publishing.checks import checks_of
from annotations.publishing.requests import ArchiveRequest
from annotations.publishing.survey import survey_of
from annotations.samples.models import Object, State
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon


def checks(cruise, **more):
    request = ArchiveRequest(criteria=more.pop("criteria", Filter()), **more)
    return checks_of(cruise.project, request, survey_of(cruise.project, request))


def errors(cruise, **more) -> list[str]:
    return [check.sentence for check in checks(cruise, **more) if check.is_error]


def warnings(cruise, **more) -> str:
    return "\n".join(check.sentence for check in checks(cruise, **more) if not check.is_error)


def test_nothing_blocks_a_project_that_says_who_and_under_which_licence(cruise):
    assert errors(cruise) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"licence": ""}, "The project has no licence: without one nobody may use the data."),
        ({"licence": Licence.COPYRIGHT}, "All rights are reserved"),
        ({"contact": None}, "The project names no contact"),
        ({"description": " "}, "The project has no description"),
        ({"embargo_until": timezone.now().date() + timedelta(days=3)}, "The project is under embargo until"),
    ],
)
def test_what_is_missing_blocks_and_leads_to_the_settings(cruise, changes, sentence):
    for name, value in changes.items():
        setattr(cruise.project, name, value)
    (error,) = (check for check in checks(cruise) if check.is_error)
    assert error.sentence.startswith(sentence)
    assert error.url == f"/projects/{cruise.project.pk}/settings/"


def test_what_stays_out_is_named(cruise):
    cruise.add(cruise.whole, cruise.tree.calanus, 10.0, State.PREDICTED)
    cruise.add(cruise.whole, cruise.tree.calanus, 10.0, State.DUBIOUS)
    text = warnings(cruise)
    assert "1 sample has no position and stays out: s3." in text
    assert "2 objects of what is not living stay out: detritus." in text
    assert "1 object stays out: neither blob nor a taxon above has an AphiaID of WoRMS." in text
    assert "2 objects go out under the nearest name that WoRMS has (dead<Copepoda as Copepoda" in text
    assert "1 object is predicted and stays out." in text
    assert "1 object is dubious and stays out." in text


def test_where_no_taxon_has_a_number_of_worms_it_leads_to_the_taxa(cruise):
    Taxon.objects.update(aphia_id=None)
    (error,) = (check for check in checks(cruise) if check.is_error)
    assert error.sentence.startswith("No object would be in the archive")
    assert error.url == f"/projects/{cruise.project.pk}/taxa/", "the bench can't mend it"


def test_a_position_that_is_far_off_the_others_is_noticed(cruise):
    cruise.add(cruise.whole, cruise.tree.salpa, 10.0, latitude=-44.7, longitude=145.5)
    assert "1 sample has objects more than 100 km off its middle: s2." in warnings(cruise)


def test_without_a_unit_of_volumes_there_are_no_abundances(cruise):
    cruise.project.volume_settings.delete()
    assert "Nobody has said in which unit the samples’ volumes are" in warnings(cruise)


def test_nothing_to_write_is_an_error(cruise):
    Object.objects.update(latitude=None)
    (error,) = errors(cruise)
    assert error.startswith("No object would be in the archive")


def test_absences_need_whole_samples(cruise, alice):
    criteria = Filter.parse({"depth_max": "100"}, alice)
    assert "Absences are of whole samples" in errors(cruise, criteria=criteria, with_absent=True)[0]


def test_the_job_asks_again(cruise, tmp_path):
    cruise.project.licence = ""
    with pytest.raises(JobError, match="has no licence"):
        write_archive_file(tmp_path / "x.zip", cruise.project, ArchiveRequest(Filter()), lambda counts: None)
