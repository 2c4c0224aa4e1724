# %% [markdown]
# # 1. A neuron, forwards and backwards
#
# A neuron with two inputs computes
#
# $$f = \frac{1}{1 + e^{-(w_0 x_0 + w_1 x_1 + w_2)}}$$
#
# This is the example of deck 1, with $w = (2, -3, -3)$ and $x = (-1, -2)$. How much does $f$
# change if one of these five numbers changes a little? The backward pass answers that for all
# five at once.
#
# The notebook needs `pip install ".[notebooks]"`, from a checkout of this repository.

# %% [markdown]
# ## The picture
#
# Every number gets a name, so that the drawing can be read. `requires_grad=True` says that we
# want its gradient. `ag.debug()` records which code made which gate.

# %%
import numpy as np

import autograd as ag


def variable(name, value):
    return ag.tensor(value, requires_grad=True, name=name)


w0, w1, w2 = variable("w0", 2.0), variable("w1", -3.0), variable("w2", -3.0)
x0, x1 = variable("x0", -1.0), variable("x1", -2.0)
with ag.debug():
    f = 1.0 / (1.0 + ag.exp(-(w0 * x0 + w1 * x1 + w2)))
ag.draw(f)

# %% [markdown]
# At first nothing is computed. Click into the picture: the right arrow key makes the next step, and
# the key `End` all of them.
#
# Read it from left to right first. Above each wire, in green, stands the value that runs along
# it: the two products are -2.00 and 6.00, their sum is 4.00, and so on up to $f$ = 0.73.
#
# Then read it from right to left. Below each wire, in red, stands the gradient, $df$/d(that
# wire). It begins with $df/df$ = 1.00 at the right. Each gate multiplies what comes in from the
# right, the *upstream gradient*, with its own slope, the *local gradient*, and hands the product
# to its input.
#
# - `1/x` has the slope $-1/x^2$, which is $-1/1.37^2 = -0.53$.
# - `+1` has the slope 1 and hands on what it gets.
# - `exp` has its own value as slope: $0.37 \cdot (-0.53) = -0.20$.
# - `*-1` turns the sign.
# - `+` gives the same gradient to both inputs.
# - `*` multiplies with the *other* input.

# %% [markdown]
# ## Three numbers that differ from the slide
#
# The slide says 0.40 at $x_0$, -0.40 at $w_1$ and -0.60 at $x_1$. The drawing says 0.39, -0.39
# and -0.59. The slide has multiplied numbers that were rounded already, and here nothing is
# rounded before it is shown. The gradient in front of the products is the one that also reaches
# $w_2$.

# %%
f.backward()
upstream = w2.grad
for name, local in [("x0", 2.0), ("w1", -2.0), ("x1", -3.0)]:
    exact, slide = local * upstream, local * round(upstream, 2)
    print(f"df/d{name}:  [{local}] x [{upstream:.4f}] = {exact:.2f}    on the slide {slide:.2f}")

# %% [markdown]
# ## Step by step
#
# The drawing above can be stepped through. Click into it and press Home, then the right arrow:
# each step shows one number, the product that it is, and the part of the code that computes it.
# The left arrow goes back. (Where no script may run, the picture plays by itself, and the steps
# stand below it.)
#
# The same in Python: a trace is the record of both passes, one event after the other, and a
# debugger is a place in it. A breakpoint stops it at the `exp` gate. The first stop is on the way
# forwards, the second on the way back.

# %%
debugger = ag.trace(f).debugger()
debugger.break_on(operation="exp")
debugger.run()
debugger.run()
debugger.step()
print(debugger.card())

# %% [markdown]
# The letters `h` and `i` are made up for the values without a name. These are the next five
# gates, each with its first input. The gates of the sum have the slope 1, and so the gradient
# stays 0.20 until it reaches the products.

# %%
for _ in range(5):
    debugger.step_operation()
    print(debugger.card(), end="\n\n")

# %% [markdown]
# ## Say it before you see it
#
# Here the page hides each gradient until you have entered it. Type the number and press Enter; a
# wrong one gets a hint. Two digits are enough.

# %%
ag.lessons.predict(f)

# %% [markdown]
# ## Four gates are one
#
# `*-1`, `exp`, `+1` and `1/x` together are the sigmoid function $\sigma$. The four local
# gradients are $-1$, $e^{-z}$, $1$ and $-1/(1+e^{-z})^2$. Their product has a short form:
#
# $$\sigma'(z) = \frac{e^{-z}}{(1+e^{-z})^2} = \sigma(z)\,(1-\sigma(z))$$
#
# `ag.sigmoid` is made of these four gates, and with `depth=0` the drawing closes them into one
# box. The line in the box is the product of the four.

# %%
z = w0 * x0 + w1 * x1 + w2
neuron = ag.sigmoid(z)
ag.draw(neuron, depth=0)

# %% [markdown]
# So the one gate can be computed from its own output: $0.73 \cdot (1 - 0.73) = 0.20$. All other
# numbers are those of the first picture. `ag.lessons.compare` multiplies the gates and takes the
# short form beside it.

# %%
for function in ag.lessons.compare(ag.trace(neuron)):
    print(function)

# %% [markdown]
# ## Where the gradient vanishes
#
# Five numbers at once, $z$ = 0, 1, 2, 4 and 8. The gradient is to begin with 1 for each of them,
# and that is what the second argument of `ag.trace` says. At the end (`End`) the five slopes
# stand below the first wire.

# %%
z = variable("z", [0.0, 1.0, 2.0, 4.0, 8.0])
ag.draw(ag.trace(ag.sigmoid(z), [1.0] * 5), depth=0, digits=4)

# %% [markdown]
# The slope is at most 1/4, at $z = 0$. At $z = 8$ only 0.0003 of a gradient comes through: the
# neuron is saturated, and no longer learns, even if its answer is wrong.
#
# In a chain of sigmoids each one takes at least three quarters away. Here are four, for two
# numbers at once.

# %%
y = x = variable("x", [0.0, 2.0])
for number in range(1, 5):
    y = ag.sigmoid(y)
    y.name = f"y{number}"
chain = ag.trace(y, [1.0, 1.0])
ag.draw(chain, depth=0, stack=False, digits=4)

# %% [markdown]
# The debugger finds the place where a gradient falls below a bound: inside the first sigmoid, the
# one that makes y1.

# %%
debugger = chain.debugger()
debugger.break_on(below=0.01)
debugger.run()
print(debugger.where())

# %% [markdown]
# ## Change a weight and look
#
# The gradient of $w_0$ is -0.20. So if $w_0$ goes up by 0.1, then $f$ should go down by about
# 0.02. The rest is due to the curve of the function, and half the step leaves only a quarter of
# it. In the page below the numbers you can move any other input, too.

# %%
ag.lessons.nudge(f, w0, by=0.1)

# %% [markdown]
# The gradient is also the direction in which $f$ grows fastest. One step the other way, all
# weights at once:


# %%
def output(w):
    return ag.sigmoid(w[0] * -1.0 + w[1] * -2.0 + w[2])


w = np.array([2.0, -3.0, -3.0])
gradient = ag.grad(output)(w)
stepped = w - gradient
print("w:", w.round(2), "->", stepped.round(2))
print(f"f: {output(w):.2f} -> {output(stepped):.2f}")

# %% [markdown]
# ## Exercise
#
# Leave everything as it is but $w_1$. For which $w_1$ is the gradient $df/dw_2$ largest, and how
# large is it? Think first: where is $\sigma(1-\sigma)$ largest, and what must the sum in front of
# the sigmoid be there? Then fill in both numbers and run the two cells.
#
# <details><summary>One answer</summary>
#
# The slope is largest where the sum is 0, and there it is 1/4. The sum is $-2 - 2 w_1 - 3$.
#
# ```python
# best_w1 = -2.5
# largest = 0.25
# ```
#
# </details>

# %%
best_w1 = -3.0
largest = 0.20

# %%
nearby = [np.array([2.0, best_w1 + nudge, -3.0]) for nudge in (-0.01, 0.0, 0.01)]
slopes = [ag.grad(output)(w)[2] for w in nearby]
if slopes[1] < max(slopes):
    better = "above" if slopes[2] > slopes[0] else "below"
    print(f"Not yet: df/dw2 is {slopes[1]:.4f} at {best_w1}, and larger {better} it.")
elif abs(largest - slopes[1]) > 1e-6:
    print(f"Not yet: {best_w1} is the place, but df/dw2 is not {largest} there.")
else:
    print(f"Right: at w1 = {best_w1} the slope is {largest}.")
