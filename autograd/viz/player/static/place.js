/* The place in the trace: where the reader is, what to wait for, and what follows a move. */

function makePlace(score, start) {
  const { data, last } = score;
  const listeners = [];
  const clamp = (at) => Math.max(START, Math.min(last, at));
  const place = { at: clamp(start), selected: null, breakpoints: [], playing: null, speed: 1 };

  function tell(why) {
    for (const listener of listeners) listener(why);
  }

  place.listen = (listener) => listeners.push(listener);
  place.changed = tell;

  place.go = (at, why) => {
    const there = clamp(at);
    if (there !== place.at) {
      place.at = there;
      tell(why || "move");
    }
  };

  place.step = (count) => place.go(place.at + count, count === 1 ? "step" : "move");

  place.operation = (direction) => {
    let at = place.at;
    const here = score.group(at);
    if (direction > 0) {
      while (at < last && score.group(at) === here) at += 1;
      place.go(at);
      return;
    }
    while (at > START && score.group(at) === here) at -= 1;
    const there = score.group(at);
    while (at > START && score.group(at - 1) === there) at -= 1;
    place.go(at);
  };

  place.select = (node) => {
    place.selected = node;
    tell("select");
  };

  const concerns = (event, node) => event.node === node || event.input === node;

  /* Go to the next event of a node, or to its first one where there is no next; breakpoints stop it. */
  place.runTo = (node) => {
    const after = data.events.findIndex((e, i) =>
      i > place.at && (concerns(e, node) || place.stops(i)));
    const first = data.events.findIndex((e) => concerns(e, node));
    if (after >= 0 || first >= 0) place.go(after >= 0 ? after : first);
  };

  /* A pattern as of files: *, ?, [abc] and [!abc]. */
  const glob = (pattern) => {
    const translated = pattern.replace(/\[(!?)(\][^\]]*|[^\]]+)\]|[^]/gu, (part, not, set) => {
      if (set) return "[" + (not && "^") + set.replace(/[\\\]\[^]/g, "\\$&") + "]";
      if (part === "*") return "[^]*";
      return part === "?" ? "[^]" : part.replace(/[.+^${}()|[\]\\/]/, "\\$&");
    });
    try {
      return new RegExp("^" + translated + "$", "u");
    } catch {
      return /(?!)/; /* a range from back to front holds nothing */
    }
  };

  const wordOf = (text) => data.nodes.findIndex((n) => !n.constant && n.word === text);

  /* What a breakpoint asks of an event. */
  const kinds = {
    node: (text) => {
      const node = wordOf(text);
      return node < 0 ? null : (event) => concerns(event, node);
    },
    id: (text) => (event) => concerns(event, Number(text)),
    operation: (text) => {
      const named = (n) => [n.operation, n.symbol, n.gate].includes(text);
      if (!text || !data.nodes.some(named)) return null;
      return (event) => ["forward", "vjp"].includes(event.kind) && named(data.nodes[event.node]);
    },
    name: (text) => {
      const pattern = glob(text);
      const named = (i) => i !== null && data.nodes[i].name && pattern.test(data.nodes[i].name);
      return (event) => named(event.node) || named(event.input);
    },
    below: (text) => threshold(text, (up, out, limit) => out < limit && limit <= up),
    above: (text) => threshold(text, (up, out, limit) => up <= limit && limit < out),
    nan: () => (event, at) => data.born.nan.includes(at),
    inf: () => (event, at) => data.born.inf.includes(at),
  };

  function threshold(text, crosses) {
    const limit = Number(text);
    if (!(limit > 0)) return null;
    return (event) =>
      event.kind === "vjp" &&
      crosses(score.size(event.exact.upstream), score.size(event.exact.value), limit);
  }

  place.breakOn = (kind, text) => {
    const test = kinds[kind] && kinds[kind](text);
    if (!test) return false;
    const events = data.events.flatMap((event, at) => (test(event, at) ? [at] : []));
    const label = { below: "gradient below ", above: "gradient above ", id: "node " }[kind] ||
      kind + " ";
    const shown = kind === "id" ? data.nodes[Number(text)].word : text;
    place.addBreakpoint({ kind, text, label: (label + shown).trim(), events });
    return true;
  };

  place.addBreakpoint = (breakpoint, silent) => {
    place.breakpoints.push(breakpoint);
    tell(silent ? "silent" : "breakpoints");
  };

  place.removeBreakpoint = (breakpoint) => {
    place.breakpoints = place.breakpoints.filter((other) => other !== breakpoint);
    tell("breakpoints");
  };

  place.stops = (at) => place.breakpoints.some((b) => b.events.includes(at));

  place.run = () => {
    let at = place.at + 1;
    while (at < last && !place.stops(at)) at += 1;
    place.go(at);
  };

  place.play = () => {
    if (place.playing) {
      place.pause();
      return;
    }
    if (place.at === last) place.go(START);
    place.playing = true;
    const tick = () => {
      if (!place.playing) return;
      place.step(1);
      if (place.at === last || place.stops(place.at) || place.waiting) place.pause();
      else place.playing = setTimeout(tick, 900 / place.speed);
    };
    place.playing = setTimeout(tick, 300 / place.speed);
    tell("play");
  };

  place.pause = () => {
    clearTimeout(place.playing);
    place.playing = null;
    tell("play");
  };

  return place;
}
