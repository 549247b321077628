"""Raw SQL against the stored rows, as a person with a database shell would write it."""

from __future__ import annotations

from sqlalchemy import Connection, text

from approval.models.all_tables import Base

_FRESH_ID = "(SELECT coalesce(max(id), 0) + 1 FROM {table})"


def clone(connection: Connection, table: str, **changes: str) -> None:
    """Insert a copy of the first row of `table`; `changes` are SQL expressions for single columns."""
    connection.execute(text(copy_statement(table, **changes)))


def copy_statement(table: str, *, where: str = "true", **changes: str) -> str:
    """The SQL of such a copy, of the first row for which `where` holds."""
    columns = Base.metadata.tables[table].columns
    values = {column.name: column.name for column in columns}
    if "id" in columns and columns["id"].autoincrement is not False and table != "pledge":
        values["id"] = _FRESH_ID.format(table=table)
    values |= changes
    order = next(iter(Base.metadata.tables[table].primary_key.columns)).name
    return (
        f"INSERT INTO {table} ({', '.join(values)}) "  # noqa: S608 - the point is raw SQL
        f"SELECT {', '.join(values.values())} FROM {table} WHERE {where} ORDER BY {table}.{order} LIMIT 1"
    )


def now(connection: Connection) -> str:
    """An SQL expression for some moment."""
    return "CURRENT_TIMESTAMP" if connection.dialect.name == "postgresql" else "'2024-05-06 01:00:00.000000'"


def later(connection: Connection) -> str:
    """An SQL expression for another moment."""
    return (
        "CURRENT_TIMESTAMP + interval '1 day'" if connection.dialect.name == "postgresql" else "'2024-05-07 01:00:00'"
    )


def true(connection: Connection) -> str:
    """Yes, as this database stores it."""
    return "true" if connection.dialect.name == "postgresql" else "1"


def false(connection: Connection) -> str:
    """No, as this database stores it."""
    return "false" if connection.dialect.name == "postgresql" else "0"


def new_uuid(connection: Connection, digit: str = "7") -> str:
    """A literal id as this database stores it."""
    digits = digit * 32
    return f"'{digits}'::uuid" if connection.dialect.name == "postgresql" else f"'{digits}'"


def trigger_names(connection: Connection) -> set[str]:
    """Every trigger of the product."""
    if connection.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    return set(connection.scalars(text(query)))
