"""What a scan's pid says of its sample, its fraction and its processing, by the names of EcoTaxa's tables."""

from dataclasses import dataclass
from datetime import datetime

from classifier.instruments.pid import PidFile, number_of
from classifier.instruments.records import InstrumentAcquisition, InstrumentSample
from classifier.instruments.zooscan.positions import moment

ML_IN_CUBIC_METRE = 1_000_000
MICROMETRES = 1000
SAMPLE = {  # EcoTaxa's name: that in section [Sample]
    "scan_operator": "scanop",
    "ship": "ship",
    "program": "scientificprog",
    "stationid": "stationid",
    "bottomdepth": "depth",
    "ctdrosettefilename": "ctdref",
    "other_ref": "otherref",
    "tow_nb": "townb",
    "tow_type": "towtype",
    "net_type": "nettype",
    "net_mesh": "netmesh",
    "net_surf": "netsurf",
    "zmax": "zmax",
    "zmin": "zmin",
    "tot_vol": "vol",
    "comment": "sample_comment",
    "tot_vol_qc": "vol_qc",
    "depth_qc": "depth_qc",
    "sample_qc": "sample_qc",
    "barcode": "barcode",
    "duration": "net_duration",
    "ship_speed": "ship_speed_knots",
    "cable_length": "cable_length",
    "cable_angle": "cable_angle",
    "cable_speed": "cable_speed",
    "nb_jar": "nb_jar",
}
ACQUISITION = {
    "min_mesh": ("fraction", "min"),
    "max_mesh": ("fraction", "max"),
    "frac_id": ("fraction", "fracid"),
    "sub_part": ("subsample", "subpart"),
    "sub_method": ("subsample", "submethod"),
    "observation": ("subsample", "observation"),
    "hardware": ("info", "hardware"),
    "software": ("info", "software"),
    "author": ("info", "author"),
    "imgtype": ("info", "imagetype"),
    "scan_resolution": ("info", "resolution"),
    "scan_date": ("image", "scanning_date"),
    "lut_min": ("lut", "min"),
    "lut_max": ("lut", "max"),
    "lut_odrange": ("lut", "od_range"),
    "lut_ratio": ("lut", "ratio"),
}
PROCESS = {
    "img_software_version": ("image_process", "version"),
    "img_resolution": ("image_process", "resolution"),
    "img_background_img": ("image_process", "background_correct_using"),
    "particle_version": ("particules_process", "version"),
    "particle_threshold": ("particules_process", "threshold"),
    "particle_pixel_size_mm": ("particules_process", "pixsize"),
    "particle_min_size_mm": ("particules_process", "minsize"),
    "particle_max_size_mm": ("particules_process", "maxsize"),
    "particle_sep_mask": ("particules_process", "separation_mask"),
    "particle_bw_ratio": ("particules_process", "b/w_ratio"),
    "particle_date": ("particules_process", "particule_process_date"),
}


@dataclass(frozen=True)
class ScannedFraction:
    """One scan, which is of one fraction of one sample. `stem` is its id, as `sample_d2_2_sur_4_1`."""

    stem: str
    pid: PidFile

    @property
    def sample_id(self) -> str:
        return self.pid.value("sample", "sampleid") or self.stem

    @property
    def volume_m3(self) -> float | None:
        return number_of(self.pid.value("sample", "vol"))

    @property
    def sub_part(self) -> float | None:
        """Into how many parts the fraction was split, of which one was scanned."""
        return number_of(self.pid.value("subsample", "subpart"))

    @property
    def sieves(self) -> tuple[float | None, float | None]:
        """Least and greatest mesh of the fraction in µm; 999999 stands for no upper sieve."""
        return number_of(self.pid.value("fraction", "min")), number_of(self.pid.value("fraction", "max"))

    @property
    def depths(self) -> tuple[float | None, float | None]:
        return number_of(self.pid.value("sample", "zmin")), number_of(self.pid.value("sample", "zmax"))

    @property
    def taken_at(self) -> datetime | None:
        return moment(self.pid.value("sample", "date"))

    @property
    def has_time(self) -> bool:
        """Whether the date has a time of day: `20230614-2251`."""
        return len(self.pid.value("sample", "date")) > len("20230614")

    def sample(self) -> InstrumentSample:
        named = self.pid.sections.get("sample", {})
        fields = {
            name: self.pid.value("sample", source) for name, source in SAMPLE.items() if source in named
        }
        volume = self.volume_m3
        return InstrumentSample(
            self.sample_id, _filled(fields), volume * ML_IN_CUBIC_METRE if volume else None
        )

    def acquisition(self) -> InstrumentAcquisition:
        pixel_mm = number_of(self.pid.value("particules_process", "pixsize"))
        volume, parts = self.volume_m3, self.sub_part
        return InstrumentAcquisition(
            self.stem,
            "ZooScan",
            pixel_mm * MICROMETRES if pixel_mm else None,
            "PixSize of the pid" if pixel_mm else "",
            volume * ML_IN_CUBIC_METRE / parts if volume and parts else None,
            self._fields(ACQUISITION),
            {"software": "ZooProcess"} | self._fields(PROCESS),
        )

    def _fields(self, names: dict[str, tuple[str, str]]) -> dict[str, str]:
        return _filled({name: self.pid.value(*source) for name, source in names.items()})


def _filled(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}
