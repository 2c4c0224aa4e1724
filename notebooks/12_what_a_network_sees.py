# %% [markdown]
# # 12. What a network sees
#
# A network that reads digits has learned 22,602 numbers, and none of them says what it is good
# for. In this lesson we see which pieces of images a feature responds to, which pixels speak for
# it, which part of an image a score needs, and how small a change makes the answer wrong. Most of
# these pictures are made by a backward pass in which one gate has moved. We step through that gate
# in numbers.

# %% [markdown]
# ## The network
#
# It comes with the package, trained. Like that of lesson 10 it has two convolutions, each with a
# ReLU and a maximum over 2 x 2 behind it. We look at it with digits that it has not learned from.

# %%
import numpy as np
from IPython.display import SVG, display

import autograd as ag
import nn

net = nn.models.digits_cnn()
train, _, test = nn.data.digits().split(0.6, 0.2, 0.2, rng=0, stratify=True)
right = nn.metrics.accuracy(nn.predict(net, test.inputs), test.targets)
print(f"{right:.0%} of {len(test)} test digits are right")
nn.plots.kernels(net.conv1)

# %% [markdown]
# Here it reads one digit, a four. Each box is a layer, with the shape of what it computes and its
# number of parameters. The arrow keys step through both passes; `Enter` opens the box that is
# chosen, and `End` shows how large the gradient is in every layer.

# %%
four, label = test.inputs[9], test.targets[9:10]
image = ag.tensor(four[None], name="image")
ag.draw(lambda x: nn.cross_entropy(net(x), label), image, view="architecture")

# %% [markdown]
# ## Backwards to the pixels
#
# Kernels of the second convolution look at channels, not at pixels; as pictures they say little.
# Zeiler and Fergus (2014) therefore run the network backwards. They keep one activation, set all
# others to 0, and repeat from layer to layer:
#
# - *unpool*: each maximum goes back to where it stood;
# - *rectify*: what is negative becomes 0;
# - *filter* with the same kernels, transposed.
#
# The first and the last are what the backward pass does anyway: they are the VJP rules of max
# pooling and of convolution. Only the second is not. The derivative of a ReLU lets a signal pass
# where its *input* was positive, rectifying lets it pass where the *signal* is positive. Guided
# backpropagation lets it pass where both are (Springenberg et al. 2015).
#
# There are four cases: an input of either sign, and a signal of either sign. Here they stand side
# by side, in one graph that is drawn with each of the three rules.

# %%
x = ag.tensor([-1.0, -1.0, 2.0, 2.0], requires_grad=True, name="x")
score = ag.sum(ag.relu(x) * np.array([3.0, -3.0, 3.0, -3.0]))

for rule in ("gradient", "deconvnet", "guided"):
    display(SVG(ag.draw(nn.inspection.with_relu_rule(score, x, rule)).svg))

# %% [markdown]
# Above the wires are the values, which are the same three times. Below them, in red, is the signal
# that comes back. Up to the ReLU it is the same, too. The debugger stops at the step of the
# backward pass that differs.

# %%
for rule in ("gradient", "deconvnet", "guided"):
    debugger = ag.trace(nn.inspection.with_relu_rule(score, x, rule)).debugger()
    debugger.break_on(x, condition=lambda event: event.kind == "vjp")
    debugger.run()
    print(debugger.card(), "\n")

# %% [markdown]
# ## One activation of a four
#
# Now the network. We take the strongest activation of `conv2` for a digit, and see which pixels it
# is made of by each of the three rules. Orange pixels speak for it, blue ones against.

# %%
with ag.no_grad():
    maps = net.conv2(net.pool(ag.relu(net.conv1(four[None])))).numpy()[0]
channel, row, column = map(int, np.unravel_index(maps.argmax(), maps.shape))
print(f"channel {channel} at row {row}, column {column}: {maps.max():.2f}")
nn.plots.projections(net, four, "conv2", channel, (row, column))

# %% [markdown]
# The last two are alike, and clearer than the gradient: the activation is made of the two arms of
# the four. But what is clearer need not be right. We take the pixel about which they differ most,
# make it brighter by .01, and measure what becomes of the activation.

# %%
rules = ("gradient", "guided", "deconvnet")
seen = {
    rule: nn.inspection.backproject(net, four, "conv2", channel, (row, column), rule)
    for rule in rules
}
differ = np.abs(seen["gradient"] - seen["deconvnet"])
pixel = np.unravel_index(differ.argmax(), four.shape)
nudged = four.copy()
nudged[pixel] += 0.01
with ag.no_grad():
    after = net.conv2(net.pool(ag.relu(net.conv1(nudged[None])))).numpy()[0]

print(f"measured   {(after - maps)[channel, row, column] / 0.01:6.2f}")
for rule, projection in seen.items():
    print(f"{rule:10} {projection[pixel]:6.2f}")
first = [nn.inspection.backproject(net, four, "conv1", rule=rule) for rule in rules]
print("the same for conv1:", all(np.array_equal(first[0], other) for other in first[1:]))

# %% [markdown]
# The gradient is right, as it must be. The other two are no derivatives. At each ReLU they leave
# out what speaks against the activation, which makes them easy to read; they do not say what a
# change would do. For `conv1` there is no ReLU on the way and so no gate to move: there the three
# agree to the last bit.
#
# ## What a feature responds to
#
# One activation of one image says little about a feature. Zeiler and Fergus look for the nine
# images of a data set in which it is strongest. Of each they show the *receptive field*, the part
# of the image that the unit depends on, and the projection. A field grows from layer to layer: by
# $(k-1)\,j$ for kernels of size $k$, if neighbours are $j$ pixels apart. So it is 3 pixels wide for
# `conv1`, 3 + 1 after the maximum, where $j$ becomes 2, and 4 + 2 · 2 for `conv2`. That is as large
# as the image, so most fields reach beyond its edge.

# %%
field = nn.inspection.receptive_field(net, four, "conv2", position=(row, column))
print("rows {0.start} to {0.stop}, columns {1.start} to {1.stop} of 8".format(*field))
features = [0, 13, 16, 20, 25, 26]
patches = nn.inspection.top_patches(net, train.inputs, "conv2", channels=features)
nn.plots.top_patches(patches)

# %% [markdown]
# No label named these parts. Channel 0 responds to closed rings, 13 to the right edge of an upright
# stroke, 20 to the corner of a seven, 25 to the arms of a four. The projections show what the nine
# have in common, and leave out the rest of the images.
#
# ## What a score depends on
#
# The same can be asked of the score of a class. Beside the image is the gradient, as in lesson 10,
# and on the right guided backpropagation.

# %%
eight, label = test.inputs[3], int(test.targets[3])
nn.plots.saliency(net, eight, label, classes=test.classes, guided=True)

# %% [markdown]
# ## Occlusion
#
# There is a way without any derivative. A black square of 3 x 3 pixels covers one place of the
# image after the other, and the network scores what is left. Where the score falls most, there was
# what it needs. How is the eight read without it?

# %%
scores = nn.inspection.occlusion_map(net, eight, label, size=3, value=0.0)
row, column = np.unravel_index(scores.argmin(), scores.shape)
covered = eight.copy()
covered[:, row - 1 : row + 2, column - 1 : column + 2] = 0.0
print("without that place it is read as", nn.predict(net, covered[None]).argmax())
nn.plots.occlusion(net, eight, label, size=3, value=0.0, classes=test.classes)

# %% [markdown]
# Without its lower loop an eight is a nine.
#
# ## Adversarial digits
#
# The gradient with respect to the pixels is also a recipe for a wrong answer: change each pixel by
# a little, up or down, as its slope says that the loss grows. That is the fast gradient sign
# method, $x + \varepsilon\,\mathrm{sign}(dL/dx)$ (Goodfellow et al. 2015). The last column has the
# same change with random signs.

# %%
print("change   accuracy   with random signs")
for epsilon in (0.05, 0.1, 0.2):
    noise = epsilon * np.random.default_rng(0).choice([-1.0, 1.0], size=test.inputs.shape)
    directed = nn.adversarial(net, test.inputs, test.targets, epsilon)
    found = [
        nn.metrics.accuracy(nn.predict(net, inputs), test.targets)
        for inputs in (directed, np.clip(test.inputs + noise, 0.0, 1.0))
    ]
    print(f"{epsilon:6.2f}{found[0]:11.0%}{found[1]:20.0%}")

nn.plots.perturbations(net, test.inputs[:8], directed[:8], classes=test.classes)

# %% [markdown]
# We can still read these digits. No pixel has changed by more than a fifth of the way from paper to
# ink, but all have changed in the direction in which the loss grows. With random signs the effects
# of 64 pixels mostly cancel; with these they add up, to $\varepsilon$ times the sum of all
# $|dL/dx|$. The more pixels there are, the smaller a change is enough: in a photograph of 224 x 224
# pixels it is too small to be seen.

# %% [markdown]
# ## Exercise
#
# Lead the network to an answer of your choice: change images of any digits, each pixel by at most
# .2, so that they are read as `wanted`. `nn.adversarial` goes *up* with the loss that it is given
# (`loss=`, a function of outputs and targets). Which loss is highest where the network is sure of
# `wanted`?
#
# <details><summary>One answer</summary>
#
# The cross-entropy of `wanted` is lowest there, so take its negative, in a few steps.
#
# ```python
# def toward(images, wanted):
#     def loss(outputs, targets):
#         return -nn.cross_entropy(outputs, targets)
#
#     targets = np.full(len(images), wanted)
#     return nn.adversarial(net, images, targets, epsilon=0.2, steps=5, loss=loss)
# ```
#
# </details>


# %%
def toward(images, wanted):
    targets = np.full(len(images), wanted)
    return nn.adversarial(net, images, targets, epsilon=0.2, steps=5)


# %%
others = test.inputs[test.targets != 8]
led = toward(others, 8)
reached = np.mean(nn.predict(net, led).argmax(axis=1) == 8)
if np.abs(led - others).max() > 0.2 + 1e-6 or led.min() < 0 or led.max() > 1:
    print("Not yet: a pixel has changed by more than .2, or is not between 0 and 1.")
elif reached < 0.6:
    print(f"Not yet: {reached:.0%} are read as an eight; more than half can be.")
else:
    print(f"Right: {reached:.0%} of the other digits are read as an eight.")
