from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.decorators.http import require_http_methods

from annotations.accounts import password_views, views

# Django's view answers a bad link before it looks at the method
set_password = require_http_methods(["GET", "POST"])(password_views.SetPassword.as_view())

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("profile/", views.profile, name="profile"),
    path("password/", password_views.ChangePassword.as_view(), name="change_password"),
    path("password/forgotten/", password_views.forgot_password, name="forgot_password"),
    path("password/<uidb64>/<token>/", set_password, name="set_password"),
    path("tokens/", views.make_token, name="make_token"),
    path("tokens/<int:token_id>/revoke/", views.drop_token, name="drop_token"),
]
