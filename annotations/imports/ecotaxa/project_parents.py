"""Compares the samples and acquisitions of a package with those that the project holds already."""

from collections.abc import Iterator, Mapping
from itertools import islice

from annotations.imports.ecotaxa.parents import LEVELS, Key, ParentCell, Parents, is_same
from annotations.imports.ignored import Difference, Ignored
from annotations.samples.models import Acquisition, Sample
from annotations.samples.naming import dummy_name

ASK_EVERY = 500  # samples that are asked for at once, with their acquisitions
OWN = {"acq_instrument": "instrument", "process_id": "process_original_id"}


def note_parents(project_id: int, parents: Parents, ignored: Ignored) -> None:
    by_sample: dict[str, list[Key]] = {}
    for key in parents.cells:
        by_sample.setdefault(key[1] or dummy_name(project_id), []).append(key)
    names = iter(by_sample)
    while chunk := list(islice(names, ASK_EVERY)):
        present = dict(_present_fields(project_id, chunk))
        for name in chunk:
            for key in by_sample[name]:
                if (fields := present.get((key[0], name, key[2]))) is not None:
                    _note(key, fields, parents.cells[key], ignored)


def _note(key: Key, present: Mapping[str, str], cells: Mapping[str, ParentCell], ignored: Ignored) -> None:
    level, sample, acquisition = key
    owner = f"{LEVELS[level]} {acquisition or sample or '(none)'}"
    for column, cell in cells.items():
        if not is_same(str(present.get(column, "")), cell.value):
            ignored.note(owner, Difference(column, present.get(column), cell.value), cell.table, cell.line)


def _present_fields(project_id: int, samples: list[str]) -> Iterator[tuple[Key, dict[str, str]]]:
    """((level, sample, acquisition), values by the whole names of their columns) of the project."""
    mine = Sample.objects.filter(project=project_id, original_id__in=samples)
    for sample in mine:
        yield ("sample", sample.original_id, ""), _named("sample", sample.fields)
    for run in Acquisition.objects.filter(sample__in=mine).select_related("sample"):
        is_dummy = run.original_id == dummy_name(run.sample_id)
        place = (run.sample.original_id, "" if is_dummy else run.original_id)
        own = {column: getattr(run, name) for column, name in OWN.items()}
        yield ("acq", *place), {**_named("acq", run.fields), **own}
        yield ("process", *place), {**_named("process", run.process_fields), **own}


def _named(level: str, fields: Mapping[str, str]) -> dict[str, str]:
    return {f"{level}_{name}": value for name, value in fields.items()}
