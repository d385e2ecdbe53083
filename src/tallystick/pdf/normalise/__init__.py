"""Turning an opened PDF into one whose objects can stand in a bigger document.

Runs only in the sandboxed child. Every walk is bounded and remembers what it has seen: a file may lie about
its own shape in any way it likes.
"""
