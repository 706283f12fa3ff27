"""Every assumption of a case as one flat row: what the list, the screen and the register of sources show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model.inputs.definitions import OWN, Definition, sources
from model.inputs.quantities import Quantity, plain, shown

if TYPE_CHECKING:
    from model.case import Case


def status_of(quantity: Quantity) -> str:
    """How good the source of a value is: verified, mixed, recalled, estimate, or own (our own assumption)."""
    source = sources().get(quantity.source)
    if quantity.source == OWN or source is None:
        return "own"
    return _fact_status(quantity.fact) or source.status


def _fact_status(fact: str) -> str | None:
    if not fact:
        return None
    from model.inputs.facts import facts

    found = facts().get(fact)
    return found["status"] if found and found["status"] in ("verified", "recalled") else None


def row(case: Case, key: str, definition: Definition, quantity: Quantity) -> dict[str, Any]:
    """One assumption: key, label, value and range (as data and as shown), unit, group, source, status, why, layer, place."""
    return {
        "key": key,
        "label": definition.label.en,
        "label_nl": definition.label.nl,
        "meaning": definition.meaning.en,
        "meaning_nl": definition.meaning.nl,
        "group": definition.group,
        "unit": definition.unit,
        "value": plain(quantity.value, definition),
        "low": plain(quantity.low, definition),
        "high": plain(quantity.high, definition),
        "shown": shown(quantity.value, definition),
        "shown_low": shown(quantity.low, definition),
        "shown_high": shown(quantity.high, definition),
        "distribution": quantity.distribution,
        "source": quantity.source,
        "status": status_of(quantity),
        "reason": quantity.reason,
        "note": quantity.note,
        "fact": quantity.fact,
        "layer": quantity.layer,
        "place": quantity.place,
        "changed": key in case.changes or key in case.file_changes,
    }


def catalogue(case: Case) -> list[dict[str, Any]]:
    """All assumptions of a case, in the order of the files."""
    return [row(case, key, case.definition(key.split(".")[1]), quantity) for key, quantity in case.quantities().items()]
