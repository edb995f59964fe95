"""What an import says when it has ended, in words."""

from annotations.imports.load import Loaded
from annotations.imports.survey import Survey
from annotations.traits.importing import Imported


def many(count: int, thing: str, things: str = "") -> str:
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"


def loaded_sentence(total: Loaded, samples: int, record: str) -> str:
    """`record` is what one record is in such a package: a line, a picture."""
    if not total.objects and not total.images:
        if total.present == 1:
            return f"Nothing new: the only {record} of the package is here already."
        return f"Nothing new: all {many(total.present, record)} of the package are here already."
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


def ignored_sentence(survey: Survey, were: str) -> str:
    if not survey.ignored:
        return ""
    values, columns = many(survey.ignored, "value"), many(survey.ignored_columns, "column")
    if survey.ignored == 1:
        return f" 1 value differs from what is here; it {were.replace('were', 'was')} left as it is."
    return f" {values} in {columns} differ from what is here; they {were} left as they are."


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
