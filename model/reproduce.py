"""A scenario as the Python that gives the same figures."""

from __future__ import annotations

import pprint

from model.case import Case
from model.version import VERSION


def snippet(case: Case, cluster: str | None = None, year: int | None = None, real: bool = True) -> str:
    """Python that loads the case, applies its changes and prints the headline; it checks that the inputs are the same."""
    changes = pprint.pformat(case.changes, width=100, sort_dicts=True)
    applied = f".with_values({changes})" if case.changes else ""
    where = f", cluster={cluster!r}" if cluster else ""
    when = year if year is not None else case.first_year
    return "\n".join(
        [
            f"import model  # {VERSION}",
            "",
            f"case = model.load({case.name!r}){applied}",
            f"assert case.hash == {case.hash!r}, 'another version of the model, or other inputs'",
            "result = case.run()",
            f"print(result.value('leverage'{where}))",
            f"print(result.value('national_public_cash'{where}, year={when}, real={real}))",
            f"print(result.value('first_year_private_exceeds_public'{where}))",
            f"print(result.value('contribution_net_pct_gdp', year={when}))",
            f"print(result.table('cash_flow'{where}, real={real}))",
        ]
    )
