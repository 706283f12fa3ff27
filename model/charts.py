"""Charts as data: Vega-Lite specifications in plain dicts with their columns, the finding in words, and the table behind them.

One chart serves the screen, pictures and the note. A specification holds no data, so that a change of numbers redraws marks only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from model.inputs.published import history, ratios_for

if TYPE_CHECKING:
    from model.result import Result
    from model.wording import Wording

INK = "#1f2937"
AXIS = "#3c4650"
GRID = "#e3e8ee"
BAND = "#cfdff0"
ACCENT = "#154273"
TARGET = "#b3261e"
TARGET_LABEL = {"type": "text", "align": "left", "baseline": "bottom", "dx": 4, "dy": -3, "fontWeight": "bold"}
EDGE = {"color": "white", "stroke": "white", "strokeWidth": 4, "strokeJoin": "round", "aria": False}
MUTED = "#5f6b76"
DARK = "#2b2b2b"
SOURCES = {
    "national": "#154273",
    "regional": "#0997f5",
    "eu": "#107c6d",
    "nwo_university": DARK,
    "dutch_private": "#ec6906",
    "foreign_private": "#a039b6",
}
MORE_SOURCES = ("#8a5a00", "#b3261e", "#3b6e1e", "#6d4aff")
LINES = (ACCENT, "#ec6906", "#107c6d", "#a039b6")
NARROW = "narrow"
"""In a chart's expressions: whether it stands on a telephone. A parameter that the page sets, since an expression that measures
the page would lay it out anew at every change of numbers."""
DRAWN_FONT = "Arial, sans-serif"
"""For pictures: the drawing library brings a font of its own for it, so that they look the same on every machine."""
BY_RANK = {"field": "rank", "op": "min"}
"""Order of bars by a column of the data, so that another order is another number and not another specification."""
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


@dataclass(frozen=True)
class Chart:
    """spec: Vega-Lite without data. columns: the data. headers, rows: the same numbers as a table, in words, written when asked for.

    alt: what the chart shows, for who does not see it; its first sentence tells what is drawn and holds no figures.
    """

    spec: dict[str, Any]
    columns: dict[str, list[Any]]
    alt: str
    headers: tuple[str, ...] = ()
    write_rows: Callable[[], Sequence[tuple[str, ...]]] = tuple

    @cached_property
    def rows(self) -> Sequence[tuple[str, ...]]:
        return self.write_rows()

    @property
    def form(self) -> str:
        """What is drawn: stays as it is when the numbers change."""
        return self.alt.partition(". ")[0].rstrip(".") + "."

    @property
    def finding(self) -> str:
        """What the numbers say."""
        return self.alt.partition(". ")[2]

    def with_data(self) -> dict[str, Any]:
        """The specification with its data inside, for pictures and files."""
        names = list(self.columns)
        values = [dict(zip(names, row, strict=True)) for row in zip(*self.columns.values(), strict=True)]
        return {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", **self.spec, "data": {"values": values}}

    def picture(self, kind: str, width: int = 720, title: str = "", remark: str = "") -> bytes:
        """The chart drawn as 'svg' or 'png' (two pixels a point), on white. width: in points. title, remark: stand above it."""
        import vl_convert

        under = [text for text in (self.spec.get("title", ""), remark) if text]
        told = {"text": title, "subtitle": under, "fontWeight": "bold", "fontSize": 14, "subtitleColor": AXIS, "subtitleFontSize": 12}
        look = {**self.spec.get("config", {}), "background": "white", "font": DRAWN_FONT}
        spec = {**self.with_data(), "width": width, "title": told, "config": look}
        return vl_convert.vegalite_to_svg(spec).encode() if kind == "svg" else vl_convert.vegalite_to_png(spec, scale=2)


def config(words: Wording) -> dict[str, Any]:
    """Look and number format of every chart."""
    dutch = words.language == "nl"
    return {
        "font": "'Source Sans', 'DejaVu Sans', sans-serif",
        "background": "transparent",
        "mark": {"aria": False},
        "view": {"stroke": None},
        "axis": {
            "aria": False,
            "labelColor": AXIS,
            "titleColor": AXIS,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "domainColor": "#8a94a0",
            "tickColor": "#8a94a0",
        },
        "legend": {
            "aria": False,
            "labelColor": INK,
            "labelFontSize": 12,
            "orient": "bottom",
            "title": None,
            "symbolStrokeWidth": 2.5,
            "labelLimit": 240,
            "columns": legend_columns(2),
            "offset": 10,
        },
        "title": {"aria": False, "anchor": "start", "fontSize": 12, "fontWeight": "normal", "color": AXIS, "offset": 8},
        "text": {"fontSize": 12, "color": INK},
        "locale": {
            "number": {
                "decimal": "," if dutch else ".",
                "thousands": "." if dutch else ",",
                "grouping": [3],
                "currency": ["€ ", ""],
            }
        },
    }


def clean(number: float, decimals: int = 6) -> float | None:
    """A number for a chart: rounded, and nothing where it is undefined."""
    return None if math.isnan(number) or math.isinf(number) else round(float(number), decimals)


def year_axis(years: Sequence[int], every: int = 5) -> dict[str, Any]:
    return {"title": None, "values": [year for year in years if year % every == 0], "format": "d", "labelAngle": 0, "grid": False}


def legend_columns(most: int) -> dict[str, Any]:
    """Columns of a legend: one on a telephone."""
    return {"expr": f"{NARROW} ? 1 : {most}"}


def name_axis(room: int, broken: bool = False) -> dict[str, Any]:
    """Names beside lying bars. room: how wide they may be, in points; on a telephone less.

    broken: there, in two lines, behind the name of the cluster or before a member.
    """
    found = {
        "title": None,
        "labelLimit": {"expr": f"{NARROW} ? 125 : {room}"},
        "labelFontSize": {"expr": f"{NARROW} ? 10 : 12"},
        "ticks": False,
        "domain": False,
    }
    return found | {"labelExpr": f"{NARROW} ? split(datum.label, indexof(datum.label, ': ') < 0 ? ', ' : ': ') : datum.label"} if broken else found


def base_spec(words: Wording, unit: str, height: int = 290) -> dict[str, Any]:
    narrow = {"name": NARROW, "value": False}
    return {"height": height, "title": unit, "params": [narrow], "config": config(words), "autosize": {"type": "fit", "contains": "padding"}}


def money_unit(words: Wording, result: Result, real: bool) -> str:
    """'mln euro, prijzen 2026' or 'mln euro, lopende prijzen'."""
    price_year = int(result.case.quantity("nation", "price_year").value)  # type: ignore[arg-type]
    return words("chart.real", price_year=price_year) if real else words("chart.nominal")


def yearly_rows(words: Wording, years: Sequence[int], columns: Sequence[Sequence[float]], decimals: int) -> list[tuple[str, ...]]:
    """A table with a row for each year."""
    return [(str(year), *(words.number(values[i], decimals) for values in columns)) for i, year in enumerate(years)]


def stacked(
    words: Wording,
    unit: str,
    years: Sequence[int],
    series: Sequence[tuple[str, str, Sequence[float]]],
    alt: str,
    *,
    decimals: int = 1,
    height: int = 290,
) -> Chart:
    """Bars by year, one part a series (label, colour, values) in the given order; negative parts go below zero."""
    spec = base_spec(words, unit, height) | {
        "mark": {"type": "bar", "stroke": "white", "strokeWidth": 0.4},
        "encoding": {
            "x": {"field": "year", "type": "ordinal", "axis": year_axis(years)},
            "y": {
                "field": "amount",
                "type": "quantitative",
                "stack": "zero",
                "axis": {"title": None, "format": ",.0f" if decimals < 2 else f",.{decimals - 1}f", "tickCount": 5},
            },
            "color": {
                "field": "source",
                "type": "nominal",
                "scale": {"domain": [s[0] for s in series], "range": [s[1] for s in series]},
                "legend": {"symbolType": "square", "columns": 2, "symbolStrokeWidth": 0},
            },
            "order": {"field": "rank", "type": "quantitative"},
            "tooltip": [
                {"field": "year", "title": words("chart.year")},
                {"field": "source", "title": words("chart.source")},
                {"field": "amount", "title": unit, "format": f",.{decimals}f"},
            ],
        },
    }
    columns: dict[str, list[Any]] = {"year": [], "source": [], "amount": [], "rank": []}
    for rank, (label, _, values) in enumerate(series):
        columns["year"] += years
        columns["source"] += [label] * len(years)
        columns["amount"] += [clean(v, decimals + 3) for v in values]
        columns["rank"] += [rank] * len(years)
    return Chart(
        spec,
        columns,
        alt,
        (words("chart.year"), *(label for label, _, _ in series)),
        lambda: yearly_rows(words, years, [values for _, _, values in series], decimals),
    )


def funding_series(words: Wording, result: Result, cluster: str | None, real: bool) -> list[tuple[str, str, list[float]]]:
    """Cash by who gives it, as (label, colour, values by year): every public source, then Dutch and foreign private."""
    public = result.array("public_cash_by_source", cluster, real)
    members = result.case.dimensions["public_source"]
    spare = iter(MORE_SOURCES * (1 + len(members) // len(MORE_SOURCES)))
    series = [
        (words.of(label), SOURCES.get(member) or next(spare), [float(v) for v in public[:, position]])
        for position, (member, label) in enumerate(members.items())
    ]
    for name in ("dutch_private", "foreign_private"):
        series.append((words(f"chart.{name}"), SOURCES[name], [float(v) for v in result.array(f"{name}_cash", cluster, real)]))
    return series


def funding(words: Wording, result: Result, cluster: str | None, real: bool, height: int = 290) -> Chart:
    """Cash per year by who gives it: every public source, Dutch private and foreign private, stacked."""
    years = result.years
    series = funding_series(words, result, cluster, real)
    unit = money_unit(words, result, real)
    by_year = [sum(values[i] for _, _, values in series) for i in range(len(years))]
    ends = (next((i for i, amount in enumerate(by_year) if amount), 0), len(years) - 1)
    total = [by_year[i] for i in ends]
    private = [sum(values[i] for _, _, values in series[-2:]) for i in ends]
    shares = [words.percent(part / whole, 0) if whole else "–" for part, whole in zip(private, total, strict=True)]
    alt = words(
        "alt.funding",
        first=years[ends[0]],
        last=years[-1],
        total_first=words.number(total[0]),
        total_last=words.number(total[1]),
        share_first=shares[0],
        share_last=shares[1],
        unit=unit,
    )
    return stacked(words, unit, years, series, alt, height=height)


def lines(
    words: Wording,
    unit: str,
    years: Sequence[int],
    series: Sequence[tuple[str, Sequence[float]]],
    alt: str,
    *,
    colours: Sequence[str] = LINES,
    dashes: Sequence[Sequence[int]] = DASHES,
    target: tuple[float, str] | None = None,
    decimals: int = 2,
    height: int = 290,
    domain: tuple[float, float] | None = None,
    zero: bool = True,
    band: tuple[str, Sequence[float], Sequence[float]] | None = None,
) -> Chart:
    """Lines over years, each with its own colour and dash, with a target as a dashed rule where given.

    band: label, low and high by year of a band behind the lines; with nothing by year it is announced but not drawn,
    so that the specification stays as it is when the band comes.
    """
    labels = [label for label, _ in series]
    named, tints, strokes = labels, list(colours[: len(labels)]), [list(d) for d in dashes[: len(labels)]]
    if band:
        named, tints, strokes = [*labels, band[0]], [*tints, BAND], [*strokes, [1, 0]]
    scale: dict[str, Any] = {"zero": zero, "nice": True}
    if domain:
        scale = {"domain": list(domain), "nice": False}
    line_layer: dict[str, Any] = {
        "mark": {"type": "line", "strokeWidth": 2.5, "interpolate": "linear"},
        "encoding": {
            "x": {"field": "year", "type": "quantitative", "axis": year_axis(years), "scale": {"domain": [years[0], years[-1]], "nice": False}},
            "y": {
                "field": "value",
                "type": "quantitative",
                "scale": scale,
                "axis": {"title": None, "format": f",.{min(decimals, 1)}f", "tickCount": 6},
            },
            "color": {"field": "series", "type": "nominal", "scale": {"domain": named, "range": tints}},
            "strokeDash": {"field": "series", "type": "nominal", "scale": {"domain": named, "range": strokes}},
            "tooltip": [
                {"field": "year", "title": words("chart.year")},
                {"field": "series", "title": words("chart.series")},
                {"field": "value", "title": unit, "format": f",.{decimals}f"},
            ],
        },
    }
    layers: list[dict[str, Any]] = [line_layer]
    if band:
        area = {
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {"type": "area", "color": BAND, "aria": False},
            "encoding": {
                "x": line_layer["encoding"]["x"],
                "y": {"field": "low", "type": "quantitative", "scale": scale, "axis": line_layer["encoding"]["y"]["axis"]},
                "y2": {"field": "high"},
            },
        }
        layers = [area, {**line_layer, "transform": [{"filter": "!isValid(datum.low)"}]}]
    if target:
        fixed = {"values": [{"target": round(target[0], 4), "label": target[1], "year": years[0]}]}
        place = {
            "x": {"field": "year", "type": "quantitative"},
            "y": {"field": "target", "type": "quantitative"},
            "text": {"field": "label"},
        }
        layers += [
            {
                "data": fixed,
                "mark": {"type": "rule", "strokeDash": [6, 4], "color": TARGET, "strokeWidth": 1.8, "aria": False},
                "encoding": {"y": {"field": "target", "type": "quantitative"}},
            },
            # A line may run through the label: first its edge in the colour of the page, then the label itself.
            *({"data": fixed, "mark": {**TARGET_LABEL, **look}, "encoding": place} for look in (EDGE, {"color": TARGET})),
        ]
    columns: dict[str, list[Any]] = {"year": [], "series": [], "value": []}
    for label, values in series:
        columns["year"] += list(years)
        columns["series"] += [label] * len(years)
        columns["value"] += [clean(v, 4) for v in values]
    if band:
        count = len(columns["year"])
        columns |= {"low": [None] * count, "high": [None] * count}
        for year, low, high in zip(years, band[1], band[2], strict=False):
            for name, value in (("year", year), ("series", band[0]), ("value", None), ("low", clean(low, 4)), ("high", clean(high, 4))):
                columns[name].append(value)
    told = list(series)
    if band and len(band[1]):
        told += [(f"P5: {band[0]}", band[1]), (f"P95: {band[0]}", band[2])]
    spec = base_spec(words, unit, height) | {"layer": layers}
    headers = (words("chart.year"), *(label for label, _ in told))
    return Chart(spec, columns, alt, headers, lambda: yearly_rows(words, years, [values for _, values in told], decimals))


def first_known(values: Sequence[float]) -> int:
    """Where the first number of a series stands; the beginning where there is none."""
    return next((position for position, value in enumerate(values) if not math.isnan(value)), 0)


def leverage(
    words: Wording, result: Result, cluster: str | None, height: int = 290, band: tuple[Sequence[float], Sequence[float]] | None = None
) -> Chart:
    """Private euros per public euro, in each year and up to each year, against the target. band: P5 and P95 up to each year."""
    years = result.years
    in_year = [float(v) for v in result.array("leverage_in_year", cluster)]
    to_date = [float(v) for v in result.array("leverage_to_date", cluster)]
    target = float(result.case.quantity("nation", "leverage_target").value)  # type: ignore[arg-type]
    above = result.value("first_year_above_target", cluster)
    finding = words("alt.target_reached", year=words.year(above)) if not math.isnan(above) else words("alt.target_missed", last=years[-1])
    begin = first_known(in_year)
    alt = words(
        "alt.leverage", first=years[begin], last=years[-1], start=words.number(in_year[begin], 2), end=words.number(in_year[-1], 2), finding=finding
    )
    return lines(
        words,
        words("chart.private_per_public"),
        years,
        [(words("chart.in_year"), in_year), (words("chart.to_date"), to_date)],
        alt,
        target=(target, words("chart.target", value=words.exact(target))),
        height=height,
        band=(words("chart.to_date_band"), *band) if band else None,
    )


def horizontal(
    words: Wording,
    unit: str,
    listed: Sequence[tuple[str, float, str]],
    kinds: Sequence[tuple[str, str]],
    alt: str,
    *,
    heading: str = "",
    decimals: int = 2,
    height: int | None = None,
    legend: bool = True,
) -> Chart:
    """Lying bars in the given order: (name, value, kind), each kind with its colour, values written behind the bars."""
    spec = base_spec(words, unit, height or 62 + 21 * len(listed)) | {
        "padding": {"left": 0, "right": 36, "top": 0, "bottom": 0},
        "encoding": {
            "y": {"field": "name", "type": "nominal", "sort": BY_RANK, "axis": name_axis(225)},
            "x": {
                "field": "value",
                "type": "quantitative",
                "axis": {"title": None, "format": f",.{min(decimals, 1)}f", "tickCount": 4},
                "scale": {"zero": True},
            },
        },
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.68}, "stroke": MUTED, "strokeWidth": 0.8},
                "encoding": {
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": [kind for kind, _ in kinds], "range": [colour for _, colour in kinds]},
                        "legend": {"symbolType": "square", "symbolStrokeWidth": 0, "columns": legend_columns(3), "columnPadding": 6}
                        if legend
                        else None,
                    },
                    "tooltip": [
                        {"field": "name", "title": heading or words("chart.cluster")},
                        {"field": "kind", "title": words("chart.kind")},
                        {"field": "value", "title": unit, "format": f",.{decimals}f"},
                    ],
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "aria": False},
                "encoding": {
                    "x": {"field": "end", "type": "quantitative"},
                    "text": {"field": "value", "type": "quantitative", "format": f",.{decimals}f"},
                },
            },
        ],
    }
    columns: dict[str, list[Any]] = {
        "name": [row[0] for row in listed],
        "value": [clean(row[1]) for row in listed],
        "kind": [row[2] for row in listed],
        "rank": list(range(len(listed))),
        "end": [clean(max(row[1], 0.0)) for row in listed],
    }
    headers = (heading or words("chart.cluster"), unit, words("chart.kind"))
    return Chart(spec, columns, alt, headers, lambda: [(row[0], words.number(row[1], decimals), row[2]) for row in listed])


def reference_clusters(words: Wording, result: Result, cluster: str | None, definition: str = "leverage", height: int | None = None) -> Chart:
    """The model's ratio for the whole life among what real clusters report under the nearest definition, highest first."""
    own = result.value(definition, cluster)
    title = words.of(result.case.clusters[cluster] if cluster else result.case.title)
    found = [(words.of(r.name), r.value, words(f"chart.{r.kind}")) for r in ratios_for(definition)]
    model_kind = words("chart.this_model")
    listed = sorted([(words("chart.model_named", name=title), own, model_kind), *found], key=lambda row: -(row[1] if row[1] == row[1] else -1.0))
    kinds = [(model_kind, ACCENT), (words("chart.realised"), "#7a8794"), (words("chart.plan"), "#c3ccd6")]
    below = sum(1 for row in found if row[1] < own)
    alt = words("alt.references", own=words.number(own, 2), below=below, count=len(found))
    return horizontal(words, words("chart.private_per_public"), listed, kinds, alt, height=height)


def rd_intensity(words: Wording, result: Result, height: int = 290) -> Chart:
    """R&D as a percentage of GDP: history, without and with the clusters (net), against the target."""
    years = result.years
    past = history()["rd_intensity"]
    span = list(range(min(past), years[-1] + 1))
    blank = float("nan")
    target = float(result.case.quantity("nation", "rd_target").value) * 100  # type: ignore[arg-type]
    baseline, gdp = result.array("rd_baseline"), result.array("gdp")
    without = {year: float(b / g) for year, b, g in zip(years, baseline, gdp, strict=True)}
    with_clusters = dict(zip(years, result.array("rd_intensity"), strict=True))
    series = [
        (words("chart.with_clusters"), [with_clusters.get(year, blank) * 100 for year in span]),
        (words("chart.without_clusters"), [without.get(year, blank) * 100 for year in span]),
        (words("chart.history"), [past.get(year, blank) * 100 for year in span]),
    ]
    at_target = result.value("first_year_at_target")
    finding = words("alt.target_reached", year=words.year(at_target)) if not math.isnan(at_target) else words("alt.target_missed", last=years[-1])
    alt = words(
        "alt.rd_intensity",
        past_year=max(past),
        past=words.number(past[max(past)] * 100, 2),
        last=years[-1],
        end=words.number(with_clusters[years[-1]] * 100, 2),
        without=words.number(without[years[-1]] * 100, 2),
        finding=finding,
    )
    return lines(
        words,
        words("chart.pct_gdp"),
        span,
        series,
        alt,
        colours=(ACCENT, MUTED, "#8a5a00"),
        dashes=([1, 0], [5, 3], [1, 0]),
        target=(target, words("chart.rd_target", value=words.exact(target))),
        height=height,
        zero=False,
    )
