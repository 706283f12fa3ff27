"""How the PDF looks, in the language of the typesetter. All text comes in as data and is never read as markup."""

TEMPLATE = """
#let note = json(bytes(sys.inputs.note))
#let ink = rgb("#1f2937")
#let accent = rgb("#154273")
#let muted = rgb("#4b5563")
#let hairline = 0.5pt + rgb("#c9d1da")
#let alarm = rgb("#b3261e")

#set document(title: note.title, author: note.authors, description: note.kind, date: datetime(..note.date))
#set text(font: "Libertinus Serif", size: 9.6pt, fill: ink, lang: note.language, number-width: "tabular")
#set par(leading: 0.55em, spacing: 0.75em)
#set page(
  paper: "a4",
  margin: (x: 18mm, top: 13mm, bottom: 15mm),
  footer: context {
    set text(size: 8pt, fill: muted)
    let number = note.page.replace("{pages}", str(counter(page).final().first())).replace("{page}", str(here().page()))
    line(length: 100%, stroke: hairline)
    v(-0.6em)
    grid(columns: (1fr, auto), column-gutter: 6mm, note.footer, number)
  },
  footer-descent: 25%,
)
#show heading.where(level: 1): set text(size: 18pt, fill: accent, weight: "semibold", hyphenate: false)
#show heading.where(level: 1): set block(above: 0.5em, below: 0.55em)
#show heading.where(level: 2): set text(size: 11.5pt, fill: accent, weight: "semibold")
#show heading.where(level: 2): set block(above: 1.15em, below: 0.6em)
#set list(marker: text(fill: accent)[•], indent: 0pt, body-indent: 0.55em, spacing: 0.5em)
#show raw: set text(font: "DejaVu Sans Mono", size: 7.4pt)

#let rich(spans) = for span in spans {
  if span.strong { strong(span.text) } else { [#span.text] }
}
#let small(body) = text(size: 8.4pt, fill: muted, body)
#let overview(content, widths) = {
  set text(size: 8.8pt)
  set par(leading: 0.45em)
  show table.cell.where(y: 0): set text(weight: "semibold", fill: accent)
  table(
    columns: widths,
    align: (column, row) => (if column in content.numeric { right } else { left }) + top,
    inset: (column, row) => (
      left: if column == 0 { 0pt } else { 5pt },
      right: if column + 1 == content.headers.len() { 0pt } else { 5pt },
      y: 2.8pt,
    ),
    stroke: (column, row) => (bottom: if row == 0 { 0.8pt + accent } else { hairline }),
    table.header(..content.headers.map(cell => [#cell])),
    ..content.rows.flatten().map(cell => [#cell]),
  )
}
#let title(drawn) = text(size: 9pt)[*#drawn.number* #drawn.caption]
#let picture(drawn, ..size) = image(bytes(drawn.svg), format: "svg", alt: drawn.alt, ..size)

#small[#note.kind · #note.written]
= #note.title
#if note.about != "" { small(note.about) }
#if note.gap.len() > 0 {
  block(width: 100%, inset: (x: 8pt, y: 6pt), stroke: (left: 3pt + alarm), fill: rgb("#fdeceb"), rich(note.gap))
}
#block(above: 0.9em, below: 1.05em, text(size: 11.2pt, rich(note.answer)))
#note.spread

== #note.headings.figures
#overview(note.figures, if note.figures.headers.len() == 4 { (47mm, 21mm, 21mm, 1fr) } else { (54mm, 22mm, 1fr) })
#v(-0.3em)
#small(note.figures_note)

#for drawn in note.pictures.filter(drawn => drawn.wide) {
  block(height: 1fr, above: 1.2em, grid(
    rows: (auto, 1fr, auto),
    row-gutter: 0.5em,
    title(drawn),
    align(center + horizon, picture(drawn, width: 100%, height: 100%, fit: "contain")),
    small(drawn.source),
  ))
}
#pagebreak(weak: true)
== #note.headings.pictures
#let pair = note.pictures.filter(drawn => not drawn.wide)
#grid(
  columns: (1fr, 1fr),
  column-gutter: 6mm,
  row-gutter: 0.5em,
  ..pair.map(title),
  ..pair.map(drawn => picture(drawn, width: 100%)),
  ..pair.map(drawn => small(drawn.source)),
)

== #note.headings.changes
#if note.changes != none { overview(note.changes, (1fr, 27mm, 27mm, 56mm)) }
#if note.changes_note != "" {
  if note.changes != none { v(-0.3em) }
  small(note.changes_note)
}

== #note.headings.drivers
#if note.drivers != none { overview(note.drivers, (1fr, 23mm, 23mm, 70mm)) }
#if note.drivers != none { v(-0.3em) }
#small(note.drivers_note)

== #note.headings.caveats
#{
  set text(size: 9pt)
  set par(leading: 0.48em)
  list(..note.caveats.map(caveat => [#caveat]))
}

== #note.headings.basis
#{
  set text(size: 9pt)
  for (label, told) in note.basis {
    if label == "" { par[#told] } else { par[#label #raw(told)] }
  }
  if note.link != "" { par[#note.link_label #link(note.link, text(fill: accent, underline(note.link_text)))] }
}
"""
