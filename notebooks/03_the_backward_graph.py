# %% [markdown]
# # 3. The backward pass is a graph
#
# The rule of an operation is a small computation, made of operations that have rules themselves.
# So the backward pass is a graph like the forward pass. It can be drawn, and it can be
# differentiated.

# %% [markdown]
# ## Both passes in one picture
#
# $f = x^3$ at $x = 4$, written as two products. The forward pass is above, the backward pass
# below it, running from right to left. It begins with `seed`, which is $df/df = 1$. The right
# arrow key computes one operation after another, first those above, then those below.

# %%
import numpy as np

import autograd as ag

x = ag.tensor(4.0, requires_grad=True, name="x")
f = x * x * x
f.name = "f"
ag.draw(f, backward=True)

# %% [markdown]
# A dotted line leads from an operation to its rule, a dashed one from a value that was kept to
# the rule that uses it. The rule of `*` is two products, one for each input: the upstream
# gradient times the other input. Three contributions of 16.00 meet at $x$, and their sum is $3x^2
# = 48$.

# %% [markdown]
# ## The second derivative
#
# With `create_graph=True` the gradient is not only a number: it records how it was made. So we can
# draw it like any other value, and then the red numbers are gradients of the gradient.

# %%
slope = ag.gradients(f, x, create_graph=True)
slope.name = "df/dx"
ag.draw(slope)

# %% [markdown]
# The key `End` shows all numbers. At the right stands $df/dx = 48$, and at $x$ the sum of all
# contributions is the second derivative, $6x = 24$.
#
# There is a gradient at `seed`, too, and it is 48 again. Every contribution of a backward pass is
# a multiple of the seed, whatever the function was. So the derivative by the seed, which is 1
# here, is the gradient itself.

# %% [markdown]
# One can go on. Each derivative is a graph that can be differentiated once more.

# %%
derivative = f
for order in range(1, 5):
    derivative = ag.gradients(derivative, x, create_graph=True)
    print(f"derivative {order}:  {derivative.item():g}")

# %% [markdown]
# ## The Hessian, times a vector
#
# With two variables, $f = u^2 v$, there are four second derivatives. At $u = 3$, $v = 2$:
#
# $$H = \begin{pmatrix} 2v & 2u \\ 2u & 0 \end{pmatrix}
#     = \begin{pmatrix} 4 & 6 \\ 6 & 0 \end{pmatrix}$$
#
# Often one needs only the product of $H$ with some vector, such as $(1, -1)$. It takes two steps.
# First make the gradient, and multiply it with the vector: here $df/du - df/dv$. Then
# differentiate this one number.

# %%
u = ag.tensor(3.0, requires_grad=True, name="u")
v = ag.tensor(2.0, requires_grad=True, name="v")
du, dv = ag.gradients(u * u * v, [u, v], create_graph=True)
du.name, dv.name = "df/du", "df/dv"
ag.draw(du - dv)

# %% [markdown]
# At the end the sums at the leaves are -2.00 at $u$ and 6.00 at $v$, and indeed $H\,(1, -1) = (4 -
# 6,\ 6 - 0)$.

# %% [markdown]
# `ag.hvp` does these two steps, and `ag.hessian` makes the whole matrix. This is a function of
# twelve variables, a long curved valley (Rosenbrock's function). Each variable interacts only
# with its neighbours, and the Hessian shows it. Orange is positive, blue is negative, and white
# is zero. Below it stands a vector, and to the right, after the last step, the product of the two.


# %%
def valley(x):
    return ag.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


place = np.linspace(0.8, 1, 12)
hessian = ag.hessian(valley)(place)
direction = ag.tensor(np.linspace(-1, 1, 12), requires_grad=True, name="direction")
ag.draw(ag.tensor(hessian, name="Hessian") @ direction)

# %%
product = ag.hvp(valley, place, np.linspace(-1, 1, 12))
print("the same without the matrix:", np.allclose(product, hessian @ np.linspace(-1, 1, 12)))

# %% [markdown]
# The matrix took twelve backward passes through the gradient, one for each row. The product took
# one, and it would take one for any number of variables. For a hundred thousand of them the
# matrix would fill 80 gigabytes.

# %%
place = np.linspace(-1, 1, 100_000)
product = ag.hvp(valley, place, np.ones_like(place))
print(f"{product.size:,} numbers, from {product.min():.2f} to {product.max():.2f}")

# %% [markdown]
# ## A Newton step
#
# Gradient descent uses the slope. The second derivative also gives how the slope changes, and
# so where it should be zero: $w - H^{-1} g$. If the function is a parabola, that is the
# minimum.
#
# Ridge regression of deck 4 is such a case. A polynomial of order 3 is fitted to ten points, and
# large weights cost extra.

# %%
points = np.linspace(0, 1, 10)
targets = np.sin(2 * np.pi * points)
powers = np.vander(points, 4, increasing=True)
penalty = 0.001


def cost(w):
    return ag.sum((powers @ w - targets) ** 2) / 2 + penalty * ag.sum(w * w) / 2


w = np.zeros(4)
w = w - ag.linalg.solve(ag.hessian(cost)(w), ag.grad(cost)(w))
closed_form = np.linalg.solve(powers.T @ powers + penalty * np.eye(4), powers.T @ targets)
print("one Newton step:", w.round(4))
print("closed form:    ", closed_form.round(4))

# %% [markdown]
# If the function is not a parabola, one step is not enough, but the next steps converge fast.
# This is the binary cross-entropy for the target 0.8, as a function of $z$, the sum in front of
# the sigmoid. The best $z$ is the one with $\sigma(z) = 0.8$, which is $\log 4$.


# %%
def cross_entropy(z):
    return ag.softplus(z) - 0.8 * z


z = 0.0
for step in range(5):
    print(f"step {step}:  z = {z:.9f}   error {abs(z - np.log(4)):.0e}")
    z = z - ag.grad(cross_entropy)(z) / ag.grad(ag.grad(cross_entropy))(z)

# %% [markdown]
# The number of right digits about doubles with every step.

# %% [markdown]
# ## Exercise
#
# How strongly does a function curve in the direction $d$? That is the number $d^T H d$. Write
# `curvature` without making the matrix $H$.
#
# <details><summary>One answer</summary>
#
# ```python
# def curvature(f, x, d):
#     return float(d @ ag.hvp(f, x, d))
# ```
#
# </details>


# %%
def curvature(f, x, d):
    return 0.0


# %%
place, rng = np.linspace(0.8, 1, 12), np.random.default_rng(1)
wrong = []
for _ in range(3):
    d = rng.normal(size=12)
    ours, right = curvature(valley, place, d), d @ hessian @ d
    if not np.isclose(ours, right):
        wrong.append(f"{ours:.2f} should be {right:.2f}")
print(f"Not yet: {wrong[0]}." if wrong else "Right: it agrees in three directions.")
