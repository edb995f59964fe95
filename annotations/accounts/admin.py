from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

from annotations.accounts.lockout import unlock
from annotations.accounts.models import User


@admin.register(User)
class PersonAdmin(UserAdmin):
    actions = ["unlock_sign_in"]

    @admin.action(description="Unlock sign-in after too many wrong passwords", permissions=["change"])
    def unlock_sign_in(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            unlock(person)
        self.message_user(request, "Sign-in is unlocked.", messages.SUCCESS)
