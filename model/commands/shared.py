"""What all commands share: opening a case, telling mistakes, printing."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from model.language.errors import InputError, ModelError

if TYPE_CHECKING:
    from rich.console import Console

    from model.case import Case

CaseName = Annotated[str, typer.Argument(metavar="CASE", help="Name of a case or cluster, or the path of a .yaml or .xlsx file.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change an assumption, such as photonics.delay_years=3. May be repeated."),
]
BAD_INPUT = 2
FAILED = 1
STOPPED = 130


def console(stderr: bool = False) -> Console:
    """A rich console; plain text when not on a terminal."""
    from rich.console import Console

    class Quiet(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    stream = sys.stderr if stderr else sys.stdout
    return Quiet(stderr=stderr, highlight=False, width=None if stream.isatty() else 150)


def parse_sets(sets: Iterable[str]) -> dict[str, str]:
    """`KEY=VALUE` words as a dict. Raises InputError for words without a key or given twice."""
    changes: dict[str, str] = {}
    mistakes = []
    for word in sets:
        key, equals, value = word.partition("=")
        if not equals or not key.strip() or not value.strip():
            mistakes.append(f"--set {word}: KEY=VALUE is expected, such as photonics.delay_years=3")
        elif key.strip() in changes:
            mistakes.append(f"--set {word}: {key.strip()} is given twice")
        else:
            changes[key.strip()] = value.strip()
    if mistakes:
        raise InputError(mistakes)
    return changes


def open_case(name: str, sets: Iterable[str] | None = None) -> Case:
    """The case of a name or file with `--set` changes. Raises InputError with every mistake."""
    import model

    changes = parse_sets(sets or ())
    case: Case = model.load(name)
    return case.with_values(changes) if changes else case


def reported(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that tells mistakes in words: bad input on stderr with status 2, a failed run with status 1."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except InputError as error:
            for mistake in error.mistakes:
                print(f"error: {mistake}", file=sys.stderr)
            raise typer.Exit(BAD_INPUT) from None
        except ModelError as error:
            for mistake in error.mistakes:
                print(f"error: {mistake}", file=sys.stderr)
            raise typer.Exit(FAILED) from None
        except BrokenPipeError:
            # The reader (head, less) has seen enough; nothing more may be written, not even at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except OSError as error:
            print(f"error: {f'{error.filename}: {error.strerror}' if error.filename else error}", file=sys.stderr)
            raise typer.Exit(FAILED) from None
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
            raise typer.Exit(STOPPED) from None

    return run
