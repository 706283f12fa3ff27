// Draws the charts of a page. `ui/charts.py` puts a .plot with a specification and its rows where a chart is wanted, and puts
// it anew when numbers change: what was drawn moves along, and where the specification is the same only its marks are redrawn.
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
      const params = [{ name: "narrow", value: room < TELEPHONE }];
      const whole = { ...JSON.parse(spec), params, width: room, data: { name: "rows", values } };
      const canvas = document.createElement("div");
      await fonts;
      const drawn = await vegaEmbed(canvas, whole, OPTIONS);
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
    const drawing = drawings.get(target.dataset.plot);
    if (drawing?.place !== target || !contentRect.width) continue;
    drawing.room = Math.floor(contentRect.width);
    draw(drawing);
  }
});

const look = () => {
  for (const place of document.querySelectorAll(".plot")) {
    const key = place.dataset.plot;
    if (!drawings.has(key)) drawings.set(key, { room: 0 });
    const drawing = drawings.get(key);
    if (drawing.place !== place) {
      if (drawing.place) resized.unobserve(drawing.place);
      if (drawing.canvas) place.append(drawing.canvas);
      drawing.place = place;
      resized.observe(place);
    }
    draw(drawing);
  }
  for (const [key, drawing] of drawings)
    if (!drawing.place.isConnected) {
      resized.unobserve(drawing.place);
      drawing.finalize?.();
      drawings.delete(key);
    }
};

new MutationObserver((changes) => {
  if (changes.some(({ target }) => !(target instanceof SVGElement))) look();
}).observe(document.body, { childList: true, subtree: true });
look();
