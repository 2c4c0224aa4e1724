/* Blocks: how a value looks on a wire, as `viz/render/tensors.py` draws it.  A number is written, a
   small matrix number by number, a larger one is a heat map whose zero has no colour, and more axes
   are a strip of such maps.  Marks have their place from the middle of the block's upper edge. */

const NUMBER_SIZE = 12.5;
const SMALL_SIZE = 10;
const CAPTION_SIZE = 9;
const LONGEST_SIDE = 8; /* of a matrix whose numbers are written */
const MAP_SIDE = 72; /* pixels */
const CHANNEL_SIDE = 36;
const CHANNELS = 8;

function makeBlocks(score, tones) {
  const { data } = score;
  const rounded = (x) => Math.round(x * 10) / 10;

  const text = (x, y, words, size, kind, end) => ({ tag: "text", x, y, words, "font-size": size,
    class: kind, fill: kind === "soft" ? "var(--soft)" : null, "text-anchor": end ? "end" : null });
  const rect = (x, y, width, height, more) => ({ tag: "rect", x, y, width, height, ...more });
  const line = (words, size, kind) => ({ width: numberWidth(words, size), height: size * 1.25,
    marks: [text(0, size, words, size, kind)] });
  const moved = (marks, dx, dy) => marks.map((mark) => ({ ...mark, x: mark.x + dx, y: mark.y + dy }));

  function stacked(rows) {
    let height = 0;
    const marks = rows.flatMap((row) => {
      height += row.height;
      return moved(row.marks, 0, height - row.height);
    });
    return { width: Math.max(0, ...rows.map((row) => row.width)), height, marks };
  }

  function block(value, kind, dtype) {
    const many = score.array(value);
    if (!many) return line(score.show(value, false, dtype), NUMBER_SIZE, kind);
    const rows = [line(captionOf(many), CAPTION_SIZE, kind)];
    const isDrawn = data.pictures && sizeOf(many) && (many.data || (many.picture && many.picture.maps));
    if (!isDrawn) return stacked(rows);
    if (isWritten(many.shape) && many.data) return stacked([...rows, matrix(many, kind)]);
    const seen = pictureOf(score, many);
    const legend = line("max |.| " + score.show(seen.largest), CAPTION_SIZE, kind);
    return stacked([...rows, maps(seen), histogram(seen.histogram, kind), legend]);
  }

  const sizeOf = (many) => many.shape.reduce((a, b) => a * b, 1);

  function captionOf(many) {
    const { shape, dtype } = many;
    const lengths = shape.length > 1 ? shape.join("x") : "(" + shape[0] + ",)";
    if (!sizeOf(many)) return lengths + " empty";
    const parts = dtype === "float64" ? [lengths] : [lengths, dtype];
    if (many.parts) return [...parts, "sum of " + many.parts].join(", ");
    const { zeros, bad } = countsOf(score, many);
    if (zeros && !isWritten(shape)) parts.push(percent(zeros / sizeOf(many)) + " zero");
    if (shape.length > 3 && Math.min(shape[0], shape[1]) > 1) parts.push("first of " + shape[0]);
    return [...parts, bad ? bad + " not finite" : ""].filter(Boolean).join(", ");
  }

  /* Neither a few nor almost all are rounded away. */
  function percent(share) {
    if (share > 0 && share < 0.005) return "<1%";
    if (share >= 0.995 && share < 1) return ">99%";
    const down = Math.floor(share * 100);
    const isTie = share * 100 - down === 0.5;
    return (isTie ? down + (down % 2) : Math.round(share * 100)) + "%";
  }

  function isWritten(shape) {
    return Math.max(1, ...shape.slice(0, -2)) === 1 && Math.max(...shape.slice(-2)) <= LONGEST_SIDE;
  }

  function matrix(many, kind) {
    const columns = many.shape[many.shape.length - 1];
    const rows = many.data.length / columns;
    const texts = many.data.map((x) => score.show(x, false, many.dtype));
    const cell = Math.max(...texts.map((words) => numberWidth(words, SMALL_SIZE))) + 6;
    const tall = SMALL_SIZE * 1.3;
    const left = -columns * cell / 2;
    const marks = texts.map((words, k) => text(left + ((k % columns) + 1) * cell - 3,
      (Math.floor(k / columns) + 1) * tall - 3, words, SMALL_SIZE, kind, true));
    for (const x of [left, -left]) marks.push(rect(x - 0.4, 0, 0.8, rows * tall + 2, { fill: "var(--soft)" }));
    return { width: columns * cell, height: rows * tall + 4, marks };
  }

  /* Heat maps on one scale: one of a matrix, a strip of the channels of one example. */
  function maps(seen) {
    const side = seen.count === 1 ? MAP_SIDE : CHANNEL_SIDE;
    const marks = [];
    let x = 0;
    let height = 0;
    for (const map of seen.maps) {
      const pixels = Math.min(side / Math.max(map.rows, map.columns), 9);
      const [wide, tall] = [map.columns * pixels, Math.max(map.rows * pixels, 4)];
      marks.push({ tag: "image", x, y: 0, width: wide, height: tall, preserveAspectRatio: "none",
        style: "image-rendering:pixelated", href: paint(map, tones()) });
      marks.push(rect(x, 0, wide, tall, { fill: "none", stroke: "var(--frame)", "stroke-width": 0.6 }));
      x += wide + 3;
      height = Math.max(height, tall);
    }
    if (seen.count > seen.maps.length) {
      const more = line("+" + (seen.count - seen.maps.length), CAPTION_SIZE, "soft");
      marks.push(...moved(more.marks, x + more.width / 2, height / 2 - 4));
      x += more.width + 3;
    }
    return { width: x - 3, height: height + 3, marks: moved(marks, -(x - 3) / 2, 0) };
  }

  function histogram(counts, kind) {
    const tallest = Math.max(1, ...counts);
    const left = -counts.length * 2;
    const bars = counts.map((count, k) => [k, 14 * count / tallest]).filter(([, tall]) => tall);
    return { width: -2 * left, height: 19, marks: [
      ...bars.map(([k, tall]) => rect(left + k * 4, 15 - tall, 3.2, tall, { fill: "var(--" + kind + ")" })),
      rect(left, 15, -2 * left, 0.6, { fill: "var(--soft)" }),
      rect(-0.6, 13, 0.6, 4, { fill: "var(--soft)" })] };
  }

  /* A sum, with its sign before it. */
  function total(value) {
    if (!score.array(value)) return line("Σ " + score.show(value), CAPTION_SIZE + 2, "gradient");
    const sign = line("Σ", CAPTION_SIZE + 2, "gradient");
    const body = block(value, "gradient");
    const width = sign.width + 3 + body.width;
    return { width, height: body.height, marks: [
      ...moved(sign.marks, (sign.width - width) / 2, (body.height - sign.height) / 2),
      ...moved(body.marks, (width - body.width) / 2, 0)] };
  }

  function badge(words) {
    const width = numberWidth(words, CAPTION_SIZE) * 1.09 + 8;
    return { width, height: CAPTION_SIZE * 1.5, marks: [
      rect(-width / 2, 0, width, CAPTION_SIZE * 1.5, { rx: 4, fill: "var(--badge)" }),
      { ...text(0, CAPTION_SIZE * 1.1, words, CAPTION_SIZE, "badge-text"), "font-weight": "bold",
        fill: "var(--badge-text)" }] };
  }

  function element({ tag, words, ...attributes }) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null) made.setAttribute(name, typeof value === "number" ? rounded(value) : value);
    }
    if (words !== undefined) made.textContent = words;
    return made;
  }

  return { block, total, badge, chain: (words) => line(words, CAPTION_SIZE + 1, "gradient"),
    elements: ({ marks }, x, y) => moved(marks, x, y).map(element) };
}

/* About how wide a number is, in pixels; the widths are those of Helvetica. */
const GLYPHS = { ".": 278, ",": 278, " ": 278, "|": 278, f: 278, i: 222, "-": 334, "(": 334, ")": 334,
  "+": 584, x: 500, m: 833, "%": 1000 };

function numberWidth(words, size) {
  const thousandths = [...words].reduce((sum, glyph) => sum + (GLYPHS[glyph] || 570), 0);
  return thousandths / 1000 * size * 1.06;
}
