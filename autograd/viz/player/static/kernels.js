/* Kernels: what each primitive computes.  No derivative is here: a backward pass is a program of the
   same operations.  What a kernel returns has the shape of its step. */

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
