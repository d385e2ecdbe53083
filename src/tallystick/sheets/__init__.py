"""Spreadsheets: reading what people bring (.xlsx, .xls, .ods, .csv) in a limited child process, and writing theirs.

- ``open_book(path, name)`` gives a ``Book`` of sheets whose cells are text or exact numbers (``book``).
- ``guess_header`` finds where a table begins and which of its columns is what (``columns``).
- ``Table`` describes what is written, ``write_xlsx`` and ``csv_rows`` write it (``table``, ``writing``).
"""
