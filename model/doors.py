"""Opening a case from wherever it is kept: by name, from YAML, from a workbook."""

from __future__ import annotations

import warnings
from os import PathLike

from model.case import Case

_SHOWN = 5


def load(name: str | PathLike[str]) -> Case:
    """The case of a name (`portfolio`, `photonics`, `imec`…), a .yaml file, or a workbook that this program wrote.

    Of a workbook only the inputs are read, found by their code; a warning tells of formulas that somebody edited.
    Raises InputError with every mistake: file and line, or sheet and cell, what is wrong, what is allowed.
    """
    if str(name).lower().endswith((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")):
        return _from_workbook(str(name))
    return Case.load(str(name))


def _from_workbook(path: str) -> Case:
    from model.workbook import read_workbook

    found = read_workbook(path)
    edits = found.edited_formulas
    if edits:
        more = f"\n  … and {len(edits) - _SHOWN} more" if len(edits) > _SHOWN else ""
        listed = "".join(f"\n  {edit}" for edit in edits[:_SHOWN])
        warnings.warn(f"{len(edits)} formulas of the workbook were edited; only inputs are read:{listed}{more}", stacklevel=3)
    return found.case
