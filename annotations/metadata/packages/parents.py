"""Samples, acquisitions and processes that a package names: which rows they are, and what it says otherwise of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from annotations.imports.records import Record
from annotations.metadata.packages.cells import acquisition_texts, process_texts, sample_texts
from annotations.metadata.packages.comparing import PackageComparison, RowTexts
from annotations.metadata.packages.pixels import pixel_differences
from annotations.metadata.planning import CellDifference
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, FreeColumn, Sample
from annotations.samples.naming import dummy_name

Level = FreeColumn.Level


@dataclass
class PackageParents:
    """Knows the samples and acquisitions that came by: each is compared once."""

    project: Project
    comparison: PackageComparison
    samples: dict[str, int] = field(default_factory=dict)
    acquisitions: dict[tuple[int, str], int] = field(default_factory=dict)
    changed_samples: set[int] = field(default_factory=set)
    changed_acquisitions: set[int] = field(default_factory=set)

    def plan(self, records: Sequence[Record]) -> None:
        """Compares those of the records that did not come by before."""
        by_sample = {self._sample_name(record): record for record in reversed(records)}
        new_samples = self._find_samples([name for name in by_sample if name not in self.samples])
        rows = [
            RowTexts(pk, sample_texts(by_sample[name]), by_sample[name]) for name, pk in new_samples.items()
        ]
        self.changed_samples |= self._compared(Level.SAMPLE, rows)
        self._plan_acquisitions(records)

    def has_changed(self, record: Record) -> bool:
        sample = self.samples.get(self._sample_name(record))
        if sample is None:
            return False
        acquisition = self.acquisitions.get(self._acquisition_name(record, sample))
        return sample in self.changed_samples or acquisition in self.changed_acquisitions

    def _sample_name(self, record: Record) -> str:
        return record.sample or dummy_name(self.project.pk)

    @staticmethod
    def _acquisition_name(record: Record, sample: int) -> tuple[int, str]:
        return sample, record.acquisition.original_id or dummy_name(sample)

    def _find_samples(self, names: list[str]) -> dict[str, int]:
        rows = Sample.objects.filter(project=self.project, original_id__in=names)
        by_name = dict(rows.values_list("original_id", "pk"))
        self.samples |= by_name
        return by_name

    def _plan_acquisitions(self, records: Sequence[Record]) -> None:
        named = {
            self._acquisition_name(record, sample): record
            for record in reversed(records)
            if (sample := self.samples.get(self._sample_name(record)))
        }
        new = self._find_acquisitions({key for key in named if key not in self.acquisitions})
        by_row = {pk: named[key] for key, pk in new.items()}
        own = [RowTexts(pk, acquisition_texts(record), record) for pk, record in by_row.items()]
        processes = [RowTexts(pk, process_texts(record), record) for pk, record in by_row.items()]
        changed = self._differences(Level.ACQUISITION, own), self._differences(Level.PROCESS, processes)
        for differences in (*changed, pixel_differences(self.comparison, by_row, *changed)):
            self.changed_acquisitions |= {difference.row_id for difference in differences}

    def _find_acquisitions(self, keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
        keys = set(keys)
        rows = Acquisition.objects.filter(
            sample__in={sample for sample, _ in keys}, original_id__in={name for _, name in keys}
        ).values_list("sample_id", "original_id", "pk")
        by_name = {(sample, name): pk for sample, name, pk in rows if (sample, name) in keys}
        self.acquisitions |= by_name
        return by_name

    def _compared(self, level: str, rows: list[RowTexts]) -> set[int]:
        return {difference.row_id for difference in self._differences(level, rows)}

    def _differences(self, level: str, rows: list[RowTexts]) -> list[CellDifference]:
        return self.comparison.note(level, rows)
