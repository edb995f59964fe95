from django.contrib.auth.views import LogoutView
from django.urls import path

from annotations.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("profile/", views.profile, name="profile"),
    path("tokens/", views.make_token, name="make_token"),
    path("tokens/<int:token_id>/revoke/", views.drop_token, name="drop_token"),
]
