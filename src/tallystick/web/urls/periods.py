"""Addresses of billing periods. Closing, opening and deleting are resources that are posted to."""

from django.urls import URLPattern, path

from tallystick.web.views import periods

urlpatterns: list[URLPattern] = [
    path("projects/<int:project_id>/periods", periods.periods, name="periods"),
    path("projects/<int:project_id>/periods/new", periods.period_new, name="period-new"),
    path("periods/<int:period_id>", periods.period, name="period"),
    path("periods/<int:period_id>/closure", periods.close, name="period-closure"),
    path("periods/<int:period_id>/opening", periods.reopen, name="period-opening"),
    path("periods/<int:period_id>/deletion", periods.delete, name="period-deletion"),
    path("periods/<int:period_id>/extensions", periods.extend, name="period-extensions"),
    path(
        "periods/<int:period_id>/extensions/<int:contract_id>/removal",
        periods.extension_removal,
        name="period-extension-removal",
    ),
]
