# %% [markdown]
# # 9. A multi-layer perceptron
#
# Many neurons, in layers. We go through the algorithm of deck 4 line by line, in plain NumPy,
# and compare every number with the one that the graph gives. Then `nn` does the same on more
# data, and we look at what the neurons have learned, at how many examples a step should have,
# and at two ways in which depth does not help: without a nonlinearity between the layers, and
# with one through which the gradient vanishes.

# %% [markdown]
# ## The network
#
# Neuron $i$ sends its output $y_i$ to neuron $j$, over the weight $w_{ji}$. Neuron $j$ adds up
# what arrives, and applies a nonlinearity:
#
# $$a_j = \sum_i w_{ji}\, y_i + b_j, \qquad y_j = \sigma(a_j)$$
#
# Ours has two inputs $x$, three hidden neurons with a sigmoid, and two outputs $y_k$ without one,
# which shall be the targets $t_k$. The error is half the sum of squares:
#
# $$E = \frac{1}{2} \sum_k (y_k - t_k)^2$$

# %%
import copy

import numpy as np

import autograd as ag
import nn

x = np.array([1.0, -2.0])
t = np.array([1.0, 0.0])
W1 = np.array([[1.0, 0.5], [-0.5, 1.0], [0.5, -0.5]])  # row j has the weights into neuron j
b1 = np.array([0.0, 0.5, -0.5])
W2 = np.array([[1.0, -1.0, 0.5], [0.5, 1.0, -1.0]])
b2 = np.array([0.5, 0.0])

# %% [markdown]
# ## Forwards
#
# Three lines, the same in NumPy and in the graph. The graph gets names, so that it can be drawn.


# %%
def sigma(a):
    return 1 / (1 + np.exp(-a))


hidden = sigma(W1 @ x + b1)
output = W2 @ hidden + b2
E = np.sum((output - t) ** 2) / 2


def variable(name, value):
    return ag.tensor(value, requires_grad=True, name=name)


g_W1, g_b1, g_W2, g_b2 = map(variable, ("W1", "b1", "W2", "b2"), (W1, b1, W2, b2))
g_sum = g_W1 @ ag.tensor(x, name="x") + g_b1
g_hidden = ag.sigmoid(g_sum)
g_output = g_W2 @ g_hidden + g_b2
g_E = nn.half_sum_of_squares(g_output, ag.tensor(t, name="t"))
g_sum.name, g_output.name, g_E.name = "a", "y", "E"


def compare(name, ours, graph):
    same = "equal" if np.allclose(ours, graph, rtol=1e-12) else "NOT EQUAL"
    print(f"{name}: {same}\n{np.round(ours, 4)}")


compare("hidden y_j", hidden, g_hidden.numpy())
compare("output y_k", output, g_output.numpy())
compare("E", E, g_E.item())

# %% [markdown]
# In the picture `@` is the matrix product. Matrices and rows stand on the wires, values in green
# above and gradients in red below. With `depth=0` the sigmoid and the error are closed boxes.

# %%
ag.draw(g_E, depth=0)

# %% [markdown]
# Step through it to the end. Everything below a wire is what the next cells compute by hand, from
# right to left.

# %% [markdown]
# ## Backwards, line 1: the outputs
#
# The lecture calls the gradient in front of a neuron its $\delta_j = dE/da_j$. At an output
# without a sigmoid it is the plain error, because the 2 of the square and the half cancel:
#
# $$\delta_k = y_k - t_k$$

# %%
delta_output = output - t
compare("delta_k", delta_output, ag.gradients(g_E, g_output))

# %% [markdown]
# ## Line 2: the hidden neurons
#
# A hidden neuron $i$ has sent $y_i$ to all neurons $j$ behind it. Each of them sends its
# $\delta_j$ back over the same weight. There they add, and then comes the slope of the sigmoid,
# which is $y_i (1 - y_i)$:
#
# $$\delta_i = y_i (1 - y_i) \sum_j \delta_j\, w_{ji}$$
#
# The sum runs over the *rows* of the matrix now. Forwards it was the columns; so here the matrix
# is transposed.

# %%
delta_hidden = hidden * (1 - hidden) * (W2.T @ delta_output)
compare("delta_i", delta_hidden, ag.gradients(g_E, g_sum))

# %% [markdown]
# ## Line 3: the weights
#
# A weight touches only two numbers: what goes in on one side, and the $\delta$ on the other.
#
# $$\frac{dE}{dw_{ji}} = \delta_j\, y_i, \qquad \frac{dE}{db_j} = \delta_j$$
#
# The gradients of all parameters come from one backward pass of the graph.

# %%
g_E.backward()
compare("dE/dW2", np.outer(delta_output, hidden), g_W2.grad)
compare("dE/db2", delta_output, g_b2.grad)
compare("dE/dW1", np.outer(delta_hidden, x), g_W1.grad)
compare("dE/db1", delta_hidden, g_b1.grad)

# %% [markdown]
# The debugger stops where `W2` gets its gradient. A product of matrices has no single number as
# its local gradient, so the card has the rule as a formula: the outer product of what comes back
# and of what came in, $h$. Below it stands the sum for the largest element.

# %%
debugger = ag.trace(g_E).debugger()
debugger.break_on(g_W2, condition=lambda event: event.kind == "vjp")
debugger.run()
print(debugger.card())

# %% [markdown]
# In row 2, column 3 stands $0.73 \cdot -0.36 = -0.26$: that is $\delta_2\, y_3$. (The card counts
# from 0, as Python does.)

# %% [markdown]
# ## Line 4: a step
#
# All weights move against their gradients: $w \leftarrow w - \eta\, dE/dw$. The error is smaller
# afterwards.

# %%
rate = 0.1
optimizer = nn.optim.SGD([g_W1, g_b1, g_W2, g_b2], lr=rate)
optimizer.step()
W2, b2 = W2 - rate * np.outer(delta_output, hidden), b2 - rate * delta_output
W1, b1 = W1 - rate * np.outer(delta_hidden, x), b1 - rate * delta_hidden
compare("W1", W1, g_W1.numpy())
after = np.sum((W2 @ sigma(W1 @ x + b1) + b2 - t) ** 2) / 2
print(f"E: {E:.4f} -> {after:.4f}")

# %% [markdown]
# ## The whole algorithm
#
# That was all. Here it is once more, as a function, for one example and a network of any width.


# %%
def learned_from(x, t, W1, b1, W2, b2):
    hidden = sigma(W1 @ x + b1)
    output = W2 @ hidden + b2
    delta_output = output - t
    delta_hidden = hidden * (1 - hidden) * (W2.T @ delta_output)
    W2 = W2 - rate * np.outer(delta_output, hidden)
    b2 = b2 - rate * delta_output
    W1 = W1 - rate * np.outer(delta_hidden, x)
    b1 = b1 - rate * delta_hidden
    return W1, b1, W2, b2


# %% [markdown]
# Eight hidden neurons learn from 200 examples: two moons that reach into each other. The target
# of the upper moon is (1, 0), that of the lower one (0, 1). One step for each example, a hundred
# times through all of them.

# %%
points = nn.data.moons(400, noise=0.2, rng=0)
train, valid = points.split(0.5, 0.5, rng=0)
one_hot = np.eye(2)[train.targets]

net = nn.models.MLP(2, 8, 2, activation=nn.Sigmoid, rng=0)
weights = tuple(p.numpy() for p in net.parameters())
kept = {}
for epoch in range(1, 101):
    for x, t in zip(train.inputs, one_hot, strict=True):
        weights = learned_from(x, t, *weights)
    if epoch in (1, 10, 100):
        W1, b1, W2, b2 = kept[epoch] = weights
        outputs = sigma(train.inputs @ W1.T + b1) @ W2.T + b2
        right = np.mean(outputs.argmax(axis=1) == train.targets)
        print(f"epoch {epoch:3}: {right:.0%} of the training examples are right")

# %% [markdown]
# The graph takes the first 2,000 of these steps. It does not use $\delta$, only the VJP rules of
# `@`, `+`, `exp` and so on.

# %%
optimizer = nn.optim.SGD(net.parameters(), lr=rate)
for _ in range(10):
    for x, t in zip(train.inputs, one_hot, strict=True):
        loss = nn.half_sum_of_squares(net(x[None]), t[None])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

pairs = zip(kept[10], net.parameters(), strict=True)
print("the same weights:", all(np.allclose(w, p.numpy(), rtol=0, atol=1e-9) for w, p in pairs))

# %% [markdown]
# ## Exercise: softmax
#
# For classification one takes the softmax of the outputs, and the cross-entropy $E = -\sum_k
# t_k \log y_k$ with
#
# $$y_k = \frac{e^{a_k}}{\sum_j e^{a_j}}.$$
#
# What is $\delta_k = dE/da_k$ now? Write it with `y` and `t`. (Do not try to guess it from the
# slope of one output: every $y_k$ depends on all $a_j$. Write $E$ as a function of $a$ first.)
#
# <details><summary>One answer</summary>
#
# $E = -\sum_k t_k a_k + \log \sum_j e^{a_j}$, as long as the targets add up to 1. So
# $\delta_k = y_k - t_k$, the plain error once more, and lines 2 to 4 stay as they are.
#
# `return y - t`
#
# </details>


# %%
def delta_of_softmax(y, t):
    return -t / y


# %%
def entropy(a):
    return -ag.sum(np.array([0.0, 1.0, 0.0]) * ag.log_softmax(a))


a = np.array([1.0, 2.0, 3.0])
ours = delta_of_softmax(ag.softmax(a), np.array([0.0, 1.0, 0.0]))
if np.allclose(ours, ag.grad(entropy)(a)):
    print("Right: y - t, the plain error.")
else:
    print(f"Not yet: {ours.round(4)}, and it should be {ag.grad(entropy)(a).round(4)}.")

# %% [markdown]
# ## The same with `nn`
#
# Two hidden layers of eight, and the cross-entropy. `nn.fit` goes through the training examples,
# 20 at a time. After each epoch it looks at the other 200 examples, which it does not learn from.
# `on_epoch` is called then, too; we keep copies of the network.

# %%
seen = {}


def look(history):
    if history.epochs in (1, 5, 30, 100):
        seen[f"epoch {history.epochs}"] = copy.deepcopy(net)


net = nn.models.MLP(2, 8, 8, 2, activation=nn.Tanh, rng=0)
adam = nn.optim.Adam(net.parameters(), lr=0.01)
history = nn.fit(
    net,
    nn.cross_entropy,
    train,
    valid,
    optimizer=adam,
    epochs=100,
    batch_size=20,
    metrics=nn.metrics.accuracy,
    rng=0,
    on_epoch=look,
)
history

# %%
history.plot()

# %% [markdown]
# The two curves fall together: what is learned from these points holds for others, too. They rest
# for twenty epochs at a loss of 0.3 before they fall again. The next picture shows why: first the
# network finds a line, and then it learns to bend it.

# %%
nn.plots.class_probabilities(seen, train, title="What the network has learned")

# %% [markdown]
# ## What the neurons see
#
# Each small picture is the plane, with the output of one neuron, four of each layer. In the first
# layer every neuron has a straight line where its sum is 0, and the `Tanh` makes a step of it. A
# neuron of the second layer mixes eight such steps, and its line can be bent. The last two neurons
# answer.

# %%
nn.plots.neurons(net, train, units=4)

# %% [markdown]
# ## How many examples for a step?
#
# The gradient of the whole error is the mean over all examples. A step may use all of them
# (*batch* gradient descent), one (*stochastic*), or a few (*mini-batches*). In an epoch each of
# the three sees every example once, but they take 1, 200 or 13 steps.


# %%
def by_size(size):
    net = nn.models.MLP(2, 8, 8, 2, activation=nn.Tanh, rng=0)
    sgd = nn.optim.SGD(net.parameters(), lr=0.1)
    how = {"optimizer": sgd, "epochs": 25, "batch_size": size, "rng": 0, "progress": False}
    return nn.fit(net, nn.cross_entropy, train, valid, **how)


sizes = {"all 200 examples": None, "16": 16, "1": 1}
runs = {name: by_size(size) for name, size in sizes.items()}
nn.plots.runs({f"M = {name}": run for name, run in runs.items()})

# %% [markdown]
# With all examples the loss falls smoothly and slowly: there are only 25 steps. With 16 it is at
# the line after five epochs. One at a time goes on to bend the line, with 5,000 steps, but they
# jump. A single example says little about the others.
#
# How little? We stay at one place, and compare the gradient of a few examples with that of all:
# how far is it off, in parts of its length?

# %%
start = nn.models.MLP(2, 8, 8, 2, activation=nn.Tanh, rng=0)


def gradient(inputs, targets):
    loss = nn.cross_entropy(start(inputs), targets)
    return np.concatenate([g.ravel() for g in ag.gradients(loss, list(start.parameters()))])


whole = gradient(train.inputs, train.targets)
singles = np.stack([gradient(x[None], t[None]) for x, t in train])
print("the mean of all single ones is the whole:", np.allclose(singles.mean(axis=0), whole))

rng = np.random.default_rng(0)
for size in (1, 4, 16, 64):
    chosen = rng.integers(len(singles), size=(500, size))
    errors = np.linalg.norm(singles[chosen].mean(axis=1) - whole, axis=1)
    print(f"M = {size:2}: off by {np.sqrt(np.mean(errors**2)) / np.linalg.norm(whole):.2f}")

# %% [markdown]
# The gradient of one example is off by more than its own length. Four times as many make it twice
# as exact, and cost four times as much, so beyond some size the cost is better spent on more
# steps. The lectures take $M$ = 16 to 128.

# %% [markdown]
# ## Without a nonlinearity, layers collapse
#
# What if the layers have nothing between them? With $h = A x + a$ and $y = B h + b$,
#
# $$y = B (A x + a) + b = (BA)\, x + (B a + b) = C x + c.$$
#
# Two layers, or twenty, are one.

# %%
rng = np.random.default_rng(0)
first, second = nn.Linear(2, 8, rng=rng), nn.Linear(8, 2, rng=rng)
A, a, B, b = (p.numpy() for p in (first.weight, first.bias, second.weight, second.bias))
C, c = B @ A, B @ a + b
print("one layer:", np.allclose(second(first(train.inputs)).numpy(), train.inputs @ C.T + c))

# %% [markdown]
# It can be trained as long as one likes, its border stays a straight line. Beside it is the network
# of above, and both are seen with the points that they have never learned from.

# %%
line = nn.Sequential(first, second)
adam = nn.optim.Adam(line.parameters(), lr=0.01)
how = {"epochs": 100, "batch_size": 20, "rng": 0, "progress": False}
nn.fit(line, nn.cross_entropy, train, optimizer=adam, **how)
both = {"without a nonlinearity": line, "with tanh": net}
nn.plots.class_probabilities(both, valid, title="Points that neither has learned from")

# %% [markdown]
# ## Where the gradient vanishes
#
# Line 2 of the algorithm is applied once for each layer, and each time it has the factor
# $y_i (1 - y_i)$. That is the slope of the sigmoid, and it is at most 1/4. Here are two networks
# with eight hidden layers of 16, one with sigmoids, one with ReLUs, whose slope is 1 or 0. Each
# has the beginning that is recommended for it (Glorot's and He's).


# %%
def deep(activation, fill):
    net = nn.models.MLP(2, *[16] * 8, 2, activation=activation)
    rng = np.random.default_rng(0)
    for name, p in net.named_parameters():
        fill(p, rng=rng) if name.endswith("weight") else nn.init.zeros_(p)
    return net


sigmoids = deep(nn.Sigmoid, nn.init.xavier_uniform_)
relus = deep(nn.ReLU, nn.init.kaiming_uniform_)
nn.plots.gradient_flow(sigmoids, nn.cross_entropy, train)

# %%
nn.plots.gradient_flow(relus, nn.cross_entropy, train)

# %% [markdown]
# Both scales are powers of ten. With sigmoids every layer loses most of what is left, and the
# first weights get about a hundred thousandth of what the last ones get. With ReLUs all layers
# get about as much.
#
# Which part of line 2 is it? We take it apart: how many times as large is the gradient behind the
# weights, $W^T$, and how many times behind the slope?


# %%
def lengths(net):
    """Return the length of the gradient at the input, and behind each module."""
    values = [ag.tensor(train.inputs, requires_grad=True)]
    for module in net:
        values.append(module(values[-1]))
    loss = nn.cross_entropy(values[-1], train.targets)
    return [np.linalg.norm(gradient) for gradient in ag.gradients(loss, values)]


def factors(net):
    # A layer is two modules: the sum, and the activation.
    end = lengths(net)[1:]
    return [(end[i + 1] / end[i + 2], end[i] / end[i + 1]) for i in range(0, 16, 2)]


print("         sigmoids         ReLUs")
print("layer   W^T  slope     W^T  slope")
rows = list(enumerate(zip(factors(sigmoids), factors(relus), strict=True), 1))
for layer, cells in reversed(rows):
    print(f"{layer:3}  ", "   ".join(f"{weights:6.2f} {slope:6.2f}" for weights, slope in cells))

# %% [markdown]
# The weights are not to blame. The sigmoid takes three quarters away in every layer, and
# $(1/4)^8$ is 0.000015. The ReLU takes something, too, where its slope is 0; but where it is 1
# nothing is lost, and weights that begin a little larger make up for the rest.
#
# The debugger finds the place where the gradient has become too small, here below $10^{-6}$.

# %%
loss = nn.cross_entropy(sigmoids(train.inputs), train.targets)
debugger = ag.trace(loss).debugger()
debugger.break_on(below=1e-6)
debugger.run()
print(debugger.where())

# %% [markdown]
# It is the `Sigmoid` with the number 5, the third of eight. The layers before it hardly learn:
# after 30 epochs the network with sigmoids has not even begun.

# %%
for name, net in (("sigmoids", sigmoids), ("ReLUs", relus)):
    sgd = nn.optim.SGD(net.parameters(), lr=0.1)
    how = {"epochs": 30, "batch_size": 16, "rng": 0, "progress": False}
    nn.fit(net, nn.cross_entropy, train, optimizer=sgd, **how)
    after = nn.evaluate(net, nn.cross_entropy, valid, nn.metrics.accuracy)
    print(f"{name:8}  loss {after['loss']:.2f}, {after['accuracy']:.0%} right")

# %% [markdown]
# ## Exercise
#
# A ReLU has the slope 1 for about half of the sums, and 0 for the other half. So in line 2 about
# half of the numbers are lost, and the sum over $j$ has $n$ terms, $\delta_j w_{ji}$. If the
# weights are drawn randomly with mean 0 and standard deviation $s$, the mean square of the
# $\delta$ becomes $n s^2 / 2$ times as large in each layer.
#
# For which $s$ does the gradient neither vanish nor explode in a deep network? Here there are 256
# neurons in each of 30 layers.
#
# <details><summary>One answer</summary>
#
# $n s^2 / 2 = 1$, so $s = \sqrt{2 / n}$. It is the one of `nn.init.kaiming_normal_`.
#
# ```python
# def spread(n):
#     return np.sqrt(2 / n)
# ```
#
# </details>


# %%
def spread(n):
    return 1 / n


# %%
rng = np.random.default_rng(0)
tower = nn.models.MLP(*[256] * 31, rng=0)
for name, p in tower.named_parameters():
    if name.endswith("weight"):
        nn.init.normal_(p, 0.0, spread(256), rng=rng)
    else:
        nn.init.zeros_(p)
images, upstream = rng.normal(size=(2, 32, 256))
start = ag.tensor(images, requires_grad=True)
arrived = ag.gradients(ag.sum(tower(start) * upstream), start)
ratio = np.linalg.norm(arrived) / np.linalg.norm(upstream)
if 0.2 < ratio < 5:
    print(f"Right: after 30 layers the gradient is {ratio:.1f} times as large as at first.")
else:
    print(f"Not yet: after 30 layers the gradient is {ratio:.0e} times as large as at first.")
