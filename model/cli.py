"""The command `megacluster`: projects, checks and explains cases from a terminal."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from model.commands import COMMANDS
from model.version import VERSION

app = typer.Typer(
    name="megacluster",
    help="What an R&D megacluster costs and earns over decades, and how much private money each public euro brings.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        print(f"megacluster {VERSION}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")] = False,
) -> None:
    pass


for _topic in COMMANDS:
    import_module(f"model.commands.{_topic}").register(app)


def main() -> None:
    """Entry point of the command. Exit status 0; 1 when a run failed; 2 for bad input."""
    app()


if __name__ == "__main__":
    main()
