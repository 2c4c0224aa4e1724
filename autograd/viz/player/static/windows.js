/* Kernels of windows over images: convolution in its three forms, unfolding and pooling. */

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
