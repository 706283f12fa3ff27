"""The two-page briefing note of a case, in Dutch or English: as PDF, and as Word."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.language.errors import InputError

if TYPE_CHECKING:
    from model.case import Case

ENDINGS = (".docx", ".pdf")
STEPS = 4
"""How many steps a note takes, as `told` hears: figures, draws, what drives them, the file."""


def brief(
    case: Case,
    path: str | PathLike[str],
    *,
    language: str = "en",
    date: datetime.date | None = None,
    cluster: str | None = None,
    year: int | None = None,
    link: str = "",
    told: Callable[[int, int], Any] | None = None,
) -> Path:
    """Write the two-page note of a case as .docx or .pdf. Returns the path.

    date: what stands on the note, by default today. The rest as in `docx`. Raises InputError with every mistake, among
    them a path with another ending or without its folder; OSError where the file cannot be written.
    """
    target = check_file(path)
    make = docx if target.suffix.lower() == ".docx" else pdf
    target.write_bytes(make(case, language, date or datetime.date.today(), cluster=cluster, year=year, link=link, told=told))
    return target


def docx(
    case: Case,
    language: str,
    date: datetime.date,
    *,
    cluster: str | None = None,
    year: int | None = None,
    link: str = "",
    told: Callable[[int, int], Any] | None = None,
) -> bytes:
    """The note as a Word file; the same bytes for the same arguments.

    language: 'nl' or 'en'. date: what stands on it. cluster: one cluster of the case; by default the whole. year: the
    year whose cost is told; by default the last of the first seven. link: address of the case on the screen. told:
    called with what is done and the total, now and then. Money is in constant prices. Raises InputError with every
    mistake.
    """
    from model.briefing import word
    from model.briefing.note import compose

    return word.render(compose(case, language, date, cluster=cluster, year=year, link=link, told=told))


def pdf(
    case: Case,
    language: str,
    date: datetime.date,
    *,
    cluster: str | None = None,
    year: int | None = None,
    link: str = "",
    told: Callable[[int, int], Any] | None = None,
) -> bytes:
    """The note as PDF, tagged for screen readers (PDF/UA-1); the same bytes for the same arguments, which are those of `docx`."""
    from model.briefing import typeset
    from model.briefing.note import compose

    return typeset.render(compose(case, language, date, cluster=cluster, year=year, link=link, told=told))


def check_file(path: str | PathLike[str]) -> Path:
    """The path of a note. Raises InputError for an ending that is neither .docx nor .pdf, and for a folder that is not there."""
    found = Path(path)
    mistakes = []
    if found.suffix.lower() not in ENDINGS:
        mistakes.append(f"{found.name}: the name of a note ends in {' or '.join(ENDINGS)}")
    if not found.parent.is_dir():
        mistakes.append(f"{found}: there is no folder {found.parent}")
    if mistakes:
        raise InputError(mistakes)
    return found


__all__ = ["brief", "check_file", "docx", "pdf"]
