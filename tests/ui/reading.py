"""What the tests of the screen read of a page that was drawn without a browser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any, NamedTuple

from model.token import Scenario, decode

DELAYED = Scenario("portfolio", {"photonics.delay_years": 3})


class Plot(NamedTuple):
    """A chart as it is sent to the browser: its data by column, its specification, its name for screen readers."""

    columns: dict[str, list[Any]]
    spec: dict[str, Any]
    name: str


class _Plots(HTMLParser):
    def __init__(self, body: str):
        super().__init__()
        self.found: list[Plot] = []
        self.feed(body)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if told.get("class") == "plot":
            self.found.append(Plot(json.loads(told["data-rows"]), json.loads(told["data-spec"]), told["aria-label"]))


def plots_in(body: str) -> list[Plot]:
    """The charts of a piece of HTML."""
    return _Plots(body).found


def plots(test) -> list[Plot]:
    """Every chart of a page, from top to bottom."""
    return [plot for element in test.get("html") for plot in plots_in(element.proto.body)]


def chart(test, position):
    """Data and specification of a chart, by its place on the page."""
    columns, spec, _ = plots(test)[position]
    return columns, spec


def cells(test) -> list[list[str]]:
    """Rows of the large tables of a page, without their headings."""
    found = re.findall("data-cells='(.*?)'", page_text(test))
    return [row for table in found for row in json.loads(table)]


def kept(test):
    return test.session_state["session"]


def page_text(test) -> str:
    return " ".join(element.proto.body for element in test.get("html"))


def sent(test) -> Scenario:
    found = test.query_params["s"]
    return decode(found[0] if isinstance(found, list) else found)
