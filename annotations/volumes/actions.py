from django.core.exceptions import ValidationError

from annotations.projects.models import Project
from annotations.samples.models import FreeColumn
from annotations.volumes.formulas.syntax import Formula, parse_formula
from annotations.volumes.models import COEFFICIENT, INDIVIDUAL_VOLUME, VOLUME, VolumeSettings, VolumeUnit

DEFAULTS = {"coefficient": COEFFICIENT, "volume": VOLUME, "individual_volume": INDIVIDUAL_VOLUME}


def set_volumes(*, project: Project, **changes: str) -> VolumeSettings:
    """Changes `volume_unit` or a formula; an empty formula becomes EcoTaxa's.

    Raises ValidationError by field where a formula can't be read or asks for what the project hasn't.
    """
    errors = {
        name: refusal
        for name in DEFAULTS
        if name in changes and (refusal := _refusal(project, name, changes))
    }
    unit = changes.get("volume_unit", "")
    if unit and unit not in VolumeUnit.values:
        errors["volume_unit"] = ["`volume_unit` takes m3 or l."]
    if errors:
        raise ValidationError(errors)
    settings, _ = VolumeSettings.objects.get_or_create(project=project)
    for name, text in changes.items():
        setattr(settings, name, text.strip() or DEFAULTS.get(name, ""))
    settings.save(update_fields=list(changes))  # what others set meanwhile stands
    return settings


def _refusal(project: Project, name: str, changes: dict[str, str]) -> list[str]:
    """What is wrong with the formula; EcoTaxa's stands, whatever the project has."""
    text = changes[name].strip()
    if not text or text == DEFAULTS[name]:
        return []
    try:
        formula = parse_formula(text)
    except ValidationError as error:
        return error.messages
    if name != "individual_volume" and any(column.level == "object" for column in formula.columns):
        return ["This is of a sample: it can't ask for columns of objects."]
    return _unknown_columns(project, formula)


def _unknown_columns(project: Project, formula: Formula) -> list[str]:
    """A misspelt column would else be one without a number in any sample."""
    columns = FreeColumn.objects.filter(project=project).values_list("level", "name", "is_number")
    present = {(level, name) for level, name, is_number in columns if is_number or level != "object"}
    present |= {("ssm", name) for level, name in present if level in ("acq", "process")}
    unknown = sorted(str(column) for column in formula.columns if (column.level, column.name) not in present)
    return (
        [f"The project has no {', '.join(unknown)} with numbers: see its columns under Data."]
        if unknown
        else []
    )
