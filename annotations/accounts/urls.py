from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from annotations.accounts import views

app_name = "accounts"
urlpatterns = [
    path(
        "sign-in/",
        LoginView.as_view(
            template_name="accounts/sign_in.html",
            redirect_authenticated_user=True,
            http_method_names=["get", "post", "head", "options"],
        ),
        name="sign_in",
    ),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("profile/", views.profile, name="profile"),
    path("token/", views.renew_token, name="renew_token"),
]
