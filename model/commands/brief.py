"""`megacluster brief`: the two-page note of a case, for Word or as PDF."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from model.commands.shared import CaseName, Sets, open_case, parse_sets, reported
from model.language.errors import InputError

Found = TypeVar("Found")


def register(app: typer.Typer) -> None:
    app.command(name="brief")(brief)


@reported
def brief(
    case: CaseName = "portfolio",
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="FILE.docx or FILE.pdf; by default CASE.docx.")] = None,
    sets: Sets = None,
    language: Annotated[str, typer.Option("--language", metavar="en|nl", help="Language of the note.")] = "en",
    cluster: Annotated[str | None, typer.Option("--cluster", help="One cluster of the case; by default the whole.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="The year whose cost is told; by default the last of the first seven.")] = None,
    date: Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The date on the note; by default today.")] = None,
) -> None:
    """Write a two-page note of CASE: headline, key figures, three charts, what was changed, what matters most, caveats, sources.

    Examples: megacluster brief portfolio -o note.pdf --language nl;
    megacluster brief photonics --set photonics.delay_years=2 -o note.docx
    """
    from model import briefing
    from model.analysis.progress import progress
    from model.briefing.note import mistakes_in

    path = output or Path(f"{Path(case).stem}.docx")
    mistakes: list[str] = []
    _tried(lambda: briefing.check_file(path), mistakes, "-o ")
    day = _tried(lambda: _date(date), mistakes)
    started = _tried(lambda: open_case(case), mistakes)
    opened = _tried(lambda: started.with_values(parse_sets(sets or ())), mistakes) if started else None
    mistakes += mistakes_in(opened or started, language, cluster=cluster, year=year)
    if mistakes or opened is None:
        raise InputError(mistakes)
    with progress(f"writing {path.name}", briefing.STEPS) as report:
        briefing.brief(opened, path, language=language, date=day, cluster=cluster, year=year, told=lambda done, total: report(done))
    print(f"{path}: {path.stat().st_size:,} bytes, inputs {opened.hash}", file=sys.stderr)


def _tried(do: Callable[[], Found], mistakes: list[str], lead: str = "") -> Found | None:
    """What comes of it; or nothing, with its mistakes added to those of the others."""
    try:
        return do()
    except InputError as error:
        mistakes += [f"{lead}{mistake}" for mistake in error.mistakes]
        return None


def _date(written: str | None) -> datetime.date:
    try:
        return datetime.date.fromisoformat(written) if written else datetime.date.today()
    except ValueError:
        raise InputError(f"--date {written}: a date is written YYYY-MM-DD, such as 2026-01-31") from None
