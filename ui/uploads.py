"""Files that visitors bring: a case file, or a workbook that came back. What is wrong is told, and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import model
from model.inputs.uploads import scenario_of_yaml
from model.language.errors import InputError
from model.wording import Wording
from ui import frame, state

LARGEST_MB = 10
_TELLING = 20
"""So many remarks on a file are shown."""


@dataclass(frozen=True)
class Brought:
    """A case that was brought. remarks: what a file held that was not taken over, by key of the text, in sentences."""

    step: state.Step
    remarks: tuple[tuple[str, tuple[str, ...]], ...] = ()


def from_yaml(content: bytes, name: str) -> Brought:
    """A case file. Raises InputError with every mistake."""
    found = scenario_of_yaml(content, name)
    start, _ = state.starting_point(found.case)
    return Brought(state.Step(found.case, state.freeze(start.with_values(found.changes).changes)))


def from_workbook(content: bytes, words: Wording) -> Brought:
    """A workbook that this program wrote: every value that differs from the case's own files is a change. Raises InputError with every mistake."""
    from model.workbook import read_workbook

    found = read_workbook(content)
    name = found.case.name
    if name not in model.available():
        raise InputError(words("upload.foreign", case=name))
    start, _ = state.starting_point(name)
    theirs, ours = found.case.quantities(), start.quantities()
    if set(theirs) != set(ours):
        raise InputError(words("upload.other_shape", case=name))
    changes = {key: found.case.changes.get(key, quantity.value) for key, quantity in theirs.items() if quantity.value != ours[key].value}
    remarks = (
        ("upload.ranges", tuple(str(change) for change in found.changes if change.part != "value")),
        ("upload.formulas", tuple(str(edit) for edit in found.edited_formulas)),
        ("upload.notes", found.notes),
    )
    return Brought(state.Step(name, state.freeze(start.with_values(changes).changes)), tuple(remark for remark in remarks if remark[1]))


def bring_in(words: Wording, name: str, content: bytes) -> None:
    """Make a file the current case, undoable; or tell everything that is wrong with it."""
    kept = state.session()
    try:
        brought = from_workbook(content, words) if name.lower().endswith(".xlsx") else from_yaml(content, name)
    except InputError as error:
        kept.about["file"].append(("notice.bad_file", tuple(error.mistakes)))
        return
    state.go(brought.step)
    state.keep_view_possible()
    kept.about["file"].append(("notice.opened", (str(len(brought.step.changes)),)))
    for key, sentences in brought.remarks:
        more = len(sentences) - _TELLING
        kept.about["file"].append((key, (*sentences[:_TELLING], words("upload.more", count=words.number(more))) if more > 0 else sentences))


def uploader(words: Wording) -> None:
    """Where a file is dropped; each is read once. What is to be said of it stands below."""
    given = st.file_uploader(words("assumptions.upload"), type=["xlsx", "yaml", "yml"], key="upload", max_upload_size=LARGEST_MB)
    frame.tell(words, state.session().about["file"])
    if given is None or given.file_id == st.session_state.get("uploaded"):
        return
    st.session_state["uploaded"] = given.file_id
    with st.spinner(words("upload.reading")):
        bring_in(words, given.name, given.getvalue())
    st.rerun()
