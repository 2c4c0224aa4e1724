# %% [markdown]
# # 15. Any function
#
# A network with one hidden layer can approximate any continuous function. We write such a network
# down, without learning, out of bumps that are two sigmoids each, with every number on the graph.
# Then networks learn the same function, in one dimension and in the plane, and we look at the
# ground that gradient descent walks on: the loss over the weights, which is not a bowl. At the end
# there is a network that reads digits, and what makes it fail.
#
# ## A bump is two sigmoids
#
# A steep sigmoid is a step. One step up at $a$ and one step down at $b$ make a bump of height $h$:
#
# $$y = h\,\bigl(\sigma(s\,(x - a)) - \sigma(s\,(x - b))\bigr)$$
#
# Here $a = 0.25$, $b = 0.75$, $h = 2$, and the steepness $s$ is 20. At $x = 0.3$ the first sigmoid
# gets $20 \cdot 0.05 = 1$, and $\sigma(1) = 0.7311$ is the number of the slides. The second gets
# $-9$.

# %%
import numpy as np
from IPython.display import SVG
from scipy import ndimage

import autograd as ag
import nn


def variable(name, value):
    return ag.tensor(value, requires_grad=True, name=name)


x, s = ag.tensor(0.3, name="x"), 20.0
a, b, h = variable("a", 0.25), variable("b", 0.75), variable("h", 2.0)
up, down = ag.sigmoid(s * (x - a)), ag.sigmoid(s * (x - b))
y = h * (up - down)
up.name, down.name, y.name = "up", "down", "y"
ag.draw(y, depth=0)

# %% [markdown]
# At the end, in green, above the wires, are the values, and in red, below, the gradients: how $y$
# changes if the bump begins a little later, ends a little later, or is higher. The slope of a
# sigmoid is $\sigma (1 - \sigma)$, so with $0.7311 \cdot 0.2689 = 0.1966$
#
# $$\frac{dy}{da} = -h\,s \cdot 0.1966 = -7.86.$$
#
# The debugger stops where this number has come all the way back to $a$. The edge $b$ is far away,
# where the sigmoid is flat: $-9$ is enough for a slope of $0.0001$.

# %%
debugger = ag.trace(y).debugger()
debugger.break_on(a, condition=lambda event: event.kind == "accumulate")
debugger.run()
print(debugger.card())

p, q = 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(9))
by_hand = {"a": -2 * 20 * p * (1 - p), "b": 2 * 20 * q * (1 - q), "h": p - q}
for (name, ours), slope in zip(by_hand.items(), ag.gradients(y, [a, b, h]), strict=True):
    print(f"dy/d{name}: {slope:.4f}, by hand {ours:.4f}")

# %% [markdown]
# ## A staircase of bumps
#
# Bumps beside each other make a staircase, and narrow stairs follow any continuous curve. That is
# the whole proof, in pictures. `nn.models.bumps` writes the weights of such a network down: all
# first weights are $s$, the biases are $-s$ times the edges, the last weights $h$ and $-h$ in turn.
# It is an ordinary `MLP` with one hidden layer.


# %%
def curve(x):
    return np.sin(6 * x) + 0.4 * np.sin(15 * x)


def staircase(count):
    edges = np.linspace(0, 1, count + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    edges[[0, -1]] = -1, 2  # no step at the ends of the picture
    return nn.models.bumps(edges, curve(middles), steepness=2000.0)


one = nn.models.bumps([0.25, 0.75], [2.0], steepness=20.0)
print(f"the bump as a network: {one([[0.3]]).item():.4f}, as a graph: {y.item():.4f}")
ag.draw(one, ag.tensor([[0.3]], name="x"), view="architecture")

# %% [markdown]
# The same network in boxes: layer 0 has the two edges, layer 1 the sigmoids, and layer 2 the
# heights. `Enter` opens the box that is chosen. With more bumps the layers become wider; their
# number stays the same.

# %%
counts = (2, 4, 8, 16, 32, 128)
nn.plots.approximations(curve, {f"{n} bumps": staircase(n) for n in counts})

# %% [markdown]
# Twice as many bumps are half as far off. So 128 of them, which are 256 sigmoids, are off by less
# than 0.01.
#
# ## Learned instead of written down
#
# Weights are learned. A network that learns may bend its sigmoids, put them where the curve
# needs them, and let one serve two bumps. Here are 1 to 8 sigmoids, each network learned from
# three seeds by `LBFGS`, and the best of the three. (Which is the best depends on the seed more
# than one would like. We come back to that.)


# %%
points = np.linspace(0, 1, 100)[:, None]


def learned(width, seed):
    net = nn.models.MLP(1, width, 1, activation=nn.Sigmoid, rng=seed)
    optimizer = nn.optim.LBFGS(net.parameters(), max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = nn.mse_loss(net(points), curve(points))
        loss.backward()
        return loss

    optimizer.step(closure)
    return nn.mse_loss(net(points), curve(points)).item(), net


def best(width):
    return min((learned(width, seed) for seed in range(3)), key=lambda found: found[0])[1]


nn.plots.approximations(curve, {f"width {n}": best(n) for n in (1, 2, 3, 4, 6, 8)})

# %% [markdown]
# Four learned sigmoids are closer than 256 that were written down. The theorem says that a network
# exists; it says nothing about how to find it, and nothing about how many units it takes.
#
# ## Activations and their slopes
#
# It holds for other activations, too. What differs is how they learn, since backwards each unit
# multiplies by its slope. The engine differentiates each of these:

# %%
nn.plots.activations(ag.sigmoid, ag.tanh, nn.ReLU(), nn.LeakyReLU(0.1), nn.GELU(), nn.Heaviside())

# %% [markdown]
# The sigmoid has a slope of 1/4 at most, and of 0 nearly everywhere: layer by layer the gradient
# vanishes. The step of the perceptron has no slope at all, so nothing can be learned through it.
#
# ## Any border in the plane
#
# The TensorFlow Playground has the same question in two dimensions. Two spirals, and a network of
# three hidden layers of 8, which sees $x$, $y$, their squares, their product and their sines.

# %%
train, test = nn.data.playground.spiral(500, rng=0).split(0.5, rng=1)
net = nn.models.Playground(tuple(nn.data.playground.FEATURES), hidden=(8, 8, 8), rng=1)


def loss(plane):
    return nn.quadratic_loss(net(plane), train.targets)


plane = ag.tensor(train.inputs, name="points")
SVG(ag.draw(loss, plane, view="architecture", width=720).svg)

# %% [markdown]
# It has four layers with weights, and before learning their gradients are about as large, as the
# plot below shows. Now it learns.

# %%
adam = nn.optim.AdamW(net.parameters(), lr=0.02, weight_decay=0.2)
schedule = nn.optim.lr_scheduler.CosineAnnealingLR(adam, T_max=300)
how = {"schedule": schedule, "epochs": 300, "batch_size": 10, "compile": True, "progress": False}
nn.fit(net, nn.quadratic_loss, train, rng=1, **how)
nn.plots.decision_regions(net, test)

# %% [markdown]
# ## The ground that descent walks on
#
# A smaller one: the circle, with the network that the Playground opens with, of 25 weights. After
# each epoch we note all of them. The loss over these 25 numbers cannot be seen, but over a plane
# it can: here the plane that has most of the way.

# %%
circle = nn.data.playground.circle(200, rng=0)
net = nn.models.Playground(rng=0)
path = []


def note(history=None):
    path.append(nn.utils.parameters_to_vector(net.parameters()).numpy())


note()
sgd = nn.optim.SGD(net.parameters(), lr=0.1)
how = {"optimizer": sgd, "epochs": 80, "batch_size": 10, "on_epoch": note, "progress": False}
nn.fit(net, nn.quadratic_loss, circle, rng=0, **how)
nn.plots.loss_surface(net, nn.quadratic_loss, circle, path=path)

# %% [markdown]
# First over high and nearly flat ground, then down, a turn, and along a valley. High and flat at
# once there is on no bowl: where a convex function is flat, it is lowest. So the loss is not
# convex, and a small gradient does not mean that one has arrived.
#
# ## How many optima?
#
# XOR, by two hidden units with tanh, from twenty seeds. `tanh` is odd: with all weights of a unit
# negated, in and out, the network is the same function. It also does not matter which unit is the
# first. So each optimum has $2^2 \cdot 2! = 8$ copies (with $n$ units $2^n\, n!$).

# %%
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
xor = (corners, np.array([[0.0], [1.0], [1.0], [0.0]]))
bce = nn.binary_cross_entropy_with_logits


def xor_net(seed):
    net = nn.models.MLP(2, 2, 1, activation=nn.Tanh, rng=seed)
    adam = nn.optim.Adam(net.parameters(), lr=0.05)
    how = {"optimizer": adam, "epochs": 1000, "batch_size": None, "compile": True}
    nn.fit(net, bce, xor, progress=False, **how)
    return net


def copies(net):
    """Yield the weights of all networks that are this one with its units swapped and negated."""
    W1, b1, W2, b2 = (p.numpy() for p in net.parameters())
    for order in ([0, 1], [1, 0]):
        for signs in ([1, 1], [1, -1], [-1, 1], [-1, -1]):
            sign = np.array(signs)
            parts = W1[order] * sign[:, None], b1[order] * sign, W2[:, order] * sign, b2
            yield np.concatenate([part.ravel() for part in parts])


nets = [xor_net(seed) for seed in range(20)]
losses = np.array([nn.evaluate(net, bce, xor)["loss"] for net in nets])
print("loss below 0.01:", np.sum(losses < 0.01), "of 20")
print("at log(2) / 2, two of four answers right:", np.sum(np.abs(losses - np.log(2) / 2) < 0.01))

first = nets[0]
outputs = nn.predict(first, corners)
weights = list(copies(first))
for copy in weights:
    nn.utils.vector_to_parameters(copy, first.parameters())
    assert np.allclose(nn.predict(first, corners), outputs, rtol=1e-12)
nn.utils.vector_to_parameters(weights[0], first.parameters())
print("different weights, the same function:", len({tuple(copy) for copy in weights}))

# %% [markdown]
# About half of the seeds solve it. The others are stuck, most of them where two of the four answers
# are a coin toss. A plane through three places in the space of the nine weights shows both: at
# (0, 0) the first network, at (1, 0) its copy with the units swapped, at (0, 1) one that is stuck.
# Between them are hills.

# %%
stuck = nets[int(np.argmax(losses))]
place = nn.utils.parameters_to_vector(stuck.parameters()).numpy()
plane = [weights[4] - weights[0], place - weights[0]]
nn.plots.loss_surface(first, bce, xor, directions=plane, span=(-0.5, 1.5), resolution=61)

# %% [markdown]
# ## What was not learned
#
# A network approximates a function where it has seen it, and no further. To a network an image is
# a grid of numbers: here the eye of a cat, in red, green and blue. A little less light changes all
# of them, and a turned head moves every one to another place.
#
# The challenges of vision: pose, occlusion, illumination, clutter. A network that comes with the
# package reads 99 % of 359 digits that it has not learned from. How many does it read if they are
# turned, if a square in their middle is covered, if there is less light, or noise?

# %%
nn.plots.pixel_grid(nn.data.photograph("cat", 64), (20, 18, 9, 9))


# %%
digits = nn.data.digits()
_, _, test = digits.split(0.6, 0.2, 0.2, rng=0, stratify=True)
reader = nn.models.digits_cnn()


def turned(images, degrees):
    return ndimage.rotate(images, degrees, axes=(3, 2), reshape=False, order=1)


def covered(images, side):
    images, start = images.copy(), 4 - side // 2
    images[:, :, start : start + side, start : start + side] = 0.0
    return images


def noisy(images, spread):
    rng = np.random.default_rng(0)
    return np.clip(images + spread * rng.normal(size=images.shape), 0.0, 1.0)


challenges = {
    "turned": (turned, (0, 15, 30, 45)),
    "covered": (covered, (0, 2, 3, 4)),
    "darker": (np.multiply, (1, 0.5, 0.25, 0.1)),
    "noise": (noisy, (0, 0.1, 0.2, 0.4)),
}
shown, names = [], []
for name, (change, amounts) in challenges.items():
    for amount in amounts:
        images = change(test.inputs, amount).astype(np.float32)
        scores = nn.predict(reader, images)
        shown.append(images[3])
        right = nn.metrics.accuracy(scores, test.targets)
        names.append(f"{name} {amount}\n{right:.0%}, as {scores[3].argmax()}")
        print(f"{name:8}{amount:5}  {right:4.0%} right")
nn.plots.image_grid(shown, names, title="An eight, what it is read as, and how many are read right")

# %% [markdown]
# Nearly all of these are easy for us. Half of the light is still enough, a quarter is not,
# although no pixel has changed its place. The remedy is that of lesson 10: learn from images that
# were changed so before, as by `nn.data.Rotate` and `nn.data.Brightness`.

# %% [markdown]
# ## Exercise
#
# Relus make no steps, but kinks. Three of them make a *hat*: 0 up to `left`, from there straight
# up to 1 at `middle`, straight down to 0 at `right`, and 0 again. The hidden units are
# $\max(0, x - \text{left})$, $\max(0, x - \text{middle})$ and $\max(0, x - \text{right})$. Which
# three weights must the output have?
#
# <details><summary>One answer</summary>
#
# Behind each kink the slope changes by the weight of the unit. On the way up it is
# $1 / (\text{middle} - \text{left})$, on the way down $-1 / (\text{right} - \text{middle})$, and
# the three weights must add up to 0.
#
# ```python
# def hat(left, middle, right):
#     up, down = 1 / (middle - left), -1 / (right - middle)
#     return [up, down - up, -down]
# ```
#
# </details>


# %%
def hat(left, middle, right):
    return [1.0, -1.0, 0.0]


# %%
wrong = ""
for kinks in ([0.0, 0.5, 1.0], [0.2, 0.3, 0.9]):
    net = nn.models.MLP(1, 3, 1)
    net[0].weight.data, net[0].bias.data = [[1.0]] * 3, -np.array(kinks)
    net[2].weight.data, net[2].bias.data = [hat(*kinks)], [0.0]
    x = np.linspace(-0.5, 1.5, 201)
    wanted = np.interp(x, kinks, [0.0, 1.0, 0.0])
    found = net(x[:, None]).numpy().ravel()
    far = np.abs(found - wanted)
    if not wrong and far.max() > 1e-9:
        at = int(far.argmax())
        wrong = f"with kinks at {kinks} it is {found[at]:.2f} at {x[at]:.2f}, not {wanted[at]:.2f}"
print(f"Not yet: {wrong}." if wrong else "Right: three relus make a hat, and hats make any curve.")
