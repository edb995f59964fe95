"""The events of an archive: cruises, their samples, and of these the acquisitions and depth layers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from annotations.projects.models import Project
from annotations.publishing.effort import (
    AcquisitionEffort,
    Net,
    cruise_of,
    effort_of,
    net_of,
    protocol_of,
    volume_of_all,
)
from annotations.publishing.event_columns import (
    date_of_all,
    extent_columns,
    has_place_and_date,
    volume_columns,
)
from annotations.publishing.extents import (
    ACQUISITIONS,
    EventExtent,
    EventKey,
    extents_of,
    kind_of,
)
from annotations.publishing.identifiers import (
    acquisition_id,
    cruise_id,
    dataset_root,
    former,
    layer_id,
    sample_id,
)
from annotations.publishing.measurements import of_acquisition, of_sample
from annotations.publishing.requests import ArchiveRequest
from annotations.publishing.tables import ArchiveRow
from annotations.results.query import LAYER
from annotations.results.walk import NO_DEPTH
from annotations.samples.models import Acquisition
from annotations.volumes.queries import volume_settings_of


@dataclass
class SampleEvent:
    """A sample with its acquisitions that hold objects, and what is known of how it was taken."""

    number: int
    event: str  # its eventID
    name: str
    cruise: str
    net: Net
    extent: EventExtent
    acquisitions: dict[int, tuple[str, AcquisitionEffort]] = field(default_factory=dict)

    @property
    def efforts(self) -> list[AcquisitionEffort]:
        return [effort for _, effort in self.acquisitions.values()]

    @property
    def volume_m3(self) -> float | None:
        return volume_of_all(self.efforts)


class Events:
    """Those of the samples that have a place and a date; the others' are left out.

    Holds one small entry a sample, acquisition and layer: never one an object.
    """

    def __init__(self, project: Project, request: ArchiveRequest):
        self.project, self.request = project, request
        self.root = dataset_root(project.pk, request.site)
        settings = volume_settings_of(project)
        self.by_acquisition = extents_of(project, request.within, ACQUISITIONS)
        self.by_layer = extents_of(project, request.within, kind_of(request)) if request.by == LAYER else {}
        extents = extents_of(project, request.within)
        self.left_out = {key[0]: extent for key, extent in extents.items() if not has_place_and_date(extent)}
        self.samples: dict[int, SampleEvent] = {}
        rows = Acquisition.objects.filter(sample__project=project).select_related("sample")
        for row in rows.order_by("sample__original_id", "sample_id", "original_id", "id"):
            extent = extents.get((row.sample_id, 0, 0))
            has_objects = (row.sample_id, row.pk, 0) in self.by_acquisition
            if extent and has_objects and row.sample_id not in self.left_out:
                sample = self.samples.setdefault(row.sample_id, self._sample(row, extent))
                event = acquisition_id(self.root, sample.name, row.original_id)
                sample.acquisitions[row.pk] = (event, effort_of(settings, row))

    def _sample(self, row: Acquisition, extent: EventExtent) -> SampleEvent:
        name, fields = row.sample.original_id, row.sample.fields
        event = sample_id(self.root, name)
        return SampleEvent(row.sample_id, event, name, cruise_of(fields), net_of(fields), extent)

    def event_of(self, key: EventKey) -> str | None:
        """The eventID on which occurrences with this key are; None where its sample is left out."""
        number, acquisition, layer = key
        sample = self.samples.get(number)
        if sample is None:
            return None
        if acquisition:
            event, _ = sample.acquisitions.get(acquisition, (None, None))
            return event
        return layer_id(self.root, sample.name, self._depths(layer)) if self.by_layer else sample.event

    def _depths(self, layer: int) -> tuple[int, int] | None:
        return None if layer == NO_DEPTH else (layer, layer + self.request.layer_m)

    # --- Rows -------------------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[ArchiveRow]:
        """Parents before their children."""
        for row in self._rows():
            was = former(str(row["eventID"]), self.request.site)
            yield {**row, "dynamicProperties": json.dumps({"formerEventID": was})} if was else row

    def _rows(self) -> Iterator[ArchiveRow]:
        yield from self._cruises()
        layers = {number: list(keys) for number, keys in groupby(sorted(self.by_layer), lambda key: key[0])}
        for sample in self.samples.values():
            yield self._sample_row(sample)
            yield from self._acquisition_rows(sample)
            for key in layers.get(sample.number, []):
                yield self._layer_row(sample, key)

    def measurements(self) -> Iterator[ArchiveRow]:
        for sample in self.samples.values():
            volume = sample.volume_m3
            yield from of_sample(sample.net, volume, sample.event)
            for event, effort in sample.acquisitions.values():
                yield from of_acquisition(effort, event, has_own_volume=volume is None)

    def _cruises(self) -> Iterator[ArchiveRow]:
        ordered = sorted((one for one in self.samples.values() if one.cruise), key=lambda one: one.cruise)
        for cruise, samples in groupby(ordered, lambda one: one.cruise):
            extents = [sample.extent for sample in samples]
            yield {
                **self._of_dataset(),
                "eventID": cruise_id(self.root, cruise),
                "eventType": "cruise",
                "eventDate": date_of_all(extents),
                "eventRemarks": cruise,
            }

    def _sample_row(self, sample: SampleEvent) -> ArchiveRow:
        return {
            **self._of_dataset(),
            **extent_columns(sample.extent),
            **volume_columns(sample.volume_m3),
            "eventID": sample.event,
            "parentEventID": cruise_id(self.root, sample.cruise) if sample.cruise else "",
            "eventType": "sample",
            "samplingProtocol": protocol_of(sample.net, sample.efforts),
            "eventRemarks": sample.name,
        }

    def _acquisition_rows(self, sample: SampleEvent) -> Iterator[ArchiveRow]:
        for number, (event, effort) in sample.acquisitions.items():
            yield {
                **self._of_child(sample, self.by_acquisition[sample.number, number, 0]),
                "eventID": event,
                "eventType": "subsample",
                "samplingProtocol": protocol_of(sample.net, [effort]),
            }

    def _layer_row(self, sample: SampleEvent, key: EventKey) -> ArchiveRow:
        depths = self._depths(key[2])
        row = {
            **self._of_child(sample, self.by_layer[key]),
            "eventID": layer_id(self.root, sample.name, depths),
            "eventType": "depth layer",
            "samplingProtocol": protocol_of(sample.net, sample.efforts),
        }
        ends = depths or ("", "")
        return row | {"minimumDepthInMeters": ends[0], "maximumDepthInMeters": ends[1]}

    def _of_child(self, sample: SampleEvent, extent: EventExtent) -> dict[str, object]:
        """A part whose objects have no place or date of their own has its sample's."""
        own = {name: value for name, value in extent_columns(extent).items() if value != ""}
        return {
            **self._of_dataset(),
            **(extent_columns(sample.extent) if not has_place_and_date(extent) else {}),
            **own,
            "parentEventID": sample.event,
        }

    def _of_dataset(self) -> dict[str, object]:
        return {
            "datasetName": self.project.title,
            "datasetID": self.project.doi_url,
            "institutionCode": self.request.institution,
            "license": self.project.licence_url,
        }
