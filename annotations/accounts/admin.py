from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from annotations.accounts.lockout import unlock
from annotations.accounts.models import User
from annotations.accounts.passwords import make_reset_path


@admin.register(User)
class PersonAdmin(UserAdmin):
    actions = ["unlock_sign_in", "make_reset_link"]

    @admin.action(description="Unlock sign-in after too many wrong passwords", permissions=["change"])
    def unlock_sign_in(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            unlock(person)
        self.message_user(request, "Sign-in is unlocked.", messages.SUCCESS)

    @admin.action(description="Make a link to set a new password", permissions=["change"])
    def make_reset_link(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            try:
                url = request.build_absolute_uri(make_reset_path(user=person, by=request.user))
            except ValidationError as error:
                self.message_user(request, f"{person}: {' '.join(error.messages)}", messages.ERROR)
            else:
                self.message_user(request, f"For {person}, once, within a day: {url}", messages.SUCCESS)
