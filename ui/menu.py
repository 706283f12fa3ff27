"""The pages and the menu that leads to them: links in the bar on top, which a script of its own draws once.

Streamlit's own menu measures and draws all its names several times at each move of a lever, whose figures wait for it meanwhile.
"""

from __future__ import annotations

import json
from pathlib import Path

from ui.settings import top
from ui.words import words

SCRIPT = Path(__file__).parent / "menu.js"
PAGES = {
    "overview": "dashboard",
    "cash_flows": "payments",
    "who_pays": "balance",
    "target": "flag",
    "appraisal": "gavel",
    "risk": "casino",
    "compare": "compare_arrows",
    "portfolio": "view_week",
    "assumptions": "tune",
    "explain": "functions",
    "method": "menu_book",
}
"""Files of `ui/pages` in the order of the menu, each with the name of its sign in Material Symbols."""
FIRST = next(iter(PAGES))


def path(name: str) -> str:
    """Where a page is found below the address of the app; the first one is found there itself."""
    return "" if name == FIRST else name


def script(language: str) -> str:
    """Draws the menu in a language; running it again after a switch says it in the other one."""
    say = words(language)
    pages = [{"name": path(name), "title": say(f"{name}.title"), "sign": sign} for name, sign in PAGES.items()]
    told = json.dumps({"label": say("menu.label"), "top": top(), "pages": pages}, ensure_ascii=True)
    return f"window.menu = {told};\n{SCRIPT.read_text(encoding='utf-8')}"
