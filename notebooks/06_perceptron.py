# %% [markdown]
# # 6. The perceptron
#
# One neuron with a threshold, and the rule that taught it in 1958. We follow the rule step by step
# until it has learned AND, see why it can never learn XOR, and solve XOR with two layers: first by
# hand, then by gradients. That works from most initial weights, and we look into some from which it
# does not.

# %% [markdown]
# ## One neuron
#
# The neuron adds up its inputs with weights, and answers 1 if the sum is above 0:
#
# $$y = H(w_1 x_1 + w_2 x_2 + b), \qquad H(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}$$
#
# These are the four inputs that two switches can give, and four functions of them.

# %%
import numpy as np

import autograd as ag
import nn

inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
gates = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0], "XOR": [0, 1, 1, 0]}


def H(z):
    return np.where(z > 0, 1, 0)


by_hand = H(inputs @ [1.0, 1.0] - 1.5)
print("w = (1, 1), b = -1.5 answers", by_hand, "and AND is", gates["AND"])

# %% [markdown]
# So AND can be done, with weights that we have chosen. Now they shall be learned.

# %% [markdown]
# ## The perceptron rule
#
# Take one example after the other. If the answer $y$ is the target $t$, do nothing. If it is not,
# move the weights by the input, in the direction of the error:
#
# $$w \leftarrow w + (t - y)\,x, \qquad b \leftarrow b + (t - y)$$
#
# There is no learning rate, and no derivative. Once through all examples is an epoch; the first
# epoch without an error is the last. We begin with zeros, and print only the steps that change
# something.

# %%
w, b = np.zeros(2), 0.0
for epoch in range(1, 100):
    errors = 0
    for x, t in zip(inputs, gates["AND"], strict=True):
        y = H(w @ x + b)
        if y != t:
            errors += 1
            w, b = w + (t - y) * x, b + (t - y)
            print(f"epoch {epoch}: for {x} it says {y}, not {t};  now w = {w}, b = {b:g}")
    if errors == 0:
        break
print(f"epoch {epoch}: no error")

# %% [markdown]
# Whenever (1, 1) gets a 0, the weights and the bias grow. Then they are too large for another
# input, and are taken back. So it goes to and fro, until in epoch 6 all four answers are right,
# with $w = (2, 1)$ and $b = -2$.
#
# `nn.perceptron_rule` is the same loop.


# %%
def learned(targets, epochs=100):
    neuron = nn.Linear(2, 1)
    for p in neuron.parameters():
        nn.init.zeros_(p)
    return neuron, nn.perceptron_rule(neuron, (inputs, targets), epochs=epochs)


neuron, history = learned(gates["AND"])
print(history)
print("w =", neuron.weight.data[0], " b =", neuron.bias.data[0])

# %% [markdown]
# ## What the neuron sees
#
# Where $w_1 x_1 + w_2 x_2 + b = 0$, the answer changes. That is a straight line. On one side of it
# the neuron says 1, on the other side 0. The deeper the colour, the further from the line.

# %%
nn.plots.decision_regions(neuron, (inputs, gates["AND"]))

# %% [markdown]
# The line touches the point (1, 0): there the sum is $2 - 2 = 0$, and 0 is not above 0. The rule
# stops as soon as nothing is wrong. It does not look for a wide margin.
#
# OR and NAND have such a line, too.

# %%
for name in ("OR", "NAND"):
    neuron, history = learned(gates[name])
    errors = " ".join(f"{n:g}" for n in history["errors"])
    print(f"{name:4}  errors {errors:12} w = {neuron.weight.data[0]}, b = {neuron.bias.data[0]:g}")

# %% [markdown]
# If there is a line, the rule finds one after a finite number of errors, wherever it begins. That
# is the theorem of Rosenblatt and Novikoff.

# %% [markdown]
# ## Exercise: another gate
#
# A neuron that answers 1 only to (1, 0): the first switch is on, and the second is not. Choose the
# numbers by hand. What must the sign of the second weight be?
#
# <details><summary>One answer</summary>
#
# `w1, w2, b = 1.0, -1.0, -0.5`
#
# </details>

# %%
w1, w2, b = 1.0, 0.0, -0.5

# %%
answers = H(inputs @ [w1, w2] + b)
wrong = np.flatnonzero(answers != [0, 0, 1, 0])
if wrong.size:
    print(f"Not yet: to {inputs[wrong[0]]} it answers {answers[wrong[0]]}.")
else:
    print("Right: it answers 1 to (1, 0) only.")

# %% [markdown]
# ## XOR
#
# One or the other, but not both. After the first epochs the weights come back, at the end of every
# epoch, to where they were. From there on all epochs are the same.

# %%
for epochs in (1, 2, 3, 4, 5, 1000):
    neuron, history = learned(gates["XOR"], epochs)
    w, b = neuron.weight.data[0] + 0.0, neuron.bias.data[0]
    print(f"after {epochs:4} epochs: {history['errors'][-1]:g} errors, w = {w}, b = {b:g}")

# %% [markdown]
# It cannot be otherwise, and two lines show it. The answers to (0, 1) and (1, 0) shall be 1, so
# $w_2 + b > 0$ and $w_1 + b > 0$; added, $w_1 + w_2 + 2b > 0$.
#
# The answers to (0, 0) and (1, 1) shall be 0, so $b \le 0$ and $w_1 + w_2 + b \le 0$; added,
# $w_1 + w_2 + 2b \le 0$. Both cannot be.

# %% [markdown]
# ## Two layers, by hand
#
# Count the ones: $s = x_1 + x_2$. XOR is 1 if there is at least one, and not at least two:
#
# $$\text{XOR} = H\big(H(s - 0.5) - H(s - 1.5) - 0.5\big)$$
#
# The first inner neuron is OR, the second is AND. The network has three neurons, and nine numbers.


# %%
def set_numbers(layer, weight, bias):
    layer.weight.data, layer.bias.data = np.array(weight), np.array(bias)
    return layer


two_layers = nn.Sequential(
    set_numbers(nn.Linear(2, 2), [[1.0, 1.0], [1.0, 1.0]], [-0.5, -1.5]),
    nn.Heaviside(),
    set_numbers(nn.Linear(2, 1), [[1.0, -1.0]], [-0.5]),
    nn.Heaviside(),
)
print("x1 x2   OR AND   XOR")
for x, hidden, y in zip(inputs, two_layers[:2](inputs), two_layers(inputs), strict=True):
    print(f"{x[0]:2g} {x[1]:2g} {hidden[0]:4g} {hidden[1]:3g} {y[0]:5g}")

# %% [markdown]
# Here is the plane as each neuron sees it. Each neuron of the first layer draws a line, and the
# last one takes what lies between the two.

# %%
nn.plots.neurons(two_layers, (inputs, gates["XOR"]))

# %% [markdown]
# ## A threshold has no slope
#
# How can the nine numbers be learned? The perceptron rule needs a target for each neuron, and the
# hidden ones have no targets. The gradient does not help either. We change the weights a little, so
# that the loss is not already 0, and compute it.

# %%
xor = np.array(gates["XOR"])[:, None]


def gradient_of_first_layer(activation):
    network = nn.Sequential(
        set_numbers(nn.Linear(2, 2), [[1.0, 1.0], [1.0, 1.0]], [0.5, -0.5]),
        activation(),
        set_numbers(nn.Linear(2, 1), [[1.0, -1.0]], [-0.5]),
        activation(),
    )
    nn.half_sum_of_squares(network(inputs), xor).backward()
    return network[0].weight.grad


print("threshold:", *gradient_of_first_layer(nn.Heaviside).round(3).tolist())
print("sigmoid:  ", *gradient_of_first_layer(nn.Sigmoid).round(3).tolist())

# %% [markdown]
# A step is flat to the left and to the right of the jump. Its slope is 0, so every gradient that
# goes back through it is 0. The sigmoid $\sigma(z) = 1 / (1 + e^{-z})$ is a step with a slope, and
# so it takes the place of the threshold. Networks are made of functions that have a slope.

# %% [markdown]
# ## Learning XOR
#
# The same network, with sigmoids: two inputs, two hidden neurons, one output. The last sigmoid is
# inside the loss, the binary cross-entropy. The seed draws the weights at the beginning. We try
# twenty.


# %%
def network_of(seed, hidden=2):
    return nn.models.MLP(2, hidden, 1, activation=nn.Sigmoid, rng=seed)


cost = nn.binary_cross_entropy_with_logits


def descend(network, epochs=500):
    adam = nn.optim.Adam(network.parameters(), lr=0.1)
    how = {"optimizer": adam, "epochs": epochs, "batch_size": None, "progress": False}
    return nn.fit(network, cost, (inputs, xor), **how)


networks = [network_of(seed) for seed in range(20)]
histories = [descend(network) for network in networks]
ends = np.array([history["loss"][-1] for history in histories])
for row in ends.reshape(4, 5):
    print("   ".join(f"{end:.3f}" for end in row))
print(f"{np.sum(ends < 0.1)} of 20 have learned XOR")

# %% [markdown]
# Seven have not. Their losses are not just any numbers: there are two, 0.478 and 0.347. Here is a
# curve of each kind.

# %%
nn.plots.runs({f"seed {seed}": histories[seed] for seed in (0, 2, 5)})

# %% [markdown]
# The one that learned has put its two lines like ours.

# %%
nn.plots.decision_regions(networks[0], (inputs, xor))

# %% [markdown]
# ## Why some are stuck
#
# Seed 2 has cut off a single point. The other three are in one region, and get one answer.

# %%
nn.plots.decision_regions(networks[2], (inputs, xor))

# %% [markdown]
# Two of the three are ones, so the best answer to all three is 2/3. What that costs is the loss at
# which it stands still.
#
# Seed 5 is sure of two points. At the two others the colours are pale: it gives both the same
# answer, one is a one and the other is not, and so the best answer is 1/2.

# %%
print(f"2/3 for three of the points: {-(2 * np.log(2 / 3) + np.log(1 / 3)) / 4:.4f}")
print(f"1/2 for two of the points:   {-2 * np.log(1 / 2) / 4:.4f}")
nn.plots.decision_regions(networks[5], (inputs, xor))

# %% [markdown]
# But why does it stay there? Look at what the two hidden neurons of seed 2 say, and how steep they
# are.

# %%
stuck = networks[2]
hidden = stuck[:2](inputs).numpy()
answers = ag.sigmoid(stuck(inputs)).numpy()
print("x1 x2  target  hidden neurons  slopes h(1-h)    answer")
for x, t, h, y in zip(inputs, xor, hidden, answers, strict=True):
    slopes = h * (1 - h)
    print(
        f"{x[0]:2g} {x[1]:2g} {t[0]:6}"
        f"{h[0]:9.3f} {h[1]:.3f} {slopes[0]:10.4f} {slopes[1]:.4f} {y[0]:8.3f}"
    )

# %% [markdown]
# Both hidden neurons say 0 to the last three points. So behind them the three points are the same,
# and no output neuron can separate them. The hidden ones would have to move. But their slope at
# these points is 0.0002 at most: the gradient has to come through there, and nothing is left of it.
# This is the saturation of the sigmoid, as in lesson 1.
#
# It is not the bottom of a valley. The loss goes on falling towards 0.4774, but ever more slowly.
# The weights only grow in the direction in which they went, and the sigmoids become flatter still.

# %%
length = np.linalg.norm(stuck[0].weight.data)
more = descend(stuck, epochs=2000)["loss"][-1]
longer = np.linalg.norm(stuck[0].weight.data)
print(f"the loss after 2000 more epochs: {ends[2]:.4f} -> {more:.4f}")
print(f"length of the hidden weights:    {length:.1f} -> {longer:.1f}")

# %% [markdown]
# What helps? Another beginning, or more hidden neurons. With eight of them some will be in the
# right place from the start.

# %%
wide = [descend(network_of(seed, hidden=8), epochs=120)["loss"][-1] for seed in range(20)]
print(f"{np.sum(np.array(wide) < 0.1)} of 20 have learned XOR with 8 hidden neurons")

# %% [markdown]
# ## Without a gradient
#
# One can also look for weights randomly. *Random search* draws all of them anew each time, and
# keeps the best. *Random local search* takes a small step in a random direction, and goes back if
# the loss has not become smaller.
#
# We count how often each has to evaluate the loss until it is below 0.1. For the gradient we count
# three for each epoch: once forwards, and the way back costs about two more. A dash says that it
# was not found in time.

# %%
task = (inputs, xor)


def evaluations(history, each=1):
    found = np.flatnonzero(np.array(history["loss"]) < 0.1)
    return each * (found[0] + 1) if found.size else None


print("hidden  weights  gradient         local search     random search")
for hidden in (2, 16, 128):
    row = {"gradient": [], "local": [], "random": []}
    for seed in (0, 1, 3):
        row["gradient"].append(evaluations(descend(network_of(seed, hidden), 100), each=3))
        network = network_of(seed, hidden)
        history = nn.random_local_search(network, cost, task, steps=800, scale=0.3, rng=seed)
        row["local"].append(evaluations(history))
        network = network_of(seed, hidden)
        history = nn.random_search(network, cost, task, tries=800, scale=5.0, rng=seed)
        row["random"].append(evaluations(history))
    cells = [" ".join(f"{n or '-':>4}" for n in counts) for counts in row.values()]
    weights = sum(p.size for p in network.parameters())
    print(f"{hidden:6} {weights:8}  {cells[0]}   {cells[1]}   {cells[2]}")

# %% [markdown]
# With nine weights a small random step is, where it succeeds, nearly as good as the gradient. With
# more weights there are more directions, and fewer of them lead far down. The gradient needs about
# as many steps as before, because it looks in all directions at once. A network for images has
# millions of weights. There a random search would not end.
#
# Random search does not use what it has found: every draw is independent of the ones before.

# %% [markdown]
# ## Exercise
#
# *Parity* is 1 if the number of ones is odd, and 0 if it is even. For two inputs that is XOR. Solve
# it by hand for three inputs. All inner neurons see the sum $s = x_1 + x_2 + x_3$, and the first
# two are those of XOR. Give the third one a bias, and all three a weight on the way to the output.
#
# <details><summary>One answer</summary>
#
# The third neuron fires if all three are on, and then the answer is 1 again.
#
# ```python
# inner_bias = [-0.5, -1.5, -2.5]
# outer_weight = [1.0, -1.0, 1.0]
# ```
#
# </details>

# %%
inner_bias = [-0.5, -1.5, 0.0]
outer_weight = [1.0, -1.0, 0.0]

# %%
parity = nn.Sequential(
    set_numbers(nn.Linear(3, 3), np.ones((3, 3)), inner_bias),
    nn.Heaviside(),
    set_numbers(nn.Linear(3, 1), [outer_weight], [-0.5]),
    nn.Heaviside(),
)
wrong = []
for x in np.ndindex(2, 2, 2):
    answer = parity(np.array(x, dtype=float)).item()
    if answer != sum(x) % 2:
        wrong.append(f"for {x} it says {answer:g}, and should say {sum(x) % 2}")
print(f"Not yet: {wrong[0]}." if wrong else "Right: for all eight inputs.")
