# %% [markdown]
# # 4. Convolution
#
# A kernel slides over an image. At every place the numbers under it are multiplied with its own,
# and added up. We take the image of 5 x 5 and the kernel of 3 x 3 that the lectures use, go
# forwards with a window and backwards with a stamp, and find edges in a picture.

# %% [markdown]
# ## Forwards: a window
#
# There are nine places for the window, so the result is 3 x 3.

# %%
import numpy as np

import autograd as ag

image = np.array(
    [
        [1, 1, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 1, 1],
        [0, 0, 1, 1, 0],
        [0, 1, 1, 0, 0],
    ],
    dtype=float,
)
kernel = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], dtype=float)


def slide(image, kernel):
    result = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            result[i, j] = np.sum(image[i : i + 3, j : j + 3] * kernel)
    return result


slide(image, kernel)

# %% [markdown]
# `ag.conv` does the same for many images with many channels at once, and so its arrays have two
# more axes in front. Here both are 1.

# %%
x = ag.tensor(image[None, None], requires_grad=True, name="image")
w = ag.tensor(kernel[None, None], requires_grad=True, name="kernel")
y = ag.conv(x, w)
ag.draw(ag.sum(y), digits=0, at=2)

# %% [markdown]
# This is the moment at which the convolution has been computed. Point at a cell of the result,
# below the picture: the window that it came from lights up, and beneath stands the sum of the
# nine products. Click into the picture, and the right arrow goes on to the backward pass.

# %% [markdown]
# Values are above the wires and gradients below. The sum at the end gives every element of the
# result the gradient 1. The two gradients at the left, which come last, are what we look at next.

# %% [markdown]
# ## Backwards: a stamp
#
# Where did element (0, 2) of the result come from? From the window in the upper right corner. If
# only this element has a gradient, then each pixel of the window gets its kernel number, and all
# other pixels get nothing.

# %%
one = np.zeros((1, 1, 3, 3))
one[..., 0, 2] = 1.0
ag.draw(ag.trace(y, one), digits=0)

# %% [markdown]
# Step to the end. The gradient of the image is the kernel itself, stamped at that place. And the
# gradient of the kernel is the window of the image that it was multiplied with. The cards of these
# two steps have the rules as formulas, with these names.
#
# For a gradient at all nine places, the stamp goes to all nine, and where stamps overlap they
# add. This is called a scatter. A pixel in the middle lies in nine windows, a pixel in the corner
# in only one.


# %%
def stamp(gradient, kernel):
    result = np.zeros((5, 5))
    for i in range(3):
        for j in range(3):
            result[i : i + 3, j : j + 3] += gradient[i, j] * kernel
    return result


ag.sum(y).backward()
ones = np.ones((3, 3))
print("the same as the gradient of the image:", np.array_equal(stamp(ones, kernel), x.grad[0, 0]))
stamp(ones, kernel)

# %% [markdown]
# The gradient of the kernel is a convolution, too: the image, under a window with the gradient in
# it.

# %%
print("the same as the gradient of the kernel:", np.array_equal(slide(image, ones), w.grad[0, 0]))
slide(image, ones)

# %% [markdown]
# ## Correlation and convolution
#
# In mathematics a convolution turns the kernel by 180 degrees before it slides. What networks
# compute is without that turn, and its proper name is *correlation*. With the kernel of the
# lecture both give the same, because it looks the same when turned. This one does not. Its 1 is
# to the right of the centre, so it picks the right neighbour of each pixel.
#
# A small function takes the two axes away, and gives a name to what it does.


# %%
def correlate(image, kernel, **how):
    with ag.scope("correlate"):
        images = ag.reshape(image, (1, 1, *image.shape))
        kernels = ag.reshape(kernel, (1, 1, *kernel.shape))
        result = ag.conv(images, kernels, **how)
        return ag.reshape(result, result.shape[2:])


right = np.array([[0, 0, 0], [0, 0, 1], [0, 0, 0]], dtype=float)
turned = right[::-1, ::-1]
correlation, convolution = slide(image, right), slide(image, turned)
print("correlation takes the right neighbours:", np.array_equal(correlation, image[1:4, 2:5]))
print("convolution takes the left ones:", np.array_equal(convolution, image[1:4, 0:3]))
print("ag.conv is correlation:", np.array_equal(correlate(image, right), correlation))

# %% [markdown]
# The turn comes back in the backward pass. Stamping is the same as sliding the *turned* kernel
# over the gradient, with enough zeros around it.

# %%
gradient = np.arange(9.0).reshape(3, 3)
padded = correlate(gradient, turned, padding=2)
print("the same as stamping:", np.array_equal(padded, stamp(gradient, right)))

# %% [markdown]
# ## How large is the result?
#
# With $p$ zeros on each side and steps of $s$ (the *padding* and the *stride*), a window of size
# $k$ has
#
# $$\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# places along an axis of size $n$. Here $n$ is 5 and $k$ is 3.

# %%
print("stride  padding  formula  ag.conv")
for stride in (1, 2):
    for padding in (0, 1, 2):
        formula = (5 + 2 * padding - 3) // stride + 1
        size = correlate(image, kernel, stride=stride, padding=padding).shape[0]
        print(f"{stride:6} {padding:8} {formula:8} {size:8}")

# %% [markdown]
# Stride and padding change the way back as well. With stride 2 the windows overlap less, and with
# a padding of 1 a part of each stamp at the border falls on zeros that are not pixels. Here the
# middle pixel lies in one window only, under its centre, as the gradient after the last step shows.

# %%
ag.draw(ag.sum(ag.conv(x, w, stride=2, padding=1)), digits=0)

# %% [markdown]
# ## Finding edges
#
# A picture of 24 x 24: a disc, and a square that grows brighter to the right. Too large for
# numbers, it is drawn as a heat map. The two kernels (Sobel's) answer where the picture changes
# from left to right, and from top to bottom. Orange is positive, blue is negative.

# %%
rows, columns = np.mgrid[:24, :24]
disc = (rows - 7) ** 2 + (columns - 7) ** 2 < 25
square = (rows > 13) & (rows < 21) & (columns > 11) & (columns < 21)
pixels = np.where(disc, 1.0, square * (columns - 8) / 16)
picture = ag.tensor(pixels, requires_grad=True, name="picture")

sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=float)
across = ag.tensor(sobel, requires_grad=True, name="across")
down = ag.tensor(sobel.T, requires_grad=True, name="down")
edges = ag.absolute(correlate(picture, across)) + ag.absolute(correlate(picture, down))
ag.draw(ag.sum(edges), depth=0)

# %% [markdown]
# Step through it, or press `End`. The inside of the disc gives nothing: both kernels add up to 0,
# so where all pixels are equal the answer is 0. Inside the square there is a faint answer to the
# first kernel, because it grows brighter.
#
# The kernels need not be chosen by hand. They have gradients, below their wires, and so a
# network can learn them. Deck 2 shows some that were learned.

# %% [markdown]
# ## Exercise
#
# Find a kernel of 3 x 3 that adds the four neighbours of a pixel and takes the pixel away four
# times (it is called the Laplace operator). On an even slope it gives 0, and on the bowl $r^2 +
# c^2$, for row $r$ and column $c$, it gives 4 everywhere.
#
# <details><summary>One answer</summary>
#
# ```python
# laplace = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], dtype=float)
# ```
#
# </details>

# %%
laplace = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=float)

# %%
r, c = np.mgrid[:6, :6].astype(float)
wrong = []
for name, surface, expected in [
    ("the slope 3 r + 2 c + 1", 3 * r + 2 * c + 1, 0.0),
    ("the bowl r^2 + c^2", r**2 + c**2, 4.0),
    ("the saddle r c", r * c, 0.0),
]:
    answer = correlate(surface, laplace)
    if not np.allclose(answer, expected):
        wrong.append(f"on {name} it gives {answer[0, 0]:g} at first, and should give {expected:g}")
print(f"Not yet: {wrong[0]}." if wrong else "Right: on slope, bowl and saddle.")
