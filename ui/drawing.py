"""What draws charts, and fills large tables, in the browser: Vega, the same that draws pictures, with `drawing.js`; both from this server alone.

Streamlit's own chart element draws with Vega too, but spends more time on what stands around a chart than on its marks:
`docs/benchmarks.md` has a page of plain charts, and what pages took with that element and without.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
import tempfile
import threading
from pathlib import Path
from typing import Any

import streamlit.components.v1 as components
import vl_convert

from ui.settings import top

SCRIPT = Path(__file__).parent / "drawing.js"
_one_at_a_time = threading.Lock()


def prepare() -> Path:
    """The file with all that runs in the browser, made once per process in some three seconds."""
    with _one_at_a_time:
        return _file()


@functools.cache
def _file() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="megacluster-")
    atexit.register(folder.cleanup)
    script = vl_convert.javascript_bundle(SCRIPT.read_text(encoding="utf-8"))
    # Browsers keep a file by its name: another script gets another name.
    file = Path(folder.name) / f"{hashlib.sha256(script.encode()).hexdigest()[:16]}.js"
    file.write_text(script, encoding="utf-8")
    return file


@functools.cache
def address() -> str:
    """Where a page finds the script on its host. Streamlit serves it as it does files of components."""
    file = prepare()
    return "/".join([top(), "component", components.declare_component("charts", file.parent).name, file.name])


def written(data: Any) -> str:
    """JSON that can stand between single quotes in HTML, whatever texts it holds: an attribute with a sign such as "]>" would be dropped."""
    found = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "&<>'":
        found = found.replace(sign, f"\\u{ord(sign):04x}")
    return found
