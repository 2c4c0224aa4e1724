/* The profile: size of the gradient and of the update, layer by layer, on a logarithmic axis. */

const PROFILE = { height: 104, left: 52, right: 14, top: 14, bottom: 10 };
const BAND = 100;

const positive = (one) => typeof one === "number" && one > 0;

/* Whole decades around all numbers, so that none is cut off. */
function decadesOf(values) {
  const logs = values.filter(positive).map(Math.log10);
  if (!logs.length) return null;
  const low = Math.floor(Math.min(...logs) + 1e-9);
  return [low, Math.max(low + 1, Math.ceil(Math.max(...logs) - 1e-9))];
}

/* The layer whose gradient is furthest from the median, or is zero or not finite. */
function worstLayer(points) {
  const centre = median(points.map((point) => point.gradient));
  const distance = ({ gradient }) => {
    if (gradient === null || gradient === undefined) return -1;
    return positive(gradient) && centre ? Math.abs(Math.log10(gradient / centre)) : Infinity;
  };
  return points.reduce((worst, point) => (distance(point) > distance(worst) ? point : worst), points[0]);
}

function makeProfile(view) {
  const { model } = view;
  const box = make("div", { class: "profile" });
  const caption = make("span", { class: "key" },
    make("span", { class: "gradient" }, make("i", { class: "dot" }), "rms(dL/dy)"),
    make("span", { class: "value" }, make("i", { class: "square" }), "|dW| / |W|"),
    make("span", {}, "band: within 100 times the median gradient; hollow: zero"));
  let drawn = "";
  let width = 0;

  function update() {
    if (box.hidden || !width) return;
    const points = model.profile(view.moment());
    const key = JSON.stringify([points, width]);
    if (key === drawn) return;
    drawn = key;
    box.replaceChildren(picture(points, width));
  }

  function picture(points, width) {
    const all = points.flatMap((point) => [point.gradient, point.ratio]);
    const decades = decadesOf(all);
    const [low, high] = decades || [-1, 1];
    const room = PROFILE.height - PROFILE.top - PROFILE.bottom;
    const x = (i) => PROFILE.left + ((i + 0.5) * (width - PROFILE.left - PROFILE.right)) / points.length;
    const y = (one) => PROFILE.top + (room * (high - Math.log10(one))) / (high - low);
    const foot = PROFILE.top + room;
    const scale = { x, y, low, high, foot, width };
    const series = [["gradient", "dL/dy"], ["ratio", "ratio"]];
    return shape("svg", { width, height: PROFILE.height, role: "img", "aria-label": spoken(points) },
      decades && axis(scale), band(points, scale),
      series.flatMap(([name]) => [dotted(points, name, scale), ...dots(points, name, scale)]),
      points.map((point, i) => target(point, i, scale, points.length)));
  }

  function axis({ y, low, high, width }) {
    const every = Math.ceil((high - low) / 4);
    const ticks = [];
    for (let power = low; power <= high; power += 1) {
      if ((power - low) % every && power !== high) continue;
      if (power === high && (high - low) % every && (high - low) % every < every / 2) continue;
      const at = y(10 ** power);
      ticks.push(shape("path", { class: "tick", d: "M" + PROFILE.left + " " + at + "H" + (width - PROFILE.right) }),
        shape("text", { x: PROFILE.left - 6, y: at + 4, "font-size": 11, class: "end soft" }, tenTo(power)));
    }
    return ticks;
  }

  const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const tenTo = (power) => "10" + (power < 0 ? "⁻" : "") +
    [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[digit]).join("");

  function band(points, { y, high, low, width }) {
    const centre = median(points.map((point) => point.gradient));
    if (!centre) return null;
    const inside = (one) => Math.max(10 ** low, Math.min(10 ** high, one));
    const [top, bottom] = [y(inside(centre * BAND)), y(inside(centre / BAND))];
    return shape("rect", { class: "band", x: PROFILE.left, y: top,
      width: width - PROFILE.left - PROFILE.right, height: bottom - top });
  }

  function dotted(points, name, { x, y }) {
    let pen = "M";
    const parts = points.map((point, i) => {
      if (!positive(point[name])) {
        pen = "M";
        return "";
      }
      const part = pen + x(i).toFixed(1) + " " + y(point[name]).toFixed(1);
      pen = "L";
      return part;
    });
    return shape("path", { class: "dotted " + name, d: parts.join("") });
  }

  function dots(points, name, { x, y, foot }) {
    return points.map((point, i) => {
      const one = point[name];
      if (one === null || one === undefined) return null;
      if (typeof one === "string") {
        return shape("text", { x: x(i), y: PROFILE.top - 4, "font-size": 13, class: "bad middle name" }, "!");
      }
      const at = one === 0 ? foot : y(one);
      const kind = "mark " + name + (one === 0 ? " hollow" : "");
      return name === "gradient" ? shape("circle", { cx: x(i), cy: at, r: 3, class: kind })
        : shape("rect", { x: x(i) - 2.6, y: at - 2.6, width: 5.2, height: 5.2, class: kind });
    });
  }

  /* A column of the plot belongs to a layer: pointing lights its box, a click goes there. */
  function target(point, i, { x, width }, count) {
    const step = (width - PROFILE.left - PROFILE.right) / count;
    const { name, path } = model.boxes[point.box];
    return shape("rect", { class: "target", x: x(i) - step / 2, y: 0, width: step, height: PROFILE.height,
      "data-box": point.box,
      onclick: () => view.reveal(point.box),
      onpointerenter: () => view.light(point.box, true),
      onpointerleave: () => view.light(point.box, false),
    }, shape("title", {}, (path || name) + "\nrms(dL/dy) " + (brief(point.gradient) || "not computed") +
      "\n|dW| / |W| " + (brief(point.ratio) || "not computed")));
  }

  function spoken(points) {
    const there = points.filter((point) => point.gradient !== null);
    if (!there.length) return "Gradient profile: nothing computed yet.";
    const worst = worstLayer(points);
    return "Gradient profile of " + counts(points.length, "layer") + "; " + model.boxes[worst.box].path +
      " is furthest from the median with " + brief(worst.gradient) + ".";
  }

  view.listen(update);
  new ResizeObserver(() => {
    width = box.clientWidth && Math.max(240, box.clientWidth);
    update();
  }).observe(box);
  return { name: "Gradient profile", box, caption, update };
}
