"""The model itself: one file a theme, to be read like a paper. Only the modelling language may be imported here."""

from model.language import Line, lines_of
from model.lines import (
    appraisal,
    assets,
    costs,
    dna,
    earning,
    funding,
    leverage,
    members,
    prices,
    rd_target,
    revenue,
    services,
    startups,
    state_aid,
    treasury,
)
from model.lines.tables import TABLES

THEMES = {
    "prices": prices,
    "assets": assets,
    "members": members,
    "services": services,
    "costs": costs,
    "revenue": revenue,
    "startups": startups,
    "funding": funding,
    "treasury": treasury,
    "leverage": leverage,
    "rd_target": rd_target,
    "earning": earning,
    "appraisal": appraisal,
    "state_aid": state_aid,
    "dna": dna,
}
"""The files of the model, in reading order."""

LINES: dict[str, Line] = {line.name: line for line in lines_of(*THEMES.values())}
"""Every line of the model by name, in reading order."""

__all__ = ["LINES", "TABLES", "THEMES"]
