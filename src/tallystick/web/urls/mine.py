"""Addresses of a claim contact's own view."""

from django.urls import URLPattern, path

from tallystick.web.views import my_contracts

urlpatterns: list[URLPattern] = [path("my/contracts", my_contracts.my_contracts, name="my-contracts")]
