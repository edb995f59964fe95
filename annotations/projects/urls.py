from django.urls import path

from annotations.projects import invitation_views, views

app_name = "projects"
urlpatterns = [
    path("", views.listing, name="list"),
    path("projects/switcher/", views.switcher, name="switcher"),
    path("projects/new/", views.new, name="new"),
    path("projects/<int:project_id>/settings/", views.settings, name="settings"),
    path("projects/<int:project_id>/members/", views.set_member, name="set_member"),
    path("projects/<int:project_id>/members/<int:user_id>/remove/", views.drop_member, name="drop_member"),
    path("projects/<int:project_id>/annotators/<int:annotator_id>/", views.link, name="link_annotator"),
    path(
        "projects/<int:project_id>/members/<int:user_id>/reset-link/",
        views.make_reset_link,
        name="make_reset_link",
    ),
    path("projects/<int:project_id>/invitations/", invitation_views.invite, name="invite"),
    path(
        "projects/<int:project_id>/invitations/<int:invitation_id>/revoke/",
        invitation_views.revoke,
        name="revoke_invitation",
    ),
    path("invitations/<str:key>/", invitation_views.join, name="join"),
]
