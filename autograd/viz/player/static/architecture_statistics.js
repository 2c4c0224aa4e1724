/* Statistics of boxes and weights from the numbers of the page, after a value in it was changed. */

const HISTOGRAM_BINS = 16;

function makeStatistics(score, structure, collected) {
  const { data } = score;
  let made = null;
  let madeFrom = null;

  const listed = (value) => (value === undefined || value === null ? null : score.numbers(value));
  const gradientOf = (node) => (collected.has(node) ? listed(data.events[collected.get(node)].exact.value) : null);
  const norm = (values) => Math.sqrt(values.reduce((sum, one) => sum + Number(one) ** 2, 0));
  const plainly = (number) => (Number.isFinite(number) ? number : Number.isNaN(number) ? "nan" : "inf");
  const size = (values) => (values && values.length ? plainly(norm(values) / Math.sqrt(values.length)) : null);
  const share = (values) => (values ? values.filter((one) => one === 0).length / values.length : null);

  /* Counts in equal bins from the least to the largest element. */
  function histogramOf(values) {
    const finite = (values || []).filter((one) => typeof one === "number");
    const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
    const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
    if (!(low < high)) return null;
    const width = (high - low) / HISTOGRAM_BINS;
    const counts = Array(HISTOGRAM_BINS).fill(0);
    for (const one of finite) counts[Math.min(HISTOGRAM_BINS - 1, Math.floor((one - low) / width))] += 1;
    return counts;
  }

  function boxNumbers(box) {
    const values = listed(data.nodes[box.output].value);
    const gradient = gradientOf(box.output);
    const binsOf = (array) => (box.pill ? null : histogramOf(array));
    return { rms: size(values), gradient: size(gradient), zeros: share(values),
      histogram: binsOf(values), gradient_histogram: binsOf(gradient) };
  }

  function weightNumbers({ node }) {
    const [values, gradient] = [listed(data.nodes[node].value), gradientOf(node)];
    return { rms: size(values), gradient: size(gradient),
      ratio: values && gradient ? plainly(norm(gradient) / norm(values)) : null };
  }

  /* Of all weights of a layer together. */
  function ratioOf(box) {
    const pairs = box.weights.map(({ node }) => [listed(data.nodes[node].value), gradientOf(node)]);
    if (!pairs.every(([value, gradient]) => value && gradient)) return null;
    const whole = (k) => norm(pairs.map((pair) => norm(pair[k])));
    return plainly(whole(1) / whole(0));
  }

  function measured(layers) {
    const boxes = Object.fromEntries(structure.boxes.map((box) => [box.id, boxNumbers(box)]));
    const weights = Object.fromEntries(structure.boxes.flatMap((box) =>
      box.weights.map((entry) => [box.id + ":" + entry.name, weightNumbers(entry)])));
    const profile = layers.map((id) => ({ box: id, gradient: boxes[id].gradient, ratio: ratioOf(structure.boxes[id]) }));
    return { boxes, weights, profile };
  }

  const layers = data.statistics ? data.statistics.profile.map((point) => point.box) : [];

  /* Those that came with the page, or, where its numbers have changed, those of the new ones. */
  return () => {
    if (data.statistics) return data.statistics;
    if (madeFrom !== data.events[0].exact) {
      made = measured(layers);
      madeFrom = data.events[0].exact;
    }
    return made;
  };
}
