"""Objects of the server as a table of an EcoTaxa package: one line a picture, one without where an object has none."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from annotations.imports.ecotaxa.label_history import write_history
from annotations.pulls.labels import RemoteNames, cell, label_cells, past_labels
from annotations.pulls.object_pages import RemoteObject
from annotations.pulls.pictures import RemotePicture
from annotations.pulls.plan import PullPlan

OBJECT = {
    "object_id": "obj.orig_id",
    "object_lat": "obj.latitude",
    "object_lon": "obj.longitude",
    "object_depth_min": "obj.depth_min",
    "object_depth_max": "obj.depth_max",
    "object_date": "obj.objdate",
    "object_time": "obj.objtime",
    "object_link": "obj.object_link",
    "complement_info": "obj.complement_info",
}
LABEL = (
    "object_annotation_status",
    "object_annotation_category",
    "object_annotation_category_id",
    "object_annotation_hierarchy",
    "object_annotation_person_name",
    "object_annotation_person_email",
    "object_annotation_date",
    "object_annotation_time",
    "object_seston_score",
    "object_seston_history",
)
PARENTS = ("sample_id", "acq_id", "acq_instrument", "process_id")
PICTURE = ("img_file_name", "img_rank")


class PackageTable:
    """Writes the objects of one sample. `sample` is as the plan has it."""

    def __init__(self, plan: PullPlan, sample: Mapping[str, Any], names: RemoteNames):
        self.plan, self.sample, self.names = plan, sample, names
        free = [
            (f"{level}_{name}", is_number)
            for level, columns in plan.columns.items()
            for name, is_number in columns.items()
        ]
        if any("dataportal_descriptor" in each["fields"] for each in plan.samples):
            free.append(("sample_dataportal_descriptor", False))
        own = (*OBJECT, *LABEL, *PARENTS, *PICTURE)
        self.columns = [*own, *(name for name, _ in free)]
        self.kinds = [*("[t]" for _ in own), *("[f]" if is_number else "[t]" for _, is_number in free)]

    def text(
        self,
        objects: list[RemoteObject],
        pictures: Mapping[int, list[RemotePicture]],
        histories: Mapping[int, list[dict[str, Any]]],
    ) -> str:
        file = io.StringIO()
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerow(self.kinds)
        for each in objects:
            cells = self._cells(each, histories.get(each.number, []))
            for picture in _coming(pictures[each.number]):
                writer.writerow([{**cells, **picture}.get(name, "") for name in self.columns])
        return file.getvalue()

    def _cells(self, each: RemoteObject, history: list[dict[str, Any]]) -> dict[str, str]:
        own = {column: cell(each.values[name]) for column, name in OBJECT.items()}
        free = {f"object_{name}": cell(each.values[f"fre.{name}"]) for name in self.plan.columns["object"]}
        labels = label_cells(each.values, self.names)
        past = write_history(past_labels(history, self.names))
        return {**own, **free, **labels, "object_seston_history": past, **self._parents(each)}

    def _parents(self, each: RemoteObject) -> dict[str, str]:
        run = self.plan.acquisitions.get(each.acquisition, {})
        return {
            "sample_id": cell(self.sample["name"]),
            "acq_id": cell(run.get("name")),
            "acq_instrument": cell(run.get("instrument")),
            "process_id": cell(run.get("process")),
            **_prefixed("sample", self.sample["fields"]),
            **_prefixed("acq", run.get("fields", {})),
            **_prefixed("process", run.get("process_fields", {})),
        }


def _prefixed(level: str, fields: Mapping[str, str]) -> dict[str, str]:
    return {f"{level}_{name}": cell(value) for name, value in fields.items()}


def _coming(pictures: list[RemotePicture]) -> Iterator[dict[str, str]]:
    """The cells of those that were fetched; one line without a picture where there is none."""
    fetched = [picture for picture in pictures if not picture.is_here and not picture.failure]
    for picture in fetched:
        yield {"img_file_name": picture.path, "img_rank": cell(picture.rank)}
    if not fetched:
        yield {}
