"""Tests in a browser. A package, so that what is set up for all of them goes with them."""
