"""No English is left on a Dutch page: texts, help, options, charts with their data and words for screen readers, mistakes, numbers, dates."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.message import Message
from reading import plots_in

import model
from model.inputs.definitions import definitions, sources
from model.lines import LINES
from model.token import Scenario, encode
from model.wording import Wording
from ui import downloads, menu
from ui.words import words as words_of

PAGES = tuple(menu.PAGES)
CHANGED = Scenario("portfolio", {"photonics.delay_years": 2, "nation.inflation": 0.03, "nation.gdp_growth": {2026: 0.01, 2030: 0.0125}})
ONE_CLUSTER = Scenario("portfolio", view={"cluster": "photonics"})
NOT_READ = ("id", "form_id", "icon", "element_id", "url_path", "key", "default", "raw_values", "language", "url", "type", "code_text", "proto")
"""Parts of an element that nobody reads, or that are code."""
ENGLISH = re.compile(
    r"\b(the|and|with|from|by|that|which|not|this|are|for|year|years|share|shares|cost|costs|value|values|its|has|have|what|when|than|other"
    r"|each|money|without|all|case|cases|first|last|funding|grant|grants|gap|price|prices|of the|of a|is a|own|staff|member|members|source|note"
    r"|assumption|assumptions|changed|target|total|low|high|average|line|lines|on|off)\b",
    re.IGNORECASE,
)
"""Words that English has and Dutch has not; names that Dutch took over, such as start-up, stand in KEPT."""
KEPT = re.compile(r"start-ups?|spin-offs?|WCAG 2\.2|\bon \(aan\) of off \(uit\)", re.IGNORECASE)
ENGLISH_NUMBER = re.compile(r"(?<![\d.\w/-])\d+\.\d{1,2}(?![\d.\w])|\d,\d{3}[.,]\d|\b\d{4}-\d{2}-\d{2}\b")


def blocks(node: Any) -> Iterator[Any]:
    for child in node.children.values():
        yield child
        if hasattr(child, "children"):
            yield from blocks(child)


def plain(text: str) -> Iterator[str]:
    """Sentences of a text that may be HTML, without code, styles and addresses."""
    text = re.sub(r"<(style|script|code)\b[^>]*>.*?</\1>", " ", text, flags=re.S)
    text = re.sub(r'<[^>]*\baria-label="([^"]*)"[^>]*>', r"\n\1\n", text)
    for row in html.unescape(re.sub(r"<[^>]+>", "\n", text)).split("\n"):
        if row.strip():
            yield row.strip()


def words_of_spec(spec: Any) -> Iterator[str]:
    """Titles, domains and texts of a specification of a chart; keys and settings are not words."""
    if isinstance(spec, dict):
        for key, part in spec.items():
            if key in ("title", "text", "datum", "label", "description") and isinstance(part, str):
                yield part
            elif key == "domain" and isinstance(part, list):
                yield from (each for each in part if isinstance(each, str))
            elif key != "config":
                yield from words_of_spec(part)
    elif isinstance(spec, list):
        for part in spec:
            yield from words_of_spec(part)


def told(test: Any) -> Iterator[str]:
    """Everything that a page says, to eyes and to screen readers."""
    for element in (*blocks(test.main), *blocks(test.sidebar)):
        proto = getattr(element, "proto", None)
        if proto is None:
            continue
        if element.type == "html":
            for plot in plots_in(proto.body):
                yield from words_of_spec(plot.spec)
                yield from (text for column in plot.columns.values() for text in column if isinstance(text, str))
        if isinstance(proto, Message):
            for field, found in proto.ListFields():
                if field.name not in NOT_READ:
                    for text in found if field.is_repeated else [found]:
                        if isinstance(text, str):
                            yield from plain(text)


def foreign() -> list[str]:
    """Names that stay as they are: titles and publishers of sources, names of lines and inputs, the longest first."""
    say = Wording("nl").say
    names = {each for source in sources().values() for text in (source.title, source.publisher) for each in (text, say(text))}
    names |= {f"({name})" for name in LINES}
    return sorted(names, key=len, reverse=True)


FOREIGN = foreign()


def english_in(test: Any) -> list[str]:
    """What of a page is English: words, or numbers and dates in another notation than the Dutch."""
    keys = {*model.load("portfolio").quantities(), *LINES, *definitions().inputs, "year"}
    found = []
    for text in dict.fromkeys(told(test)):
        own = text
        for name in FOREIGN:
            if name in own:
                own = own.replace(name, "")
        own = KEPT.sub("", re.sub(r"https?://\S+|'[^']*'|\([\w ,]*_[\w ,]*\)|\S+\.(py|md|yaml|json)\b\S*", "", own))
        if own.strip() not in keys and (ENGLISH.search(own) or ENGLISH_NUMBER.search(own)):
            found.append(text)
    return found


@pytest.mark.parametrize("scenario", [CHANGED, ONE_CLUSTER], ids=["changed", "one cluster"])
@pytest.mark.parametrize("page", PAGES)
def test_a_dutch_page_is_dutch(app, page, scenario):
    assert english_in(app("nl", page, s=encode(scenario))) == []


LINES_OF_EVERY_KIND = (
    "fte",
    "base_funding",
    "cash_balance",
    "rd_intensity_baseline",
    "investment_aid_verdict",
    "first_year_at_target",
    "leverage_pv",
    "depreciation",
    "member_npv",
    "public_cash_by_source",
    "service_demand",
    "dna_large",
)


@pytest.mark.parametrize("scenario", [CHANGED, ONE_CLUSTER], ids=["changed", "one cluster"])
def test_any_number_is_explained_in_dutch(app, scenario):
    test = app("nl", "explain", s=encode(scenario))
    for name in LINES_OF_EVERY_KIND:
        test.selectbox(key="view_line").set_value(name).run()
        assert not test.exception
        assert english_in(test) == [], name


def test_what_opens_on_request_is_dutch(app):
    """Tables behind charts, the link to share, files to take away."""
    test = app("nl", "cash_flows", s=encode(CHANGED))
    before = len(list(told(test)))
    for key in ("share", "downloads", "table_waterfall", "table_balance"):
        test.session_state[key] = True
    test.run()
    assert not test.exception
    assert len(list(told(test))) > before + 40
    assert english_in(test) == []


def test_mistakes_are_told_in_dutch(app):
    test = app("nl", "overview", s="abc")
    assert english_in(test) == []
    assert any("de link is beschadigd" in text for text in told(test))
    unknown = app("nl", "overview", s=encode(Scenario("portfolio", {"photonics.membership_fees.core": 1, "fusion.scale": 2})))
    assert english_in(unknown) == []
    assert any("bedoelt u 'membership_fee'?" in text for text in told(unknown))
    assert "er is geen geval 'nergens'" in told(app("nl", "overview", s=encode(Scenario("nergens"))))
    target = app("nl", "target")
    for typed, answer in (
        ("400", "400 % kan niet. Mogelijk is een getal van 0 % tot 100 %."),
        ("12.5", "Bedoelt u 12,5?"),
        ("2030: 10", "een pad van jaren kan hier niet"),
    ):
        target.text_input(key="input:nation.anchor_rd_share").set_value(typed).run()
        assert any(answer in text for text in told(target)), list(told(target))[:30]
        assert english_in(target) == []


def edited(**cells: Any) -> bytes:
    """The quantum case as a Dutch workbook with other numbers in its column User, by input."""
    import openpyxl

    from model.workbook import to_excel_bytes

    book = openpyxl.load_workbook(io.BytesIO(to_excel_bytes(model.load("quantum"), language="nl")))
    sheet = book["Inputs"]
    headings = next(row for row in sheet.iter_rows() if any(cell.value == "Gebruiker" for cell in row))
    column = next(cell.column for cell in headings if cell.value == "Gebruiker")
    codes = {cell.value: cell.row for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str) and cell.value.startswith("quantum.")}
    for name, value in cells.items():
        sheet.cell(codes[f"quantum.{name}"], column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_back_in_dutch(app):
    test = app("nl", "assumptions")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    test.get("file_uploader")[0].set_value(("fout.xlsx", edited(delay_years="twee", scale=99), kind)).run()
    assert not test.exception
    assert any(re.search(r"^Inputs!\w+ quantum.delay_years: 'twee' is tekst, geen getal; mogelijk is een geheel getal van 0", t) for t in told(test))
    assert any("quantum.scale: 99 kan niet; mogelijk is een getal van 0" in text for text in told(test))
    assert english_in(test) == []
    test.get("file_uploader")[0].set_value(("goed.xlsx", edited(delay_years=2), kind)).run()
    assert any("Aantal wijzigingen: 1." in text for text in told(test))
    assert english_in(test) == []


def test_files_say_in_dutch_what_they_rest_on():
    result = model.load("quantum").with_values({"quantum.delay_years": 2}).run()
    csv = downloads.statement_csv(words_of("nl"), result, "cash_flow", "quantum", real=True)
    head = [row.strip('"') for row in csv.splitlines() if row.strip('"').startswith("#")]
    assert f"# invoercode: {result.case.hash}" in head and "# prijzen: prijzen 2026" in head
    assert "# gewijzigd: quantum.delay_years = 2" in head and re.search(r"^# datum: \d+ \w+ 20\d\d$", head[3])
    assert "operating_cost,Exploitatiekosten,EUR m," in csv


def test_a_saved_case_is_listed_in_dutch(app):
    test = app("nl", "compare", s=encode(CHANGED))
    test.text_input(key="save_name").set_value("").run()
    test.button(key="save").click().run()
    assert any("een naam heeft 1 tot 80 tekens op één regel" in text for text in told(test))
    test.text_input(key="save_name").set_value("Later").run()
    test.button(key="save").click().run()
    assert english_in(test) == []
    assert any(re.search(r"Later · versie 1 · \d+ \w+ 20\d\d \d\d:\d\d UTC", text) for text in told(test))


def test_english_is_noticed(app):
    """The same search on an English page finds what is there."""
    assert len(english_in(app("en", "overview"))) > 40
