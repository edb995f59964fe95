"""Changing one's password, and setting a new one when it is forgotten."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods

from annotations.accounts.emails import queue_email
from annotations.accounts.forms import AddressForm, ChangedPasswordForm, NewPasswordForm
from annotations.accounts.lockout import unlock
from annotations.accounts.models import User
from annotations.accounts.tokens import valid_tokens
from annotations.common.forms import status_of

METHODS = ["get", "post", "head", "options"]


class ChangePassword(PasswordChangeView):
    """Django ends the person's other sessions, since those carry a hash of the old password."""

    template_name = "accounts/change_password.html"
    form_class = ChangedPasswordForm
    success_url = reverse_lazy("accounts:profile")
    http_method_names = METHODS

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        answer = super().form_valid(form)
        changed = "Your password is changed, and you are signed out everywhere else."
        messages.success(self.request, f"{changed} {_about_tokens(cast(User, self.request.user))}")
        return answer


class SetPassword(PasswordResetConfirmView):
    template_name = "accounts/set_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("accounts:sign_in")
    http_method_names = METHODS

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        """Whoever had guessed before must not keep the owner out."""
        user = cast(User, self.user)
        unlock(user)
        answer = super().form_valid(form)
        messages.success(self.request, f"Your password is set: sign in with it. {_about_tokens(user)}")
        return answer


def _about_tokens(user: User) -> str:
    match valid_tokens(user).count():
        case 0:
            return "No token of yours is valid."
        case 1:
            return "One token of yours is still valid: revoke it on your account page if somebody else may have it."
        case count:
            return (
                f"{count:,} tokens of yours are still valid: revoke on your account page those that somebody else "
                "may have."
            )


@require_http_methods(["GET", "POST"])
def forgot_password(request: HttpRequest) -> HttpResponse:
    """Asks for a letter with a link. The answer is the same whether or not somebody has the address."""
    form = AddressForm(request.POST or None)
    is_queued = False
    if settings.SENDS_EMAIL and form.is_valid():
        queue_email("send_reset_email", form.cleaned_data["email"], request.build_absolute_uri("/")[:-1])
        is_queued = True
    context = {"form": form, "sends_email": settings.SENDS_EMAIL, "is_queued": is_queued}
    return render(request, "accounts/forgot_password.html", context, status=status_of(form))
