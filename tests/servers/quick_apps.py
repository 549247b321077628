"""What every application of a test process makes alike is made once: compiled templates and address builders.

Nearly every test has an application of its own. Compiling the same templates again for each took a third of the
functional tests' time, compiling the same addresses a tenth.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]


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


def share_what_is_alike() -> None:
    """From now on, for every application of this process."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _CodeInMemory()}
    Flask.url_rule_class = _RememberingRule
