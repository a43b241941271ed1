"""Columns are written into a statement in one go: for each, peewee makes six objects and takes a dozen steps.

A row has twenty columns and a page asks ten questions, so a sixth of all work of the portal went into this. What is
written is the same; a test compares it with what peewee writes, of every table in every kind of statement.
"""

from typing import Any

import peewee

by_peewee = peewee.Column.__sql__


def at_once(column: Any, context: Any) -> Any:
    """Write a column of a table, such as '"t1"."id"'; all others are left to peewee."""
    table = column.source
    if type(table) is not peewee.Table or context.scope == peewee.SCOPE_VALUES or '"' in column.name:
        return by_peewee(column, context)
    if table._alias:
        context.alias_manager[table] = table._alias
    return context.literal(f'"{context.alias_manager[table]}"."{column.name}"')


def install() -> None:
    peewee.Column.__sql__ = at_once
