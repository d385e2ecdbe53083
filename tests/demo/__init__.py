"""Tests of the sample project. A package, so that what is loaded for all of them goes with them."""
