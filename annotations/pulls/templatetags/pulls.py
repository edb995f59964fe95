from django import template

from annotations.pulls.forms import CredentialsForm

register = template.Library()


@register.simple_tag
def sign_in_again() -> CredentialsForm:
    """The form with which the person of a job goes on."""
    return CredentialsForm()
