"""What Streamlit itself writes in English, said in the visitor's language: names of buttons, hints and the upload box.

Streamlit has no texts in other languages, and a screen reader would speak them with a Dutch voice. A short script in
the page puts the words in place as soon as they appear, before they are painted; it looks at nothing but what appeared.
"""

from __future__ import annotations

import json

from model.wording import LANGUAGES, texts_of
from ui.words import TEXTS

SECTION = "built_in."
_SCRIPT = """
window.builtIn = %s;
if (!window.watchBuiltIn) {
  const names = ["aria-label", "placeholder", "title"];
  const places = ["a[href^='#']", "[data-testid^='stFileUploader']", "[data-testid='stTooltipContent']", "[data-testid='InputInstructions']",
    "[role='listbox']", "[role='dialog']"].join(", ");
  const fits = (text, [first, last]) =>
    last === null ? text === first : text.length > first.length + last.length && text.startsWith(first) && text.endsWith(last);
  const said = (text) => {
    const pair = window.builtIn.find(([theirs]) => fits(text, theirs));
    if (!pair) return text;
    const [theirs, ours] = pair;
    return theirs[1] === null ? ours[0] : ours[0] + text.slice(theirs[0].length, text.length - theirs[1].length) + ours[1];
  };
  const say = (root) => {
    for (const element of [root, ...root.querySelectorAll(names.map((name) => `[${name}]`).join(", "))])
      for (const name of names) {
        const text = element.getAttribute(name);
        if (text === null) continue;
        const told = said(text);
        if (told !== text) element.setAttribute(name, told);
      }
    const texts = root.closest(places) ? [root] : root.querySelectorAll(places);
    for (const place of texts) {
      const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const told = said(node.nodeValue);
        if (told !== node.nodeValue) node.nodeValue = told;
      }
    }
  };
  const drawing = (node) => node instanceof SVGElement;
  window.watchBuiltIn = () => say(document.body);
  new MutationObserver((changes) => {
    const touched = new Set();
    for (const change of changes)
      if (change.type === "attributes") touched.add(change.target);
      else for (const node of change.addedNodes) touched.add(node.nodeType === Node.TEXT_NODE ? node.parentElement : node);
    for (const node of touched) if (node instanceof Element && !drawing(node)) say(node);
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: names });
}
window.watchBuiltIn();
"""


def replacements(language: str) -> list[tuple[tuple[str, str | None], tuple[str, str | None]]]:
    """Words of the other language and what to say instead, each as what stands before and behind three dots, or a whole text and None."""

    def halves(text: str) -> tuple[str, str | None]:
        first, dots, last = text.partition("…")
        return first, last if dots else None

    texts = {each: texts_of(TEXTS / f"{each}.yaml") for each in LANGUAGES}
    other = next(each for each in LANGUAGES if each != language)
    return [(halves(text), halves(texts[language][key])) for key, text in texts[other].items() if key.startswith(SECTION)]


def script(language: str) -> str:
    """The script of a language; running it again after a switch puts the other words in place."""
    return _SCRIPT % json.dumps(replacements(language), ensure_ascii=True)
