"""Performance figures, each beside its yardstick in the same run: ``bin/tallystick bench [NAME …]``.

One module per subject. It has ``main(argv) -> int``, prints tables made by ``bench.measure``, and its docstring's
first line says what it measures.
"""
