"""`python -m benchmarks [PART…]`: measures, prints, and writes docs/benchmarks.md (all parts only)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import core, draws, peers, scale, screen, sessions
from benchmarks.timing import Row, machine, table

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
HEAD = ["What", "Measured", "Asked", "Remark"]
PARTS = {
    "core": ("The program itself", "What it does and what is asked of it.", core.rows),
    "draws": (
        "Many draws, and how far from the limit",
        "Per 1,000 draws of the job in `benchmarks/job.py` unless said otherwise; jobs take turns and the shortest time of each counts.",
        draws.rows,
    ),
    "scale": ("Beyond one machine", scale.PREFACE, scale.rows),
    "screen": ("From a slider to the page", screen.PREFACE, screen.rows),
    "sessions": ("What one process holds", sessions.PREFACE, sessions.rows),
    "peers": ("Beside what an analyst would use instead", peers.PREFACE, peers.rows),
}
INTRODUCTION = """# Benchmarks

Written by `make bench` (`python -m benchmarks`). Figures are those of one run on the machine named below. What runs
inside the benchmark on one core is measured in processor time, what runs on several cores or in processes of its own by
the clock on the wall. Both grow, by half or more, when other programs use the same cores and caches; ratios within a
table hold better than the figures, and the yardsticks say how fast the machine was meanwhile.
"""


def section(name: str) -> str:
    """One part as Markdown."""
    title, preface, rows = PARTS[name]
    measured: list[Row] = []
    for row in rows():
        measured.append(row)
        print(" | ".join(row.cells()), file=sys.stderr, flush=True)
    return f"## {title}\n\n{preface}\n\n{table(HEAD, [row.cells() for row in measured])}\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the program; see benchmarks/.")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"which parts: {', '.join(PARTS)}; all, and the document written, when none is named"
    )
    chosen = parser.parse_args().parts
    unknown = [part for part in chosen if part not in PARTS]
    if unknown:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    about = "\n".join(f"- {line}" for line in machine())
    text = "\n".join([INTRODUCTION, about, "", *(section(name) for name in chosen or PARTS)])
    if chosen:
        print(text)
    else:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(text, encoding="utf-8")
        print(f"written: docs/{DOCUMENT.name}")


if __name__ == "__main__":
    main()
