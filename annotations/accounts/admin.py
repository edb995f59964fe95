from typing import cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from annotations.accounts.lockout import unlock
from annotations.accounts.models import SignInFailures, User
from annotations.accounts.passwords import make_reset_path


@admin.register(User)
class PersonAdmin(UserAdmin):
    actions = ["unlock_sign_in", "make_reset_link"]

    @admin.action(description="Unlock sign-in after too many wrong passwords", permissions=["change"])
    def unlock_sign_in(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            unlock(person)
        self.message_user(request, "Sign-in is unlocked.", messages.SUCCESS)

    @admin.action(description="Create a link to set a new password", permissions=["change"])
    def make_reset_link(self, request: HttpRequest, people: QuerySet[User]) -> None:
        administrator = cast(User, request.user)
        for person in people:
            try:
                url = request.build_absolute_uri(make_reset_path(user=person, by=administrator))
            except ValidationError as error:
                self.message_user(request, f"{person}: {' '.join(error.messages)}", messages.ERROR)
            else:
                self.message_user(request, f"For {person}, once, within a day: {url}", messages.SUCCESS)


@admin.register(SignInFailures)
class SignInFailuresAdmin(admin.ModelAdmin):
    """To delete a row is to unlock: an address, say, that several people share."""

    list_display = ["address", "failures", "last_failure", "locked_until"]
    ordering = ["-last_failure"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SignInFailures | None = None) -> bool:
        return False
