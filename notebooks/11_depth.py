# %% [markdown]
# # 11. Depth: from AlexNet to ResNet
#
# Within four years the networks that read photographs best grew from 8 layers to 152. In this
# lesson we count what they cost, see what the ideas behind them save, and train networks of 20 and
# of 56 layers. Without shortcuts the deeper one learns less. To see why, we follow the gradient
# along its two ways through a block: first in numbers that can be checked by hand, then through all
# layers.

# %% [markdown]
# ## 56 layers, twice
#
# These networks read small images. They are built as in the ResNet paper: three stages of blocks,
# with two convolutions and batch normalisation in each block, and here with 4, 8 and 16 channels.
# *Residual* blocks add their input to what they compute, *plain* ones do not. At the beginning both
# have the same weights. First the plain network:

# %%
from functools import partial

import numpy as np
from IPython.display import SVG

import autograd as ag
import nn

digits = nn.data.digits()
train, valid = digits.split(0.8, rng=0, stratify=True)
batch = train[:128]
images = ag.tensor(batch.inputs, name="digits")


def resnet(kind, depth, dtype="float32"):
    how = {"in_channels": 1, "width": 1 / 4, "residual": kind == "residual"}
    return nn.models.ResNet(depth, **how, dtype=dtype, rng=0)


def architecture(net, **options):
    """Draw the layers of a network as boxes, as wide as a cell of a notebook."""

    def loss(images):
        return nn.cross_entropy(net(images), batch.targets)

    return SVG(ag.draw(loss, images, view="architecture", width=720, **options).svg)


architecture(resnet("plain", 56))

# %% [markdown]
# Each box is a layer or a block, with the shape of one image behind it, its number of parameters,
# and how large its output (green) and the gradient there (red) are on average. Nine equal blocks in
# a row are one box. The stripe in it has one field for each block, from blue, where the gradient is
# small, to orange, where it is large. The plot below has the gradient of every layer. From right to
# left it grows, to ten thousand times its size.
#
# And now the residual one:

# %%
architecture(resnet("residual", 56))

# %% [markdown]
# Its gradient keeps its size through all blocks. The difference is inside them. Here is the network
# of 20 layers with one block open: the wire that goes over the layers, to the `+`, is the shortcut.
# (The first block of a stage halves the image, so that the shortcut has to do that, too: that is
# `downsample`.)

# %%
architecture(resnet("residual", 20), open=["layer2.0"])

# %% [markdown]
# ## The networks of the ImageNet competition
#
# A photograph is to be assigned to one of 1000 classes. The *top-5 error* is the share of
# photographs whose class is not among the five with the highest scores: 26.2 % without
# convolutional networks in 2012 (deck 3). The errors below are those of the papers, where each
# entry averages several networks. Everything else is computed here. For the number of layers we
# look into the graph: how many convolutions and matrix products with weights lie on the *shortest*
# and on the *longest* way from the image to the scores?

# %%
networks = {
    "AlexNet, 2012": (nn.models.AlexNet2012, 227, 16.4),
    "VGG-16, 2014": (partial(nn.models.VGG, 16), 224, 7.3),
    "GoogLeNet, 2014": (partial(nn.models.GoogLeNet, auxiliary=False), 224, 6.7),
    "ResNet-152, 2015": (partial(nn.models.ResNet, 152), 224, 3.6),
}


def layers(image, scores):
    """Return how many layers with weights the shortest and the longest way have."""
    graph = ag.graph(scores)
    ways = {graph.id_of(image): (0, 0)}
    for node in graph:
        before = [ways[i] for i in node.inputs if i in ways]
        if before:
            weighted = all(graph[i].requires_grad for i in node.inputs)
            layer = weighted and node.primitive.name in ("conv", "matmul")
            shortest, longest = zip(*before, strict=True)
            ways[node.id] = min(shortest) + layer, max(longest) + layer
    return ways[graph.id_of(scores)]


print("                    layers     parameters   multiply-adds   top-5 error")
for name, (make, side, error) in networks.items():
    size = make(rng=0).summary((1, 3, side, side))
    image = ag.tensor(np.zeros((1, 3, side, side), "float32"), requires_grad=True)
    few, many = layers(image, make(width=1 / 16, rng=0).eval()(image))
    costs = f"{size.parameters / 1e6:11.1f} M {size.multiply_adds / 1e9:13.1f} G"
    print(f"{name:17} {few:3} to {many:3} {costs} {error:12.1f} %")

# %% [markdown]
# AlexNet and VGG are chains: every way has the same length. In GoogLeNet some ways are shorter than
# others, and in ResNet-152 the shortest one has 6 layers. We come back to these short ways.
#
# VGG needs most parameters and most multiplications. The two networks that are deeper than VGG need
# less of both.
#
# ## What the ideas save
#
# We compare layers that do the same, for 256 channels. At a stride of 1 every weight is multiplied
# once for each pixel, so that what is saved in parameters is saved in multiplications, too.
#
# - *VGG*: two convolutions of 3 x 3 see as far as one of 5 x 5.
# - *GoogLeNet*: a 1 x 1 narrows the image to 32 channels before the expensive 5 x 5.
# - *ResNet*: a bottleneck narrows to 64 channels, looks around there, and widens again.


# %%
def conv(before, behind, size):
    return nn.Conv2d(before, behind, size, padding=size // 2, bias=False, rng=0)


compared = {
    "VGG": ([conv(256, 256, 5)], [conv(256, 256, 3), conv(256, 256, 3)]),
    "GoogLeNet": ([conv(256, 96, 5)], [conv(256, 32, 1), conv(32, 96, 5)]),
    "ResNet": (
        [conv(256, 256, 3), conv(256, 256, 3)],
        [conv(256, 64, 1), conv(64, 64, 3), conv(64, 256, 1)],
    ),
}
print("              parameters             share   pixels seen")
image = np.zeros((256, 9, 9))
for name, pair in compared.items():
    nets = [nn.Sequential(*parts) for parts in pair]
    before, after = (sum(p.size for p in net.parameters()) for net in nets)
    fields = [nn.inspection.receptive_field(net, image, position=(4, 4)) for net in nets]
    seen = [rows.stop - rows.start for rows, _ in fields]
    share = f"{before:10,} -> {after:9,}  {after / before:6.2f}"
    print(f"{name:10} {share}   {seen[0]} x {seen[0]} -> {seen[1]} x {seen[1]}")

# %% [markdown]
# ## An inception block
#
# Which size of kernel is best? GoogLeNet computes three of them and a maximum side by side, and
# joins their channels. Here is its first inception block, with a thirty-second of its channels and
# its branches closed. Shapes are (images, channels, rows, columns): of the six channels that come
# in, the narrow 1 x 1 inside `branch3` leaves one before its 5 x 5.

# %%
block = nn.models.GoogLeNet(width=1 / 32, rng=0).inception3a
for name, parameter in block.named_parameters():
    parameter.name = name.replace(".conv.", ".")
values = np.random.default_rng(0).normal(size=(1, 6, 4, 4)).astype("float32")
x = ag.tensor(values, requires_grad=True, name="x")
SVG(ag.draw(ag.sum(block(x)), depth=1, show="values gradients").svg)

# %% [markdown]
# The input is copied to four branches, so four gradients come back to it, and they add: that is the
# $\Sigma$ at $x$. The same happens in a residual block. (`ag.draw(loss, depth=1)` draws a whole
# network in this way, with its parts closed.)
#
# ## Why not simply more layers?
#
# Back to the networks for digits. We train 20 and 56 layers of both kinds for eight epochs.


# %%
def trained(kind, depth):
    net = resnet(kind, depth)
    adam = nn.optim.Adam(net.parameters(), lr=0.003)
    how = {"optimizer": adam, "epochs": 8, "metrics": nn.metrics.accuracy, "rng": 0}
    return net, nn.fit(net, nn.cross_entropy, train, valid, compile=True, progress=False, **how)


kinds = [(kind, depth) for kind in ("plain", "residual") for depth in (20, 56)]
results = {f"{kind}, {depth} layers": trained(kind, depth) for kind, depth in kinds}
histories = {name: history for name, (_, history) in results.items()}

for depth in (20, 56):
    plain, residual = (histories[f"{kind}, {depth} layers"] for kind in ("plain", "residual"))
    lead = residual["valid_accuracy"][1] - plain["valid_accuracy"][1]
    print(f"{depth} layers, after two epochs: 15 points more with shortcuts: {lead > 0.15}")
short, long = (histories[f"plain, {depth} layers"]["accuracy"][-1] for depth in (20, 56))
print("56 plain layers read fewer of the training digits than 20:", long < short)
nn.plots.runs(histories, "accuracy")

# %% [markdown]
# This is the *degradation* of plain networks. It is not overfitting: 56 plain layers are worse even
# on the digits they learn from. (Longer training and other rates change the numbers, not the order:
# `benchmarks/degradation.py` has the means of three seeds, each network at its better rate.)
#
# Yet 56 layers *can* do what 20 do. The proof is a construction: take the weights of the shorter
# network, and let all further blocks compute 0, by a factor of 0 in their last normalisation. With
# a shortcut a block that computes 0 returns its input.


# %%
def extended(short, kind):
    """Return a network of 56 layers: the blocks of a trained one, and others that compute 0."""
    long = resnet(kind, 56)
    for stage in (long.layer1, long.layer2, long.layer3):
        for block in stage[3:]:
            nn.init.zeros_(block.bn2.weight)
    long.load_state_dict({**long.state_dict(), **short.state_dict()})
    return long


for kind in ("residual", "plain"):
    short, _ = results[f"{kind}, 20 layers"]
    scores = [nn.predict(net, valid.inputs) for net in (short, extended(short, kind))]
    print(f"{kind}: the scores of 20 layers by 56:", np.array_equal(*scores))

# %% [markdown]
# With shortcuts the scores are the same to the last bit: depth cannot hurt, and learning begins
# from there. A plain block that computes 0 deletes its input. To hand it on, two convolutions would
# have to learn to do nothing, which is hard.
#
# ## The two ways of a gradient
#
# A residual block made of single numbers: $f = w_2\,\mathrm{relu}(w_1 x)$ and $y =
# \mathrm{relu}(x + f)$. The $x$ is used twice, so there are two ways from $y$ back to it.

# %%
x, w1, w2 = (
    ag.tensor(value, requires_grad=True, name=name)
    for name, value in (("x", 2.0), ("w1", 0.5), ("w2", 0.5))
)
f = w2 * ag.relu(w1 * x)
y = ag.relu(x + f)
f.name, y.name = "f", "y"
ag.draw(y)

# %% [markdown]
# Step to the end. The gradient at the `+` is 1, and a sum hands it on to both inputs as it is.
# Along the shortcut it reaches $x$ unchanged, as 1.00. Along the layers it is multiplied by $w_2$
# and $w_1$, and arrives as 0.25. A copy adds: $dy/dx = 1.25$. The debugger stops where each of the
# two arrives.

# %%
debugger = ag.trace(y).debugger()
debugger.break_on(x, condition=lambda event: event.kind == "accumulate")
for _ in range(2):
    debugger.run()
    print(debugger.card(), "\n")

# %% [markdown]
# Without the shortcut only the 0.25 would be left. In a chain of blocks these numbers multiply.


# %%
def slope(blocks, residual):
    x = y = ag.tensor(2.0, requires_grad=True)
    for _ in range(blocks):
        f = 0.5 * ag.relu(0.5 * y)
        y = ag.relu(y + f if residual else f)
    return ag.gradients(y, x)


for blocks in (1, 2, 9, 27):
    plain, residual = slope(blocks, False), slope(blocks, True)
    print(f"{blocks:2} blocks   plain {plain:7.1e}   residual {residual:6.2f}")

# %% [markdown]
# $0.25^{27}$ is nearly 0. But $1.25^{27} = (1 + 0.25)^{27}$ is a sum over all ways: one through no
# layers at all, 27 through the layers of one block, 351 through those of two blocks, and so on.
# What comes along the short ways arrives, whatever becomes of the rest. These are the ways of 6 to
# 152 layers that we have counted.
#
# ## Through 56 layers
#
# Batch normalisation keeps the values of real blocks from vanishing. So what goes wrong? We take
# untrained networks and 128 digits, and measure at the input of every block what the debugger has
# shown above: the gradient that came through the layers, the one that came through the shortcut,
# and their sum.

# %%
fresh = {f"{kind}, {depth} layers": resnet(kind, depth, "float64") for kind, depth in kinds}
nn.plots.shortcut_gradients(fresh, nn.cross_entropy, train[:128])

# %% [markdown]
# In the plain network the gradient does not vanish, it grows: by about 1.3 with each block, which
# after 27 blocks is 1,000. (Behind a ReLU a part of the values is a constant. Normalisation
# subtracts it and enlarges what is left, and with it the gradient.) So one learning rate cannot
# suit the first and the last layers. With shortcuts the gradient keeps its size.
#
# Adam divides each gradient by its size, and still the plain network does not learn. There is a
# second harm. A step for some digits should help with others, too. So we compare the gradients of
# two batches of 512 digits: the cosine between them is 1 if they point the same way, and about 0 if
# they are unrelated.


# %%
def agreement(net):
    """Return the mean over all convolutions of the cosine between the gradients of two batches."""
    weights = [layer.weight for layer in net.modules() if isinstance(layer, nn.Conv2d)]
    batches = train[:512], train[512:1024]
    losses = [nn.cross_entropy(net(batch.inputs), batch.targets) for batch in batches]
    pairs = zip(*(ag.gradients(loss, weights) for loss in losses), strict=True)
    return np.mean([np.vdot(a, b) / np.linalg.norm(a) / np.linalg.norm(b) for a, b in pairs])


for name, net in fresh.items():
    print(f"{name:20} {agreement(net):5.1f}")

# %% [markdown]
# Through 56 plain layers the gradients of two batches are unrelated, although both have digits of
# all ten classes: small differences between images grow from layer to layer. With shortcuts a large
# part of the gradient passes through few layers, and the batches agree.

# %% [markdown]
# ## Exercise
#
# Blocks in a chain have the slopes $a_1, \ldots, a_n$ of their layers, and each has a shortcut with
# the slope 1. The whole gradient is $(1 + a_1) \cdots (1 + a_n)$. Write which part of it came
# through the layers of exactly $k$ blocks, and through the shortcuts of all others. All parts
# together are the whole gradient.
#
# <details><summary>One answer</summary>
#
# There is one way for each choice of $k$ blocks, and its slopes multiply.
#
# ```python
# from itertools import combinations
#
#
# def part(slopes, k):
#     return sum(np.prod(chosen) for chosen in combinations(slopes, k))
# ```
#
# </details>


# %%
def part(slopes, k):
    return np.prod(slopes[:k])


# %%
slopes = [0.5, -0.2, 0.3, 0.1]
parts = [part(slopes, k) for k in range(5)]
whole = ag.tensor(1.0, requires_grad=True)
y = whole
for a in slopes:
    y = y + a * y
gradient = ag.gradients(y, whole)
if not np.isclose(parts[0], 1.0):
    print(f"Not yet: through no layers comes 1, not {parts[0]:.2f}.")
elif not np.isclose(parts[1], sum(slopes)):
    print(f"Not yet: through one block comes {sum(slopes):.2f}, not {parts[1]:.2f}.")
elif not np.isclose(sum(parts), gradient):
    print(f"Not yet: all parts add up to {sum(parts):.3f}, and the gradient is {gradient:.3f}.")
else:
    print(f"Right: {' + '.join(f'{p:.3f}' for p in parts)} = {gradient:.3f}")
