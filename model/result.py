"""What a run yields: numbers, series, tables and explanations by name."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from model.engine import evaluate
from model.engine.program import CLUSTER, WHOLE
from model.language import units
from model.language.declaration import Line
from model.language.errors import InputError, nearest
from model.language.message import Message
from model.lines.tables import TABLES
from model.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from model.case import Case
    from model.explanation import Explanation


class Result:
    """The figures of one case. Money is nominal (each year's own prices) unless `real=True` asks for constant prices."""

    def __init__(self, case: Case, values: dict[int, np.ndarray]):
        self.case = case
        self._values = values

    def _value(self, name: str, scope: str) -> np.ndarray:
        """The array of a line, computed when it is first asked for: most readers want few of the lines."""
        root = self.case.program.roots[(name, scope)]
        if root not in self._values:
            evaluate.complete(self.case.program, self._values, root, self.case.horizon)
        return self._values[root]

    @property
    def years(self) -> list[int]:
        return self.case.years

    @property
    def lines(self) -> Mapping[str, Line]:
        return self.case.lines

    @property
    def provenance(self) -> dict[str, Any]:
        """What the figures rest on: case, hash of all inputs, changes, version of the model, seed (none: no chance involved)."""
        return {
            "case": self.case.name,
            "inputs_hash": self.case.hash,
            "changes": self.case.changes,
            "model_version": VERSION,
            "seed": None,
        }

    def line(self, name: str) -> Line:
        """The line of a name. Raises InputError with the nearest known one."""
        if name not in self.case.lines:
            raise InputError(Message("there is no line {name!r}{near}", name=name, near=nearest(name, self.case.lines)))
        return self.case.lines[name]

    def has_whole(self, name: str) -> bool:
        """Whether a line has a value for the whole case, and not only for each cluster."""
        return name not in self.case.program.no_whole

    def array(self, name: str, cluster: str | None = None, real: bool = False) -> np.ndarray:
        """A line as (years or 1, members…): of one cluster, or of the whole case. Raises InputError where it has none."""
        line = self.line(name)
        program = self.case.program
        if cluster is not None and cluster not in self.case.clusters:
            sentence = "there is no cluster {cluster!r} in this case{near}; there are {known}"
            raise InputError(Message(sentence, cluster=cluster, near=nearest(cluster, self.case.clusters), known=", ".join(self.case.clusters)))
        if line.scope != CLUSTER:
            found = self._value(name, line.scope)[..., 0]
        elif cluster is None:
            if not self.has_whole(name):
                raise InputError(f"{name} has no value for the whole case: name a cluster ({', '.join(self.case.clusters)})")
            found = self._value(name, WHOLE)[..., 0]
        else:
            position = list(self.case.clusters).index(cluster)
            found = self._value(name, CLUSTER)[..., 0]
            found = found[:, position if found.shape[1] > 1 else 0]
        shape = (found.shape[0], *(len(program.members[dim]) for dim in self.dims(name)))
        found = np.array(found if found.shape == shape else np.broadcast_to(found, shape), dtype=float)
        if real and units.is_money(line.unit):
            index = self._value("price_index", "national")[..., 0]
            if not self.is_yearly(name):
                raise InputError(f"{name} is one number in each year's own prices and has no value in constant prices")
            found = found / index.reshape(-1, *([1] * (found.ndim - 1)))
        return found

    def dims(self, name: str) -> tuple[str, ...]:
        """Dimensions of a line besides the cluster, in the order of its array."""
        over = self.line(name).over
        return tuple(dim for dim in self.case.program.members if dim in over)

    def is_yearly(self, name: str) -> bool:
        """Whether a line has a value for every year."""
        line = self.line(name)
        return self.case.program.nodes[self.case.program.roots[(name, line.scope)]].yearly

    def value(self, name: str, cluster: str | None = None, year: int | None = None, *, real: bool = False, **members: str) -> float:
        """One number: of a cluster, or of the whole case; in a year, where the line is yearly. Blank is NaN.

        A line over a dimension takes a member (tier="core"); without one its members are summed.
        Raises InputError for unknown names, years outside the horizon, or what cannot be summed.
        """
        array = self._by_year(name, cluster, real, members)
        if year is not None and year not in self.years:
            raise InputError(f"{year} is outside the horizon, {self.years[0]} to {self.years[-1]}")
        if not self.is_yearly(name):
            return float(array[0])
        if year is None:
            raise InputError(f"{name} has a value for every year: give year= {self.years[0]} to {self.years[-1]}")
        return float(array[self.years.index(year) if len(array) > 1 else 0])

    def values(self, name: str, cluster: str | None = None, *, real: bool = False, **members: str) -> list[float]:
        """A yearly line as a list, one number a year; members of dimensions that are not named are summed."""
        return [float(number) for number in np.broadcast_to(self._by_year(name, cluster, real, members), len(self.years))]

    def _by_year(self, name: str, cluster: str | None, real: bool, members: Mapping[str, str]) -> np.ndarray:
        array = self.array(name, cluster, real)
        line, dims = self.line(name), self.dims(name)
        unknown = [dim for dim in members if dim not in dims]
        if unknown:
            raise InputError(f"{name} is not over {', '.join(unknown)}" + (f"; it is over {', '.join(dims)}" if dims else ""))
        for axis in range(len(dims), 0, -1):
            dim = dims[axis - 1]
            known = self.case.dimensions[dim]
            if dim in members:
                if members[dim] not in known:
                    raise InputError(f"{members[dim]!r} is no {dim}{nearest(members[dim], known)}; there are {', '.join(known)}")
                array = np.take(array, list(known).index(members[dim]), axis=axis)
            elif line.whole == "sum":
                array = array.sum(axis=axis)
            else:
                raise InputError(f"{name} differs by {dim} and cannot be summed: give {dim}= one of {', '.join(known)}")
        return array

    def series(self, name: str, cluster: str | None = None, *, real: bool = False, **members: str) -> pd.Series:
        """A yearly line as a pandas Series indexed by year."""
        import pandas as pd

        if not self.is_yearly(name):
            raise InputError(f"{name} is one number for the whole life: use value({name!r})")
        return pd.Series(self.values(name, cluster, real=real, **members), index=pd.Index(self.years, name="year"), name=name)

    def rows(self, name: str, cluster: str | None = None, *, real: bool = False) -> dict[str, list[float]]:
        """A yearly line as rows by label: itself, or one row a member of its dimensions (`members[core]`).

        real: in constant prices; one number for the whole life stays as it is.
        """
        array = self.array(name, cluster, real and self.is_yearly(name))
        dims = self.dims(name)
        rows = {}
        for members in itertools.product(*(enumerate(self.case.dimensions[dim]) for dim in dims)):
            label = name + (f"[{', '.join(m for _, m in members)}]" if members else "")
            index: tuple[Any, ...] = (slice(None), *(position for position, _ in members))
            column = array[index]
            rows[label] = list(np.broadcast_to(column, len(self.years)).astype(float))
        return rows

    def table(self, statement: str, cluster: str | None = None, real: bool = False) -> pd.DataFrame:
        """A statement or overview as a DataFrame: rows are lines (one a member where a line has dimensions), columns years.

        A table of numbers for the whole life has one column, `life`.
        `attrs` says whether the money is real or nominal. Raises InputError with the tables there are.
        """
        import pandas as pd

        if statement not in TABLES:
            raise InputError(f"there is no table {statement!r}{nearest(statement, TABLES)}; there are {', '.join(TABLES)}")
        rows: dict[str, list[float]] = {}
        for name in TABLES[statement].rows:
            if cluster is not None or self.has_whole(name):
                rows.update(self.rows(name, cluster, real=real))
        columns: list[Any] = list(self.years)
        if not any(self.is_yearly(name) for name in TABLES[statement].rows):
            rows, columns, real = {label: numbers[:1] for label, numbers in rows.items()}, ["life"], False
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        frame.index.name = "line"
        frame.columns.name = "year"
        price_year = int(self.case.quantity("nation", "price_year").value)  # type: ignore[arg-type]
        attrs: dict[Any, Any] = {"prices": f"real, prices of {price_year}" if real else "nominal", "cluster": cluster, **self.provenance}
        frame.attrs = attrs
        return frame

    def explain(self, name: str, cluster: str | None = None, year: int | None = None, language: str = "en") -> Explanation:
        """Where a number comes from: formula, values, units, sources, what it depends on and feeds. `str()` reads well.

        language: 'en' or 'nl', of everything but names and formulas.
        """
        from model.explanation import explain

        return explain(self, name, cluster, year, language)

    def checks(self) -> dict[str, float]:
        """Largest residual of every check line over clusters, members and years; all should be zero."""
        found = {}
        for name, line in self.case.lines.items():
            if line.is_check:
                residual = self._value(name, line.scope)
                found[name] = float(np.abs(residual).max())
        return found

    def failed_checks(self) -> dict[str, float]:
        """Checks whose residual is more than rounding, with that residual; none in a sound run."""
        scale = max(1.0, float(np.abs(self.array("total_assets")).max()))
        return {name: residual for name, residual in self.checks().items() if not residual <= 1e-9 * scale}

    @property
    def warnings(self) -> list[str]:
        """What a reader must know before using the figures: clusters that start later, flags of the model, then checks that fail."""
        from model.headline import delays
        from model.wording import Wording

        found = delays(Wording("en"), self.case)
        for name, line in self.case.lines.items():
            if not line.warning:
                continue
            if line.scope != CLUSTER:
                if self.value(name):
                    found.append(line.doc)
                continue
            for cluster in self.case.clusters:
                if self.value(name, cluster):
                    found.append(f"{cluster}: {line.doc}")
        found += [f"{name}: the figures do not tie, by at most EUR {residual:,.6f} m" for name, residual in self.failed_checks().items()]
        return found


def clean(number: float) -> float | None:
    """A number for JSON: blank (None) where it is undefined."""
    return None if math.isnan(number) or math.isinf(number) else number
