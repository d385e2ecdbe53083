"""Construction progress billing."""
