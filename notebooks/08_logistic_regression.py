# %% [markdown]
# # 8. Logistic regression
#
# One neuron with a sigmoid, trained to say how likely it is that an example belongs to a class. We
# see where its loss comes from, that its gradient is as simple as can be, and that for two clouds
# of points it learns what a formula gives. Then come real tumours, and at last two moons, which no
# line divides.

# %% [markdown]
# ## The output is a probability
#
# $$\hat y = \sigma(w \cdot x + b), \qquad \sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# The answer lies between 0 and 1, and we take it as the probability of class 1. Suppose the target
# $t$ is 1 or 0. The probability of what has been observed is $\hat y$ if $t = 1$, and $1 - \hat y$
# if $t = 0$. In one line: $\hat y^t (1 - \hat y)^{1-t}$.
#
# *Maximum likelihood* chooses the weights for which all observations together are most probable.
# That is a product over all examples. Its negative logarithm is a sum, and has to be small:
#
# $$E = -\sum_n \big( t_n \log \hat y_n + (1 - t_n) \log (1 - \hat y_n) \big)$$
#
# This is the *binary cross-entropy*. Suppose the neuron says 0.8.

# %%
import numpy as np

import autograd as ag
import nn

for t in (1.0, 0.0):
    loss, slope = ag.value_and_grad(nn.binary_cross_entropy)(0.8, t)
    print(f"t = {t:g}: loss {loss:.4f}, slope {slope:.2f}")

# %% [markdown]
# By hand: $-\log 0.8 = 0.2231$ and $-\log 0.2 = 1.6094$. The slope is
#
# $$\frac{dE}{d\hat y} = -\frac{t}{\hat y} + \frac{1 - t}{1 - \hat y}$$
#
# which is $-1/0.8 = -1.25$, and $1/0.2 = 5$. An answer that is sure and wrong costs a lot: the
# logarithm goes to infinity.

# %% [markdown]
# ## The gradient
#
# The chain rule multiplies this slope with that of the sigmoid, $\hat y (1 - \hat y)$. Both
# denominators cancel, and what is left is the error:
#
# $$\frac{dE}{dz} = \hat y - t, \qquad
# \frac{dE}{dw} = \sum_n \big(\sigma(w \cdot x_n) - t_n\big)\, x_n$$
#
# (The bias is left out here. It can be a weight for an input that is always 1.) `ag.grad` does not
# use this formula. It goes back through the logarithm, the sigmoid and the sum.


# %%
def cross_entropy(w, x, t):
    y = ag.sigmoid(x @ w)
    return -ag.sum(t * ag.log(y) + (1 - t) * ag.log(1 - y))


rng = np.random.default_rng(0)
x, t, w = rng.normal(size=(20, 3)), rng.integers(0, 2, 20), np.array([1.0, -2.0, 0.5])
print("by hand:", ((ag.sigmoid(x @ w) - t) @ x).round(8))
print("ag.grad:", ag.grad(cross_entropy)(w, x, t).round(8))

# %% [markdown]
# The slope of the sigmoid has gone, and with it, at the output, the trouble of lesson 6: a neuron
# that is sure and wrong has the error 1, and learns as fast as it can. Here is the way back for one
# example with $z = -6$ and $t = 1$.

# %%
z = ag.tensor(-6.0, requires_grad=True, name="z")
ag.draw(-ag.log(ag.sigmoid(z)), depth=0, digits=4)

# %% [markdown]
# In the last step, what comes to the sigmoid from the right is large, -404. Its own slope is small,
# 0.0025. The product is -0.9975. In the computer that is a risk: for $z = -1000$ the sigmoid is 0,
# and its logarithm is infinite. So the loss takes $z$, the *logit*, and does both at once.

# %%
logits = ag.tensor([-6.0, -1000.0], requires_grad=True)
loss = nn.binary_cross_entropy_with_logits(logits, [1.0, 1.0], reduction="sum")
loss.backward()
print(f"loss {loss.item():.4f}, slopes", *logits.grad.round(4))

# %% [markdown]
# ## Two clouds, and a formula
#
# Suppose the examples of each class are a cloud, a Gaussian with mean $m_1$ for class 1 and $m_2$
# for the other, and both clouds have the same covariance $S$. A share $p_1$ of all examples is in
# class 1, and $p_2$ in the other. Then Bayes' rule gives the probability of class 1. The squares in
# both exponents are the same and cancel, and what remains is our neuron:
#
# $$P(1 \mid x) = \sigma(w \cdot x + w_0), \qquad w = S^{-1}(m_1 - m_2)$$
#
# $$w_0 = -\tfrac{1}{2}\, m_1^T S^{-1} m_1 + \tfrac{1}{2}\, m_2^T S^{-1} m_2
# + \log \frac{p_1}{p_2}$$


# %%
def closed_form(m1, m2, S, p1=0.5):
    w = ag.linalg.solve(S, m1 - m2)
    own = m1 @ ag.linalg.solve(S, m1) - m2 @ ag.linalg.solve(S, m2)
    return w, -own / 2 + np.log(p1 / (1 - p1))


m1, m2 = np.array([1.0, 1.0]), np.array([-1.0, -1.0])
S = np.array([[1.0, 0.5], [0.5, 1.0]])
for p1 in (0.5, 0.3):
    w, w0 = closed_form(m1, m2, S, p1)
    print(f"p1 = {p1}: w = {w.round(4)}, w0 = {w0:.4f}")

w, w0 = closed_form(np.array([2.0, 0.0]), np.array([0.0, 1.0]), np.diag([1.0, 2.0]))
print(f"another example: w = {w.round(4)}, w0 = {w0:.4f}")

# %% [markdown]
# In the first example the line goes through the origin, half way between the two means. If class 1
# is rarer, $w_0$ is smaller and the line moves towards it: one needs better evidence for what is
# rare. The direction stays.
#
# Is it true? We compare with Bayes' rule, with the densities themselves.

# %%
p1 = 0.3
w, w0 = closed_form(m1, m2, S, p1)


def density(x, mean):
    away = x - mean
    squared = np.sum(away * ag.linalg.solve(S, away.T).T, axis=1)
    return np.exp(-squared / 2) / (2 * np.pi * np.sqrt(ag.linalg.det(S)))


places = rng.normal(0.0, 2.0, (1000, 2))
one, other = p1 * density(places, m1), (1 - p1) * density(places, m2)
same = np.allclose(one / (one + other), ag.sigmoid(places @ w + w0))
print("Bayes and the neuron agree at 1000 places:", same)

# %% [markdown]
# ## What the neuron learns
#
# Now the means and the covariance are not given. The neuron learns from examples, by gradient
# descent.


# %%
def clouds(count, rng):
    t = (rng.uniform(size=count) < p1) * 1.0
    around = rng.normal(size=(count, 2)) @ np.linalg.cholesky(S).T
    return nn.data.Dataset(np.where(t[:, None] == 1, m1, m2) + around, t[:, None])


def learn(model, data, loss=nn.binary_cross_entropy_with_logits, epochs=200, **more):
    adam = nn.optim.Adam(model.parameters(), lr=0.1)
    how = {"optimizer": adam, "epochs": epochs, "batch_size": None, "progress": False}
    return nn.fit(model, loss, data, **how, **more)


print(f"formula:         w = {w.round(3)}, w0 = {w0:.3f}")
for count in (100, 1000, 10_000):
    neuron, data = nn.Linear(2, 1, rng=0), clouds(count, np.random.default_rng(1))
    learn(neuron, data)
    learned, bias = neuron.weight.data[0], neuron.bias.data[0]
    print(f"{count:6,} examples: w = {learned.round(3)}, w0 = {bias:.3f}")

# %% [markdown]
# It finds the same line, up to the sampling error of so many examples. The neuron never made a
# model of the clouds. It learned only what makes the difference between them.
#
# In the picture the colour is the probability, the *posterior*: pale where both classes are equally
# likely. The line is where the probability is 1/2. It is closer to the rare class.

# %%
neuron = nn.Linear(2, 1, rng=0)
data = clouds(400, np.random.default_rng(1))
learn(neuron, data)
nn.plots.decision_regions(neuron, data)

# %% [markdown]
# The same along the diagonal, from the lower left to the upper right. Beneath are the two clouds,
# each as high as its class is frequent. Where they cross, the posterior is 1/2.

# %%
s = np.linspace(-4, 4, 200)
diagonal = np.stack([s, s], axis=1)
densities = {
    "class 0": (1 - p1) * density(diagonal, m2),
    "class 1": p1 * density(diagonal, m1),
}
probabilities = {
    "formula": ag.sigmoid(diagonal @ w + w0),
    "learned from 400": ag.sigmoid(nn.predict(neuron, diagonal)[:, 0]),
}
nn.plots.posteriors(s, densities, probabilities, label="x1 = x2")

# %% [markdown]
# ## Exercise: how frequent a class is
#
# For the two clouds $w_0 = \log(p_1 / p_2)$. For which $p_1$ is it 1?
#
# <details><summary>One answer</summary>
#
# The sigmoid is the inverse of $\log(p / (1 - p))$: `share = ag.sigmoid(1.0)`, which is 0.731.
#
# </details>

# %%
share = 0.5

# %%
_, bias = closed_form(m1, m2, S, share)
print(f"Right: p1 = {share:.3f}." if abs(bias - 1) < 0.01 else f"Not yet: w0 is {bias:.3f}.")

# %% [markdown]
# ## Two outputs
#
# For several classes a network has one output $a_k$ for each, and the softmax makes probabilities
# of them. For two classes that is the sigmoid of the difference:
#
# $$\frac{e^{a_1}}{e^{a_0} + e^{a_1}} = \frac{1}{1 + e^{-(a_1 - a_0)}} = \sigma(a_1 - a_0)$$

# %%
a = np.array([[2.0, -1.0], [0.3, 0.4], [-5.0, 5.0]])
print("softmax:", ag.softmax(a, axis=1)[:, 1].round(5))
print("sigmoid:", ag.sigmoid(a[:, 1] - a[:, 0]).round(5))

# %% [markdown]
# So a layer with two outputs and the cross-entropy learns the same line. Its two rows are not
# determined, but their difference is.

# %%
two = nn.Linear(2, 2, rng=0)
classes = nn.data.Dataset(data.inputs, data.targets[:, 0].astype(int))
learn(two, classes, nn.cross_entropy)
rows = two.weight.data
print("one output:                ", neuron.weight.data[0].round(3))
print("two outputs:               ", rows[0].round(3), rows[1].round(3))
print("difference of the two rows:", (rows[1] - rows[0]).round(3))

# %% [markdown]
# ## Tumours
#
# Real data: 569 tumours, each with thirty measures of its cells, and the question whether it is
# benign. 30 % are put aside for the test. The losses for one output want targets in a column.

# %%
data = nn.data.breast_cancer()


def column(targets):
    return targets[:, None]  # as the one output of the neuron is


train, test = (part.map(targets=column) for part in data.split(0.7, rng=0, stratify=True))
print(data)
print(f"{len(train)} to learn from, {len(test)} to test with")
means = train.inputs.mean(axis=0)
print(f"the means of the features go from {means.min():.4f} to {means.max():.1f}")

# %% [markdown]
# One feature has the size 0.004 and another 900. We know from lesson 7 what that does to gradient
# descent. `Standardize` gives each feature the mean 0 and the deviation 1. It takes the numbers
# from the training data only: what is known of the test data must not be learned from.

# %%
scale = nn.data.Standardize(train.inputs)
for name, prepare in (("as they are", np.asarray), ("standardized", scale)):
    neuron = nn.Linear(30, 1, rng=0)
    learned = learn(neuron, train.map(prepare), epochs=100)
    found = nn.evaluate(
        neuron,
        nn.binary_cross_entropy_with_logits,
        test.map(prepare),
        nn.metrics.binary_accuracy,
    )
    print(
        f"{name:12}: training loss {learned['loss'][-1]:.3f},"
        f" test loss {found['loss']:.3f}, test accuracy {found['binary_accuracy']:.3f}"
    )

# %% [markdown]
# What are the mistakes? To take a malignant tumour for a benign one is the worse kind.

# %%
answers = nn.predict(neuron, scale(test.inputs)) > 0
nn.plots.confusion_matrix(answers.ravel() * 1, test.targets.ravel(), test.classes)

# %% [markdown]
# ## What a line cannot do
#
# Two half moons. A line through them is right for most points, and cannot be for all.

# %%
moons = nn.data.moons(200, noise=0.1, rng=0).map(targets=column)
line = nn.Linear(2, 1, rng=0)
learn(line, moons)
nn.plots.decision_regions(line, moons)

# %% [markdown]
# The neuron is linear *in its inputs*. So we give it others. A Gaussian basis function is a bump,
#
# $$\phi_j(x) = e^{-|x - c_j|^2 / 2 s^2}$$
#
# near 1 close to its centre $c_j$, and 0 far away. Twelve of them stand on a grid, and the neuron
# weighs them. It is the same logistic regression as before, in a space of twelve dimensions. There
# it draws a flat boundary, which is curved when seen in the plane.

# %%
columns, rows = np.meshgrid(np.linspace(-1, 2, 4), np.linspace(-0.5, 1, 3))
centres = np.stack([columns.ravel(), rows.ravel()], axis=1)
bumps = nn.Sequential(nn.GaussianBasis(centres, width=0.5), nn.Linear(12, 1, rng=0))
learn(bumps, moons)
nn.plots.decision_regions(bumps, moons)

# %% [markdown]
# Where there are no points, the boundary goes anywhere. Nothing was learned there.
#
# On the left are four of the twelve bumps, and on the right is what the neuron makes of all twelve.

# %%
nn.plots.neurons(bumps, moons, units=4)

# %% [markdown]
# Here we chose the features, and the neuron learned their weights. A network with hidden layers
# learns the features, too. That is the next lesson.

# %% [markdown]
# ## Exercise
#
# A circle: class 1 is inside, $x_1^2 + x_2^2 < 4$, and class 0 is outside. No line divides them.
# But with the features $x_1^2$ and $x_2^2$ a neuron can. Choose its weights and its bias by hand.
#
# <details><summary>One answer</summary>
#
# The logit must be above 0 inside: $4 - x_1^2 - x_2^2 > 0$.
#
# ```python
# weights = np.array([-1.0, -1.0])
# bias = 4.0
# ```
#
# </details>

# %%
weights = np.array([1.0, -1.0])
bias = 0.0

# %%
points = np.random.default_rng(0).uniform(-3, 3, (500, 2))
inside = np.sum(points**2, axis=1) < 4
answers = points**2 @ weights + bias > 0
wrong = np.flatnonzero(answers != inside)
if wrong.size:
    place = "inside" if inside[wrong[0]] else "outside"
    print(f"Not yet: {len(wrong)} of 500 are wrong, such as {points[wrong[0]].round(2)}, {place}.")
else:
    print("Right: all 500 points are on their side.")
