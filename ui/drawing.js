// Draws the charts of a page and fills its large tables. `ui/charts.py` puts a .plot with a specification and its rows where a chart is
// wanted, and puts it anew when numbers change: what was drawn moves along, and where the specification is the same only its marks
// are redrawn. `ui/tables.py` leaves the cells of a large table to this script.
const drawings = new Map();
const TELEPHONE = 480;
const ERRORS = 1;
const OPTIONS = { mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false, ast: true, logLevel: ERRORS };
// Names are measured when a chart is laid out: in another font they would be cut or run together.
const fonts = Promise.allSettled(["", "bold "].map((weight) => document.fonts.load(`${weight}12px "Source Sans"`)));

const records = (columns) => {
  const names = Object.keys(columns);
  return names.length ? columns[names[0]].map((_, row) => Object.fromEntries(names.map((name) => [name, columns[name][row]]))) : [];
};

const draw = async (drawing) => {
  const { spec, rows } = drawing.place.dataset;
  const { room } = drawing;
  const same = drawing.spec === spec && drawing.width === room;
  if (!room || drawing.busy || (same && drawing.rows === rows)) return;
  // Told before it is done: a chart that cannot be drawn is not tried again at every change of the page.
  Object.assign(drawing, { spec, rows, width: room, busy: true });
  try {
    const values = records(JSON.parse(rows));
    if (same) await drawing.view?.data("rows", values).runAsync();
    else {
      const whole = { ...JSON.parse(spec), width: room, data: { name: "rows", values } };
      whole.params = whole.params.map((each) => (each.name === "narrow" ? { ...each, value: room < TELEPHONE } : each));
      const canvas = Object.assign(document.createElement("div"), { ariaHidden: "true" });
      await fonts;
      const drawn = await vegaEmbed(canvas, whole, OPTIONS);
      if (drawing.gone) return drawn.finalize();
      drawing.finalize?.();
      drawing.place.replaceChildren(canvas);
      Object.assign(drawing, { canvas, view: drawn.view, finalize: drawn.finalize });
    }
  } finally {
    drawing.busy = false;
  }
  draw(drawing);
};

const resized = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const drawing = drawings.get(target);
    if (!drawing || !contentRect.width) continue;
    drawing.room = Math.floor(contentRect.width);
    draw(drawing);
  }
});

// A table that is put anew is scrolled to where the one before it was.
const scrolled = new Map();
document.addEventListener(
  "scroll",
  ({ target }) => target.classList?.contains("sheet") && scrolled.set(target.ariaLabel, [target.scrollLeft, target.scrollTop]),
  true,
);

const fill = (table) => {
  const rows = JSON.parse(table.dataset.cells);
  table.removeAttribute("data-cells");
  for (const [number, row] of [...table.tBodies[0].rows].entries())
    row.append(...rows[number].map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  const place = table.parentElement;
  if (scrolled.has(place.ariaLabel)) place.scrollTo(...scrolled.get(place.ariaLabel));
};

// A place is looked at once and keeps its drawing as long as it is on the page: for a moment there can be two places for one chart,
// and a drawing that went to and fro between them would never come to rest.
const look = () => {
  document.querySelectorAll("table[data-cells]").forEach(fill);
  const left = new Map();
  for (const [place, drawing] of drawings)
    if (!place.isConnected) {
      resized.unobserve(place);
      drawings.delete(place);
      left.set(place.dataset.plot, drawing);
    }
  for (const place of document.querySelectorAll(".plot")) {
    if (!drawings.has(place)) {
      const drawing = left.get(place.dataset.plot) ?? { room: 0 };
      left.delete(place.dataset.plot);
      drawings.set(place, Object.assign(drawing, { place }));
      if (drawing.canvas) place.replaceChildren(drawing.canvas);
      resized.observe(place);
    }
    draw(drawings.get(place));
  }
  for (const drawing of left.values()) Object.assign(drawing, { gone: true }).finalize?.();
};

new MutationObserver((changes) => {
  if (changes.some(({ target }) => !(target instanceof SVGElement))) look();
}).observe(document.body, { childList: true, subtree: true });
look();
