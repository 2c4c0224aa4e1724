/* Arrays with any number of axes: their shape, and their elements in row-major order. */

const sizeOf = (shape) => shape.reduce((n, length) => n * length, 1);
const full = (shape, value) => ({ shape, data: new Float64Array(sizeOf(shape)).fill(value || 0) });
const seriesTo = (n) => Array.from({ length: n }, (_, k) => k);

function stridesOf(shape) {
  const strides = new Array(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/* The places of a walk over a shape in row-major order, with a stride for each axis. */
function walk(shape, strides, start) {
  const places = new Int32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  let place = start || 0;
  for (let k = 0; k < places.length; k += 1) {
    places[k] = place;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis] += 1;
      place += strides[axis];
      if (index[axis] < shape[axis]) break;
      place -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return places;
}

/* Where the elements of a larger shape come from when an array is broadcast to it. */
function broadcast(from, shape) {
  const own = stridesOf(from);
  const missing = shape.length - from.length;
  return walk(shape, shape.map((_, axis) =>
    (axis < missing || from[axis - missing] === 1 ? 0 : own[axis - missing])));
}

const picked = (x, places, shape) => {
  const out = full(shape);
  for (let k = 0; k < out.data.length; k += 1) out.data[k] = x.data[places[k]];
  return out;
};

/* The elements along some axes as rows: where they are, and how long a row is. */
function alongAxes(shape, axes) {
  const kept = seriesTo(shape.length).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const strides = stridesOf(shape);
  return {
    places: walk(order.map((axis) => shape[axis]), order.map((axis) => strides[axis])),
    length: sizeOf(axes.map((axis) => shape[axis])),
  };
}
