/* Pictures: what is seen of an array whose numbers are not written: heat maps on one scale, a
   histogram.  Of an array that is not listed they come with it; of others they are made here. */

const FINEST = 48; /* cells along a side of a heat map */
const BINS = 16;

/* How many elements are exactly zero, and how many are not finite. */
function countsOf(score, many) {
  if (!many.data) return many.picture;
  return { zeros: many.data.filter((x) => x === 0).length,
    bad: many.data.filter((x) => typeof x === "string" && !Number.isFinite(score.parsed(x))).length };
}

function pictureOf(score, many) {
  if (!many.data) return { ...many.picture, largest: many.picture.scale,
    maps: many.picture.maps.map((map) => ({ ...map, cells: decoded(map.cells) })) };
  const numbers = many.data.map(score.parsed);
  const largest = numbers.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
  const slices = slicesOf(numbers, many.shape);
  return { largest, count: slices.length, histogram: histogramOf(numbers, largest || 1),
    maps: slices.slice(0, CHANNELS).map((slice) => coarse(slice, largest || 1)) };
}

/* The matrices to show: the channels of the first example, or of all if there is one. */
function slicesOf(numbers, shape) {
  const columns = shape[shape.length - 1];
  const rows = shape.length > 1 ? shape[shape.length - 2] : 1;
  const first = shape.length > 3 && shape[1] !== 1 ? numbers.length / shape[0] : numbers.length;
  const slices = [];
  for (let start = 0; start < first; start += rows * columns) {
    slices.push({ rows, columns, numbers: numbers.slice(start, start + rows * columns) });
  }
  return slices;
}

/* At most FINEST cells a side; of those that share one, the largest is shown. */
function coarse({ rows, columns, numbers }, largest) {
  const [tall, wide] = [Math.ceil(rows / FINEST), Math.ceil(columns / FINEST)];
  const map = { rows: Math.ceil(rows / tall), columns: Math.ceil(columns / wide) };
  const cells = new Array(map.rows * map.columns).fill(0);
  const sizeOf = (x) => (Number.isNaN(x) ? Infinity : Math.abs(x));
  numbers.forEach((x, k) => {
    const place = Math.floor(Math.floor(k / columns) / tall) * map.columns + Math.floor((k % columns) / wide);
    if (sizeOf(x) > sizeOf(cells[place])) cells[place] = x;
  });
  return { ...map, cells: cells.map((x) => x / largest) };
}

function histogramOf(numbers, largest) {
  const counts = new Array(BINS).fill(0);
  for (const x of numbers) {
    const bin = Math.floor((x / largest + 1) * BINS / 2);
    if (Number.isFinite(x)) counts[Math.min(BINS - 1, bin)] += 1;
  }
  return counts;
}

/* Cells as they come: a byte each, -127 to 127, and -128 for what is not finite. */
function decoded(text) {
  return [...atob(text)].map((sign) => {
    const byte = (sign.charCodeAt(0) << 24) >> 24;
    return byte === -128 ? NaN : byte / 127;
  });
}

const PAINTED = new Map(); /* the pictures of some maps, which many drawings show */
const MOST_PAINTED = 1000;

function paint(map, tones) {
  const key = [map.columns, map.cells, Object.values(tones)].join(";");
  if (PAINTED.size > MOST_PAINTED) PAINTED.clear();
  if (!PAINTED.has(key)) PAINTED.set(key, painted(map, tones));
  return PAINTED.get(key);
}

/* A heat map as a picture: the sign chooses the colour and the size its opacity. */
function painted({ rows, columns, cells }, tones) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const drawing = canvas.getContext("2d");
  const image = drawing.createImageData(columns, rows);
  cells.forEach((x, k) => {
    const tone = !Number.isFinite(x) ? tones.nan : x > 0 ? tones.positive : tones.negative;
    const opacity = Number.isFinite(x) ? Math.min(1, Math.abs(x)) * 255 : 255;
    image.data.set([...tone, opacity], k * 4);
  });
  drawing.putImageData(image, 0, 0);
  return canvas.toDataURL();
}
