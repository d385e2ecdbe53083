"""A provider of signatures for tests: it remembers in a folder that workers share, and fails on demand."""
