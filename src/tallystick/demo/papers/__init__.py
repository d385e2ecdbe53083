"""The papers behind the claims: dockets, diaries, statements, scans and photographs, made, not copied.

Nothing here knows Django. The same call gives the same bytes.
"""
