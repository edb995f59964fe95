from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.forms import ProfileForm, SignInForm, TokenForm
from annotations.accounts.requests import SignedInRequest
from annotations.accounts.tokens import create_token, revoke_token
from annotations.common.forms import status_of


class SignInView(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    http_method_names = ["get", "post", "head", "options"]

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The page again; 429 while signing in is locked."""
        is_locked = form.has_error(NON_FIELD_ERRORS, "locked")
        return self.render_to_response(self.get_context_data(form=form), status=429 if is_locked else 200)


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """One's own name and e-mail, the password, and tokens for the API."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("accounts:profile")
    context = _profile_context(request, form=form)
    return render(request, "accounts/profile.html", context, status=status_of(form))


@login_required
@require_POST
def make_token(request: SignedInRequest) -> HttpResponse:
    """A new token. Its key is on the page that answers, and never again."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return render(
            request, "accounts/profile.html", _profile_context(request, token_form=form), status=400
        )
    token, key = create_token(user=request.user, **form.cleaned_data)
    context = _profile_context(request, new_token=token, new_key=key)
    answer = render(request, "accounts/profile.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
def drop_token(request: SignedInRequest, token_id: int) -> HttpResponse:
    if not revoke_token(user=request.user, token_id=token_id):
        raise Http404("You have no such token.")
    messages.success(request, "The token is revoked: it no longer works.")
    return redirect("accounts:profile")


def _profile_context(request: SignedInRequest, **more: object) -> dict:
    """Whatever form is not in `more` is blank."""
    return {
        "form": ProfileForm(instance=request.user),
        "token_form": TokenForm(),
        "tokens": request.user.tokens.all(),
        "now": timezone.now(),
        **more,
    }
