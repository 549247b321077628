"""What the applications of one test process have alike is made once: templates, addresses, statements.

Nearly every test has an application of its own on a database of its own. That stays so; but each would compile the same
templates, addresses and SQL again, as no process of production ever does: two thirds of the time of a test of pages.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]
_STATEMENTS = 5000


class _CodeInMemory(BytecodeCache):
    """Templates by name and file, and by the checksum of their text: a changed template is another one."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand over the code, if this text was compiled before."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code."""
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code


class _RememberingRule(Rule):
    """A rule that takes the function which writes its address from an equal rule.

    The function gets its rule as an argument, so it depends on nothing but the parts named in the key. Should Werkzeug
    call the method otherwise some day, rules are as they always were, only slower.
    """

    _kept: dict[tuple[object, ...], _Builder] = {}  # noqa: RUF012 - shared on purpose

    def _compile_builder(self, append_unknown: bool = True) -> _Builder:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        key = (self.rule, *self._trace, append_unknown)
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]


class _OneDialect:
    """Lets every engine of a driver speak by the dialect of the first one that connected, and keep what it compiled.

    A dialect knows the kind of database and nothing of the address; SQLAlchemy keeps compiled statements by dialect
    and structure, never with their values.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[Any, LRUCache[Any, Any]]] = {}

    def adopt(self, connection: Connection) -> None:
        """At each new connection, after the engine's own dialect has asked the server what it is."""
        engine, own = connection.engine, connection.dialect
        dialect, statements = self._kept.setdefault((own.name, own.driver), (own, LRUCache(_STATEMENTS)))
        if type(dialect) is not type(own):
            return
        connection.dialect = engine.dialect = dialect
        engine._compiled_cache = statements


def share_what_is_alike() -> None:
    """From now on, for every application of this process."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _CodeInMemory()}
    Flask.url_rule_class = _RememberingRule
    event.listen(Engine, "engine_connect", _OneDialect().adopt)


def spare_the_collector() -> None:
    """What is there before the first test stays to the end: the garbage collector need not look at it each time."""
    gc.collect()
    gc.freeze()
