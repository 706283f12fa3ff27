"""What an analyst would use instead, in the same run: each does the same or a comparable job, as far as it can."""

from __future__ import annotations

from benchmarks.peers import experiments, modelx_cells, project_finance, workbooks
from benchmarks.timing import Row

PREFACE = """Competitors are no dependencies: the benchmark installs nothing and says what is missing
(`pip install -r benchmarks/requirements.txt` for those on PyPI, LibreOffice from the system). What can be compared:

- **modelx** computes exactly the same 100 lines, written out from the same formulas; the figures are checked to agree.
- **Workbook engines** recalculate our own export of `portfolio`, sensitivities and checks on its sheets included, which
  is more than a run of the model computes.
- **ProFAST** and **PySAM** compute cash flows of their own, with about 80 and 170 rows and their own questions: the order
  of magnitude can be compared, the digits cannot.
- **EMAworkbench** runs an empty model here: what is measured is what it adds to each experiment."""


def rows() -> list[Row]:
    """All figures of this part."""
    return [row for part in (modelx_cells, workbooks, project_finance, experiments) for row in part.rows()]
