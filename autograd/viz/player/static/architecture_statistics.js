/* Statistics of boxes and weights from the numbers of the page, after a value in it was changed. */

const HISTOGRAM_BINS = 16;
const KEPT = ["bytes", "forward_ms", "backward_ms"];

function makeStatistics(score, structure, collected) {
  const { data, parsed } = score;
  let given = data.statistics;
  let made = null;
  let madeFrom = null;

  const listed = (value) => (value === undefined || value === null ? null : score.numbers(value));
  const gradientOf = (node) => (collected.has(node) ? listed(data.events[collected.get(node)].exact.value) : null);
  const plainly = (number) => (Number.isFinite(number) ? number : Number.isNaN(number) ? "nan" : "inf");
  const over = (above, below) => (below === 0 ? null : plainly(above / below));
  const size = (values) => (values && values.length ? plainly(norm(values) / Math.sqrt(values.length)) : null);
  const share = (values) => (values ? values.filter((one) => one === 0).length / values.length : null);

  /* Of elements over the largest one, so that no square over- or underflows. */
  function norm(values) {
    const known = values.map(parsed);
    const largest = known.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    if (largest === 0 || !Number.isFinite(largest)) return largest;
    return largest * Math.sqrt(known.reduce((sum, one) => sum + (one / largest) ** 2, 0));
  }

  /* Counts in equal bins from the least to the largest element. */
  function histogramOf(values) {
    const finite = (values || []).filter((one) => typeof one === "number");
    const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
    const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
    if (!(low < high) || !Number.isFinite(high - low)) return null;
    const counts = Array(HISTOGRAM_BINS).fill(0);
    for (const one of finite) counts[Math.min(HISTOGRAM_BINS - 1, Math.floor(((one - low) / (high - low)) * HISTOGRAM_BINS))] += 1;
    return counts;
  }

  /* What does not depend on the numbers stays as it was measured: memory and times. */
  function kept(box) {
    const before = (given && given.boxes && given.boxes[box.id]) || {};
    return Object.fromEntries(Object.entries(before).filter(([key]) => KEPT.includes(key)));
  }

  function boxNumbers(box) {
    const values = listed(data.nodes[box.output].value);
    const gradient = gradientOf(box.output);
    const binsOf = (array) => (box.pill ? null : histogramOf(array));
    return { ...kept(box), rms: size(values), gradient: size(gradient), zeros: share(values),
      histogram: binsOf(values), gradient_histogram: binsOf(gradient) };
  }

  function weightNumbers({ node }) {
    const [values, gradient] = [listed(data.nodes[node].value), gradientOf(node)];
    return { rms: size(values), gradient: size(gradient),
      ratio: values && gradient ? over(norm(gradient), norm(values)) : null };
  }

  /* Of all weights of a layer that have a gradient together. */
  function ratioOf(box) {
    const pairs = box.weights.map(({ node }) => [listed(data.nodes[node].value), gradientOf(node)])
      .filter(([value, gradient]) => value && gradient);
    const whole = (k) => norm(pairs.map((pair) => norm(pair[k])));
    return over(whole(1), whole(0));
  }

  function measured(layers) {
    const boxes = Object.fromEntries(structure.boxes.map((box) => [box.id, boxNumbers(box)]));
    const weights = Object.fromEntries(structure.boxes.flatMap((box) =>
      box.weights.map((entry) => [box.id + ":" + entry.name, weightNumbers(entry)])));
    const profile = layers.map((id) => ({ box: id, gradient: boxes[id].gradient, ratio: ratioOf(structure.boxes[id]) }));
    return { boxes, weights, profile };
  }

  const layers = given ? given.profile.map((point) => point.box) : [];

  /* Those that came with the page, or, where its numbers have changed, those of the new ones. */
  return () => {
    if (data.statistics) return (given = data.statistics);
    if (madeFrom !== data.events[0].exact) {
      made = measured(layers);
      madeFrom = data.events[0].exact;
    }
    return made;
  };
}
