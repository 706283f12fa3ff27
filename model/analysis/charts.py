"""A picture of each analysis: Vega-Lite specifications as plain dicts with their data, and files made of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model.language.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from model.analysis.discovery import Discovery
    from model.analysis.draws import Draws
    from model.analysis.portfolios import Choice
    from model.analysis.solving import Solution

Spec = dict[str, Any]
LOW, HIGH, LINE, TARGET = "#0997f5", "#ec6906", "#154273", "#b3261e"
FORMATS = (".png", ".svg")
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_MOST_BARS = 20


def _chart(title: str, values: Sequence[dict[str, Any]], **parts: Any) -> Spec:
    return {
        "$schema": _SCHEMA,
        "title": {"text": title, "anchor": "start"},
        "data": {"values": list(values)},
        "width": 560,
        "config": {"background": "white", "view": {"stroke": None}, "axis": {"labelLimit": 420}},
        **parts,
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain data, blank where there is no number."""
    return [{str(k): _plain(v) for k, v in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, float, np.number)):
        return float(value) if np.isfinite(value) else None
    return value


def _field(name: str, kind: str, title: str | None = None, **more: Any) -> Spec:
    escaped = name.replace(".", "\\.").replace("[", "\\[").replace("]", "\\]")
    return {"field": escaped, "type": kind, "title": title if title is not None else name, **more}


def tornado_chart(frame: pd.DataFrame) -> Spec:
    """The widest swings, low and high apart, around the base."""
    base, output = frame.attrs["base"], frame.attrs["output"]
    bars = []
    for row in frame.head(_MOST_BARS).to_dict("records"):
        for end in ("low", "high"):
            bars.append(
                {"input": row["label"], "end": f"at {end}", "from": base, "to": _plain(row[f"at_{end}"]), "value": row[end], "swing": row["swing"]}
            )
    y = _field("input", "nominal", "", sort={"field": "swing", "order": "descending"})
    colour = _field("end", "nominal", "", scale={"domain": ["at low", "at high"], "range": [LOW, HIGH]})
    x = _field("from", "quantitative", output, scale={"zero": False})
    layers = [
        {"mark": {"type": "bar", "height": {"band": 0.7}}, "encoding": {"y": y, "x": x, "x2": {"field": "to"}, "color": colour}},
        {"mark": {"type": "rule", "color": LINE}, "encoding": {"x": {"datum": base}}},
    ]
    return _chart(f"{output}: one input at a time, base {base:.4g}", bars, height={"step": 22}, layer=layers)


def elasticity_chart(frame: pd.DataFrame) -> Spec:
    """Percent of change in the output for one percent of each input."""
    y = _field("label", "nominal", "", sort=None)
    x = _field("elasticity", "quantitative", f"% of {frame.attrs['output']} for 1 % of the input")
    return _chart(
        f"{frame.attrs['output']}: elasticities",
        _records(frame.head(_MOST_BARS)),
        height={"step": 22},
        mark={"type": "bar", "color": LINE},
        encoding={"y": y, "x": x},
    )


def sweep_chart(frame: pd.DataFrame, keys: Sequence[str], outputs: Sequence[str]) -> Spec:
    """Outputs over one input as lines, or one output over two inputs as a heat table. Raises InputError for more inputs."""
    if len(keys) == 1:
        rows = [{"x": _plain(row[keys[0]]), "output": name, "y": _plain(row[name])} for row in frame.to_dict("records") for name in outputs]
        numeric = all(isinstance(row["x"], float) for row in rows)
        x = (
            _field("x", "quantitative" if numeric else "nominal", keys[0], scale={"zero": False})
            if numeric
            else _field("x", "nominal", keys[0], sort=None)
        )
        encoding = {"x": x, "y": _field("y", "quantitative", "", scale={"zero": False}), "color": _field("output", "nominal", "")}
        return _chart(f"{', '.join(outputs)} over {keys[0]}", rows, height=320, mark={"type": "line", "point": True}, encoding=encoding)
    if len(keys) == 2 and len(outputs) == 1:
        rows = _records(frame[[*keys, outputs[0]]])
        for row in rows:
            row[keys[0]], row[keys[1]] = (f"{row[key]:g}" if isinstance(row[key], float) else str(row[key]) for key in keys)
        axes = {"y": _field(keys[0], "ordinal", sort=None), "x": _field(keys[1], "ordinal", sort=None, axis={"labelAngle": 0})}
        shade = _field(outputs[0], "quantitative", scale={"scheme": "blues", "zero": False})
        text = _field(outputs[0], "quantitative", format=".3~g")
        layers = [
            {"mark": {"type": "rect", "opacity": 0.6}, "encoding": {"color": shade}},
            {"mark": {"type": "text", "fontSize": 11}, "encoding": {"text": text}},
        ]
        return _chart(f"{outputs[0]} over {keys[0]} and {keys[1]}", rows, height={"step": 26}, encoding=axes, layer=layers)
    raise InputError("a picture of a sweep shows one input with any outputs, or two inputs with one output")


def fan_chart(draws: Draws, output: str) -> Spec:
    """A yearly line's bands from P5 to P95 and P25 to P75, and its median."""
    frame = draws.quantiles(output).reset_index()
    x = _field("year", "quantitative", "", axis={"format": "d"}, scale={"zero": False, "nice": False})
    bands = [
        {
            "mark": {"type": "area", "color": LINE, "opacity": opacity},
            "encoding": {"x": x, "y": _field(low, "quantitative", output), "y2": {"field": high}},
        }
        for low, high, opacity in (("P5", "P95", 0.2), ("P25", "P75", 0.35))
    ]
    median = {"mark": {"type": "line", "color": LINE}, "encoding": {"x": x, "y": _field("P50", "quantitative", output)}}
    return _chart(f"{output}: P5 to P95, P25 to P75 and median of {draws.draws:,} draws", _records(frame), height=320, layer=[*bands, median])


def histogram_chart(draws: Draws, output: str, bins: int = 50) -> Spec:
    """How the draws of a number are spread, with P5, P50 and P95."""
    figures = draws.numbers(output)
    counts, edges = np.histogram(figures[~np.isnan(figures)], bins=bins)
    rows = [{"from": float(a), "to": float(b), "draws": int(n)} for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)]
    marks = [{"at": float(value), "name": name} for name, value in draws.quantiles(output, percentiles=(5, 50, 95)).iloc[0].items()]
    x = _field("from", "quantitative", output, scale={"zero": False})
    layers = [
        {
            "mark": {"type": "bar", "color": LINE, "opacity": 0.6},
            "encoding": {"x": x, "x2": {"field": "to"}, "y": _field("draws", "quantitative"), "y2": {"datum": 0}},
        },
        {"data": {"values": marks}, "mark": {"type": "rule", "color": TARGET}, "encoding": {"x": {"field": "at", "type": "quantitative"}}},
        {
            "data": {"values": marks},
            "mark": {"type": "text", "dy": -150, "dx": 4, "align": "left", "color": TARGET},
            "encoding": {"x": {"field": "at", "type": "quantitative"}, "text": {"field": "name"}},
        },
    ]
    return _chart(f"{output}: {draws.draws:,} draws", rows, height=320, layer=layers)


def convergence_chart(draws: Draws, output: str) -> Spec:
    """The percentiles of a number as draws are added, each with two standard errors to either side."""
    table = draws.convergence(output)
    rows = [
        {"draws": int(count), "percentile": name, "value": row[name], "low": row[name] - 2 * error, "high": row[name] + 2 * error}
        for count, row in zip(table.index, table.to_dict("records"), strict=True)
        for name, error in ((name, row[f"{name}_error"]) for name in map(str, row) if not name.endswith("_error"))
    ]
    x = _field("draws", "quantitative", "draws", scale={"type": "log", "nice": False})
    colour = _field("percentile", "nominal", "", sort=None, scale={"range": [LOW, LINE, HIGH]})
    band = {"y": _field("low", "quantitative", output, scale={"zero": False}), "y2": {"field": "high"}}
    layers = [
        {"mark": {"type": "area", "opacity": 0.25}, "encoding": {"x": x, "color": colour, **band}},
        {"mark": {"type": "line", "point": True}, "encoding": {"x": x, "color": colour, "y": _field("value", "quantitative", output)}},
    ]
    return _chart(f"{output}: percentiles as draws are added, with two standard errors", rows, height=320, layer=layers)


def indices_chart(frame: pd.DataFrame) -> Spec:
    """Sobol indices, first and total, with their confidence intervals."""
    rows = [
        {"input": row["label"], "index": kind, "value": row[kind], "low": row[kind] - row[f"{kind}_error"], "high": row[kind] + row[f"{kind}_error"]}
        for row in frame.head(_MOST_BARS).to_dict("records")
        for kind in ("first", "total")
    ]
    y = _field("input", "nominal", "", sort=None)
    offset = {"yOffset": _field("index", "nominal", "")}
    colour = _field("index", "nominal", "", scale={"domain": ["first", "total"], "range": [LOW, LINE]})
    x = _field("value", "quantitative", "share of the variance")
    bars = {"mark": "bar", "encoding": {"y": y, "x": x, "color": colour, **offset}}
    errors = {"mark": "rule", "encoding": {"y": y, "x": _field("low", "quantitative", "share of the variance"), "x2": {"field": "high"}, **offset}}
    return _chart(f"{frame.attrs['output']}: what its uncertainty comes from", rows, height={"step": 14}, layer=[bars, errors])


def morris_chart(frame: pd.DataFrame) -> Spec:
    """Size of each input's effect against how much it depends on the others."""
    rows = _records(frame.head(_MOST_BARS))
    at = {
        "x": _field("mu_star", "quantitative", "mean size of the effect"),
        "y": _field("sigma", "quantitative", "how much it depends on the others"),
    }
    text = {"mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 9}, "encoding": {**at, "text": {"field": "key"}}}
    return _chart(
        f"{frame.attrs['output']}: Morris screening",
        rows,
        height=400,
        layer=[{"mark": {"type": "point", "filled": True, "color": LINE}, "encoding": at}, text],
    )


def solution_chart(solution: Solution) -> Spec:
    """The figure over the input, with the target and where it is met."""
    rows = [{"x": x, "y": _plain(y)} for x, y in zip(solution.grid, solution.figures, strict=True)]
    roots = [{"x": root, "y": solution.target} for root in solution.roots]
    name = f"factor on {solution.by}" if solution.is_factor else solution.by
    at = {"x": _field("x", "quantitative", name, scale={"zero": False}), "y": _field("y", "quantitative", solution.output, scale={"zero": False})}
    layers = [
        {"mark": {"type": "line", "color": LINE}, "encoding": at},
        {"mark": {"type": "rule", "color": TARGET, "strokeDash": [6, 3]}, "encoding": {"y": {"datum": solution.target}}},
        {"data": {"values": roots}, "mark": {"type": "point", "filled": True, "size": 90, "color": TARGET}, "encoding": at},
    ]
    return _chart(f"{solution.output} over {name}, target {solution.target:g}", rows, height=320, layer=layers)


def tradeoff_chart(found: Discovery) -> Spec:
    """Coverage against density of every box of the first peeling, by the number of limits."""
    encoding = {
        "x": _field("coverage", "quantitative", scale={"domain": [0, 1]}),
        "y": _field("density", "quantitative", scale={"domain": [0, 1]}),
        "color": _field("inputs", "ordinal", "inputs with a limit"),
    }
    return _chart(
        f"{found.interest}: boxes", _records(found.tradeoff), height=400, mark={"type": "point", "filled": True, "size": 60}, encoding=encoding
    )


def portfolio_chart(choice: Choice) -> Spec:
    """Leverage against net R&D of all portfolios within the budget, the efficient ones marked."""
    frame = choice.frame[choice.frame["within_budget"]]
    at = {
        "x": _field("net_rd", "quantitative", "net R&D over the life, EUR m in constant prices", scale={"zero": False}),
        "y": _field("leverage", "quantitative", scale={"zero": False}),
    }
    risk = {"color": _field("shortfall", "quantitative", "shortfall in bad draws", scale={"scheme": "oranges"})} if choice.draws else {}
    layers = [
        {"mark": {"type": "point", "color": "#b0b8c0", "size": 15}, "encoding": at},
        {
            "transform": [{"filter": "datum.efficient"}],
            "mark": {"type": "point", "filled": True, "size": 70, "color": LINE},
            "encoding": {**at, **risk},
        },
    ]
    return _chart(f"{len(frame):,} portfolios within the budget, {len(choice.efficient):,} efficient", _records(frame), height=400, layer=layers)


def check_file(path: str | Path) -> Path:
    """The path of a picture. Raises InputError for an ending that is neither .png nor .svg."""
    found = Path(path)
    if found.suffix.lower() not in FORMATS:
        raise InputError(f"{path}: a picture ends in {' or '.join(FORMATS)}")
    return found


def write(spec: Spec, path: str | Path) -> Path:
    """Draw a specification into a .png or .svg file. Raises InputError for another ending."""
    import vl_convert

    found = check_file(path)
    if found.suffix.lower() == ".svg":
        found.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
    else:
        found.write_bytes(vl_convert.vegalite_to_png(spec, scale=2))
    return found
