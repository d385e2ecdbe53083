"""Writing many lines of a claim at once, in as many statements whatever their number.

The ORM builds every value into the text of its statements: an insert for every fourteen lines on SQLite, and an upsert
of some sixty parameters a row. Here every column holds a plain number or text and is called as its attribute is, so
that the values go to the database as they are.
"""

from collections.abc import Collection, Sequence
from operator import attrgetter
from typing import Any

from django.db import connections, router

from tallystick.claims.models import Claim, ClaimLine

_FIELDS = {f.attname: f for f in ClaimLine._meta.concrete_fields}
_INSERTED = tuple(name for name in _FIELDS if name != "id")


def insert_lines(claim: Claim, lines: Sequence[ClaimLine]) -> None:
    """Write new lines of the claim and give them their keys."""
    if not lines:
        return
    _write(lines, _INSERTED, each=_insert_each, at_once=_insert_at_once)
    keys = dict(ClaimLine.objects.filter(claim=claim).values_list("sov_line_id", "pk"))
    for line in lines:
        line.pk = keys[line.sov_line_id]
        line._state.adding, line._state.db = False, router.db_for_write(ClaimLine)


def update_lines(lines: Sequence[ClaimLine], columns: Collection[str]) -> None:
    """Write those columns of existing lines back."""
    names = tuple(name for name in _FIELDS if name in columns)
    if lines and names:
        _write(lines, (*names, "id"), each=_update_each, at_once=_update_at_once)


def _write(lines: Sequence[ClaimLine], names: Sequence[str], *, each: Any, at_once: Any) -> None:
    """SQLite runs one prepared statement for each line; PostgreSQL takes whole columns in one statement."""
    database = connections[router.db_for_write(ClaimLine)]
    table = database.ops.quote_name(ClaimLine._meta.db_table)
    quoted = [database.ops.quote_name(name) for name in names]
    rows = map(attrgetter(*names), lines)
    with database.cursor() as cursor:
        if database.vendor != "postgresql":
            cursor.executemany(each(table, quoted), list(rows))
            return
        kinds = ", ".join(f"%s::{_kind(name, database)}[]" for name in names)
        given = f"unnest({kinds}) AS new({', '.join(quoted)})"
        cursor.execute(at_once(table, quoted, given), [list(values) for values in zip(*rows, strict=True)])


def _kind(name: str, database: Any) -> str:
    field = _FIELDS[name]
    return str(field.rel_db_type(database) if field.primary_key else field.db_type(database))


# Names of tables and columns are the model's own.
# ruff: noqa: S608


def _insert_each(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"


def _insert_at_once(table: str, columns: Sequence[str], given: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM {given}"


def _update_each(table: str, columns: Sequence[str]) -> str:
    *rest, key = columns
    settings = ", ".join(f"{name} = %s" for name in rest)
    return f"UPDATE {table} SET {settings} WHERE {key} = %s"


def _update_at_once(table: str, columns: Sequence[str], given: str) -> str:
    *rest, key = columns
    settings = ", ".join(f"{name} = new.{name}" for name in rest)
    return f"UPDATE {table} SET {settings} FROM {given} WHERE {table}.{key} = new.{key}"
