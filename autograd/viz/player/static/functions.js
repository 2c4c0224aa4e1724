/* The functions of numbers that JavaScript has otherwise, or not at all. */

const negative = (x) => x < 0 || Object.is(x, -0);
const copySign = (x, y) => (negative(y) ? -Math.abs(x) : Math.abs(x));
const even = (x) => {
  const below = Math.floor(x);
  if (x - below !== 0.5) return copySign(Math.round(x), x);
  return copySign(below % 2 ? below + 1 : below, x);
};
const roundTo = (x, { decimals }) => {
  const scale = 10 ** Math.abs(decimals);
  return decimals < 0 ? even(x / scale) * scale : even(x * scale) / scale;
};
const toPower = (x, y) => (x === 1 ? 1 : x ** y);
const logistic = (x) => (x < -350 ? Math.exp(x) : 1 / (1 + Math.exp(-x)));
const mod = (x, y) => {
  const rest = x % y;
  if (!rest) return copySign(rest, y);
  return y < 0 !== rest < 0 ? rest + y : rest;
};
function floorDivide(x, y) {
  if (!y) return x / y;
  const quotient = (x - mod(x, y)) / y;
  const whole = Math.floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}
const logAdd = (exp, log1p, half) => (x, y) =>
  (x === y ? x + half : Math.max(x, y) + log1p(exp(-Math.abs(x - y))));

/* The series of all positive terms near 0, the continued fraction beyond. */
function errorFunction(x) {
  if (Math.abs(x) > 2.5) return copySign(1 - complement(Math.abs(x)), x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
function complement(x) {
  if (Number.isNaN(x)) return x;
  if (x < 1.5) return x < -6 ? 2 : x < -2.5 ? 2 - complement(-x) : 1 - errorFunction(x);
  let fraction = x;
  for (let n = 120; n > 0; n -= 1) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

/* j_n(x) / x^n, by its series near 0 and by its recurrence beyond. */
function besselRatio(x, { n }) {
  if (Math.abs(x) <= 1.5 * n || x === 0) {
    let term = 1;
    for (let k = 1; k < 2 * n + 2; k += 2) term /= k;
    let total = term;
    for (let k = 1; k < 2 * n + 20; k += 1) {
      term *= (x * x) / (-2 * k * (2 * n + 2 * k + 1));
      total += term;
    }
    return total;
  }
  let [below, ratio] = [Math.cos(x), Math.sin(x) / x];
  for (let k = 0; k < n; k += 1) [below, ratio] = [ratio, ((2 * k + 1) * ratio - below) / x / x];
  return ratio;
}

const GELU = Math.sqrt(8 / Math.PI);
const gelu = (x) => {
  const near = Math.max(Math.min(x, 40), -40);
  return x * logistic(near * (GELU + 0.044715 * GELU * near * near));
};
const close = (a, b, { rtol, atol, equal_nan: equal }) => a === b ||
  (Number.isFinite(b) && Math.abs(a - b) <= atol + rtol * Math.abs(b)) ||
  (equal && Number.isNaN(a) && Number.isNaN(b));

/* Of one number, or of two or three that are broadcast. */
const OF_NUMBERS = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  negative: (x) => -x,
  positive: (x) => x,
  reciprocal: (x) => 1 / x,
  sqrt: Math.sqrt, exp: Math.exp, expm1: Math.expm1, log: Math.log, log1p: Math.log1p,
  sin: Math.sin, cos: Math.cos, sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh,
  arctan: Math.atan, arcsin: Math.asin, arccos: Math.acos,
  arcsinh: Math.asinh, arccosh: Math.acosh, arctanh: Math.atanh,
  cbrt: Math.cbrt, log2: Math.log2, log10: Math.log10,
  exp2: (x) => 2 ** x,
  power: toPower,
  power_slope: (x, y) => (x === 0 && y >= 0 ? 0 : toPower(x, y) * Math.log(x)),
  logaddexp: logAdd(Math.exp, Math.log1p, Math.LN2),
  logaddexp2: logAdd((x) => 2 ** x, (x) => Math.log1p(x) / Math.LN2, 1),
  hypot: (x, y) => Math.hypot(x, y),
  cosine: (x, y) => x / (Math.hypot(x, y) || 1),
  arctan2: Math.atan2,
  absolute: Math.abs,
  erf: errorFunction,
  erfc: complement,
  sinc: (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)),
  bessel_ratio: besselRatio,
  sigmoid: logistic,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gelu_tanh: gelu,
  where: (condition, x, y) => (condition ? x : y),
  maximum: (x, y) => Math.max(x, y),
  minimum: (x, y) => Math.min(x, y),
  fmax: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y)),
  fmin: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y)),
  copysign: copySign,
  sign: Math.sign,
  heaviside: (x, y) => (x === 0 ? y : Number.isNaN(x) ? x : Number(x > 0)),
  floor: Math.floor, ceil: Math.ceil, trunc: Math.trunc,
  rint: even,
  round: roundTo,
  floor_divide: floorDivide,
  remainder: mod,
  fmod: (x, y) => x % y,
  equal: (x, y) => x === y,
  not_equal: (x, y) => x !== y,
  greater: (x, y) => x > y,
  greater_equal: (x, y) => x >= y,
  less: (x, y) => x < y,
  less_equal: (x, y) => x <= y,
  logical_and: (x, y) => x !== 0 && y !== 0,
  logical_or: (x, y) => x !== 0 || y !== 0,
  logical_not: (x) => x === 0,
  isnan: (x) => Number.isNaN(x),
  isinf: (x) => Math.abs(x) === Infinity,
  isfinite: (x) => Number.isFinite(x),
  isclose: close,
  astype: (x, { dtype }) => (dtype === "bool" ? x !== 0 : dtype.startsWith("float") ? x : Math.trunc(x)),
  detach: (x) => x,
  "as saved": (x) => x,
};
