"""`megacluster calibration`: the model beside the sketch, real clusters and a back-test."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from model.commands.shared import reported


def register(app: typer.Typer) -> None:
    app.command(name="calibration")(calibration)


@reported
def calibration(
    write: Annotated[Path | None, typer.Option("--write", metavar="FILE", help="Write the document to a file instead of the screen.")] = None,
) -> None:
    """Hold the model against the sketch, published figures of real clusters, and imec from 2004 on.

    Example: megacluster calibration --write docs/calibration.md
    """
    from model.calibration_document import document

    text = document()
    if write is None:
        print(text, end="")
    else:
        write.write_text(text, encoding="utf-8")
        print(f"written to {write}", file=sys.stderr)
