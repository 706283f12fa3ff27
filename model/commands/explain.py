"""`megacluster explain`: where a number comes from."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from model.commands.shared import Sets, open_case, reported


def register(app: typer.Typer) -> None:
    app.command(name="explain")(explain)


@reported
def explain(
    line: Annotated[str, typer.Argument(metavar="LINE", help="Name of a line, such as membership_fees.")],
    cluster: Annotated[str | None, typer.Option("--cluster", help="Which cluster; none is the whole case.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Which year, for a line that has one value a year.")] = None,
    case: Annotated[str, typer.Option("--case", metavar="CASE", help="Case to explain it in.")] = "portfolio",
    sets: Sets = None,
    language: Annotated[str, typer.Option("--language", metavar="en|nl", help="Language of the words.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, and nothing else.")] = False,
) -> None:
    """Explain LINE: its formula, the values and sources behind it, and what it feeds.

    Example: megacluster explain membership_fees --cluster photonics --year 2035
    """
    explanation = open_case(case, sets).run().explain(line, cluster, year, language)
    if as_json:
        from model.result import clean

        data = explanation.to_dict()
        data["values"] = {member: clean(value) for member, value in data["values"].items()}
        for part in data["parts"]:
            part["values"] = {member: clean(value) for member, value in part["values"].items()}
        json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        print(explanation)
