"""The charts of a note at the size in which they are printed: vector for the PDF, pixels for Word."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace
from typing import Any

from model.charts import Chart

FONT = "Liberation Sans"
"""Typeface that the chart renderer carries along, so that it knows how wide a text is."""
PRINT_FONT = "Libertinus Serif"
"""Typeface of the PDF, which the typesetter carries along. It is narrower, so that what fits in the other fits in this one."""
_SCALE = 3
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Picture:
    """A chart with its number, caption and source. width, height: of the drawing, in units of which 720 fill a page's width.

    wide: over the full width of the page; others stand two beside each other.
    """

    chart: Chart
    number: str
    caption: str
    source: str
    width: int
    height: int
    wide: bool

    def _spec(self) -> dict[str, Any]:
        spec = self.chart.with_data()
        return {**spec, "width": self.width, "height": self.height, "config": {**spec["config"], "font": FONT, "background": "white"}}

    def svg(self) -> str:
        """Vector, with its letters as text."""
        import vl_convert

        drawn = vl_convert.vegalite_to_svg(self._spec(), allowed_base_urls=[])
        return drawn.replace(f'font-family="{FONT}"', f'font-family="{PRINT_FONT}"')

    def png(self) -> bytes:
        """Pixels, over 300 to the inch in print."""
        import vl_convert

        return repacked(vl_convert.vegalite_to_png(self._spec(), scale=_SCALE, allowed_base_urls=[]))


def with_legend_columns(chart: Chart, columns: int) -> Chart:
    """A chart of one layer whose legend stands in so many columns."""
    encoding = chart.spec["encoding"]
    colour = {**encoding["color"], "legend": {**encoding["color"]["legend"], "columns": columns}}
    return replace(chart, spec={**chart.spec, "encoding": {**encoding, "color": colour}})


def with_decades(chart: Chart) -> Chart:
    """A chart of lines over years with only every tenth year at its axis, for where there is little room."""
    first, *others = chart.spec["layer"]
    across = first["encoding"]["x"]
    axis = {**across["axis"], "values": [year for year in across["axis"]["values"] if year % 10 == 0]}
    first = {**first, "encoding": {**first["encoding"], "x": {**across, "axis": axis}}}
    return replace(chart, spec={**chart.spec, "layer": [first, *others]})


def repacked(png: bytes) -> bytes:
    """The same picture with its pixels packed tightly: the renderer is in a hurry and leaves seven times as much."""
    chunks, pixels, position = [], b"", len(_SIGNATURE)
    while position < len(png):
        (length,) = struct.unpack_from(">I", png, position)
        kind, data = png[position + 4 : position + 8], png[position + 8 : position + 8 + length]
        position += 12 + length
        if kind == b"IDAT":
            pixels += data
        elif kind == b"IEND":
            chunks.append((b"IDAT", zlib.compress(zlib.decompress(pixels), 6)))
            chunks.append((kind, data))
        else:
            chunks.append((kind, data))
    written = (struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)
    return _SIGNATURE + b"".join(written)
