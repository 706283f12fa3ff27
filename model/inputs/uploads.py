"""Case files that strangers bring: bounded, checked, and never able to name a file of the machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.inputs import reading
from model.inputs.layers import available
from model.language.errors import InputError, nearest
from model.token import Scenario

MAXIMUM_BYTES = 1_000_000
_KEYS = ("title", "about", "base", "changes")


def scenario_of_yaml(content: bytes, name: str) -> Scenario:
    """A case file as a scenario: the case it builds on, by name, and its changes (not yet held against that case).

    Only files that build on a case of the program are taken: base and changes. Raises InputError with every mistake.
    """
    if len(content) > MAXIMUM_BYTES:
        raise InputError(f"{name}: {len(content):,} bytes is more than the {MAXIMUM_BYTES:,} that are read")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name}: is not text in UTF-8") from None
    document = reading.parse(text, name)
    if not isinstance(document.data, Mapping):
        raise InputError(f"{name}: holds no case: base and changes are expected")
    mistakes = [f"{document.place(key)}: {key!r} is not read here{nearest(str(key), _KEYS)}" for key in document.data if key not in _KEYS]
    base = document.data.get("base")
    if not isinstance(base, str) or base not in available():
        mistakes.append(f"{document.place('base')}: base: {base!r} is no case of the program; there are {', '.join(available())}")
    changes = document.data.get("changes") or {}
    if not isinstance(changes, Mapping):
        mistakes.append(f"{document.place('changes')}: changes: a list of CLUSTER.NAME: value is expected")
    if mistakes:
        raise InputError(mistakes)
    given: dict[str, Any] = {str(key): value["value"] if isinstance(value, Mapping) and "value" in value else value for key, value in changes.items()}
    return Scenario(str(base), given)
