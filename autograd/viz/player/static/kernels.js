/* Kernels: what each primitive computes, on arrays with any number of axes.  No derivative is here:
   a backward pass is a program of the same operations.  An array is its shape and its elements in
   row-major order; what a kernel returns has the shape of its step. */

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

const elementwise = (f) => (step, ...inputs) => {
  const out = full(step.shape);
  const from = inputs.map((x) => broadcast(x.shape, step.shape));
  const [x, y, z] = inputs.map((input) => input.data);
  const [i, j, k] = from;
  for (let at = 0; at < out.data.length; at += 1) {
    out.data[at] = Number(inputs.length === 1 ? f(x[i[at]], step)
      : inputs.length === 2 ? f(x[i[at]], y[j[at]], step) : f(x[i[at]], y[j[at]], z[k[at]]));
  }
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

const rowBy = (f) => (step, x) => {
  const out = full(step.shape);
  const { places, length } = alongAxes(x.shape, step.axes);
  for (let row = 0; row < out.data.length; row += 1) {
    out.data[row] = Number(f(places.subarray(row * length, (row + 1) * length), x.data));
  }
  return out;
};

/* The first of the best elements of a row; NaN is better than any number. */
const bestBy = (better) => (row, data) => {
  let best = 0;
  for (let k = 1; k < row.length; k += 1) {
    if (Number.isNaN(data[row[best]])) break;
    if (Number.isNaN(data[row[k]]) || better(data[row[k]], data[row[best]])) best = k;
  }
  return best;
};
const largestOf = bestBy((a, b) => a > b);
const smallestOf = bestBy((a, b) => a < b);

const markedBy = (best) => (step, x) => {
  const out = full(x.shape);
  const { places, length } = alongAxes(x.shape, step.axes);
  for (let start = 0; start < places.length; start += length) {
    const row = places.subarray(start, start + length);
    out.data[row[best(row, x.data)]] = 1;
  }
  return out;
};

/* Along one axis, each element from the one before it; without an axis, along all elements. */
const runningBy = (next) => (step, ...inputs) => {
  const flat = step.axis === null || !inputs[0].shape.length;
  const shape = flat ? [sizeOf(inputs[0].shape)] : step.shape;
  const out = full(step.shape);
  const arrays = inputs.map((x) => (flat ? x.data : picked(x, broadcast(x.shape, shape), shape).data));
  const { places, length } = alongAxes(shape, [flat ? 0 : step.axis]);
  for (let start = 0; start < places.length; start += length) {
    let before = null;
    const state = {};
    for (let k = 0; k < length; k += 1) {
      const at = places[start + k];
      before = next(before, arrays.map((data) => data[at]), k, state);
      out.data[at] = before;
    }
  }
  return out;
};

const bestSoFarBy = (better) => (before, [x], k, state) => {
  const holds = k === 0 || Number.isNaN(x) ||
    (!Number.isNaN(state.best) && (x === state.best || better(x, state.best)));
  if (holds) state.best = x;
  return holds ? k : before;
};

function sorted(step, x) {
  const out = full(step.shape);
  const { places, length } = alongAxes(x.shape, [step.axis]);
  const compare = (a, b) => (Number.isNaN(a) - Number.isNaN(b)) || (a < b ? -1 : a > b ? 1 : 0);
  for (let start = 0; start < places.length; start += length) {
    const order = seriesTo(length).sort((a, b) =>
      compare(x.data[places[start + a]], x.data[places[start + b]]));
    order.forEach((from, to) => { out.data[places[start + to]] = from; });
  }
  return out;
}

function matmul(step, x, y) {
  const left = x.shape.length === 1 ? [1, ...x.shape] : x.shape;
  const right = y.shape.length === 1 ? [...y.shape, 1] : y.shape;
  const [rows, inner] = left.slice(-2);
  const columns = right[right.length - 1];
  const stack = step.shape.slice(0, step.shape.length - (x.shape.length > 1) - (y.shape.length > 1));
  const from = broadcast(left.slice(0, -2), stack);
  const other = broadcast(right.slice(0, -2), stack);
  const out = full(step.shape);
  let at = 0;
  for (let k = 0; k < from.length; k += 1) {
    for (let i = 0; i < rows; i += 1) {
      for (let j = 0; j < columns; j += 1, at += 1) {
        let sum = 0;
        for (let m = 0; m < inner; m += 1) {
          sum += x.data[(from[k] * rows + i) * inner + m] * y.data[(other[k] * inner + m) * columns + j];
        }
        out.data[at] = sum;
      }
    }
  }
  return out;
}

/* The sum of products over all labels; a label of length 1 is broadcast. */
function einsum(step, ...inputs) {
  const [terms, result] = step.subscripts.split("->");
  const labels = terms.split(",");
  const lengths = {};
  inputs.forEach((x, k) => [...labels[k]].forEach((label, axis) => {
    lengths[label] = Math.max(lengths[label] || 0, x.shape[axis]);
  }));
  const empty = inputs.some((x) => x.shape.includes(0));
  const every = [...new Set([...result, ...Object.keys(lengths)])];
  const shape = every.map((label) => (empty && !lengths[label] ? 0 : lengths[label]));
  const along = (term, own) => {
    const strides = stridesOf(own);
    return every.map((label) => [...term].reduce((sum, other, axis) =>
      sum + (other === label && own[axis] > 1 ? strides[axis] : 0), 0));
  };
  const from = inputs.map((x, k) => walk(shape, along(labels[k], x.shape)));
  const to = walk(shape, along(result, step.shape));
  const out = full(step.shape);
  for (let k = 0; k < to.length; k += 1) {
    out.data[to[k]] += inputs.reduce((product, x, i) => product * x.data[from[i][k]], 1);
  }
  return out;
}

/* Of windows over an image: output place, kernel place and pixel, wherever these meet. */
function meetings(g) {
  const found = [];
  const strides = stridesOf(g.image);
  const visit = (axis, output, place, pixel) => {
    if (axis === g.image.length) {
      found.push([place, output, pixel]);
      return;
    }
    for (let k = 0; k < g.kernel[axis]; k += 1) {
      for (let o = 0; o < g.output[axis]; o += 1) {
        const at = g.stride[axis] * o + g.dilation[axis] * k - g.before[axis];
        if (at < 0 || at >= g.image[axis]) continue;
        visit(axis + 1, output * g.output[axis] + o, place * g.kernel[axis] + k,
          pixel + at * strides[axis]);
      }
    }
  };
  visit(0, 0, 0, 0);
  return found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/* The three sums of a convolution: for all that meets, y x w x image is added up in one of them. */
const convolution = (to) => (step, a, b) => {
  const out = full(step.shape);
  const [image, kernel, result] = to === "result" ? [a, b, out] : to === "image" ? [out, b, a] : [a, out, b];
  const g = step.geometry;
  const [count, channels] = image.shape;
  const outputs = kernel.shape[0];
  const [pixels, places, ends] = [g.image, g.kernel, g.output].map(sizeOf);
  const each = channels / g.groups;
  const met = meetings(g);
  for (let n = 0; n < count; n += 1) {
    for (let o = 0; o < outputs; o += 1) {
      const first = Math.floor(o / (outputs / g.groups)) * each;
      for (let c = 0; c < each; c += 1) {
        const [i, w, y] = [(n * channels + first + c) * pixels, (o * each + c) * places, (n * outputs + o) * ends];
        for (const [place, output, pixel] of met) {
          if (to === "result") result.data[y + output] += image.data[i + pixel] * kernel.data[w + place];
          else if (to === "image") image.data[i + pixel] += result.data[y + output] * kernel.data[w + place];
          else kernel.data[w + place] += image.data[i + pixel] * result.data[y + output];
        }
      }
    }
  }
  return out;
};

/* For each channel and all that meets there: windows laid down, cut out, added up or compared. */
const windowsBy = (visit, start) => (step, ...inputs) => {
  const g = step.geometry;
  const out = full(step.shape, start);
  const [pixels, places, ends] = [g.image, g.kernel, g.output].map(sizeOf);
  const met = meetings(g);
  const channels = step.shape[0] * step.shape[1];
  for (let c = 0; c < channels; c += 1) {
    for (const [place, output, pixel] of met) {
      visit(out.data, inputs.map((x) => x.data), {
        window: (c * places + place) * ends + output, output: c * ends + output, pixel: c * pixels + pixel,
        number: pixel });
    }
  }
  return out;
};

const channelsBy = (visit) => (step, x, places) => {
  const out = full(step.shape);
  const pixels = sizeOf(step.image);
  const each = sizeOf(places.shape.slice(2));
  for (let k = 0; k < places.data.length; k += 1) {
    const pixel = places.data[k];
    if (pixel >= 0) visit(out.data, x.data, k, Math.floor(k / each) * pixels + pixel, places.data);
  }
  return out;
};

/* An element is taken once, by the last that has its place. */
function takenOut(step, x, places) {
  const last = new Map();
  const at = channelsBy((out, from, k, pixel) => {
    last.set(pixel, k);
    out[k] = pixel;
  })(step, x, places);
  for (let k = 0; k < at.data.length; k += 1) {
    const pixel = at.data[k];
    at.data[k] = last.get(pixel) === k ? x.data[pixel] : 0;
  }
  return at;
}

function crossEntropy(step, x, classes) {
  const out = full(step.shape);
  const { places, length } = alongAxes(x.shape, [step.axis]);
  for (let k = 0; k < out.data.length; k += 1) {
    const row = places.subarray(k * length, (k + 1) * length);
    const best = largestOf(row, x.data);
    const largest = x.data[row[best]];
    const shift = Number.isFinite(largest) ? largest : 0;
    let rest = Math.exp(largest - shift) - 1;
    row.forEach((at, i) => { if (i !== best) rest += Math.exp(x.data[at] - shift); });
    out.data[k] = Math.log1p(rest) - (x.data[row[classes.data[k]]] - shift);
  }
  return out;
}

function joined(step, ...inputs) {
  const out = full(step.shape);
  const strides = stridesOf(step.shape);
  let start = 0;
  for (const x of inputs) {
    walk(x.shape, strides, start * strides[step.axis]).forEach((place, k) => { out.data[place] = x.data[k]; });
    start += x.shape[step.axis];
  }
  return out;
}

function padded(step, x) {
  const out = full(step.shape, step.value);
  const strides = stridesOf(step.shape);
  const start = step.before.reduce((sum, n, axis) => sum + n * strides[axis], 0);
  walk(x.shape, strides, start).forEach((place, k) => { out.data[place] = x.data[k]; });
  return out;
}

/* The elements that one array of indices picks along an axis. */
function along(shape, axis, indices) {
  const lengths = [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
  const after = sizeOf(shape.slice(axis + 1));
  const count = shape[axis];
  return { lengths, place: (k) => {
    const rest = k % after;
    const middle = Math.floor(k / after);
    const index = indices.data[middle % indices.data.length];
    const before = Math.floor(middle / indices.data.length);
    return (before * count + (index < 0 ? index + count : index)) * after + rest;
  } };
}

function gathered(step, x, indices) {
  const { place } = along(x.shape, step.axis, indices);
  return picked(x, seriesTo(sizeOf(step.shape)).map(place), step.shape);
}

function scattered(step, x, indices) {
  const out = full(step.shape);
  const { lengths, place } = along(step.shape, step.axis, indices);
  broadcast(x.shape, lengths).forEach((from, k) => { out.data[place(k)] += x.data[from]; });
  return out;
}

function addedAt(step, x) {
  const out = full(step.shape);
  const from = broadcast(x.shape.slice(Math.max(0, x.shape.length - step.picked.length)), step.picked);
  step.places.forEach((place, k) => { out.data[place] += x.data[from[k]]; });
  return out;
}

/* The functions of numbers that JavaScript has otherwise, or not at all. */

const negative = (x) => x < 0 || Object.is(x, -0);
const copySign = (x, y) => (negative(y) ? -Math.abs(x) : Math.abs(x));
const even = (x) => {
  const below = Math.floor(x);
  if (x - below !== 0.5) return copySign(Math.round(x), x);
  return copySign(below % 2 ? below + 1 : below, x);
};
const roundTo = (x, { decimals }) => {
  const scale = 10 ** Math.abs(decimals);
  return decimals < 0 ? even(x / scale) * scale : even(x * scale) / scale;
};
const toPower = (x, y) => (x === 1 ? 1 : x ** y);
const logistic = (x) => (x < -350 ? Math.exp(x) : 1 / (1 + Math.exp(-x)));
const mod = (x, y) => {
  const rest = x % y;
  if (!rest) return copySign(rest, y);
  return y < 0 !== rest < 0 ? rest + y : rest;
};
function floorDivide(x, y) {
  if (!y) return x / y;
  const quotient = (x - mod(x, y)) / y;
  const whole = Math.floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}
const logAdd = (exp, log1p, half) => (x, y) =>
  (x === y ? x + half : Math.max(x, y) + log1p(exp(-Math.abs(x - y))));

/* The series of all positive terms near 0, the continued fraction beyond. */
function errorFunction(x) {
  if (Math.abs(x) > 2.5) return copySign(1 - complement(Math.abs(x)), x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
function complement(x) {
  if (Number.isNaN(x)) return x;
  if (x < 1.5) return x < -6 ? 2 : x < -2.5 ? 2 - complement(-x) : 1 - errorFunction(x);
  let fraction = x;
  for (let n = 120; n > 0; n -= 1) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

/* j_n(x) / x^n, by its series near 0 and by its recurrence beyond. */
function besselRatio(x, { n }) {
  if (Math.abs(x) <= 1.5 * n || x === 0) {
    let term = 1;
    for (let k = 1; k < 2 * n + 2; k += 2) term /= k;
    let total = term;
    for (let k = 1; k < 2 * n + 20; k += 1) {
      term *= (x * x) / (-2 * k * (2 * n + 2 * k + 1));
      total += term;
    }
    return total;
  }
  let [below, ratio] = [Math.cos(x), Math.sin(x) / x];
  for (let k = 0; k < n; k += 1) [below, ratio] = [ratio, ((2 * k + 1) * ratio - below) / x / x];
  return ratio;
}

const GELU = Math.sqrt(8 / Math.PI);
const gelu = (x) => {
  const near = Math.max(Math.min(x, 40), -40);
  return x * logistic(near * (GELU + 0.044715 * GELU * near * near));
};
const close = (a, b, { rtol, atol, equal_nan: equal }) => a === b ||
  (Number.isFinite(b) && Math.abs(a - b) <= atol + rtol * Math.abs(b)) ||
  (equal && Number.isNaN(a) && Number.isNaN(b));

/* Of one number, or of two or three that are broadcast. */
const OF_NUMBERS = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  negative: (x) => -x,
  positive: (x) => x,
  reciprocal: (x) => 1 / x,
  sqrt: Math.sqrt, exp: Math.exp, expm1: Math.expm1, log: Math.log, log1p: Math.log1p,
  sin: Math.sin, cos: Math.cos, sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh,
  arctan: Math.atan, arcsin: Math.asin, arccos: Math.acos,
  arcsinh: Math.asinh, arccosh: Math.acosh, arctanh: Math.atanh,
  cbrt: Math.cbrt, log2: Math.log2, log10: Math.log10,
  exp2: (x) => 2 ** x,
  power: toPower,
  power_slope: (x, y) => (x === 0 && y >= 0 ? 0 : toPower(x, y) * Math.log(x)),
  logaddexp: logAdd(Math.exp, Math.log1p, Math.LN2),
  logaddexp2: logAdd((x) => 2 ** x, (x) => Math.log1p(x) / Math.LN2, 1),
  hypot: (x, y) => Math.hypot(x, y),
  cosine: (x, y) => x / (Math.hypot(x, y) || 1),
  arctan2: Math.atan2,
  absolute: Math.abs,
  erf: errorFunction,
  erfc: complement,
  sinc: (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)),
  bessel_ratio: besselRatio,
  sigmoid: logistic,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gelu_tanh: gelu,
  where: (condition, x, y) => (condition ? x : y),
  maximum: (x, y) => Math.max(x, y),
  minimum: (x, y) => Math.min(x, y),
  fmax: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y)),
  fmin: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y)),
  copysign: copySign,
  sign: Math.sign,
  heaviside: (x, y) => (x === 0 ? y : Number.isNaN(x) ? x : Number(x > 0)),
  floor: Math.floor, ceil: Math.ceil, trunc: Math.trunc,
  rint: even,
  round: roundTo,
  floor_divide: floorDivide,
  remainder: mod,
  fmod: (x, y) => x % y,
  equal: (x, y) => x === y,
  not_equal: (x, y) => x !== y,
  greater: (x, y) => x > y,
  greater_equal: (x, y) => x >= y,
  less: (x, y) => x < y,
  less_equal: (x, y) => x <= y,
  logical_and: (x, y) => x !== 0 && y !== 0,
  logical_or: (x, y) => x !== 0 || y !== 0,
  logical_not: (x) => x === 0,
  isnan: (x) => Number.isNaN(x),
  isinf: (x) => Math.abs(x) === Infinity,
  isfinite: (x) => Number.isFinite(x),
  isclose: close,
  astype: (x, { dtype }) => (dtype === "bool" ? x !== 0 : dtype.startsWith("float") ? x : Math.trunc(x)),
  detach: (x) => x,
  "as saved": (x) => x,
};

const KERNELS = {
  ...Object.fromEntries(Object.entries(OF_NUMBERS).map(([name, f]) => [name, elementwise(f)])),
  reshape: (step, x) => ({ shape: step.shape, data: x.data }),
  broadcast_to: (step, x) => picked(x, broadcast(x.shape, step.shape), step.shape),
  transpose: (step, x) => picked(x,
    walk(step.shape, step.axes.map((axis) => stridesOf(x.shape)[axis])), step.shape),
  flip: (step, x) => {
    const strides = stridesOf(x.shape);
    const start = step.axes.reduce((sum, axis) => sum + (x.shape[axis] - 1) * strides[axis], 0);
    const back = strides.map((stride, axis) => (step.axes.includes(axis) ? -stride : stride));
    return picked(x, walk(x.shape, back, start), step.shape);
  },
  concatenate: joined,
  pad: padded,
  getitem: (step, x) => picked(x, step.places, step.shape),
  scatter_add: addedAt,
  gather: gathered,
  scatter: scattered,
  sum: rowBy((row, data) => row.reduce((sum, at) => sum + data[at], 0)),
  max: rowBy((row, data) => data[row[largestOf(row, data)]]),
  min: rowBy((row, data) => data[row[smallestOf(row, data)]]),
  argmax: rowBy(largestOf),
  argmin: rowBy(smallestOf),
  all: rowBy((row, data) => row.every((at) => data[at] !== 0)),
  any: rowBy((row, data) => row.some((at) => data[at] !== 0)),
  first_largest: markedBy(largestOf),
  first_smallest: markedBy(smallestOf),
  cumsum: runningBy((before, [x]) => (before === null ? x : before + x)),
  cumprod: runningBy((before, [x]) => (before === null ? x : before * x)),
  linear_recurrence: runningBy((before, [a, b]) => (before === null ? b : b + a * before)),
  running_argmax: runningBy(bestSoFarBy((a, b) => a > b)),
  running_argmin: runningBy(bestSoFarBy((a, b) => a < b)),
  argsort: sorted,
  matmul,
  einsum,
  conv: convolution("result"),
  conv_transpose: convolution("image"),
  conv_kernel: convolution("kernel"),
  unfold: windowsBy((out, [x], at) => { out[at.window] = x[at.pixel]; }),
  fold: windowsBy((out, [x], at) => { out[at.pixel] += x[at.window]; }),
  max_pool: windowsBy((out, [x], at) => {
    out[at.output] = Math.max(out[at.output], x[at.pixel]);
  }, -Infinity),
  winners: windowsBy((out, [x, best], at) => {
    const wins = x[at.pixel] === best[at.output] || Number.isNaN(x[at.pixel]);
    if (out[at.output] < 0 && wins) out[at.output] = at.number;
  }, -1),
  sum_pool: windowsBy((out, [x], at) => { out[at.output] += x[at.pixel]; }),
  spread: windowsBy((out, [x], at) => { out[at.pixel] += x[at.output]; }),
  route: channelsBy((out, x, k, pixel) => { out[pixel] += x[k]; }),
  pick: channelsBy((out, x, k, pixel) => { out[k] = x[pixel]; }),
  max_unpool: channelsBy((out, x, k, pixel) => { out[pixel] = x[k]; }),
  take_out: takenOut,
  softmax_cross_entropy: crossEntropy,
  one_hot_mask: (step, classes) => {
    const out = full(step.shape);
    const { places, length } = alongAxes(step.shape, [step.axis]);
    classes.data.forEach((number, k) => {
      if (number >= 0 && number < length) out.data[places[k * length + number]] = 1;
    });
    return out;
  },
  last_writer: (step, places) => {
    const out = full(step.shape, -1);
    places.data.forEach((place, k) => { out.data[place] = k; });
    return out;
  },
};

/* Numbers of float32 are rounded after each operation, as NumPy rounds them. */
function computed(step, inputs) {
  const out = KERNELS[step.op](step, ...inputs);
  if (step.dtype === "float32") return { shape: out.shape, data: out.data.map(Math.fround) };
  return out;
}
