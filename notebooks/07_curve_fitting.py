# %% [markdown]
# # 7. Curve fitting
#
# Ten noisy points, and a polynomial through them. It is the smallest example of learning from data,
# and everything that goes wrong with large networks goes wrong here first: too simple a model, too
# flexible a model, too few data, and a gradient descent that does not arrive. All of it can be seen
# in a picture, and has a closed form to compare with. The example is that of deck 4.

# %% [markdown]
# ## The data
#
# The truth is $\sin(2 \pi x)$. We see ten points of it, with noise: $t = \sin(2 \pi x) +
# \varepsilon$, where $\varepsilon$ has the standard deviation 0.3. A hundred other points are put
# aside, to judge by.

# %%
import numpy as np

import autograd as ag
import nn

NOISE = 0.3
rng = np.random.default_rng(2)


def truth(x):
    return np.sin(2 * np.pi * x)


def observe(x):
    return truth(x) + rng.normal(0.0, NOISE, len(x))


x = np.linspace(0, 1, 10)
t = observe(x)
x_valid = rng.uniform(0, 1, 100)
t_valid = observe(x_valid)


# %%
def fits(title, models, points=(x, t)):
    return nn.plots.approximations(truth, models, points=points, title=title)


fits("Ten points with noise", {"the truth": truth})

# %% [markdown]
# ## Polynomials and the sum of squares
#
# A polynomial of order $M$ has $M + 1$ weights:
#
# $$y(x, w) = w_0 + w_1 x + w_2 x^2 + \dots + w_M x^M$$
#
# It bends, but it is *linear in the weights*. With the powers of the ten $x$ as the rows of a
# matrix $\Phi$, all ten answers are $\Phi w$. What is to be small is the sum of squares
#
# $$E(w) = \frac{1}{2} \sum_n \big(y(x_n, w) - t_n\big)^2 = \frac{1}{2}\,|\Phi w - t|^2.$$
#
# Its gradient is $\Phi^T (\Phi w - t)$: the errors, each multiplied with its input.


# %%
def powers(x, order):
    return np.ravel(x)[:, None] ** np.arange(order + 1)


def cost(w, phi, t):
    return nn.half_sum_of_squares(phi @ w, t)


phi = powers(x, 3)
w = np.array([0.5, -1.0, 2.0, 0.0])
print("by hand:", (phi.T @ (phi @ w - t)).round(6))
print("ag.grad:", ag.grad(cost)(w, phi, t).round(6))

# %% [markdown]
# The cost is a bowl, and at its bottom the gradient is 0. That is a system of linear equations,
# $\Phi^T \Phi\, w = \Phi^T t$, and it can be solved at once.

# %%
best = ag.linalg.solve(phi.T @ phi, phi.T @ t)
print("weights:", *best.round(2))
print("gradient is zero:", np.allclose(ag.grad(cost)(best, phi, t), 0))

# %% [markdown]
# For higher orders the product $\Phi^T \Phi$ loses digits. With $\Phi = QR$, where $Q^T Q = I$, the
# same equations are $R\,w = Q^T t$, and lose fewer.


# %%
def solve(x, t, order):
    q, r = np.linalg.qr(powers(x, order))
    return ag.linalg.solve(r, q.T @ t)


print("the same weights:", np.allclose(solve(x, t, 3), best))

# %% [markdown]
# ## Four orders

# %%
weights = {order: solve(x, t, order) for order in (0, 1, 3, 9)}


def polynomial(w):
    return lambda x: powers(x, len(w) - 1) @ w


fits("Polynomials of four orders", {f"order {m}": polynomial(w) for m, w in weights.items()})

# %% [markdown]
# Orders 0 and 1 are too stiff: they cannot follow the points. That is *underfitting*. Order 3 looks
# right. Order 9 goes through every point, and between them it goes anywhere. That is *overfitting*:
# it has learned the noise by heart.
#
# We measure the error in the units of $t$, as the root of the mean square. On the ten points it
# only falls. On the hundred others, order 9 is the worst of all.


# %%
def error(w, x, t):
    return np.sqrt(np.mean((polynomial(w)(x) - t) ** 2))


print("order  training  validation  largest weight")
for order, w in weights.items():
    print(
        f"{order:5} {error(w, x, t):9.3f} {error(w, x_valid, t_valid):11.3f}"
        f" {np.abs(w).max():15,.0f}"
    )

# %% [markdown]
# Ten weights for ten points: the error is 0. The largest weight is hundreds of thousands. To pass
# through all points, huge terms have to cancel each other.

# %% [markdown]
# ## How flexible should it be?
#
# All orders from 0 to 9. The error on the training data says "the more, the better". Only data that
# were not learned from show where it ends.


# %%
def errors(title, label, values, training, validation):
    how = {"label": label, "error": "root mean square error", "noise": NOISE, "title": title}
    return nn.plots.validation_curve(values, training, validation, **how)


orders = range(10)
solutions = [solve(x, t, order) for order in orders]
training = [error(w, x, t) for w in solutions]
validation = [error(w, x_valid, t_valid) for w in solutions]
errors("Underfitting and overfitting", "order", orders, training, validation)

# %% [markdown]
# To the left both errors are large. From order 3 on there is little to win, and to the right they
# part: that gap is the sign of overfitting. On new data no model gets below the noise. A training
# error below it is nothing to be proud of.

# %% [markdown]
# ## The same by gradient descent
#
# A network has no closed form, and goes downhill in small steps. How would that do here? The
# polynomial of order 3 is a layer without a bias, whose inputs are the powers of $x$.


# %%
def descend(features, rate, epochs):
    layer = nn.Linear(features.shape[1], 1, bias=False)
    nn.init.zeros_(layer.weight)
    sgd = nn.optim.SGD(layer.parameters(), lr=rate)
    how = {"optimizer": sgd, "epochs": epochs, "batch_size": None, "progress": False}
    history = nn.fit(layer, nn.mse_loss, (features, t[:, None]), **how)
    return layer.weight.data[0], np.sqrt(history["loss"][-1])


print("closed form:     ", f"training error {error(best, x, t):.3f}, weights", *best.round(2))
for epochs in (10, 100, 1000):
    w, reached = descend(phi, 0.5, epochs)
    print(f"after {epochs:4} steps: ", f"training error {reached:.3f}, weights", *w.round(2))

# %% [markdown]
# It is nowhere near. And a larger rate does not help:

# %%
print(f"rate 1.0, after 100 steps: {descend(phi, 1.0, 100)[1]:.1e}")

# %% [markdown]
# The second derivatives show why. Their eigenvalues are how steep the bowl is in each of its main
# directions. A step with rate $\eta$ leaves the part $1 - \eta h$ of what is missing, where $h$ is
# the eigenvalue. For the steepest direction $\eta$ must stay below $2/h$. For the flattest one,
# that is next to nothing.

# %%
bowl = ag.hessian(lambda w: nn.mse_loss(phi @ w, t))(best)
steepness = np.linalg.eigvalsh(bowl)[::-1]
rate = 1 / steepness[0]
print(f"the rate must be below {2 / steepness[0]:.2f}")
for h in steepness:
    steps = np.log(0.01) / np.log1p(-rate * h) if h < steepness[0] else 1
    print(f"h = {h:8.5f}: {steps:8,.0f} steps until 1 % is left")
print(f"condition number: {steepness[0] / steepness[-1]:,.0f}")

# %% [markdown]
# The bowl is a gorge, ten thousand times as steep one way as the other. The reason is that the
# powers of $x$ are alike: between 0 and 1 all of them go up. The Legendre polynomials each go a way
# of their own. They make the same curves, by other weights.

# %%
from numpy.polynomial.legendre import legvander

features = legvander(2 * x - 1, 3)
steepness = np.linalg.eigvalsh(ag.hessian(lambda w: nn.mse_loss(features @ w, t))(best))
w, reached = descend(features, rate=1 / steepness[-1], epochs=30)
print(f"condition number: {steepness[-1] / steepness[0]:.1f}")
print(f"training error after 30 steps: {reached:.3f}, closed form {error(best, x, t):.3f}")

# %% [markdown]
# So how fast a network learns depends on its inputs. That is why inputs are standardised, and why
# there are layers that normalise in between.

# %% [markdown]
# ## Large weights cost
#
# Back to order 9. Its weights were huge. *Ridge regression* adds a price for them:
#
# $$\tilde E(w) = \frac{1}{2}\,|\Phi w - t|^2 + \frac{\lambda}{2}\,|w|^2, \qquad
# w = (\Phi^T \Phi + \lambda I)^{-1}\, \Phi^T t$$
#
# The closed form is where the gradient is 0.


# %%
def ridge_cost(w, phi, t, penalty):
    return nn.half_sum_of_squares(phi @ w, t) + penalty / 2 * ag.sum(w * w)


def ridge(x, t, order, penalty):
    phi = powers(x, order)
    return ag.linalg.solve(phi.T @ phi + penalty * np.eye(order + 1), phi.T @ t)


phi9, penalty = powers(x, 9), np.exp(-10.0)
w = ridge(x, t, 9, penalty)
print("gradient is zero:", np.allclose(ag.grad(ridge_cost)(w, phi9, t, penalty), 0))
print("largest weight:  ", np.abs(w).max().round(1))

# %% [markdown]
# The price $\lambda$ is a knob that goes from the wild curve to almost none. It is varied by
# factors, so its logarithm is shown.

# %%
ridges = {f"log λ = {log}": polynomial(ridge(x, t, 9, np.exp(log))) for log in (-20, -10, -5, 3)}
fits("Order 9 with a price for large weights", ridges)

# %%
logs = np.arange(-30, 5, 2)
solutions = [ridge(x, t, 9, np.exp(log)) for log in logs]
training = [error(w, x, t) for w in solutions]
validation = [error(w, x_valid, t_valid) for w in solutions]
errors("From overfitting to underfitting", "log λ", logs, training, validation)

# %% [markdown]
# Read it from right to left and it is the picture from above. A high price is a stiff model, a low
# price a flexible one. The best price is in the middle, and only validation data can show it.

# %% [markdown]
# ## More data
#
# The other remedy. Order 9 again, without a price, for 15 and for 100 points.

# %%
larger, points = {}, []
for count in (15, 100):
    x_more = np.linspace(0, 1, count)
    t_more = observe(x_more)
    w = solve(x_more, t_more, 9)
    larger[f"{count} points"] = polynomial(w)
    points.append((x_more, t_more))
    on_training, on_validation = error(w, x_more, t_more), error(w, x_valid, t_valid)
    print(f"{count:3} points: training {on_training:.3f}, validation {on_validation:.3f}")
fits("Order 9 with more data", larger, points=points)

# %% [markdown]
# With a hundred points ten weights are few, and both errors meet at the noise. How flexible a model
# may be depends on how much it has to learn from.

# %% [markdown]
# ## Stop early
#
# A third remedy costs nothing. Gradient descent begins with a flat curve and bends it more and
# more. Stop when the validation error begins to rise, and it has not had the time to learn the
# noise. With `patience`, `nn.fit` does that, and gives the weights of the best epoch back. Here is
# order 9, in Legendre polynomials.

# %%
layer = nn.Linear(10, 1, bias=False)
nn.init.zeros_(layer.weight)
history = nn.fit(
    layer,
    nn.mse_loss,
    (legvander(2 * x - 1, 9), t[:, None]),
    (legvander(2 * x_valid - 1, 9), t_valid[:, None]),
    optimizer=nn.optim.SGD(layer.parameters(), lr=0.3),
    epochs=1000,
    batch_size=None,
    patience=100,
)
print(history.stopped, "; the best epoch was ", history.best_epoch, sep="")
history.plot()

# %%
early = layer.weight.data[0]
late, _ = descend(legvander(2 * x - 1, 9), rate=0.3, epochs=3000)
stops = {f"epoch {history.best_epoch}": early, "epoch 3000": late}
fits(
    "Stopped, and not stopped",
    {name: lambda x, w=w: legvander(2 * x - 1, 9) @ w for name, w in stops.items()},
)

# %% [markdown]
# ## Exercise
#
# Write the gradient of the ridge cost by hand. The first part is there. What does the price of the
# weights add?
#
# <details><summary>One answer</summary>
#
# ```python
# def ridge_gradient(w, phi, t, penalty):
#     return phi.T @ (phi @ w - t) + penalty * w
# ```
#
# </details>


# %%
def ridge_gradient(w, phi, t, penalty):
    return phi.T @ (phi @ w - t)


# %%
wrong = []
for penalty in (0.0, 0.1, 2.0):
    w = np.array([1.0, -2.0, 0.5, 3.0])
    ours, exact = ridge_gradient(w, phi, t, penalty), ag.grad(ridge_cost)(w, phi, t, penalty)
    if np.shape(ours) != np.shape(exact) or not np.allclose(ours, exact):
        wrong.append(f"for λ = {penalty} it gives {ours}, and should give {exact.round(4)}")
print(f"Not yet: {wrong[0]}." if wrong else "Right: for three prices.")
