"""What an import says when it has ended, in words."""

from collections.abc import Mapping

from annotations.imports.load import Loaded
from annotations.imports.modes import Taking
from annotations.imports.survey import Survey
from annotations.imports.updates import UpdatePlan
from annotations.traits.importing import Imported

LABEL = "label"
STAYING = ("later", "person", "pending", "meanwhile")  # outcomes of labels of an update


def many(count: int, thing: str, things: str = "") -> str:
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"


def loaded_sentence(total: Loaded, survey: Survey, record: str) -> str:
    """`record` is what one record is in such a package: a line, a picture."""
    samples = survey.samples
    if not total.objects and not total.images:
        nothing = "Nothing was added" if survey.ignored else "Nothing new"
        if total.present == 1:
            return f"{nothing}: the only {record} of the package is here already."
        return f"{nothing}: all {many(total.present, record)} of the package are here already."
    things = [many(total.objects, "object"), many(total.images, "image"), many(samples, "sample")]
    sentence = "{} with {} of {} imported.".format(*things)
    were = "was" if total.present == 1 else "were"
    present = f" {many(total.present, record)} {were} here already." if total.present else ""
    wait = (
        f" The labels of {many(total.waiting, 'object')} wait until their names are settled."
        if total.waiting
        else ""
    )
    return sentence + present + wait


def plan_sentence(plan: UpdatePlan, survey: Survey, taking: Taking) -> str:
    """`12 objects are new, 370 would change in 4 columns, 28 are the same.`"""
    new = f"{plan.new:,} new, " if taking.adds else ""
    same = f"{plan.same:,} the same.{_absent(survey, 'would be')}{label_sentence(plan.labels, 'would')}"
    return f" {new}{_changed(plan, 'changed')}, {same}"


def updated_sentence(plan: UpdatePlan, survey: Survey, applied: dict) -> str:
    unchanged, labels = applied.get("left", 0), applied.get("labels", {})
    sentence = f"{_changed(plan, 'updated')}, {plan.same:,} the same."
    if not plan.changed:
        sentence = f"Nothing to update: {_same(plan)}."
    stay = f" {many(unchanged, 'cell')} changed meanwhile, and stay as they are." if unchanged else ""
    return f"{sentence}{stay}{_absent(survey, 'were')}{label_sentence(labels)} "


def _same(plan: UpdatePlan) -> str:
    if not plan.same:
        return "none of the objects is here"
    here = "the only object that is here is" if plan.same == 1 else f"{plan.same:,} of the objects are"
    return f"{here} the same here already"


def _changed(plan: UpdatePlan, word: str) -> str:
    columns = f" in {many(len(plan.columns), 'column')}" if plan.columns else ""
    labels = plan.labels.get("changes", 0)
    return f"{plan.changed:,} {word}{columns}{f', {many(labels, LABEL)}' if labels else ''}"


def label_sentence(labels: Mapping[str, int], would: str = "") -> str:
    """What becomes of labels that do not change."""
    stay, wait = sum(labels.get(outcome, 0) for outcome in STAYING), labels.get("waits", 0)
    sentence = f" {many(wait, LABEL)} {would or 'now'} wait for their taxa to be settled." if wait else ""
    if stay:
        sentence += f" {many(stay, LABEL)} {would} stay as they are here.".replace("  ", " ")
    return sentence


def _absent(survey: Survey, were: str) -> str:
    if not survey.absent:
        return ""
    was = were.replace("were", "was") if survey.absent == 1 else were
    return f" {many(survey.absent, 'object')} {was} passed over: not in this project."


def differing_sentence(survey: Survey, were: str) -> str:
    """Of an import that only adds: what is here with other values, and how to take them."""
    how = (
        " To take this over, import the package again and choose to update what is here, with its labels where these "
        "differ."
    )
    if not survey.ignored_objects:
        return ignored_sentence(survey, were) + how
    are = "is" if survey.ignored_objects == 1 else "are"
    objects, values = many(survey.ignored_objects, "object"), many(survey.ignored, "value")
    columns = many(survey.ignored_columns, "column")
    which = f" {objects} {are} here already with other values ({values} in {columns})"
    return f"{which}, which {were} left as they are.{how}"


def ignored_sentence(survey: Survey, were: str) -> str:
    if not survey.ignored:
        return ""
    values, columns = many(survey.ignored, "value"), many(survey.ignored_columns, "column")
    if survey.ignored == 1:
        return f" 1 value differs from what is here; it {were.replace('were', 'was')} left as it is."
    return f" {values} in {columns} differ from what is here; they {were} left as they are."


def broken_sentence(survey: Survey) -> str:
    """What of a package did not come in, which is easily passed over among its warnings."""
    if not survey.broken:
        return ""
    if survey.broken == 1:
        return " 1 object or file can't be read: it is left out, and named below."
    return f" {survey.broken:,} objects or files can't be read: they are left out, and named below."


def warnings_sentence(count: int) -> str:
    if not count:
        return ""
    return f" {many(count, 'warning')} {'is' if count == 1 else 'are'} listed with it."


def trait_values_sentence(imported: Imported | None, names_wait: bool) -> str:
    """Nothing for a package that is here already, or has values of none."""
    if imported is None:
        return ""
    sentences = []
    if imported.changed:
        sentences.append(f" {many(imported.changed, 'value')} of traits imported.")
    if imported.inapplicable:
        sentences.append(
            f" {many(imported.inapplicable, 'value')} left out: their trait does not apply here."
        )
        if names_wait:
            sentences.append(
                " Import the package again when its names are settled, for those that apply then."
            )
    return "".join(sentences)
