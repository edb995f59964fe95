"""README.txt of a package: whose data these are, and what others may do with them."""

from django.utils import timezone

from annotations.projects.models import Licence, Project

NAME = "README.txt"


def readme_of(project: Project) -> str | None:
    """None where nobody has said anything: who takes the data along asks those they got them from."""
    lines = terms_of(project)
    if not lines:
        return None
    about = [project.title, *([project.description.strip()] if project.description.strip() else [])]
    written = f"Written by Seston, {timezone.now():%Y-%m-%d %H:%M} UTC."
    return "\n\n".join([*about, "\n".join(lines), written]) + "\n"


def terms_of(project: Project) -> list[str]:
    """What its managers have said of it, a line each; none where nobody has."""
    lines = []
    if project.contact:
        lines.append(f"Contact: {project.contact.display_name}")
    if project.licence:
        lines.append(f"Licence: {Licence(project.licence).label}" + _in_brackets(project.licence_url))
    if project.doi:
        lines.append(f"DOI: {project.doi_url}")
    if project.embargo_until:
        over = "" if project.is_under_embargo else " (over)"
        lines.append(f"Embargo: not to be passed on before {project.embargo_until:%Y-%m-%d}, UTC{over}")
    return lines


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""
