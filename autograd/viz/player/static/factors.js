/* Factors: the local gradients of tensors, cell by cell, from other numbers.  A row of the matrix is
   what the recorded rule makes of a cotangent that is 1 at one element and 0 elsewhere.  A matrix is
   computed when it is looked at, as only those of one event are. */

const ROWS = 256; /* elements of a result whose rows are computed */

function factorsOf(data, rerun, { values }, before) {
  const made = {};
  const isSame = (id) => rerun.recorded[id] === values[id];
  for (const [key, rows] of Object.entries(before.cells)) {
    const [node, position] = key.split("-").map(Number);
    const count = rows.columns.length;
    const at = data.events.findIndex((e) => e.kind === "vjp" && e.node === node && e.position === position);
    if (data.nodes[node].inputs.every(isSame)) made[key] = rows;
    else if (at >= 0 && count <= ROWS) later(key, () => matrix(at, node, position, rows));
  }
  return made;

  function later(key, compute) {
    let known = null;
    Object.defineProperty(made, key, { enumerable: true, get: () => known || (known = compute()) });
  }

  function matrix(at, node, position, rows) {
    const columns = [];
    const factors = [];
    const x = values[data.nodes[node].inputs[position]].data;
    let linear = rows.linear;
    rows.columns.forEach((known, k) => {
      const row = rerun.row(values, data.events[at], at, k).data;
      const kept = [...row.keys()].filter((column) => row[column] !== 0 || known.includes(column));
      columns.push(kept);
      factors.push(kept.map((column) => Number(row[column].toPrecision(6))));
      const sum = kept.reduce((total, column) => total + row[column] * x[column], 0);
      linear = linear && Math.abs(sum - values[node].data[k]) <= 1e-5 * (1 + Math.abs(sum));
    });
    return { columns, factors, linear };
  }
}
