"""JSON Schema of case and cluster files, made from the definitions, for editors that help while typing."""

from __future__ import annotations

from typing import Any

from model.inputs.definitions import NATION, Definition, definitions
from model.inputs.quantities import DISTRIBUTIONS


def _plain_value(definition: Definition) -> dict[str, Any]:
    if definition.kind == "switch":
        return {"type": "boolean"}
    if definition.kind == "choice":
        return {"enum": list(definition.choices)}
    number = {
        "type": "integer" if definition.kind == "whole" else "number",
        "minimum": definition.minimum,
        "maximum": definition.maximum,
    }
    if not definition.yearly:
        return number
    path = {"type": "object", "patternProperties": {"^[12][0-9]{3}$": number}, "additionalProperties": False, "minProperties": 1}
    return {"anyOf": [number, path]}


def _quantity(definition: Definition) -> dict[str, Any]:
    value = _plain_value(definition)
    texts = {name: {"type": "string"} for name in ("source", "reason", "note", "fact")}
    full = {
        "type": "object",
        "properties": {"value": value, "low": value, "high": value, "distribution": {"enum": list(DISTRIBUTIONS)}, **texts},
        "required": ["value"],
        "additionalProperties": False,
    }
    return {"anyOf": [value, full]}


def _entry(definition: Definition) -> dict[str, Any]:
    described = {"title": definition.label.en, "description": f"{definition.meaning.en} ({definition.unit})"}
    if not definition.over:
        return {**described, **_quantity(definition)}
    return {**described, "anyOf": [*_quantity(definition)["anyOf"], {"type": "object"}]}


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of a case file or a cluster file."""
    words = {
        "anyOf": [
            {"type": "string"},
            {"type": "object", "properties": {"en": {"type": "string"}, "nl": {"type": "string"}}, "required": ["en", "nl"]},
        ]
    }
    inputs = definitions().inputs
    of_cluster = {name: _entry(d) for name, d in inputs.items() if d.scope != NATION}
    of_nation = {name: _entry(d) for name, d in inputs.items() if d.scope == NATION}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A case or a cluster of the megacluster model",
        "type": "object",
        "properties": {
            "title": words,
            "about": words,
            "base": {"type": "string", "description": "Name or file of the case this one changes"},
            "clusters": {"type": "array", "items": {"type": "string"}},
            "members": {"type": "object", "description": "New members of dimensions, with labels en and nl"},
            "changes": {"type": "object", "description": "CLUSTER.NAME[.MEMBER] or nation.NAME: value; * stands for every cluster"},
            "cluster": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
            "profile": {"type": "object"},
            "published": {},
            "inputs": {"type": "object", "properties": of_cluster, "additionalProperties": False},
            "nation": {"type": "object", "properties": of_nation, "additionalProperties": False},
        },
        "additionalProperties": False,
        "anyOf": [{"required": ["clusters"]}, {"required": ["cluster"]}, {"required": ["base"]}],
    }
