"""Exponentials and logarithms as kernels: polynomials, without branches, so that loops vectorise.

Each is within 2 units in the last place of the true value, and what NumPy gives for 0, infinities,
NaN and subnormal numbers.  `exp` and what is made of it write ``x = n log 2 + r`` with an integer
n, so that

    exp(x) = 2^n exp(r),   |r| <= log(2) / 2,

where a Taylor polynomial is exact enough.  Logarithms write ``x = 2^k (1 + f)`` and use the series
of fdlibm (Sun Microsystems, 1993; e_log.c, s_log1p.c): with ``s = f / (2 + f)``,

    log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)).

An integer is read from the bits of a sum with a large number, as all digits behind the point are
rounded away there: no conversion can go wrong, whatever x is.
"""

from __future__ import annotations

from typing import Any

from autograd.ops.kernels.llvm.words import (
    absolute,
    as_float,
    bits,
    copy_sign,
    float32,
    float64,
    from_bits,
    is_single,
    like,
    maximum,
    multiply_add,
    polynomial,
)


def rounded(x: Any) -> Any:
    """Return x / log(2) as the bits of an integer, and of what was added to it."""
    if is_single(x):
        found = bits(multiply_add(x, 1.44269504, 12582912.0))  # 3 * 2^22
    else:
        found = bits(multiply_add(x, 1.4426950408889634, 6755399441055744.0))  # 3 * 2^51
    return found


def integer(found: Any) -> Any:
    """Return the integer, of the bits that `rounded` gives."""
    if is_single(from_bits(found)):
        n = found - 0x4B400000
    else:
        n = found - 0x4338000000000000
    return n


def rest_high(x: Any, found: Any) -> Any:
    """Return x - n a, where a has the first digits of log(2): so few that nothing is rounded."""
    if is_single(x):
        high = multiply_add(from_bits(found) - 12582912.0, -0.693359375, x)
    else:
        high = multiply_add(from_bits(found) - 6755399441055744.0, -6.93147180369123816490e-01, x)
    return high


def rest_low(found: Any) -> Any:
    """Return -n (log(2) - a): r is the sum of both."""
    n = from_bits(found)
    if is_single(n):
        low = (n - 12582912.0) * 2.12194440e-4
    else:
        low = (n - 6755399441055744.0) * -1.90821492927058770002e-10
    return low


def power_of_two(n: Any) -> Any:
    """Return 2^n, for an exponent of a normal number."""
    if is_single(from_bits(n)):
        power = from_bits((n + 127) << 23)
    else:
        power = from_bits((n + 1023) << 52)
    return power


def beyond(high: Any, low: Any) -> Any:
    """Return exp(r) - 1 - high, for r = high + low, by Taylor's polynomial."""
    r = high + low
    if is_single(r):
        p = polynomial(r, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040)
    else:
        p = polynomial(
            r,
            1 / 2,
            1 / 6,
            1 / 24,
            1 / 120,
            1 / 720,
            1 / 5040,
            1 / 40320,
            1 / 362880,
            1 / 3628800,
            1 / 39916800,
            1 / 479001600,
            1 / 6227020800,
        )
    return multiply_add(r * r, p, low)


def exp_of_rest(high: Any, low: Any) -> Any:
    """Return exp(r), to which is added what 1 + high has lost in rounding."""
    y = 1.0 + high
    lost = high - (y - 1.0)
    return y + (beyond(high, low) + lost)


def between(x: Any, *, low: float, high: float) -> Any:
    """Return x, or the bound that it is beyond; NaN stays."""
    y = like(x, low) if x < low else x
    return like(x, high) if y > high else y


def exp(x: Any) -> Any:
    """Return e^x: 2^n in two factors, as the result may be subnormal."""
    if is_single(x):
        near = between(x, low=-104.0, high=89.0)
    else:
        near = between(x, low=-746.0, high=710.0)
    found = rounded(near)
    n = integer(found)
    half = n >> 1
    y = exp_of_rest(rest_high(near, found), rest_low(found))
    return x if x != x else y * power_of_two(half) * power_of_two(n - half)


def exp_of_normal(x: Any) -> Any:
    """Return e^x for a number whose exponential is a normal number."""
    found = rounded(x)
    y = exp_of_rest(rest_high(x, found), rest_low(found))
    return y * power_of_two(integer(found))


def expm1(x: Any) -> Any:
    """Return e^x - 1 = 2 (2^(n-1) (e^r - 1) + (2^(n-1) - 1/2))."""
    if is_single(x):
        near = between(x, low=-30.0, high=89.0)
    else:
        near = between(x, low=-60.0, high=710.0)
    found = rounded(near)
    half = power_of_two(integer(found) - 1)
    high = rest_high(near, found)
    y = multiply_add(half, high + beyond(high, rest_low(found)), half - 0.5)
    return x if x != x or x == 0.0 else y + y


def tanh(x: Any) -> Any:
    """Return 1 - 2 / (e^2x + 1); near 0, where that cancels, x + x^3 R(x^2) from Cephes."""
    z = x * x
    if is_single(x):
        size = between(absolute(x), low=0.0, high=20.0)
        r = polynomial(
            z,
            -3.33332819422e-1,
            1.33314422036e-1,
            -5.37397155531e-2,
            2.06390887954e-2,
            -5.70498872745e-3,
        )
    else:
        size = between(absolute(x), low=0.0, high=40.0)
        r = polynomial(
            z, -1.61468768441708447952e3, -9.92877231001918586564e1, -9.64399179425052238628e-1
        ) / polynomial(
            z, 4.84406305325125486048e3, 2.23548839060100448583e3, 1.12811678491632931402e2, 1.0
        )
    far = copy_sign(1.0 - 2.0 / (exp_of_normal(size + size) + 1.0), x)
    near = copy_sign(multiply_add(x * z, r, x), x)
    return near if size < 0.625 else x if x != x else far


def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + e^-x), by the exponential that cannot overflow.

    What ``1 + e`` has lost in rounding is taken off the quotient.
    """
    e = exp(-absolute(x))
    total = 1.0 + e
    lost = e - (total - 1.0)
    y = (e if x < 0.0 else like(x, 1.0)) / total
    reciprocal = 1.0 - y if x < 0.0 else y
    return multiply_add(-y * reciprocal, lost, y)


def softplus(x: Any) -> Any:
    """Return log(1 + e^x)."""
    return maximum(x, 0.0) + log1p(exp(-absolute(x)))


def exponent(x: Any) -> Any:
    """Return k of x = 2^k m, where m is between sqrt(1/2) and sqrt(2), for a normal number."""
    if is_single(x):
        k = (bits(x) - 0x3F3504F3) >> 23
    else:
        k = (bits(x) - 0x3FE6A09E667F3BCD) >> 52
    return k


def mantissa(x: Any, k: Any) -> Any:
    """Return m of x = 2^k m."""
    if is_single(x):
        m = from_bits(bits(x) - (k << 23))
    else:
        m = from_bits(bits(x) - (k << 52))
    return m


def series(z: Any) -> Any:
    """Return the R of log(1 + f), of z = s^2."""
    if is_single(z):
        r = polynomial(z, 0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841)
    else:
        r = polynomial(
            z,
            6.666666666666735130e-01,
            3.999999999940941908e-01,
            2.857142874366239149e-01,
            2.222219843214978396e-01,
            1.818357216161805012e-01,
            1.531383769920937332e-01,
            1.479819860511658591e-01,
        )
    return z * r


def log_of_parts(k: Any, f: Any, c: Any) -> Any:
    """Return k log(2) + log(1 + f) + c, for a small correction c."""
    s = f / (f + 2.0)
    half = 0.5 * f * f
    found = s * (half + series(s * s))
    if is_single(f):
        y = k * 6.9313812256e-01 - ((half - (found + (k * 9.0580006145e-06 + c))) - f)
    else:
        low = k * 1.90821492927058770002e-10 + c
        y = k * 6.93147180369123816490e-01 - ((half - (found + low)) - f)
    return y


def log(x: Any) -> Any:
    """Return the natural logarithm; a subnormal number is scaled first."""
    if is_single(x):
        is_tiny = x < 1.17549435e-38
        y = x * 33554432.0 if is_tiny else x
        k = exponent(y)
        less = k - 25
        none = float32(0.0)
    else:
        is_tiny = x < 2.2250738585072014e-308
        y = x * 18014398509481984.0 if is_tiny else x
        k = exponent(y)
        less = k - 54
        none = float64(0.0)
    f = mantissa(y, k) - 1.0
    return extended(x, log_of_parts(as_float(less if is_tiny else k), f, none))


def log1p(x: Any) -> Any:
    """Return log(1 + x); what 1 + x has lost in rounding is added afterwards."""
    u = 1.0 + x
    k = exponent(u)
    lost = (x - (u - 1.0)) / u
    y = extended(u, log_of_parts(as_float(k), mantissa(u, k) - 1.0, lost))
    return x if x == 0.0 else y


def extended(x: Any, found: Any) -> Any:
    """Return the logarithm of x: the one found, or that of 0, infinity, NaN or below 0."""
    y = found if x > 0.0 else like(x, 1e999 - 1e999)
    z = like(x, -1e999) if x == 0.0 else y
    return x if x == 1e999 else z


def sign(x: Any) -> Any:
    """Return 1, -1, or 0; NaN stays."""
    return like(x, 1.0) if x > 0.0 else like(x, -1.0) if x < 0.0 else absolute(x)
