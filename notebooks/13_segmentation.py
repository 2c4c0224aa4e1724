# %% [markdown]
# # 13. A class for every pixel
#
# So far a network had one answer for an image. SegNet has one for every pixel: this one is road,
# that one is sky. So each answer must depend on much of the image, and still be exact to the
# pixel. We look at how pooling loses places, and how *switches* bring them back, cell by cell.
# Then a small SegNet learns to find digits that lie on photographs, and we take its switches
# away.
#
# ## The network
#
# The encoder is that of VGG-16: stages of convolutions, each with a maximum behind it. The
# decoder is its mirror: each stage begins by unpooling with the switches of its counterpart, and
# its convolutions fill in what is between. The last convolution gives eleven scores for each
# pixel. The real SegNet has five stages. Ours has three: 16, 32 and 64 channels.

# %%
import numpy as np
from IPython.display import SVG

import autograd as ag
import nn

net = nn.models.SegNet(classes=11, in_channels=1, stages=((16, 2), (32, 2), (64, 2)), rng=0)
train, _, test = nn.data.digit_scene_parts((3000, 10, 300), rng=0)
scenes = ag.tensor(train.inputs[:8], name="scenes")


def loss(scenes):
    return nn.cross_entropy(net(scenes), train.targets[:8])


SVG(ag.draw(loss, scenes, view="architecture", width=720).svg)

# %% [markdown]
# Follow the shapes on the wires: from 32 x 32 pixels down to 4 x 4, and back. In each box the mean
# size of the output is green and that of the gradient red. The plot below has the gradients of all
# layers. They are about as large everywhere: none of the layers is cut off from the loss.
#
# ## The data
#
# Digits lie on pieces of photographs, lighter or darker than these are in the mean. Of every
# pixel the target says what it shows: background, or which digit. Digits and photographs of the
# test scenes occur in none of the scenes to learn from.

# %%
print(train)
nn.plots.mask_overlay(test.inputs[12], test.targets[12], test.classes)

# %% [markdown]
# Three quarters of all pixels are background. So a network whose answer is always background is
# right most of the time, and useless. The *intersection over union* is a better measure. Of one
# class it is
#
# $$\mathrm{IoU} = \frac{|\,\text{pixels that were taken for it and are of it}\,|}
# {|\,\text{pixels that were taken for it or are of it}\,|}$$
#
# and the mean over all classes counts each of them alike.

# %%
nothing = np.zeros_like(test.targets)
print(f"pixel accuracy {nn.metrics.pixel_accuracy(nothing, test.targets):.2f}")
print(f"mean IoU       {nn.metrics.iou(nothing, test.targets, 11):.2f}")

# %% [markdown]
# ## Pooling forgets where
#
# A maximum over 2 x 2 keeps the largest number of each window and drops its place. These two
# images become the same.

# %%
image = np.array(
    [
        [9.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 7.0],
        [0.0, 4.0, 0.0, 0.0],
        [0.0, 0.0, 5.0, 0.0],
    ]
)
other = np.array(
    [
        [0.0, 0.0, 7.0, 0.0],
        [0.0, 9.0, 0.0, 0.0],
        [4.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 5.0],
    ]
)
pool = nn.MaxPool2d(2, return_indices=True)
for one in (image, other):
    values, switches = pool(one[None, None])
    print(f"{one}\nvalues   {values.ravel()}\nswitches {switches.ravel()}\n")

# %% [markdown]
# The switches differ. Each is the number of the largest pixel, counted row by row from 0 to 15.
#
# ## Unpooling puts it back
#
# `MaxUnpool2d` makes an image of zeros, and writes each value to where its switch says. What was
# not the largest is lost; what was stands exactly where it stood.
#
# In the player below, the right arrow goes one step on. At `max_pool` and at `max_unpool` point
# at a cell of the result: the cells that it depends on light up. On the way back the gradient
# takes the same way: from the place in the large image to the cell of the small one, and from
# there to the same place again.

# %%
x = ag.tensor(image[None, None], requires_grad=True, name="x")
values, switches = pool(x)
values.name = "values"
back = nn.MaxUnpool2d(2)(values, switches)
back.name = "back"
weights = ag.tensor(np.arange(1.0, 17.0).reshape(1, 1, 4, 4), name="weights")
ag.draw(ag.sum(back * weights), digits=0, at=3)

# %% [markdown]
# The same without a mouse: one cell after another. The debugger stops where `max_unpool` hands
# its gradient on. With a 1 at a single place of the large image, and 0 elsewhere, we see where it
# goes.

# %%
for place in [(0, 0), (0, 1), (1, 3), (3, 2)]:
    one = np.zeros((1, 1, 4, 4))
    one[0, 0][place] = 1.0
    debugger = ag.trace(back, one).debugger()
    for node in (values, x):
        debugger.break_on(node, condition=lambda event: event.kind == "vjp")
    to_values, to_x = (debugger.run().value[0, 0] for _ in range(2))
    ends = [tuple(map(int, end)) for end in np.argwhere(to_x)]
    print(f"1 at {place}: values get {to_values.ravel()}, x gets a 1 at {ends or 'no place'}")

# %% [markdown]
# Place (0, 1) was not the largest of its window, so nothing depends on it. All other gradients
# end at the place where they began: the derivative of pooling and unpooling together is a matrix
# with ones on its diagonal, for the winners, and zeros elsewhere.
#
# ## SegNet
#
# The real SegNet has 29 million parameters, and ours 146 thousand. A still smaller one can be
# looked at with every number: two stages of 2 and 3 channels, and an image of 4 x 4. With `depth=1`
# the stages are closed. Follow `indices`, the switches, from each pooling to its unpooling: the
# last that was pooled is the first that is put back.

# %%
full = nn.models.SegNet(classes=11)
for name, model in (("SegNet", full), ("ours", net)):
    print(f"{name:6} {sum(p.size for p in model.parameters()):10,} parameters")
small = nn.models.SegNet(3, 1, stages=((2, 1), (3, 1)), dtype=float, rng=0)
pixels = ag.tensor(image[None, None] / 9, name="image")
SVG(ag.draw(small(pixels), depth=1, direction="TB").svg)

# %% [markdown]
# ## Learning
#
# The loss is the cross-entropy of each pixel, averaged over all pixels of a batch. The rate
# rises and falls once during training (`OneCycleLR`).


# %%
def learn(net):
    adam = nn.optim.Adam(net.parameters(), lr=0.005)
    steps = 5 * (3000 // 8)
    return nn.fit(
        net,
        nn.cross_entropy,
        train,
        optimizer=adam,
        schedule=nn.optim.lr_scheduler.OneCycleLR(adam, max_lr=0.005, total_steps=steps),
        epochs=5,
        batch_size=8,
        metrics=["pixel_accuracy", "iou"],
        compile=True,
        rng=0,
        progress=False,
    )


history = learn(net)
history.plot()

# %%
scores = nn.predict(net, test.inputs)
some = slice(8, 16)
nn.plots.segmentation(test.inputs[some], test.targets[some], scores[some], test.classes)

# %% [markdown]
# Most digits are found, on photographs that were in no scene to learn from. What is wrong are
# mostly edges, and now and then a digit that is taken for another.
#
# ## Without the switches
#
# Is it worth the trouble? Here is the same network, but each number that is unpooled is put to
# all four pixels of its window: *upsampling*. All else is equal, also the seed.


# %%
class Repeat(nn.Module):
    def forward(self, x, switches, output_size):
        height, width = output_size
        return ag.repeat(ag.repeat(x, 2, axis=2), 2, axis=3)[:, :, :height, :width]


blind = nn.models.SegNet(classes=11, in_channels=1, stages=((16, 2), (32, 2), (64, 2)), rng=0)
blind.unpool = Repeat()
learn(blind)
without = nn.predict(blind, test.inputs)
both = {"with switches": scores, "without": without}
nn.plots.iou(both, test.targets, test.classes)

# %% [markdown]
# *Which* digit there is, it finds as well, or even better: a number that is repeated fills a
# whole stroke, and from one that is put back the convolutions have to learn to spread it. But
# where do the digits end? Now the only question is digit or background, and only pixels at an edge
# count: those with a neighbour of another class.


# %%
def edges(targets):
    found = np.zeros(targets.shape, bool)
    found[:, 1:] |= targets[:, 1:] != targets[:, :-1]
    found[:, :-1] |= targets[:, 1:] != targets[:, :-1]
    found[:, :, 1:] |= targets[:, :, 1:] != targets[:, :, :-1]
    found[:, :, :-1] |= targets[:, :, 1:] != targets[:, :, :-1]
    return found


ink = (test.targets > 0).astype(int)
at_edges = np.where(edges(test.targets), ink, -100)  # what is -100 does not count
inked = {name: (found.argmax(axis=1) > 0).astype(int) for name, found in both.items()}
right = [nn.metrics.pixel_accuracy(found, at_edges) for found in inked.values()]
print("with switches at least 3 points more of the edges are right:", right[0] > right[1] + 0.03)
nn.plots.iou(inked, at_edges, ("background", "digit"))

# %% [markdown]
# Without switches the inner stages have a half, a quarter and an eighth of the resolution, and
# four neighbours get one number. With switches every number comes with its exact place.
#
# ## What is rare, and what is unknown
#
# Two things that one meets with real streets. Classes differ in how often they occur; *median
# frequency balancing* gives what is rare a larger weight in the loss, here all digits in
# comparison with the background. And the class of some
# pixels is unknown, as of the corners that come in when an image is turned. They get the number
# -100, which the loss leaves out. An image and its mask turn together with `nn.data.Joint`.

# %%
print("weights:", nn.data.class_weights(train.targets, 11).round(2))
turn = nn.data.Joint(nn.data.Rotate((30, 30)))
turned, mask = turn(test.inputs[12:13], test.targets[12:13], rng=0)
nn.plots.mask_overlay(turned, mask, test.classes)

# %% [markdown]
# ## Exercise
#
# Write unpooling yourself. You get the values and the switches of one channel, both (h, w), and
# the shape of the image; return the image. The switches count the pixels row by row.
#
# <details><summary>One answer</summary>
#
# ```python
# def unpool(values, switches, shape):
#     image = np.zeros(shape)
#     for value, switch in zip(values.ravel(), switches.ravel()):
#         image[divmod(switch, shape[1])] = value
#     return image
# ```
#
# </details>


# %%
def unpool(values, switches, shape):
    return np.repeat(np.repeat(values, 2, axis=0), 2, axis=1)[: shape[0], : shape[1]]


# %%
rng = np.random.default_rng(0)
pooling = nn.MaxPool2d(2, return_indices=True, ceil_mode=True)
wrong = ""
for shape in [(4, 4), (2, 6), (5, 3)]:
    values, switches = pooling(rng.random((1, 1, *shape)))
    right = nn.MaxUnpool2d(2)(values, switches, output_size=shape).numpy()[0, 0]
    ours = np.asarray(unpool(values[0, 0], switches[0, 0], shape))
    if ours.shape != shape:
        wrong = wrong or f"of an image of {shape} you made one of {ours.shape}"
    elif not np.array_equal(ours, right):
        wrong = wrong or f"{np.sum(ours != right)} of the {ours.size} pixels of {shape} are wrong"
print(f"Not yet: {wrong}." if wrong else "Right: every number is back in its place.")
