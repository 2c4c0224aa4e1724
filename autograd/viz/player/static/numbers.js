/* Numbers: how a value is written, with the digits of all cards, as Python writes it. */

const WHOLE_ARRAY = 16; /* elements that are written one by one */

function makeNumbers(data) {
  const array = (value) => {
    if (value === null || typeof value !== "object") return null;
    return value.shape ? value : data.arrays[value.array];
  };

  /* What is not finite comes as text. */
  const parsed = (x) =>
    (typeof x === "string" ? Number(x.replace("inf", "Infinity").replace("nan", "NaN")) : x);
  const unparsed = (x) => {
    if (Number.isFinite(x)) return x;
    return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  };

  /* Whether a value holds a kind of number, "nan" or "inf". */
  function has(kind, value) {
    const many = value === undefined ? null : array(value);
    if (many && !many.data) return Boolean(many.kinds && many.kinds.includes(kind));
    return (many ? many.data : [value]).some((x) => typeof x === "string" && x.endsWith(kind));
  }

  /* The numbers of a value in a row; null where they are too many to be listed. */
  const numbers = (value) => {
    const many = array(value);
    return many ? many.data : [value];
  };

  /* Halves are rounded to even, as Python does. */
  function rounded(value) {
    const digits = data.digits;
    const size = Math.abs(value);
    const scaled = size * 10 ** digits;
    const tie = Number.isInteger(size * 2 ** (digits + 1)) && scaled - Math.floor(scaled) === 0.5;
    if (!tie) return value.toFixed(digits);
    const even = Math.floor(scaled) + (Math.floor(scaled) % 2);
    return (value < 0 ? "-" : "") + (even / 10 ** digits).toFixed(digits);
  }

  function scientific(value) {
    const { digits } = data;
    const [, whole, rest, power] = value.toExponential(100).match(/^(-?\d)\.(\d*)(.*)$/);
    const kept = whole + rest.slice(0, digits);
    const tie = /^50*$/.test(rest.slice(digits));
    if (!tie || Number(kept.slice(-1)) % 2) return value.toExponential(digits);
    return whole + (digits ? "." + rest.slice(0, digits) : "") + power;
  }

  /* One number of some type; exact is the shortest text that tells a float apart. */
  function one(value, exact, dtype) {
    if (dtype === "bool") return value ? "True" : "False";
    const whole = dtype && !dtype.startsWith("float");
    if (typeof value === "string" || exact || whole) return String(value);
    const fixed = rounded(value);
    if ((value === 0 || Number(fixed) !== 0) && Math.abs(value) < 1e6) return fixed;
    return scientific(value).replace(/e([+-])(\d)$/, "e$10$2");
  }

  const tuple = (shape) => "(" + shape.join(", ") + (shape.length === 1 ? ",)" : ")");

  const finite = (value) => typeof value === "number";

  /* The smallest and the largest finite element, and how many are not finite. */
  function rangeOf(many) {
    if (many.range) return many.range;
    const known = many.data.filter(finite);
    const pick = (better) => known.reduce((a, b) => (better(b, a) ? b : a), known[0]);
    return [pick((a, b) => a < b), pick((a, b) => a > b), many.data.length - known.length];
  }

  function range(many, exact) {
    const [low, high, bad] = rangeOf(many);
    if (!finite(low)) return bad + " not finite";
    const text = "from " + one(low, exact, many.dtype) + " to " + one(high, exact, many.dtype);
    return text + (bad ? ", " + bad + " not finite" : "");
  }

  /* Rows in brackets, the rows of rows in brackets again. */
  function nested(values, shape, write) {
    if (shape.length === 1) return "[" + values.map(write).join(" ") + "]";
    const length = values.length / shape[0];
    const rows = Array.from({ length: shape[0] }, (_, k) =>
      nested(values.slice(k * length, (k + 1) * length), shape.slice(1), write));
    return "[" + rows.join(" ") + "]";
  }

  function show(value, exact, dtype) {
    if (value === undefined || value === null) return "";
    const many = array(value);
    if (!many) return one(value, exact, dtype);
    const count = many.shape.reduce((a, b) => a * b, 1);
    if (!count) return tuple(many.shape) + " empty";
    if (count > WHOLE_ARRAY) return tuple(many.shape) + " " + range(many, exact);
    return nested(many.data, many.shape, (value) => one(value, exact, many.dtype));
  }

  /* The largest size of the elements, for breakpoints on gradients. */
  function size(value) {
    const many = array(value);
    const largest = many ? many.largest : value;
    return /^-?inf$/.test(largest) ? Infinity : Math.abs(Number(largest));
  }

  /* The place of an element in a shape, from its place in the list. */
  function unravel(index, shape) {
    const found = [];
    let rest = index;
    for (const length of [...shape].reverse()) {
      found.unshift(rest % length);
      rest = Math.floor(rest / length);
    }
    return found;
  }

  return { array, numbers, parsed, unparsed, has, show, size, unravel };
}
