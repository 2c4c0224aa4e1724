# %% [markdown]
# # 5. Testing derivatives
#
# A derivative that is a little wrong does not crash. The network still learns, only worse,
# without a message. So derivatives are tested against numbers that do not depend on the rules.
# We write an operation with a mistake, let a test find it, read what it says, and mend the
# operation.

# %% [markdown]
# ## An operation with a mistake
#
# "Swish" is $x\,\sigma(x)$, a smooth relative of ReLU. By the product rule, and with $\sigma' =
# \sigma(1-\sigma)$,
#
# $$\frac{d}{dx}\, x\,\sigma(x) = \sigma(x) + x\,\sigma(x)\,(1-\sigma(x)).$$
#
# The factor $x\,\sigma(x)$ is the output, which we have already. So we write:

# %%
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.testing import GradientMismatch, battery, check_grad, check_subgradient, taylor_test


def hasty_rule(ct, out, x):
    s = ag.sigmoid(x)
    return ct * (s + out * (1 - out))


@ag.primitive(vjps=(hasty_rule,))
def swish(x):
    return x * ag.sigmoid(x)


# %% [markdown]
# Perhaps you have seen it: the last factor should be `1 - s`. In a drawing it does not stand out.
# Step through it, or press `End`: all of these numbers look likely.

# %%
w = ag.tensor(2.0, requires_grad=True, name="w")
x = ag.tensor(0.25, requires_grad=True, name="x")
ag.draw(swish(w * x))

# %% [markdown]
# ## Two points that are fine
#
# `check_grad` compares the derivative with a numerical one. We try 0, and 1.

# %%
for point in (0.0, 1.0):
    print(point, check_grad(swish, point).verdict)

# %% [markdown]
# Both pass, and rightly so. At 0 the output is 0, and the wrong factor does not matter. At 1 the
# output is $1 \cdot \sigma(1)$, which *is* $s$. Points that people choose are often special.

# %% [markdown]
# ## Let Hypothesis choose
#
# Hypothesis is a library that invents inputs. `battery` puts a primitive through seventeen checks
# on each of them: the derivative, the second derivative, shapes, dtypes, and more.
# `load_profile("ci")` takes 60 inputs, the same ones in every run.

# %%
ag.testing.load_profile("ci")


@given(data=st.data())
def test_swish(data):
    battery(swish, data)


try:
    test_swish()
except GradientMismatch as error:
    print(error)

# %% [markdown]
# This is not the first input that failed. When Hypothesis has found one, it looks for a simpler
# one that fails, too, and then for a simpler one still: smaller arrays, shorter numbers. It ends
# with a single short number. That is called *shrinking*.

# %% [markdown]
# ## Reading the report
#
# - `FAIL swish: argument 0 'x'    [value]` is what failed, by which argument, and in which check.
# - `analytic` is what the rule says, `numeric` what differences say. The number behind `+-`
#   bounds the error of the latter. So this is not rounding: the two differ in the second digit.
# - `ratio` is the one divided by the other. A ratio of 2, or -1, would hint at a forgotten
#   factor or a sign. A number such as this does not.
# - `input` is where it happened, and can be copied into a test.
# - `ladder` is the difference quotient for smaller and smaller steps. It settles, so the function
#   is smooth here, and the numeric value can be trusted.

# %% [markdown]
# There is sometimes a `hint`. It is a guess from the numbers at one place. At $x = -1$ the wrong
# rule happens to give the right size with the wrong sign:

# %%
try:
    check_grad(swish, -1.0)
except GradientMismatch as error:
    print(error)

# %% [markdown]
# ## Mending it


# %%
def rule(ct, out, x):
    s = ag.sigmoid(x)
    return ct * (s + out * (1 - s))


@ag.primitive(vjps=(rule,))
def mended_swish(x):
    return x * ag.sigmoid(x)


@given(data=st.data())
def test_mended_swish(data):
    battery(mended_swish, data)


test_mended_swish()
print("60 inputs, and no check finds anything")

# %% [markdown]
# Both rules side by side, at $w x = 0.5$. `ag.lessons.spot` runs the two, step by step, and stops
# at the first number that differs.

# %%
ag.lessons.spot(lambda w, x: swish(w * x), lambda w, x: mended_swish(w * x), 2.0, 0.25)

# %% [markdown]
# ## How fast the remainder vanishes
#
# There is another way to see it. Near a point a function is close to its tangent: $f(x + h)
# \approx f(x) + h f'(x)$. If the slope is right, the error falls as $h^2$: halve $h$, and it is a
# quarter. If the slope is wrong, the error falls only as $h$. `taylor_test` measures this power
# for smaller and smaller $h$.

# %%
for operation in (swish, mended_swish):
    rates = taylor_test(operation, 2.0)
    print(f"{operation.__name__:<13}", *(f"{rate:.2f}" for rate in rates[:6]))

# %% [markdown]
# ## Kinks
#
# ReLU, $\max(0, x)$, has a kink at 0. There is no derivative to compare with, and so the answer
# is neither PASS nor FAIL.

# %%
print(check_grad(ag.relu, 0.0, allow_inconclusive=True))

# %% [markdown]
# The lectures take the slope 0 there. That is a convention, and any number between the slopes of
# the two sides, 0 and 1, would do. `check_subgradient` checks just this. Here is a ramp that
# takes 2.

# %%
print(check_subgradient(ag.relu, 0.0).verdict)


@ag.primitive(vjps=(lambda ct, out, x: ct * np.where(x == 0, 2.0, x > 0),))
def ramp(x):
    return np.maximum(x, 0)


try:
    check_subgradient(ramp, 0.0)
except GradientMismatch as error:
    print(error)

# %% [markdown]
# Among many outputs those on a kink are left out, and the others count. On both sides of its kink
# our ramp has the right slope, and so it passes. That is why kinks have a check of their own.

# %%
report = check_grad(ramp, np.linspace(-1, 1, 101))
print(report.verdict, f"with {report.masked} of {report.outputs} outputs left out")

# %% [markdown]
# ## Exercise
#
# The bell curve is $b(x) = e^{-x^2/2}$. Write its rule: `ct` times the slope. The value of the
# curve is there already, as `out`.
#
# <details><summary>One answer</summary>
#
# ```python
# def bell_rule(ct, out, x):
#     return -ct * x * out
# ```
#
# </details>


# %%
def bell_rule(ct, out, x):
    return ct * out


# %%
@ag.primitive(vjps=(bell_rule,))
def bell(x):
    return np.exp(-x * x / 2)


@given(data=st.data())
def test_bell(data):
    battery(bell, data)


try:
    test_bell()
except GradientMismatch as error:
    print(f"Not yet:\n{error}")
else:
    print("Right: the bell curve passes all checks.")
