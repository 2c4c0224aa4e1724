# %% [markdown]
# # 16. Style
#
# Style transfer, which deck 3 mentions, gives a photograph the look of a painting (Gatys et al.
# 2016). We see what is taken for style there: a small matrix, which says which features occur
# together and no longer where. We compute one by hand, check that it forgets every position, and
# find its gradient cell by cell. Then gradient descent on pixels paints a cup in the style of a
# cat, and we look at what works with a network that has learned nothing, and what does not.

# %% [markdown]
# ## The network
#
# The features are those of VGG-16 in half its width, as it begins, with random weights. Here they
# are, for a photograph of 64 x 64 pixels, up to the last that is used.

# %%
import numpy as np
from IPython.display import SVG

import autograd as ag
import nn

vgg = nn.models.VGG(16, width=1 / 2, rng=0).features
cat = nn.data.photograph("cat", 64)
SVG(ag.draw(vgg[:21], ag.tensor(cat[None], name="cat"), view="architecture", width=720).svg)

# %% [markdown]
# A pooling divides each of the four stages from the next, which has more channels, and half as many
# rows and columns. The style is read behind the first ReLU of each stage, and the content behind
# the last one, where only 8 x 8 places are left.
#
# ## A Gram matrix
#
# Features are $C$ channels with $M$ places each. Written as $C$ rows of $M$ numbers they are a
# matrix $F$, and
#
# $$G = \frac{1}{M}\, F F^T, \qquad G_{ij} = \frac{1}{M} \sum_m F_{im} F_{jm}$$
#
# is its Gram matrix. $G_{ij}$ is large if channels $i$ and $j$ are strong at the same places. Our
# features have two channels of 2 x 2. The first responds to the left column, the second mostly to
# the upper left corner.

# %%
features = np.array([[[2.0, 0.0], [2.0, 0.0]], [[3.0, 1.0], [1.0, 1.0]]])


def by_hand(features):
    channels = len(features)
    gram = np.zeros((channels, channels))
    for i in range(channels):
        for j in range(channels):
            gram[i, j] = np.mean(features[i] * features[j])
    return gram


print("the same as nn.gram_matrix:", np.array_equal(by_hand(features), nn.gram_matrix(features)))
by_hand(features)

# %% [markdown]
# $G_{12} = (2 \cdot 3 + 0 \cdot 1 + 2 \cdot 1 + 0 \cdot 1) / 4 = 2$. As a graph it is one product
# of matrices.

# %%
F = ag.tensor(features, requires_grad=True, name="F")
G = nn.gram_matrix(F)
G.name = "G"
ag.draw(ag.trace(G, np.ones((2, 2))), digits=0, at=3)

# %% [markdown]
# This is the moment at which the product has been computed. Point at a cell of it, below the
# picture: a row and a column light up, which are two channels, and beneath stands the sum over all
# places.
#
# ## Position is forgotten
#
# In that sum the order of the places does not matter. So features may move: if all channels move
# alike, $G$ stays as it is, to the last bit. If only one moves, it does not, for then others occur
# together. The same holds for a photograph, whose channels are red, green and blue (here as bytes,
# so that all sums are exact).

# %%
moved = np.roll(features, 1, axis=2)
turned = features[:, ::-1, ::-1]
one = np.stack([np.roll(features[0], 1, axis=1), features[1]])
for name, other in (("all moved", moved), ("all turned", turned), ("one moved", one)):
    print(f"{name:12} {np.array_equal(nn.gram_matrix(other), nn.gram_matrix(features))}")

places = np.random.default_rng(0).permutation(64 * 64)
shuffled = cat.reshape(3, -1)[:, places].reshape(cat.shape)
grams = [nn.gram_matrix(np.rint(255 * image.astype(float))) for image in (cat, shuffled)]
print(f"{'all shuffled':12} {np.array_equal(*grams)}")
title = "Two images with one Gram matrix"
nn.plots.image_grid([cat, shuffled], ["cat", "shuffled"], title=title)

# %% [markdown]
# ## Features that see their neighbours
#
# Of single pixels nothing is left but which colours there are. That is why style is read from the
# layers of a convolutional network: a feature looks at its neighbours, too, so its Gram matrix says
# which edges and textures occur with which. After the first ReLU of each of four stages we compare
# the cat with its shuffled pixels: $\sum (G - A)^2 / \sum A^2$.

# %%
style_layers, content_layers = ["1", "6", "11", "18"], ["20"]


def apart(found, wanted):
    return np.sum((found - wanted) ** 2) / np.sum(wanted**2)


with ag.no_grad():
    images = np.stack([cat, shuffled]) - np.float32(0.5)
    for name, layer in vgg.named_children():
        images = layer(images)
        if name in style_layers:
            wanted, found = nn.gram_matrix(images).numpy()
            print(f"layer {name:2}   {apart(found, wanted):.2f}")

# %% [markdown]
# Now they differ, and already after one convolution of 3 x 3.
#
# ## The gradient of a style
#
# The style of another image is its Gram matrix $A$. The error is $E = G - A$, and the loss is the
# sum of its squares. Here is all of it, forwards and backwards, for our small features.

# %%
A = nn.gram_matrix(np.array([[[2.0, 0.0], [0.0, 0.0]], [[0.0, 4.0], [0.0, 0.0]]]))
E = G - ag.tensor(A, name="A")
L = ag.sum(ag.square(E))
E.name, L.name = "E", "L"
ag.draw(L, digits=1)

# %% [markdown]
# Step to the end. In front of the product the features divide into two wires, since they go into it
# twice. Both contributions come back to them, and the debugger shows that they are equal.

# %%
rows = G.inputs[0].inputs[0]
debugger = ag.trace(L).debugger()
debugger.break_on(rows, condition=lambda event: event.kind == "vjp")
for _ in range(2):
    debugger.run()
    print(debugger.card(), "\n")

# %% [markdown]
# Each is $\frac{2}{M} E F$, so the closed form is
#
# $$\frac{dL}{dF} = \frac{4}{M}\, E\, F$$
#
# With four places the factor is 1, and the gradient is the product of the error with the features.
# At each place it is $E$ times the column of channels that stands there.

# %%
error = by_hand(features) - A
slopes = ag.gradients(L, F)
for place in np.ndindex(2, 2):
    column = features[:, *place]
    print(f"{place}:  E @ {column} = {error @ column},  engine {slopes[:, *place]}")
closed = 4 / 4 * error @ features.reshape(2, 4)
print("equal to the last bit:", np.array_equal(closed.reshape(2, 2, 2), slopes))

# %% [markdown]
# The error says how: channel 2 is too weak ($E_{22} = -1$), and occurs too often with channel 1
# ($E_{12} = 2$). So descent makes channel 2 stronger on the right, where channel 1 is 0, and weaker
# on the left, where it is not. The gradient does not depend on the position either: places with the
# same column get the same slopes, such as (0, 1) and (1, 1).
#
# ## From features to pixels
#
# From there the backward pass goes on through the network to the pixels. `nn.style_transfer` begins
# with the content, a cup, and takes steps against the gradient of
#
# $$S + \alpha\, C + \beta\, T$$
#
# $S$ is how far the Gram matrices of four layers are from those of the cat, in parts as above; $C$
# is how far the features of one deeper layer are from those of the cup, place by place; $T$ is how
# rough the image is. The weight of the content is $\alpha$.

# %%
cup = nn.data.photograph("coffee", 64)


def transfer(content, style, content_layers, **how):
    """Return the images before each step and at the end, and S and C before each step."""
    path, found = [], []

    def on_step(step, image, s, c):
        path.append(image.copy())
        found.append((s, c))

    how = {"smoothness": 2.0, "lr": 0.015, "steps": 100, "on_step": on_step, **how}
    end = nn.style_transfer(content, style, vgg, style_layers, content_layers, **how)
    return [*path, end], found


path, found = transfer(cup, cat, content_layers, content_weight=1.0)
some = (0, 3, 10, 30, 99)
images = [cat, *(path[k] for k in some)]
names = ["style", *(f"step {k}: S = {found[k][0]:.1g}" for k in some)]
nn.plots.image_grid(images, names, title="A cup in the style of a cat", across=3)

# %% [markdown]
# The first steps move colours: after ten the strong red and orange are dull, like fur. What
# follows is fine texture.
#
# ## Content against style
#
# What is gained in style is lost in content. With a small $\alpha$ the cup may fade; with a large
# one its features stay as they are, and the style stays further away. The noise that is left there
# hardly counts in $C$: behind three poolings a feature sees little of single pixels.

# %%
ends, weights = [], (0.01, 1.0, 10.0, 100.0)
print("weight     S       C")
for weight in weights:
    path, found = transfer(cup, cat, content_layers, content_weight=weight)
    ends.append(path[-1])
    s, c = found[-1]
    print(f"{weight:6g}   {s:<6.1g}  {c:.1g}")
names = [f"weight {weight:g}" for weight in weights]
nn.plots.image_grid(ends, names, title="A cup in the style of a cat, by the weight of the content")

# %% [markdown]
# ## What random features cannot do
#
# Without content layers, and from noise, only the style is left.

# %%
noise = np.random.default_rng(0).uniform(size=cup.shape).astype("float32")
path, found = transfer(cup, cup, (), start=noise, lr=0.03)
print("S has become 100 times smaller:", found[-1][0] < found[0][0] / 100)
some = (0, 3, 10, 30, 100)
names = ["style", *(f"step {k}" for k in some)]
images = [cup, *(path[k] for k in some)]
nn.plots.image_grid(images, names, title="Noise in the style of a cup")

# %% [markdown]
# The Gram matrices are nearly reached. The colours are right, and so is which of them lie beside
# each other: white beside orange, orange beside red, red beside black. But there is no rim, no
# saucer and no spoon, and in the pictures above the cup has the colours of a cat and not its
# stripes. Random features carry the statistics of colours and textures. They do not carry strokes
# or parts of things, since none of them responds to a stripe or a rim more than to other things.
#
# Gatys et al. used a VGG that had learned to name photographs. Such weights are not part of this
# package. If you have those of torchvision's `vgg16` as a safetensors file, they fit:
#
# `vgg = nn.load(nn.models.VGG(16), "vgg16.safetensors").features`
#
# They were trained with images shifted and scaled, so `nn.style_transfer` also needs
# `prepare=lambda x: (x - mean) / std`, with `mean` and `std` of shape (3, 1, 1).

# %% [markdown]
# ## Exercise
#
# A Gram matrix depends on how bright a channel is on average. The *covariance* does not: it is the
# Gram matrix of the features less the mean of each channel. With $\bar F$ for the means,
#
# $$K = \frac{1}{M} (F - \bar F)(F - \bar F)^T, \qquad L = \sum (K - A)^2$$
#
# Write the gradient $dL/dF$ for features of shape ($C$, $M$). The means depend on $F$, too; what
# does that change? (Each row of $F - \bar F$ has the sum 0.)
#
# <details><summary>One answer</summary>
#
# With respect to $F - \bar F$ it is $\frac{4}{M} (K - A)(F - \bar F)$. The way through the means
# takes its average from each row. The average is 0 already, so nothing changes.
#
# ```python
# def covariance_gradient(features, A):
#     centred = features - features.mean(axis=1, keepdims=True)
#     error = centred @ centred.T / features.shape[1] - A
#     return 4 / features.shape[1] * error @ centred
# ```
#
# </details>


# %%
def covariance_gradient(features, A):
    error = features @ features.T / features.shape[1] - A
    return 4 / features.shape[1] * error @ features


# %%
rng = np.random.default_rng(0)
wrong = []
for channels, count in ((2, 4), (3, 10), (5, 7)):
    x = ag.tensor(rng.normal(1.0, 1.0, size=(channels, count)), requires_grad=True)
    goal = np.eye(channels)
    centred = x - ag.mean(x, axis=1, keepdims=True)
    loss = ag.sum(ag.square(centred @ centred.T / count - goal))
    if not np.allclose(covariance_gradient(x.numpy(), goal), ag.gradients(loss, x)):
        wrong.append(f"with {channels} channels and {count} places the engine finds another")
print(f"Not yet: {wrong[0]}." if wrong else "Right: three times as the engine finds it.")
