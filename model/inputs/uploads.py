"""Case files that strangers bring: bounded, checked, and never able to name a file of the machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.inputs import reading
from model.inputs.layers import available
from model.language.errors import InputError, nearest
from model.language.message import Message
from model.token import Scenario

MAXIMUM_BYTES = 1_000_000
_KEYS = ("title", "about", "base", "changes")


def scenario_of_yaml(content: bytes, name: str) -> Scenario:
    """A case file as a scenario: the case it builds on, by name, and its changes (not yet held against that case).

    Only files that build on a case of the program are taken: base and changes. Raises InputError with every mistake.
    """
    if len(content) > MAXIMUM_BYTES:
        raise InputError(Message("{name}: {size:,} bytes is more than the {most:,} that are read", name=name, size=len(content), most=MAXIMUM_BYTES))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Message("{name}: is not text in UTF-8", name=name)) from None
    document = reading.parse(text, name)
    if not isinstance(document.data, Mapping):
        raise InputError(Message("{name}: holds no case: base and changes are expected", name=name))
    sentence = "{place}: {key!r} is not read here{near}"
    mistakes: list[str] = [
        Message(sentence, place=document.place(key), key=key, near=nearest(str(key), _KEYS)) for key in document.data if key not in _KEYS
    ]
    base = document.data.get("base")
    if base is None:
        sentence = "{place}: base is missing: the case that the file builds on; there are {known}"
        mistakes.append(Message(sentence, place=name, known=", ".join(available())))
    elif not isinstance(base, str) or base not in available():
        sentence = "{place}: base: {base!r} is no case of the program; there are {known}"
        mistakes.append(Message(sentence, place=document.place("base"), base=base, known=", ".join(available())))
    changes = document.data.get("changes") or {}
    if not isinstance(changes, Mapping):
        mistakes.append(Message("{place}: changes: a list of CLUSTER.NAME: value is expected", place=document.place("changes")))
    if mistakes:
        raise InputError(mistakes)
    given: dict[str, Any] = {str(key): value["value"] if isinstance(value, Mapping) and "value" in value else value for key, value in changes.items()}
    return Scenario(str(base), given)
