from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    SetPasswordForm,
    UserCreationForm,
)
from django.db import transaction

from annotations.accounts.models import User
from annotations.accounts.tokens import revoke_all_tokens, valid_tokens
from annotations.common.forms import NamedTypedChoiceField


class SignInForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "User name"
        if self.data.get("username"):  # refused: most often the password was mistyped
            self.fields["username"].widget.attrs.pop("autofocus", None)
            self.fields["password"].widget.attrs["autofocus"] = True


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name", "email"]


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=100, label="What it is for", help_text="Such as the program or the machine"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = sorted({min(n, settings.TOKEN_DAYS) for n in (30, 90, settings.TOKEN_DAYS)})
        choices = [(n, f"{n} days") for n in days]
        self.fields["days"] = NamedTypedChoiceField(
            coerce=int, label="Valid for", choices=choices, initial=days[-1]
        )


class AddressForm(forms.Form):
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class AccountForm(UserCreationForm):
    """What somebody who was invited says of themselves."""

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email"]
        labels = {"username": "User name", "email": "E-mail"}
        help_texts = {"username": "Everybody in your projects sees it. Letters, digits and . + - _"}

    def clean_username(self) -> str:
        username = super().clean_username() or ""  # nothing where somebody has it
        if "@" in username:
            raise forms.ValidationError("Everybody sees the user name: don't use your e-mail address.")
        return username


class NewPasswordForm(SetPasswordForm):
    """By a link: the old one is forgotten, or somebody else has it. Tokens outlive it, unless one revokes them too."""

    is_revoking = True  # unless the person says otherwise

    def __init__(self, user: User | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        count = valid_tokens(user).count() if user else 0  # a bad link is nobody's
        if count:
            tokens = "the token that is" if count == 1 else f"all {count:,} tokens that are"
            label = f"Revoke {tokens} still valid: programs that use one are signed out"
            self.fields["revoke_tokens"] = forms.BooleanField(
                label=label, required=False, initial=self.is_revoking
            )

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user = super().save(commit)
        if self.cleaned_data.get("revoke_tokens"):
            revoke_all_tokens(user=user)
        return user


class ChangedPasswordForm(NewPasswordForm, PasswordChangeForm):
    """By who knows the old one."""

    is_revoking = False
