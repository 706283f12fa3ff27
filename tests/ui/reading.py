"""What the tests of the screen read of a page that was drawn without a browser."""

from __future__ import annotations

import json

import pyarrow as pa

from model.token import Scenario, decode

DELAYED = Scenario("portfolio", {"photonics.delay_years": 3})


def chart(test, key):
    """Data and specification of the chart with an axis title or mark of its own, by its place on the page."""
    found = test.get("vega_lite_chart")[key].proto
    return pa.ipc.open_stream(found.data.data).read_all().to_pydict(), json.loads(found.spec)


def kept(test):
    return test.session_state["session"]


def page_text(test) -> str:
    return " ".join(element.proto.body for element in test.get("html"))


def sent(test) -> Scenario:
    found = test.query_params["s"]
    return decode(found[0] if isinstance(found, list) else found)
