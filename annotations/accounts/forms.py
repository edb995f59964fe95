from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import UserCreationForm

from annotations.accounts.models import User


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
        self.fields["days"] = forms.TypedChoiceField(
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
