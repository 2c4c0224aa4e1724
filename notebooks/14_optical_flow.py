# %% [markdown]
# # 14. Optical flow
#
# Two frames of a film: where has each pixel gone? A network answers that for all pixels at once,
# in colours. We make scenes whose motion is known exactly, measure an error by hand, look at an
# image between its pixels, with every number on the graph, and train FlowNetSimple in half a
# minute. Then gradient descent improves the flow itself, with no network at all, and in the end
# both look at a real motorcycle.

# %% [markdown]
# ## The network
#
# FlowNetSimple gets both frames as one image of six channels. This one has an eighth of the
# channels of the original: 615,658 parameters where FlowNet has 38,676,506.

# %%
import numpy as np
from IPython.display import SVG

import autograd as ag
import nn

net = nn.models.FlowNetSimple(width=1 / 8, rng=0)
chairs, occluded = nn.data.flying_chairs(16, rng=0, return_occlusion=True)
pairs, truth = chairs.inputs, chairs.targets


def loss(pairs):
    return nn.multiscale_end_point_error(net(pairs), truth)


SVG(ag.draw(loss, ag.tensor(pairs, name="pairs"), view="architecture", width=880).svg)

# %% [markdown]
# Convolutions shrink the pair to a 64th, where one unit sees everything, and transposed
# convolutions (`deconv`) enlarge what they found. On the way up the flow is guessed at five sizes,
# by `predict_flow6` to `predict_flow2`. At each `concat` three things meet: what was enlarged, the
# coarser guess, and, on a long wire, what the convolutions had seen at that size. So the loss has
# short ways to the first layers, too.
#
# ## Pixels that move
#
# The flow of a pixel is an arrow: $u$ pixels to the right and $v$ pixels *down*. No camera
# measures it. So the authors of FlowNet made scenes: chairs that fly in front of photographs.
# Ours are blobs, cut from photographs, each with a motion of its own. The hue of a colour is the
# direction of the arrow, as on the wheel, and pale is slow.

# %%
print(chairs)
seen_twice = np.where(occluded[:, None], np.nan, truth)
nn.plots.flow({"flow": truth[3], "seen in both frames": seen_twice[3]}, pairs[3])

# %% [markdown]
# Black pixels have no counterpart in the second frame: a blob has come to cover them, or they
# have left it. That is *occlusion*. They have a flow all the same, but nothing in the second
# frame tells it.
#
# ## The end-point error
#
# How wrong is an arrow? As far as its end is from the right end. The error of a flow is the mean
# over all pixels:
#
# $$E = \frac{1}{n} \sum \lVert f - t \rVert = \frac{1}{n} \sum \sqrt{(u - t_u)^2 + (v - t_v)^2}$$
#
# The gradient of a length is the unit arrow that makes it longer, $e / \lVert e \rVert$. Where a
# flow is exactly right there is no such arrow. The chain rule through the root gives
# $1 / (2 \sqrt{0}) \cdot 0$, which is NaN, and one such pixel makes the gradient of every weight
# NaN. The norm of `ag.linalg` takes 0 there: the error cannot become smaller.
#
# The error by hand, for a guess of no motion at all, and then both gradients:

# %%
still = np.zeros_like(truth)
u, v = (still - truth).swapaxes(0, 1)
by_hand = np.mean(np.sqrt(u**2 + v**2))
print(f"by hand {by_hand:.3f} pixels, nn.end_point_error {nn.end_point_error(still, truth):.3f}")

for e in ([3.0, 4.0], [0.0, 0.0]):
    error = ag.tensor(e, requires_grad=True)
    with np.errstate(all="ignore"):
        root = ag.gradients(ag.sqrt(ag.sum(error**2)), error)
    norm = ag.gradients(ag.linalg.norm(error), error)
    print(f"error {e}: the gradient of the root is {root}, that of the norm {norm}")

# %% [markdown]
# ## Between pixels
#
# A flow of 1.25 pixels points between pixels. What colour is there? The mean of the four pixels
# around, each weighted with how near it is: $(1 - a)(1 - b)$ for the one above on the left,
# if the place is $a$ of a pixel to the right of it, and $b$ below. `ag.warp` does this for all
# pixels. Here one pixel, the first, looks 1.25 to the right and 0.5 down.

# %%
image = ag.tensor([[[[0.0, 1.0, 4.0], [2.0, 3.0, 6.0], [8.0, 9.0, 7.0]]]], requires_grad=True)
flow = np.zeros((1, 2, 3, 3))
flow[0, :, 0, 0] = 1.25, 0.5
flow = ag.tensor(flow, requires_grad=True)
image.name, flow.name = "image", "flow"
looked_up = ag.warp(image, flow)[0, 0, 0, 0]
looked_up.name = "looked up"

four = image.numpy()[0, 0, 0:2, 1:3]  # rows 0 and 1, columns 1 and 2
weights = np.outer([0.5, 0.5], [0.75, 0.25])
print(f"the four pixels\n{four}\ntheir weights\n{weights}")
print("their mean:", np.sum(four * weights), "  ag.warp:", looked_up.item())

# %% [markdown]
# And now backwards. What would the colour be if the arrow were a little longer? To the right, the
# right two pixels would count more and the left two less; downwards the lower two:
#
# $$\frac{dc}{du} = (1 - b)(4 - 1) + b\,(6 - 3) \qquad \frac{dc}{dv} = (1 - a)(3 - 1) + a\,(6 - 4)$$
#
# The gradient with respect to the image is even simpler: it is the weights, back at their places.
# That is how a network learns flow from colours alone, if there is no truth.

# %%
to_image, to_flow = ag.gradients(looked_up, [image, flow])
print("dc/du =", 0.5 * (4 - 1) + 0.5 * (6 - 3), "  dc/dv =", 0.75 * (3 - 1) + 0.25 * (6 - 4))
print("the gradient with respect to the flow of that pixel:", to_flow[0, :, 0, 0])
print(f"with respect to the image\n{to_image[0, 0]}")

# %% [markdown]
# The debugger stops where the first of these two numbers has come all the way back to the flow. The
# picture is the whole of `warp`; after the last step (`End`) every value stands in green above its
# wire, and every gradient in red below. `floor` finds the pixels, and no gradient passes it; each
# `x[i]` behind the image takes one of the four.

# %%
debugger = ag.trace(looked_up).debugger()
debugger.break_on(flow, condition=lambda event: event.kind == "accumulate")
debugger.run()
print(debugger.card())
ag.draw(looked_up)

# %% [markdown]
# ## Learning
#
# The network that we have seen at the beginning guesses the flow at five sizes, the coarse guess
# helping the finer one.

# %%
for name, guess in zip(("1/4", "1/8", "1/16", "1/32", "1/64"), net(pairs), strict=True):
    print(f"{name:5} of the size: {guess.shape}")
print(f"{sum(p.size for p in net.parameters()):,} parameters")

# %% [markdown]
# The loss adds the end-point errors of all five, weighted. The network never sees a scene twice:
# making eight new ones takes as long as learning from them. 1,200 steps of Adam take half a
# minute, as one program (`compile=True`).


# %%
def scenes(rng):
    for _ in range(100):
        data = nn.data.flying_chairs(8, rng=rng)
        yield data.inputs, data.targets


adam = nn.optim.Adam(net.parameters(), lr=2e-3)
history = nn.fit(
    net,
    nn.multiscale_end_point_error,
    nn.data.Stream(scenes, rng=0),
    schedule=nn.optim.lr_scheduler.CosineAnnealingLR(adam, T_max=12),
    epochs=12,
    compile=True,
    progress=False,
)
history.plot()

# %% [markdown]
# It is judged by scenes of three photographs that it has never seen: a cat, a cup of coffee, and
# grass. (The numbers stand in the pictures.)


# %%
def compared(number, data, flows, known=None):
    """Draw flows of one pair beside the truth, with their errors; unknown pixels are black."""
    pair, target = data[number]
    known = np.ones(target.shape[1:], bool) if known is None else known[number]
    shown = {"truth": np.where(known, target, np.nan)}
    for name, flow in flows.items():
        off = nn.end_point_error(flow[number][None], target[None], known[None])
        shown[f"{name}, {off:.2f} off"] = flow[number]
    return nn.plots.flow(shown, pair)


test = nn.data.flying_chairs(64, rng=1, photographs="test")
found = nn.predict(net, test.inputs)
still, guessed = (nn.end_point_error(flow, test.targets) for flow in (0 * found, found))
print("less than two thirds of the error of no motion:", guessed < 2 / 3 * still)
compared(7, test, {"network": found})

# %% [markdown]
# The motion is there, but its edges are soft: the finest guess has a quarter of the size.
#
# ## Refined, without a network
#
# What should a good flow be like? Each pixel keeps its colour on its way, so the second frame,
# looked up along the flow, should be the first. And neighbours move alike. Both together are an
# *energy*, with $\rho(d) = \sqrt{d^2 + \varepsilon^2}$, nearly a length, but with a slope at 0:
#
# $$E(f) = \sum_x \rho\big(I_2(x + f(x)) - I_1(x)\big) + \alpha \sum_x \rho\big(\nabla f(x)\big)$$
#
# This energy has a gradient with respect to the flow. `nn.refine_flow` makes 60 steps of Adam on
# it; the parameters are the arrows themselves, 4,096 for each pair.

# %%
first, second = test.inputs[:, :3], test.inputs[:, 3:]
refined = nn.refine_flow(found, first, second)
alone = nn.refine_flow(0 * found, first, second)
better, from_still = (nn.end_point_error(flow, test.targets) for flow in (refined, alone))
print("the network's error, refined, is a fifth less, or more:", better < 0.8 * guessed)
print("that of no motion, refined, is still larger than the network's:", from_still > guessed)
compared(7, test, {"network": found, "refined": refined})

# %% [markdown]
# The energy needs a good beginning. Colours say in which direction they change within a pixel or
# so, not where the right place is, far away. So the network finds where to look, and the energy
# how exactly.
#
# ## A motorcycle
#
# All this was learned from blobs. Here are two real photographs, taken by two cameras side by
# side. What the right camera sees has moved to the left, the more the nearer it is, and that was
# measured with patterns of light; where it could not be, the truth is black. (The photographs are
# scaled to squares.)

# %%
motorcycle, known = nn.data.stereo_motorcycle(64)
guess = nn.predict(net, motorcycle.inputs)
left, right = motorcycle.inputs[:, :3], motorcycle.inputs[:, 3:]
compared(0, motorcycle, {"network": guess, "refined": nn.refine_flow(guess, left, right)}, known)

# %% [markdown]
# ## Exercise
#
# Scenes can be augmented, but with care. Write `mirrored`, which mirrors pairs of frames, (N, 6,
# H, W), left to right, and gives the flow that they then have. A flow is made of arrows: it is
# not enough to move them to where their pixels are.
#
# <details><summary>One answer</summary>
#
# What went to the right goes to the left. What goes down still goes down.
#
# ```python
# def mirrored(pairs, flow):
#     turned = flow[..., ::-1] * np.array([-1.0, 1.0]).reshape(2, 1, 1)
#     return pairs[..., ::-1], turned
# ```
#
# </details>


# %%
def mirrored(pairs, flow):
    return pairs[..., ::-1], flow[..., ::-1]


# %%
ours = mirrored(pairs, truth)
theirs = nn.data.Joint(nn.data.Flip(1.0), flow=True)(pairs, truth, 0)
if [x.shape for x in ours] != [x.shape for x in theirs]:
    print("Not yet: the shapes have changed.")
elif not np.array_equal(ours[0], theirs[0]):
    print("Not yet: the frames should be mirrored left to right.")
elif np.allclose(ours[1][..., ::-1], truth):
    print("Not yet: every arrow has moved, but still points where it did.")
elif not np.allclose(ours[1], theirs[1], atol=1e-6):
    print("Not yet: not every arrow points to where its pixel now goes.")
else:
    print("Right: and nn.data.Joint does the same for turns and scales.")
