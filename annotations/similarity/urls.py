from django.urls import path

from annotations.similarity import views
from annotations.similarity.duplicates import views as duplicates

app_name = "similarity"
urlpatterns = [
    path("projects/<int:project_id>/similarity/", views.spaces, name="spaces"),
    path("projects/<int:project_id>/similarity/embed/", views.embed, name="embed"),
    path("projects/<int:project_id>/similarity/own/", views.own, name="own"),
    path("projects/<int:project_id>/similarity/<int:space_id>/complete/", views.complete, name="complete"),
    path("projects/<int:project_id>/similarity/<int:space_id>/remove/", views.remove, name="remove"),
    path("projects/<int:project_id>/duplicates/", duplicates.duplicates, name="duplicates"),
    path("projects/<int:project_id>/duplicates/<int:group_id>/keep/", duplicates.keep, name="keep_group"),
    path(
        "projects/<int:project_id>/duplicates/<int:group_id>/label/",
        duplicates.same_label,
        name="label_group",
    ),
    path(
        "projects/<int:project_id>/duplicates/<int:group_id>/undo/", duplicates.undo_label, name="undo_label"
    ),
    path(
        "projects/<int:project_id>/duplicates/<int:group_id>/others/", duplicates.others, name="delete_others"
    ),
]
