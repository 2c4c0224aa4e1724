/* Predict, then reveal: the reader types a number before it is shown, and sees what went wrong. */

function makePredict(score, place, options) {
  const { data } = score;
  const box = make("section", { class: "predict", "aria-label": "Predict" });
  const tally = { right: 0, asked: 0 };
  const answered = new Set();
  let tries = 0;
  let question = null;

  /* Which number an event asks for: a contribution, or the sum where several meet. */
  function questionAt(at) {
    const event = data.events[at];
    if (!event || answered.has(at)) return null;
    const whole = event.exact.value;
    const cell = largest(whole);
    const pick = (value) => (score.array(value) ? (score.numbers(value) || [])[cell] : value);
    if (!score.numbers(whole)) return null;
    if (!Number.isFinite(pick(whole))) return null;
    if (event.kind === "vjp") {
      const factors = factorsOf(event, cell, pick);
      if (!factors) return null;
      return { at, kind: "contribution", right: pick(whole), ...factors,
        symbol: data.nodes[event.input].grad + indexed(whole, cell), own: pick(inputValue(event)),
        before: soFar(event, at, pick), swaps: data.nodes[event.node].operation === "multiply" };
    }
    if (event.kind === "accumulate" && event.exact.before !== undefined) {
      return { at, kind: "sum", right: pick(whole), before: pick(event.exact.before),
        given: pick(data.events[at - 1].exact.value),
        symbol: data.nodes[event.node].grad + indexed(whole, cell) };
    }
    return null;
  }

  const inputValue = (event) => data.nodes[event.input].value;

  function soFar(event, at, pick) {
    const value = score.known(event.input, at - 1).gradient;
    return value === undefined ? undefined : pick(value);
  }

  function largest(value) {
    const many = score.array(value);
    if (!many || !many.data) return 0;
    return many.data.reduce((best, v, i) =>
      (Math.abs(v) > Math.abs(many.data[best]) ? i : best), 0);
  }

  function indexed(value, cell) {
    const many = score.array(value);
    if (!many || many.data.length === 1) return "";
    return "[" + score.unravel(cell, many.shape).join(", ") + "]";
  }

  /* The factors of one product; a sum of several products is shown, not asked for. */
  function factorsOf(event, cell, pick) {
    const local = event.exact.local;
    if (local !== undefined && !score.array(local) && !score.array(event.exact.upstream)) {
      return { local, upstream: event.exact.upstream };
    }
    const link = data.cells[event.node + "-" + event.position];
    if (!link || !score.numbers(event.exact.upstream)) return null;
    const rows = link.columns.flatMap((row, out) => (row.includes(cell) ? [out] : []));
    if (rows.length !== 1) return null;
    const [out] = rows;
    return { local: link.factors[out][link.columns[out].indexOf(cell)],
      upstream: score.numbers(event.exact.upstream)[out] };
  }

  /* The same with the digits that are shown, or to a hundredth of the number. */
  const same = (a, b) =>
    typeof b === "number" &&
    (Math.abs(a - b) <= 0.01 * Math.abs(b) || score.show(a) === score.show(b));

  /* A kind word on the usual mistakes. */
  function hint(answer, q) {
    const show = (x) => score.show(x, false);
    if (same(answer, -q.right)) return "The size is right; look at the sign once more.";
    if (q.kind === "sum") {
      if (same(answer, q.given)) {
        return "That is the new contribution alone. At a fan-out contributions add: " +
          show(q.before) + " is there already.";
      }
      if (same(answer, q.before)) {
        return "That was there before. The new contribution, " + show(q.given) + ", is added to it.";
      }
      if (same(answer, q.given * q.before)) return "Contributions that meet add; they do not multiply.";
      return "Add what was there, " + show(q.before) + ", and what arrives, " + show(q.given) + ".";
    }
    if (same(answer, q.local)) {
      return "That is the local gradient. You forgot the upstream gradient, " + show(q.upstream) +
        ": multiply by it.";
    }
    if (same(answer, q.upstream)) {
      return "That is the upstream gradient. It is multiplied by the local gradient, " +
        show(q.local) + ".";
    }
    if (same(answer, q.local + q.upstream)) {
      return "Local and upstream gradient are multiplied, not added.";
    }
    if (q.before !== undefined && same(answer, q.before + q.right)) {
      return "That is the sum already. Asked for is the contribution of this step alone.";
    }
    if (q.swaps && same(answer, q.own * q.upstream)) {
      return "That takes the input's own value. A product hands each input the value of the other.";
    }
    return "Not yet. Multiply the local gradient, " + show(q.local) + ", by the upstream gradient, " +
      show(q.upstream) + ".";
  }

  function ask() {
    question = options.predict ? questionAt(place.at) : null;
    tries = 0;
    const waiting = question !== null;
    if (waiting !== Boolean(place.waiting)) {
      place.waiting = waiting;
      place.changed("ask");
    }
    draw("");
  }

  function draw(said, good) {
    box.hidden = !options.predict;
    if (box.hidden) return;
    const score_ = make("p", { class: "tally" },
      tally.asked ? tally.right + " of " + tally.asked + " right the first time" : "");
    if (!question) {
      const idle = said || (place.at === score.last
        ? "That was the last step." : "Go on with →; you will be asked for each gradient.");
      box.replaceChildren(make("p", { class: good ? "good" : "", role: "status" }, idle), score_);
      return;
    }
    const input = make("input", { type: "text", inputmode: "text", autocomplete: "off",
      "aria-label": "Your number for " + question.symbol, class: "answer" });
    const text = question.kind === "sum"
      ? "What is " + question.symbol + " now?"
      : "What does this step contribute to " + question.symbol + "?";
    const form = makeForm(() => check(input.value), "Check", make("label", {}, text, input));
    form.append(make("button", { type: "button", onclick: () => reveal(false) }, "Show me"));
    box.replaceChildren(form, make("p", { class: "hint", role: "status" }, said || ""), score_);
    if (options.focus) input.focus({ preventScroll: true });
  }

  function check(text) {
    const answer = Number(text.trim().replace("−", "-").replace(",", "."));
    if (!text.trim() || Number.isNaN(answer)) {
      draw("Write a number, such as -0.25.");
      return;
    }
    tries += 1;
    if (same(answer, question.right) || same(answer, asShown(question))) {
      reveal(true, same(answer, question.right) ? "" : " with all digits");
      return;
    }
    draw(hint(answer, question));
  }

  /* What one gets from the numbers as they are shown, rounded already, as on the slides. */
  function asShown(q) {
    const [a, b] = (q.kind === "sum" ? [q.before, q.given] : [q.local, q.upstream])
      .map((x) => Number(score.show(x)));
    return q.kind === "sum" ? a + b : a * b;
  }

  function reveal(right, digits) {
    answered.add(question.at);
    tally.asked += 1;
    tally.right += right && tries === 1 ? 1 : 0;
    const word = right ? "Yes," + (digits || "") + " " : "It is ";
    const said = word + question.symbol + (question.kind === "sum" ? " = " : " += ") +
      score.show(question.right, options.exact) + ".";
    question = null;
    place.waiting = false;
    place.changed("ask");
    draw(said, right);
  }

  function toggle() {
    options.predict = !options.predict;
    if (options.predict && place.at === score.last) place.go(score.seed);
    ask();
    place.changed("mode");
  }

  place.listen((why) => {
    if (["move", "step"].includes(why)) ask();
  });
  return { box, toggle, ask };
}
