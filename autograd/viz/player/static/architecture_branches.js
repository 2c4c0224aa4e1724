/* Series and branches: how the parts of a network hang together; as viz/layout/branches.py. */

/* A part is the id of a unit, { series: [parts, ...] } for branches, or { units } for a tangle. */
function seriesOf(units, before) {
  const result = [];
  const spine = spineOf(units, before);
  let between = [];
  for (const unit of units) {
    if (!spine.has(unit)) {
      between.push(unit);
      continue;
    }
    result.push(...branchesOf(between, before), unit);
    between = [];
  }
  return [...result, ...branchesOf(between, before)];
}

const sourcesOf = (before, unit) => before.get(unit) || [];

/* The units that are before or after every other one. */
function spineOf(units, before) {
  const bit = new Map(units.map((unit, k) => [unit, 1n << BigInt(k)]));
  const ahead = new Map();
  const after = new Map(units.map((unit) => [unit, 0n]));
  for (const unit of units) {
    ahead.set(unit, 0n);
    for (const source of sourcesOf(before, unit)) {
      if (ahead.has(source) && source !== unit) {
        ahead.set(unit, ahead.get(unit) | ahead.get(source) | bit.get(source));
      }
    }
  }
  for (const unit of [...units].reverse()) {
    for (const source of sourcesOf(before, unit)) {
      if (ahead.has(source) && source !== unit) {
        after.set(source, after.get(source) | after.get(unit) | bit.get(unit));
      }
    }
  }
  const whole = (1n << BigInt(units.length)) - 1n;
  return new Set(units.filter((unit) => (ahead.get(unit) | after.get(unit) | bit.get(unit)) === whole));
}

/* What stands between two units of the spine, split where no wire joins. */
function branchesOf(units, before) {
  if (!units.length) return [];
  const found = connectedUnits(units, before);
  if (found.length === 1) return [{ units }];
  return [{ series: found.map((part) => seriesOf(part, before)) }];
}

/* The groups of units that wires join, in the order of their first units. */
function connectedUnits(units, before) {
  const leader = new Map(units.map((unit) => [unit, unit]));
  const find = (unit) => {
    let here = unit;
    while (leader.get(here) !== here) here = leader.get(here);
    return here;
  };
  for (const unit of units) {
    for (const source of sourcesOf(before, unit)) {
      if (!leader.has(source)) continue;
      const [first, second] = [find(source), find(unit)].sort((a, b) => a - b);
      leader.set(second, first);
    }
  }
  const groups = new Map();
  for (const unit of units) {
    if (!groups.has(find(unit))) groups.set(find(unit), []);
    groups.get(find(unit)).push(unit);
  }
  return [...groups.values()];
}
