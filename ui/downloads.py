"""Files to take away, built when asked for: each names case, version, hash and date, and says what was changed."""

from __future__ import annotations

import csv
import datetime
import io
import json
import logging
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from model import headline
from model.case import Case
from model.charts import Chart
from model.language.errors import InputError
from model.lines import TABLES
from model.reproduce import snippet
from model.result import Result
from model.wording import Wording
from ui import state

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula; numbers stay numbers."""
    if text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        try:
            float(text)
        except ValueError:
            return "'" + text
    return text


def csv_text(headers: Sequence[str], rows: Sequence[Sequence[Any]], remarks: Sequence[str]) -> str:
    """CSV with points and commas as programs expect them; remarks stand on top behind #."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for remark in remarks:
        writer.writerow([f"# {remark}"])
    writer.writerow([neutral(str(header)) for header in headers])
    writer.writerows([[neutral(cell) if isinstance(cell, str) else cell for cell in row] for row in rows])
    return out.getvalue()


def remarks(words: Wording, result: Result, prices: str) -> list[str]:
    """What figures rest on, in lines."""
    told = result.provenance
    rests = {name: told[name] for name in ("case", "inputs_hash", "model_version")}
    rests |= {"date": words.date(datetime.date.today()), "prices": prices}
    lines = [words(f"rests.{name}", value=value) for name, value in rests.items()]
    return lines + [words("rests.changed", input=key, value=value) for key, value in told["changes"].items()]


def file_name(result: Result, what: str, ending: str) -> str:
    """megacluster_portfolio_changed_cash_flow_01671e95_2026-11-23.csv"""
    changed = "_changed" if result.case.changes else ""
    return f"megacluster_{result.case.name}{changed}_{what}_{result.case.hash[:8]}_{datetime.date.today().isoformat()}.{ending}"


def statement_csv(words: Wording, result: Result, name: str, cluster: str | None, real: bool) -> str:
    """A statement as CSV: names, labels, units and a column a year; what is one number for the life stands in the first.

    Names of columns are the same in every language, so that one script reads all.
    """
    rows = []
    for line in TABLES[name].rows:
        if cluster is not None or result.has_whole(line):
            for label, values in result.rows(line, cluster, real=real).items():
                shown = values if result.is_yearly(line) else values[:1]
                rows.append([label, words.row(label, result.case), result.lines[line].unit, *shown])
    return csv_text(["line", "label", "unit", *map(str, result.years)], rows, remarks(words, result, headline.prices(words, result.case, real)))


def every_table(words: Wording, result: Result, real: bool) -> bytes:
    """All statements of every cluster and of the whole as CSV in one ZIP, with what they rest on."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for cluster in [None, *result.case.clusters]:
            for name in TABLES:
                archive.writestr(f"{cluster or 'whole'}_{name}.csv", statement_csv(words, result, name, cluster, real))
        archive.writestr("provenance.json", json.dumps(result.provenance, indent=2, ensure_ascii=False))
        archive.writestr("reproduce.py", snippet(result.case, real=real) + "\n")
    return packed.getvalue()


@st.cache_data(max_entries=8, show_spinner=False)
def workbook(_case: Case, inputs_hash: str, language: str) -> bytes:
    """The case with live formulas; made once for the same inputs."""
    from model.workbook import to_excel_bytes

    return to_excel_bytes(_case, language=language)


@st.cache_data(max_entries=8, show_spinner=False)
def numbers(_case: Case, inputs_hash: str, language: str, real: bool) -> bytes:
    """The results as a workbook of plain numbers; made once for the same inputs."""
    from model.workbook import to_results_bytes

    return to_results_bytes(_case, ".xlsx", real=real, language=language)


@st.cache_data(max_entries=8, show_spinner=False)
def note(_case: Case, inputs_hash: str, kind: str, language: str, date: datetime.date, cluster: str | None, year: int, link: str) -> bytes:
    """The two-page briefing note, 'docx' or 'pdf'; made once for the same inputs."""
    from model import briefing

    make = briefing.docx if kind == "docx" else briefing.pdf
    return make(_case, language, date, cluster=cluster, year=year, link=link)


def link_or_nothing() -> str:
    """The link of the screen; nothing where there are too many changes for one, or no address."""
    try:
        found = state.link()
    except InputError:
        return ""
    return found if found.startswith("http") else ""


def chart_csv(words: Wording, chart: Chart, title: str) -> str:
    """The numbers of a chart as they stand in its data, with what they rest on."""
    rows = list(zip(*chart.columns.values(), strict=True))
    return csv_text(list(chart.columns), rows, [title, *remarks(words, state.now().result, str(chart.spec.get("title", "")))])


def chart_picture(chart: Callable[[], Chart], kind: str, title: str, remark: str) -> bytes:
    """A chart as it is when the picture is asked for."""
    return chart().picture(kind, title=title, remark=remark)


def chart_files(words: Wording, chart: Callable[[], Chart], key: str, title: str) -> None:
    """A chart to take away: its numbers, and as a picture that says what it rests on. chart: gives it when a file is asked for."""
    result = state.now().result
    told = result.provenance
    remark = f"{told['case']} · {told['inputs_hash']} · {told['model_version']} · {datetime.date.today().isoformat()}"
    with st.container(horizontal=True):
        button(words, words("download.csv"), file_name(result, key, "csv"), "text/csv", lambda: chart_csv(words, chart(), title), f"csv_{key}")
        for kind, mime in (("png", "image/png"), ("svg", "image/svg+xml")):
            label = words("download.picture", kind=kind.upper())
            build = partial(chart_picture, chart, kind, title, remark)
            button(words, label, file_name(result, key, kind), mime, build, f"{kind}_{key}")


def case_yaml(words: Wording, result: Result) -> str:
    """The case as a file that the command line, Python and this screen open: its base and what was changed."""
    import yaml

    case = result.case
    told = {"title": {"en": case.title.en, "nl": case.title.nl}, "base": case.name, "changes": case.changes}
    head = "".join(f"# {remark}\n" for remark in remarks(words, result, "")[:4])
    return head + yaml.safe_dump(told, allow_unicode=True, sort_keys=False)


def careful(words: Wording, build: Callable[[], str | bytes]) -> Callable[[], bytes]:
    """A builder of a file that explains in the file itself when it fails, instead of a bare message of the browser; the server's log has the rest."""

    def built() -> bytes:
        try:
            made = build()
        except Exception as error:
            logging.getLogger(__name__).exception("download")
            made = words("download.failed", kind=type(error).__name__)
        return made.encode() if isinstance(made, str) else made

    return built


def button(words: Wording, label: str, name: str, mime: str, build: Callable[[], str | bytes], key: str, icon: str = ":material/download:") -> None:
    """A button that builds its file when clicked, and does not run the page again."""
    st.download_button(label, careful(words, build), name, mime, key=key, icon=icon, on_click="ignore", type="tertiary")


def menu() -> None:
    """All files of what is on the screen."""
    words = state.w()
    opened = st.popover(words("action.download"), icon=":material/download:", key="downloads", on_change="rerun")
    if not opened.open:
        return
    result = state.now().result
    real = state.session().view["real"]
    cluster, year = state.view_cluster(), state.session().view["year"]
    with opened:
        st.markdown(words("download.explanation"))
        case, language, today, link = result.case, words.language, datetime.date.today(), link_or_nothing()
        for kind, label, mime in (("docx", words("download.note_docx"), WORD), ("pdf", words("download.note_pdf"), "application/pdf")):
            build = partial(note, case, case.hash, kind, language, today, cluster, year, link)
            button(words, label, file_name(result, "note", kind), mime, build, f"get_note_{kind}")
        name = file_name(result, "workbook", "xlsx")
        button(words, words("download.workbook"), name, EXCEL, lambda: workbook(case, case.hash, language), "get_workbook")
        name = file_name(result, "values", "xlsx")
        button(words, words("download.values"), name, EXCEL, lambda: numbers(case, case.hash, language, real), "get_values")
        name = file_name(result, "tables", "zip")
        button(words, words("download.tables"), name, "application/zip", lambda: every_table(words, result, real), "get_tables")
        button(words, words("download.case"), file_name(result, "case", "yaml"), "application/yaml", lambda: case_yaml(words, result), "get_case")
        code = snippet(result.case, cluster, year, real)
        button(words, words("download.python"), file_name(result, "reproduce", "py"), "text/x-python", lambda: code + "\n", "get_python")
