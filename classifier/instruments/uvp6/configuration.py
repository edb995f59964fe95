"""The two lines of settings of a UVP6, with their fields in the order of its user manual (8.3.5 and 8.3.6)."""

HARDWARE = (
    "camera_ref",
    "acquisition_mode",
    "default_acquisition_configuration",
    "delay_after_power_up_on_time_mode",
    "light_ref",
    "correction_table_activation",
    "time_between_lighting_power_up_and_trigger",
    "time_between_lighting_trigger_and_acquisition",
    "pressure_sensor_ref",
    "pressure_offset",
    "storage_capacity",
    "minimum_remaining_memory_for_thumbnail_saving",
    "baud_rate",
    "ip_adress",
    "black_level",
    "shutter",
    "gain",
    "threshold",
    "aa",
    "exp",
    "pixel_size",
    "image_volume",
    "calibration_date",
    "last_parameters_modification",
    "operator_email",
)
ONLY_BEFORE_2022 = ("ip_adress", "black_level")
ACQUISITION = (
    "configuration_name",
    "pt_mode",
    "acquisition_frequency",
    "frames_per_bloc",
    "blocs_per_pt",
    "pressure_for_auto_start",
    "pressure_difference_for_auto_stop",
    "result_sending",
    "save_synthetic_data_for_delayed_request",
    "limit_lpm_detection_size",
    "save_images",
    "vignetting_lower_limit_size",
    "appendices_ratio",
    "interval_for_measuring_background_noise",
    "image_nb_for_smoothing",
    "analog_output_activation",
    "gain_for_analog_out",
    "minimum_object_number",
    "maximal_internal_temperature",
)
PRIVATE = {"operator_email", "ip_adress"}  # of people and networks, not of the water
HARDWARE_LINE, ACQUISITION_LINE = "HW_CONF", "ACQ_CONF"


def read_settings(line: str) -> dict[str, str]:
    """What a line of settings says by the manual's names; empty for another line."""
    kind, *cells = [cell.strip() for cell in line.strip().rstrip(";").split(",")]
    if kind == HARDWARE_LINE:
        return _named(_hardware_names(cells), cells)
    if kind == ACQUISITION_LINE:
        return _named(ACQUISITION, cells)
    return {}


def _hardware_names(cells: list[str]) -> tuple[str, ...]:
    """From 2022 on the IP address is gone, and with it the black level: what stands there then is a number."""
    place = HARDWARE.index("ip_adress")
    if len(cells) > place and cells[place].isdecimal():
        return tuple(name for name in HARDWARE if name not in ONLY_BEFORE_2022)
    return HARDWARE


def _named(names: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(names, cells, strict=False) if cell and name not in PRIVATE}
