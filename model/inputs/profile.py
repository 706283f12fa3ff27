"""What a cluster says of itself in words, and which figures about it were announced and which came true."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from model.inputs import reading
from model.inputs.definitions import Words, explain_validation
from model.inputs.facts import facts
from model.language.errors import nearest


class Profile(BaseModel):
    """Mission, technology, roadmap, control points, host and the global peer that the cluster measures itself by.

    announced and realised: rows of `facts.csv`; what was promised is never shown among what came true.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    mission: Words | None = None
    technology: Words | None = None
    roadmap: Words | None = None
    control_points: tuple[Words, ...] = ()
    host: Words | None = None
    peer: Words | None = None
    announced: tuple[str, ...] = ()
    realised: tuple[str, ...] = ()


def read_profile(document: reading.Document, key: str = "profile") -> tuple[Profile, list[str]]:
    """The profile in a cluster's file; an empty one with every mistake when it is wrong."""
    given: Any = document.data.get(key)
    if given is None:
        return Profile(), []
    try:
        profile = Profile.model_validate(given)
    except ValidationError as error:
        return Profile(), explain_validation(error, document, key)
    mistakes = [
        f"{document.place(key, kind, position)}: {key}.{kind}: {fact!r} is not a row of facts.csv{nearest(fact, facts())}"
        for kind in ("announced", "realised")
        for position, fact in enumerate(getattr(profile, kind))
        if fact not in facts()
    ]
    both = sorted(set(profile.announced) & set(profile.realised))
    mistakes += [f"{document.place(key, 'realised')}: {key}: {fact!r} is both announced and realised" for fact in both]
    return profile, mistakes
