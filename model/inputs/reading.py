"""YAML with line numbers, read safely: plain data plus where each key stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from model.language.errors import InputError
from model.language.message import Message

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAXIMUM_BYTES = 2_000_000
_MAXIMUM_DEPTH = 20
_MAXIMUM_NODES = 200_000


class Document:
    """A read YAML file: `data`, and `line(path)` for the line a key stands on."""

    def __init__(self, name: str, data: Any, lines: dict[tuple[Any, ...], int], folder: Path | None = None):
        self.name = name
        self.folder = folder
        self.data = data
        self._lines = lines

    def line(self, *path: Any) -> int:
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def place(self, *path: Any) -> str:
        return f"{self.name}:{self.line(*path)}"


def read(path: Path, name: str | None = None) -> Document:
    """Read a YAML file. Raises InputError for one that is missing, too large, or not YAML."""
    name = name or path.name
    try:
        size = path.stat().st_size
        if size > _MAXIMUM_BYTES:
            sentence = "{name}: {size:,} bytes is more than the {most:,} a file of assumptions may have"
            raise InputError(Message(sentence, name=name, size=size, most=_MAXIMUM_BYTES))
        written = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(Message("{name}: cannot be read ({reason})", name=name, reason=error.strerror)) from None
    except UnicodeDecodeError:
        raise InputError(Message("{name}: is not text in UTF-8", name=name)) from None
    document = parse(written, name)
    document.folder = path.parent
    return document


def parse(written: str, name: str) -> Document:
    """Read YAML text. Raises InputError with the line of every mistake of form."""
    try:
        node = yaml.compose(written, Loader=Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark else name
        problem = getattr(error, "problem", None) or Message("text that is not YAML")
        raise InputError(Message("{place}: not valid YAML: {problem}", place=place, problem=problem)) from None
    lines: dict[tuple[Any, ...], int] = {}
    mistakes: list[str] = []
    scalars = yaml.constructor.SafeConstructor()
    open_nodes: set[int] = set()
    built_nodes = 0

    def build(node: Any, path: tuple[Any, ...]) -> Any:
        nonlocal built_nodes
        built_nodes += 1
        if built_nodes > _MAXIMUM_NODES:
            raise InputError(Message("{name}: more than {most:,} values, aliases written out", name=name, most=_MAXIMUM_NODES))
        place = f"{name}:{node.start_mark.line + 1}"
        lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            try:
                return scalars.construct_object(node)
            except (yaml.YAMLError, ValueError) as error:
                mistakes.append(Message("{place}: not valid YAML: {problem}", place=place, problem=getattr(error, "problem", None) or error))
                return None
        if id(node) in open_nodes or len(path) > _MAXIMUM_DEPTH:
            mistakes.append(Message("{place}: nested deeper than {most} levels", place=place, most=_MAXIMUM_DEPTH))
            return None
        open_nodes.add(id(node))
        built: Any
        if isinstance(node, yaml.SequenceNode):
            built = [build(item, (*path, position)) for position, item in enumerate(node.value)]
        else:
            built = {}
            for key_node, value_node in node.value:
                key = build(key_node, (*path, "key"))
                if isinstance(key, (dict, list)) or key is None:
                    mistakes.append(Message("{place}: a key must be a word or a year", place=f"{name}:{key_node.start_mark.line + 1}"))
                    continue
                if key in built:
                    mistakes.append(Message("{place}: {key!r} stands here twice", place=f"{name}:{key_node.start_mark.line + 1}", key=key))
                built[key] = build(value_node, (*path, key))
                lines[(*path, key)] = key_node.start_mark.line + 1
        open_nodes.discard(id(node))
        return built

    data = build(node, ()) if node is not None else {}
    if mistakes:
        raise InputError(mistakes)
    return Document(name, data, lines)
