/* Cell by cell: from which cells of other tensors a cell was made, and by which factors. */

const TERMS = 9; /* products that are written out */

/* Backwards the local gradient is read by columns: where a gradient comes back from. */
function turned(link, count) {
  const columns = Array.from({ length: count }, () => []);
  const factors = columns.map(() => []);
  link.columns.forEach((row, out) => row.forEach((column, k) => {
    columns[column].push(out);
    factors[column].push(link.factors[out][k]);
  }));
  return { columns, factors };
}

/* In a product of two tensors, the factor of a cell of the one is a cell of the other, and both
   lists of cells have one order.  Where the numbers say otherwise, it is another operation. */
function makeFactors(link, other, numbers) {
  if (!link || !other || !link.linear || !other.linear) return null;
  const near = (a, b) => Math.abs(a - b) <= 1e-5 * Math.max(Math.abs(a), Math.abs(b));
  const paired = link.columns.every((row, out) => row.length === other.columns[out].length &&
    row.every((_, k) => near(link.factors[out][k], numbers[other.columns[out][k]])));
  return paired ? (out, cell) => other.columns[out][link.columns[out].indexOf(cell)] : null;
}

/* The cell of the largest size, from which a reader begins. */
function largestCell(numbers) {
  let found = 0;
  numbers.forEach((x, i) => {
    if (Math.abs(x) > Math.abs(numbers[found]) || !Number.isFinite(numbers[found])) found = i;
  });
  return found;
}

/* The sum of products by which a cell was made, in parts: [{ text, kind }]. */
function sumOfProducts(row, factors, values, show, kinds) {
  const bracketed = (x) => (show(x).startsWith("-") ? "(" + show(x) + ")" : show(x));
  const terms = row.slice(0, TERMS).flatMap((cell, k) => [
    { text: k ? " + " : "" }, { text: bracketed(factors[k]), kind: kinds.factor },
    { text: " × " }, { text: bracketed(values[cell]), kind: kinds.value }]);
  if (row.length > TERMS) terms.push({ text: " + " + (row.length - TERMS) + " more" });
  return terms.length ? terms : [{ text: "nothing" }];
}
