// The menu of pages: links in the bar above the page, which Streamlit leaves empty. `ui/menu.py` says which pages there are; this
// runs again when they are told in another language.
if (!window.drawMenu) {
  // No markup as text: Streamlit takes a script away that holds any.
  const made = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const pictured = (sign) => made("span", { class: "sign", "aria-hidden": "true", translate: "no" }, sign);
  const button = made("button", { type: "button", "aria-controls": "menu" });
  const list = made("ul", { id: "menu" });
  const nav = made("nav", { class: "menu" }, button, list);

  const opened = () => button.getAttribute("aria-expanded") === "true";
  const open = (wanted) => button.setAttribute("aria-expanded", wanted);
  const mark = () => {
    const name = location.pathname.replace(/\/$/, "").split("/").pop();
    const shown = window.menu.pages.find((page) => page.name === name) ?? window.menu.pages[0];
    for (const link of list.querySelectorAll("a"))
      if (link.dataset.name === shown.name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
  };
  const place = () => {
    if (nav.isConnected && !nav.nextSibling) return;
    document.querySelector('[data-testid="stHeader"]')?.append(nav);
  };

  button.addEventListener("click", () => open(!opened()));
  // In another tab or window a page shows the same scenario: the link takes along what the address holds by then.
  for (const kind of ["pointerdown", "focusin"])
    list.addEventListener(kind, ({ target }) => target.closest("a")?.setAttribute("href", target.closest("a").pathname + location.search));
  // In this tab the server knows the scenario, and the address may lag behind a lever that was just moved: it goes without.
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(false);
    if (link.hasAttribute("aria-current")) return;
    history.pushState({}, "", link.pathname);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !opened()) return;
    open(false);
    button.focus();
  });
  document.addEventListener("pointerdown", ({ target }) => nav.contains(target) || open(false));
  nav.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !nav.contains(relatedTarget) && open(false));
  for (const kind of ["popstate", "addressed"]) addEventListener(kind, mark);
  new MutationObserver(place).observe(document.body, { childList: true, subtree: true });

  window.drawMenu = () => {
    const { label, top, pages } = window.menu;
    nav.setAttribute("aria-label", label);
    button.replaceChildren(pictured("menu"), label);
    list.replaceChildren(
      ...pages.map(({ name, title, sign }) => made("li", {}, made("a", { href: `${top}/${name}`, "data-name": name }, pictured(sign), title))),
    );
    open(false);
    mark();
    place();
  };
}
window.drawMenu();
