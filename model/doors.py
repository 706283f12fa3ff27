"""Opening a case from wherever it is kept: by name, from YAML, from a workbook."""

from __future__ import annotations

from os import PathLike

from model.case import Case


def load(name: str | PathLike[str]) -> Case:
    """The case of a name (`portfolio`, `photonics`, `imec`…) or a .yaml file.

    Raises InputError with every mistake: file, line, what is wrong, what is allowed.
    """
    return Case.load(str(name))
