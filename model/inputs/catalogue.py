"""Every assumption of a case as one flat row: what the list, the screen and the register of sources show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from model.inputs.definitions import OWN, Definition, sources
from model.inputs.facts import facts
from model.inputs.quantities import Quantity, plain, shown

if TYPE_CHECKING:
    from model.case import Case


STATUSES = ("verified", "derived", "reported", "mixed", "recalled", "estimate", "own")
"""How good the source of a value is. derived: worked out from a verified figure, not printed there; reported: it, or what it was worked
out from, was read where somebody else reports it; own: our own assumption."""

_SCALES = (1.0, 1e-2, 1e-3, 1e-6, 1e2, 1e3)
"""A value may be a fact in another size: percent as a share, thousands as millions."""


def status_of(quantity: Quantity) -> str:
    """How good the source of a value is: one of `STATUSES`."""
    source = sources().get(quantity.source)
    if quantity.source == OWN or source is None:
        return "own"
    if not quantity.fact:
        return source.standing()
    fact = facts().get(quantity.fact, {})
    status = source.standing(fact.get("status"))
    return "derived" if status == "verified" and not _as_printed(quantity, fact.get("value", "")) else status


def _as_printed(quantity: Quantity, printed: str) -> bool:
    """Whether a value is the fact itself, in whatever size; a path is when the fact is one of its knots."""
    try:
        number = float(printed)
    except ValueError:
        return False
    values = list(quantity.value.values()) if isinstance(quantity.value, dict) else [quantity.value]
    return any(abs(value - number * scale) <= 5e-3 * abs(value) for value in values for scale in _SCALES)


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
