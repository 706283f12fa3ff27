"""What a note says: every number is one of the run, in the notation of the language, with its definition and its source."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import model
from model.briefing import docx
from model.briefing.findings import DRAWS, SEED
from model.briefing.note import MOST_CHANGES, Note
from model.briefing.spans import clean, plain, spans, strong
from model.inputs.definitions import sources
from model.wording import texts_of

TEXTS = Path(docx.__code__.co_filename).parent
NoteOf = Callable[..., Note]
POINT = {"nl": ",", "en": "."}
LEVERAGE = {"nl": "Private euro per publieke euro", "en": "Private euros per public euro"}


def ratio(value: float, language: str) -> str:
    return f"{value:.2f}".replace(".", POINT[language])


def percent(share: float, places: int, language: str) -> str:
    return f"{100 * share:.{places}f}".replace(".", POINT[language]) + {"nl": " %", "en": "%"}[language]


def million(value: float, language: str) -> str:
    return {"nl": f"€ {value:.0f} mln", "en": f"€{value:.0f}m"}[language]


def billion(value: float, language: str) -> str:
    amount = f"{value / 1000:.1f}".replace(".", POINT[language])
    return {"nl": f"€ {amount} mld", "en": f"€{amount}bn"}[language]


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


def whole_life(result: model.Result, line: str, cluster: str | None = None) -> float:
    return math.fsum(result.value(line, cluster, year, real=True) for year in result.years)


def key_figures(result: model.Result, language: str, cluster: str | None = None) -> list[str]:
    """The numbers of the table of key figures as the test finds them, in its order."""
    private, public = (whole_life(result, f"{who}_cash", cluster) for who in ("private", "public"))
    national, foreign = (whole_life(result, name, cluster) for name in ("national_public_cash", "foreign_private_cash"))
    net = result.value("contribution_net_pct_gdp", year=2032)
    return [
        million(result.value("national_public_cash", cluster, 2032, real=True), language),
        billion(public, language),
        billion(private, language),
        ratio(private / public, language),
        ratio(private / national, language),
        ratio(result.value("leverage_additional", cluster), language),
        ratio(foreign / public, language),
        str(int(result.value("first_year_private_exceeds_public", cluster))),
        f"{net:+.3f}".replace(".", POINT[language]) + {"nl": " punt", "en": " pp"}[language],
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_first_sentences_give_the_headline_of_the_run(portfolio_result: model.Result, note_of: NoteOf, language: str) -> None:
    note = note_of(portfolio_result.case, language)
    told = spaced(plain(note.answer))
    emphasised = {spaced(span.text) for span in note.answer if span.strong}
    for value in (
        million(portfolio_result.value("national_public_cash", year=2032, real=True), language),
        ratio(portfolio_result.value("leverage"), language),
        percent(portfolio_result.value("rd_intensity", year=2032), 2, language),
        percent(0.03, 1, language),
        str(int(portfolio_result.value("first_year_private_exceeds_public"))),
    ):
        assert value in emphasised and f" {value}" in told
    assert note.gap == ()


@pytest.mark.parametrize(("language", "cluster"), [("nl", None), ("en", None), ("nl", "quantum")])
def test_every_key_figure_is_that_of_the_run(portfolio_result: model.Result, note_of: NoteOf, language: str, cluster: str | None) -> None:
    note = note_of(portfolio_result.case, language, cluster)
    assert len(note.figures.headers) == 3
    assert [spaced(row[1]) for row in note.figures.rows] == key_figures(portfolio_result, language, cluster)
    assert all(len(row[-1].split()) >= 5 for row in note.figures.rows)
    assert portfolio_result.case.hash in note.figures_note and model.__version__ in note.figures_note


def test_what_is_changed_stands_beside_the_base_case(portfolio_result: model.Result, late: model.Case, note_of: NoteOf) -> None:
    note = note_of(late, "en")
    assert [spaced(row[1]) for row in note.figures.rows] == key_figures(late.run(), "en")
    assert [spaced(row[2]) for row in note.figures.rows] == key_figures(portfolio_result, "en")
    assert "fewer years of work" in note.caveats[0]
    assert note.changes is not None
    assert note.changes.rows == (
        ("Integrated photonics: Delay (years)", "0", "3", "changed for this note"),
        ("All clusters: Private demand (1 = as planned)", "1", "0.8", "changed for this note"),
    )
    assert note.changes_note == ""


def test_the_base_case_is_the_case_without_what_its_own_file_changes(portfolio: model.Case, cautious: model.Case, late: model.Case) -> None:
    assert cautious.hash != portfolio.hash
    assert cautious.unchanged().hash == late.unchanged().hash == portfolio.hash
    assert late.unchanged().changes == {}


def test_a_case_file_is_told_as_changes_with_their_source(cautious: model.Case, note_of: NoteOf) -> None:
    note = note_of(cautious, "en")
    assert note.changes is not None and len(note.changes.rows) == MOST_CHANGES
    assert note.changes.rows[0][:3] == ("All clusters: Private demand (1 = as planned)", "1", "0.6")
    assert note.changes.rows[1][:3] == ("All clusters: Start of growth in members, of every kind (year)", "2026", "2029")
    publisher = sources()["researcher_estimate"].publisher
    assert all(row[3].startswith(publisher) and row[3].endswith("researchers' estimate") for row in note.changes.rows)
    more = re.match(r"… and (\d+) more\. The whole list: .*cautious", note.changes_note)
    assert more and MOST_CHANGES + int(more[1]) < len(cautious.file_changes)


def test_a_long_list_of_changes_is_cut_with_its_length(portfolio: model.Case, note_of: NoteOf) -> None:
    keys = [key for key in portfolio.quantities() if key.startswith("photonics.service_price.")][:9]
    case = portfolio.with_values(dict.fromkeys(keys, 0.123))
    note = note_of(case, "nl")
    assert note.changes is not None and len(note.changes.rows) == MOST_CHANGES
    assert f"nog {len(keys) - MOST_CHANGES}." in note.changes_note and "Aannames" in note.changes_note
    assert note.changes.rows[0][2] == "0,123"
    assert note.basis[0][1].startswith(f"{len(keys)} waarden")


def test_nothing_changed_is_said_so(portfolio: model.Case, note_of: NoteOf) -> None:
    note = note_of(portfolio, "en")
    assert note.changes is None and note.changes_note.startswith("None:")
    assert "changed" not in note.title


def test_the_range_is_that_of_draws_that_anyone_can_repeat(portfolio: model.Case, note_of: NoteOf) -> None:
    told = note_of(portfolio, "en").spread
    numbers = model.monte_carlo(portfolio, DRAWS, SEED, ["leverage"]).numbers("leverage")
    found = re.search(r"meets ([\d.]+) to ([\d.]+) private euros .*median ([\d.]+)\)\. (\d+)% .* the ([\d.]+) of", told)
    assert found
    low, high, median, below, base = (float(number) for number in found.groups())
    assert [low, median, high] == pytest.approx(np.percentile(numbers, [5, 50, 95]), abs=0.011)
    assert base == pytest.approx(portfolio.run().value("leverage"), abs=0.005)
    assert below == pytest.approx(100 * np.mean(numbers < portfolio.run().value("leverage")), abs=0.5)
    assert f"({DRAWS:,} draws, seed {SEED})" in told


def test_what_matters_most_moves_the_ratio_as_told(portfolio: model.Case, note_of: NoteOf) -> None:
    note = note_of(portfolio, "en")
    assert note.drivers is not None and len(note.drivers.rows) == 5
    label, ends, effect, source = note.drivers.rows[0]
    assert label == "Integrated photonics: Private demand (1 = as planned)" and source.startswith("own assumption: range of private revenue")
    quantity = portfolio.quantity("photonics", "demand_factor")
    assert ends == f"{quantity.low:g} – {quantity.high:g}"
    ratios = [portfolio.with_values({"photonics.demand_factor": end}).run().value("leverage") for end in (quantity.low, quantity.high)]
    assert effect == " – ".join(f"{each:.2f}" for each in ratios)
    cited = note.drivers.rows[1][3]
    assert cited == "imec annual reports / press releases 2021-2024 (imec, 2024); from memory, still to be checked"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_caveats_count_what_is_sourced_and_what_is_own(portfolio: model.Case, note_of: NoteOf, language: str) -> None:
    said = [re.sub(r"(?<=\d)[.,](?=\d{3}\b)", "", text) for text in note_of(portfolio, language).caveats]
    counts = next(text for text in said if {"nl": "aangenomen waarden", "en": "values are assumed"}[language] in text)
    total, *parts = (int(number) for number in re.findall(r"\d+", counts))
    assert total == sum(parts) == len(portfolio.quantities())
    own = sum(1 for quantity in portfolio.quantities().values() if quantity.source == "own assumption")
    assert parts[-1] == own
    assert any(f"{POINT[language]}26" in text and percent(0.1, 0, language) in spaced(text) for text in said)


def test_only_what_was_sized_on_the_sketch_quotes_it(note_of: NoteOf, tmp_path: Path) -> None:
    rebuilt = " ".join(note_of(model.load("imec"), "en").caveats)
    assert "rebuilt from drivers" in rebuilt and "in the sketch" not in rebuilt
    path = tmp_path / "two.yaml"
    path.write_text("title: Two clusters\nclusters: [photonics, battery]\n", encoding="utf-8")
    other = " ".join(note_of(model.load(str(path)), "en").caveats)
    assert "sketch or published figures" in other and "deviation of at most" not in other


@pytest.mark.parametrize("language", ["nl", "en"])
def test_money_that_nobody_promised_comes_first(cautious: model.Case, note_of: NoteOf, language: str) -> None:
    note, result = note_of(cautious, language), cautious.run()
    missing = whole_life(result, "unfunded_gap")
    private, public = (whole_life(result, f"{who}_cash") for who in ("private", "public"))
    told = spaced(plain(note.gap))
    assert billion(missing, language) in told and ratio(private / (public + missing), language) in told
    labels = [row[0] for row in note.figures.rows]
    row = note.figures.rows[labels.index(LEVERAGE[language]) + 1]
    assert row[1] == ratio(private / (public + missing), language)


def test_sentences_stand_in_one_language(portfolio: model.Case, note_of: NoteOf) -> None:
    dutch, english = (note_of(portfolio, language) for language in ("nl", "en"))
    assert dutch.written == "23 november 2026" and english.written == "23 November 2026"
    names = (
        "kind",
        "title",
        "about",
        "spread",
        "figures_note",
        "changes_note",
        "drivers_note",
        "link_label",
        "link_text",
        "footer",
        "page",
        "authors",
    )
    assert [name for name in names if getattr(dutch, name) == getattr(english, name)] == ["link_label"]
    assert not {picture.chart.alt for picture in dutch.pictures} & {picture.chart.alt for picture in english.pictures}


def test_both_languages_have_every_text_with_the_same_values() -> None:
    dutch, english = (texts_of(TEXTS / f"{language}.yaml") for language in ("nl", "en"))
    assert dutch.keys() == english.keys()
    for key, text in dutch.items():
        assert text.strip() and sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[key])), key


def test_every_picture_tells_what_it_shows_and_where_it_comes_from(late: model.Case, note_of: NoteOf) -> None:
    pictures = note_of(late, "en").pictures
    assert [picture.number for picture in pictures] == ["Figure 1.", "Figure 2.", "Figure 3."]
    assert all(len(picture.chart.alt) > 60 and picture.source.startswith("Source: ") for picture in pictures)
    assert len({picture.chart.alt for picture in pictures}) == 3


def test_every_mistake_is_told_at_once(portfolio: model.Case) -> None:
    with pytest.raises(model.InputError) as caught:
        docx(portfolio, "fr", "today", cluster="fotonics", year=1999, link="javascript:alert(1)")  # type: ignore[arg-type]
    told = str(caught.value)
    for part in ("language 'fr'", "'today' is not a date", "cluster 'fotonics'", "did you mean 'photonics'", "1999 is outside", "https://"):
        assert part in told


def test_progress_is_told_and_can_stop_the_work(portfolio: model.Case) -> None:
    class Stop(Exception):
        pass

    seen = []

    def told(done: int, total: int) -> None:
        seen.append((done, total))
        raise Stop

    with pytest.raises(Stop):
        docx(portfolio, "en", datetime.date(2026, 1, 31), told=told)
    assert seen == [(1, 4)]


def test_text_keeps_its_letters_and_loses_what_only_steers() -> None:
    assert clean("a\u202eb\tc\n\n d\x00") == "ab c d"
    assert clean("x" * 50, 10) == "x" * 9 + "…" and clean("one, two three", 10) == "one, two…" and clean("one, two", 6) == "one…"
    assert clean("€ 146 mln, 40 % of 3 people") == "€\u00a0146\u00a0mln, 40\u00a0% of 3 people"
    assert clean("y" * 100).replace("\u200b", "") == "y" * 100 and "\u200b" in clean("y" * 100)
    told = spans(f"costs {strong('€ 5 mln')} a year, {strong('often')}.")
    assert [span.strong for span in told] == [False, True, False, True, False]
    assert spaced(plain(told)) == "costs € 5 mln a year, often."
