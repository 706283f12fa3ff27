"""A scenario as a short text that fits in a link: which case, what was changed, what was being looked at.

The text is base64url(zlib(JSON)). Reading one is bounded in size and never trusted: every mistake is told, nothing is guessed.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from model.language.errors import InputError, nearest
from model.language.message import Message
from model.version import VERSION

if TYPE_CHECKING:
    from model.case import Case

SCHEMA = 1
MAXIMUM_TEXT = 8_000
MAXIMUM_JSON = 64_000
MOST_BESIDE = 3
_KEYS = ("schema", "version", "hash", "case", "changes", "view", "name", "beside")
_BESIDE_KEYS = ("case", "changes", "name")


@dataclass(frozen=True)
class Scenario:
    """A case by name with its changes. version, hash: model and inputs when it was written. view: what the screen showed.

    name: what its maker calls it. beside: other scenarios it was compared with.
    """

    case: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    version: str = VERSION
    hash: str = ""
    view: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    beside: tuple[Scenario, ...] = ()

    @property
    def moves(self) -> int:
        """How many changes a person counts: the same one in several clusters is one."""
        return len({(key.partition(".")[2], repr(value)) for key, value in self.changes.items()})


@dataclass(frozen=True)
class Opened:
    """A scenario turned into a case. unknown: changes that could not be applied, one sentence each. aged: other model or other inputs by now."""

    case: Case
    scenario: Scenario
    unknown: tuple[str, ...] = ()
    aged: bool = False


def encode(scenario: Scenario) -> str:
    """The text of a scenario. Raises InputError where it would be longer than `decode` accepts."""
    given: dict[str, Any] = {
        "schema": SCHEMA,
        "version": scenario.version,
        "hash": scenario.hash,
        "case": scenario.case,
        "changes": _written_changes(scenario),
        "view": dict(scenario.view),
    }
    if scenario.name:
        given["name"] = scenario.name
    if scenario.beside:
        given["beside"] = [{"case": other.case, "changes": _written_changes(other), "name": other.name} for other in scenario.beside]
    packed = json.dumps(given, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    text = base64.urlsafe_b64encode(zlib.compress(packed, 9)).decode().rstrip("=")
    if len(text) > MAXIMUM_TEXT or len(packed) > MAXIMUM_JSON:
        raise InputError(Message("{count} changes do not fit in a link; save the case as a file", count=len(scenario.changes)))
    return text


def decode(text: str) -> Scenario:
    """The scenario of a text. Raises InputError for a text that is damaged, too large, of a later form, or holds something else."""
    text = text.strip()
    if len(text) > MAXIMUM_TEXT:
        raise InputError(Message("the link holds {count:,} characters, at most {most:,} are read", count=len(text), most=MAXIMUM_TEXT))
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(packed, MAXIMUM_JSON)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise InputError(Message("the link is damaged or holds more than is read"))
        given = json.loads(raw)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(Message("the link is damaged: part of it is missing or was changed")) from None
    return _checked(given)


def _checked(given: Any) -> Scenario:
    if not isinstance(given, dict):
        raise InputError(Message("the link holds no scenario"))
    if given.get("schema") != SCHEMA:
        raise InputError(Message("the link has form {form!r}; this version reads form {known}", form=given.get("schema"), known=SCHEMA))
    sentence = "the link holds {key!r}, which means nothing here{near}"
    mistakes: list[str] = [Message(sentence, key=key, near=nearest(key, _KEYS)) for key in given if key not in _KEYS]
    texts = {name: given.get(name, "") for name in ("version", "hash", "case", "name")}
    mistakes += [Message("{name} is not text", name=name) for name, text in texts.items() if not isinstance(text, str)]
    view, others = given.get("view", {}), given.get("beside", [])
    if not isinstance(view, dict) or not isinstance(others, list) or len(others) > MOST_BESIDE:
        sentence = "view must be a list of keys with values, beside a list of at most {most} scenarios"
        raise InputError([*mistakes, Message(sentence, most=MOST_BESIDE)])
    mistakes += [Message("view {key}: not a plain value", key=key) for key, value in view.items() if not isinstance(value, (str, int, bool))]
    changes = _checked_changes(given.get("changes", {}), mistakes)
    beside = tuple(_checked_other(other, mistakes) for other in others)
    if mistakes:
        raise InputError(mistakes)
    return Scenario(texts["case"], changes, texts["version"], texts["hash"], view, texts["name"], beside)


def _checked_changes(given: Any, mistakes: list[str]) -> dict[str, Any]:
    if not isinstance(given, dict):
        mistakes.append(Message("changes must be a list of keys with values"))
        return {}
    sentence = "{key}: {given!r} is not a number, text, switch or path of years"
    mistakes += [Message(sentence, key=key, given=value) for key, value in given.items() if not _possible(value)]
    return {key: _read(value) for key, value in given.items() if _possible(value)}


def _checked_other(given: Any, mistakes: list[str]) -> Scenario:
    """A scenario that stands beside: its case, changes and name alone."""
    if not isinstance(given, dict) or set(given) - set(_BESIDE_KEYS) or not all(isinstance(given.get(key, ""), str) for key in ("case", "name")):
        mistakes.append(Message("a scenario beside holds {known} and no more", known=", ".join(_BESIDE_KEYS)))
        return Scenario("")
    return Scenario(given.get("case", ""), _checked_changes(given.get("changes", {}), mistakes), name=given.get("name", ""))


def open_scenario(scenario: Scenario, case: Case) -> Opened:
    """Apply a scenario's changes to its loaded case; changes that no longer fit are left out and told."""
    unknown: list[str] = []
    try:
        changed = case.with_values(scenario.changes)
    except InputError:
        fitting = {}
        for key, value in scenario.changes.items():
            try:
                case.with_values({key: value})
                fitting[key] = value
            except InputError as error:
                unknown += error.mistakes
        changed = case.with_values(fitting)
    aged = bool(scenario.hash) and scenario.hash != changed.hash
    return Opened(changed, scenario, tuple(unknown), aged or scenario.version != VERSION)


def _written_changes(scenario: Scenario) -> dict[str, Any]:
    return {key: _written(value) for key, value in scenario.changes.items()}


def _written(value: Any) -> Any:
    return {str(year): number for year, number in value.items()} if isinstance(value, Mapping) else value


def _read(value: Any) -> Any:
    return {int(year): number for year, number in value.items()} if isinstance(value, dict) else value


def _possible(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(str(year).isdecimal() and _is_number(number) for year, number in value.items())
    return isinstance(value, (str, bool)) or _is_number(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
