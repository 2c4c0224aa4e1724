# %% [markdown]
# # 2. How the engine works
#
# We build a small engine for derivatives, in about thirty lines. Then we find out where a simple
# one goes wrong, and see how `glassgrad` does it.

# %% [markdown]
# ## A number that records how it was made
#
# A `Value` holds a number. If it was computed, it also records from what, and with which slope:
# one pair (input, local gradient) for each input. That is all that the chain rule needs.

# %%
import math


class Value:
    """A number that records what it was made from."""

    def __init__(self, data, made_from=()):
        self.data = data
        self.made_from = made_from  # pairs (input, local gradient)
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))


def exp(x):
    e = math.exp(x.data)
    return Value(e, ((x, e),))


# %% [markdown]
# The backward pass goes through the nodes from the last to the first. It needs an order in which
# every node comes after its inputs, a *topological order*. Reversed, every node comes after all
# of its users.


# %%
def topological_order(node, order, seen):
    if node not in seen:
        seen.add(node)
        for x, _ in node.made_from:
            topological_order(x, order, seen)
        order.append(node)
    return order


def backward(output):
    output.grad = 1.0
    for node in reversed(topological_order(output, [], set())):
        for x, local in node.made_from:
            x.grad += local * node.grad  # contribution = [local gradient] x [upstream gradient]


# %% [markdown]
# ## Does it agree?
#
# We try $f = x\,e^{wx}$ at $w = 0.5$, $x = 2$. By hand, $df/dw = x^2 e^{wx} = 4e$ and $df/dx =
# e^{wx} + x w e^{wx} = 2e$. We compare three with that: our engine, `glassgrad`, and a
# difference quotient, $(f(w + h) - f(w - h)) / 2h$, which does not use the chain rule.

# %%
import autograd as ag

w, x = Value(0.5), Value(2.0)
f = x * exp(w * x)
backward(f)

glassgrad = ag.grad(lambda w, x: x * ag.exp(w * x), (0, 1))(0.5, 2.0)


def quotient(g, at, h=1e-5):
    return (g(at + h) - g(at - h)) / (2 * h)


by_w = quotient(lambda w: 2.0 * math.exp(w * 2.0), 0.5)
by_x = quotient(lambda x: x * math.exp(0.5 * x), 2.0)

print("              df/dw     df/dx")
print(f"by hand      {4 * math.e:.5f}  {2 * math.e:.5f}")
print(f"our engine   {w.grad:.5f}  {x.grad:.5f}")
print(f"glassgrad    {glassgrad[0]:.5f}  {glassgrad[1]:.5f}")
print(f"differences  {by_w:.5f}  {by_x:.5f}")

# %% [markdown]
# ## Gradients of several uses add
#
# In this graph the node $a = wx$ is used twice: $f = e^a + a$. Both uses send a gradient back to
# $a$, and their sum, marked $\Sigma$, is what $a$ hands on.

# %%
w, x = (ag.tensor(v, requires_grad=True, name=n) for n, v in (("w", 0.5), ("x", 2.0)))
a = w * x
a.name = "a"
ag.draw(ag.exp(a) + a)

# %% [markdown]
# Step through it, and stop where the two contributions meet. By hand: $df/da = e^a + 1 = 3.72$, and
# $df/dw = 3.72 \cdot x = 7.44$.

# %% [markdown]
# ## Without the order
#
# Why do we need the topological order? Here is a backward pass without it. It goes from each node
# on to its inputs at once, and visits each node once.


# %%
def unordered(node, visited):
    for x, local in node.made_from:
        x.grad += local * node.grad
        if x not in visited:
            visited.add(x)
            unordered(x, visited)


def example():
    w, x = Value(0.5), Value(2.0)
    a = w * x
    return w, a, exp(a) + a


w, a, f = example()
f.grad = 1.0
unordered(f, set())
print(f"df/da = {a.grad:.2f}   df/dw = {w.grad:.2f}, and should be 7.44")

# %% [markdown]
# It came to $a$ by way of `exp`, with 2.72, and handed that on: $2.72 \cdot 2 = 5.44$. The second
# contribution, 1.00, came later. It is in `a.grad`, but did not reach $w$.

# %% [markdown]
# Could one visit a node again for every contribution, and hand on just that? The numbers would be
# right. But then every *path* is walked by itself, and there can be very many. This chain has 17
# nodes, each the sum of the one before with itself.


# %%
def walk(node):
    """Count the visits."""
    return 1 + sum(walk(x) for x, _ in node.made_from)


node = Value(1.0)
for _ in range(16):
    node = node + node
print(f"{walk(node):,} visits")

# %% [markdown]
# ## Wait for the last user
#
# There is a way without recursion. First count how often each node is used. On the way back count
# down, and take a node only when its last user has contributed. This is the idea of Kahn's
# algorithm.

# %%
from collections import Counter


def count_uses(output):
    uses, stack = Counter(), [output]
    while stack:
        for x, _ in stack.pop().made_from:
            if x not in uses:
                stack.append(x)
            uses[x] += 1
    return uses


def counted(output):
    uses, ready = count_uses(output), [output]
    output.grad = 1.0
    while ready:
        node = ready.pop()
        for x, local in node.made_from:
            x.grad += local * node.grad
            uses[x] -= 1
            if uses[x] == 0:  # that was the last use of x
                ready.append(x)


w, a, f = example()
counted(f)
print(f"df/da = {a.grad:.2f}   df/dw = {w.grad:.2f}")

# %% [markdown]
# ## A chain of thousands
#
# Python allows about a thousand calls inside each other. A chain of 20,000 additions is too deep
# for a recursion. A list that we manage ourselves has no such bound.

# %%
node = start = Value(1.0)
for _ in range(20_000):
    node = node + start
try:
    backward(node)
except RecursionError as error:
    print("recursion:", type(error).__name__)

start.grad = 0.0
counted(node)
print("counting: ", start.grad)

y = x = ag.tensor(1.0, requires_grad=True, name="x")
for _ in range(20_000):
    y = y + x
y.backward()
print("glassgrad:", x.grad)

# %% [markdown]
# ## How glassgrad does it
#
# It has three parts. First, the *graph*: every node after its inputs, with the numbers of the
# nodes that it was made from.

# %%
w, x = (ag.tensor(v, requires_grad=True, name=n) for n, v in (("w", 0.5), ("x", 2.0)))
a = w * x
a.name = "a"
f = ag.exp(a) + a
ag.graph(f)

# %% [markdown]
# Second, the *primitives*, operations with rules for their derivative. We stored a number with
# each input. A primitive has a *VJP rule* instead (vector-Jacobian product): given the
# cotangent `ct`, which is the upstream gradient, it returns the contribution to that input. So
# a rule also works where the local gradient would be a huge matrix. Here is one of your own.


# %%
@ag.primitive(vjps=(lambda ct, out, x: ct * out,))
def our_exp(x):
    return math.e**x


print(f"first derivative {ag.grad(our_exp)(1.0):.5f}, second {ag.grad(ag.grad(our_exp))(1.0):.5f}")

# %% [markdown]
# The rule is written in operations that can be recorded, too. That is why the second derivative
# comes without further work; the next notebook is about that.

# %% [markdown]
# Third, the *backward pass*, which counts uses as we did. A trace is its record. `vjp` events
# are the VJP rules, `accumulate` events are the sums. We stop where the second contribution
# reaches $a$.

# %%
debugger = ag.trace(f).debugger()
debugger.break_on(a, condition=lambda event: event.before is not None)
debugger.run()
debugger

# %% [markdown]
# Only after this sum does the rule of `a` run, and it runs once for each input.

# %%
trace = ag.trace(f)
for event in trace:
    if event.kind == "vjp":
        source, target = trace.graph[event.node].label, trace.graph[event.input].label
        product = f"[{event.local:.2f}] x [{event.upstream:.2f}] = {event.value:.2f}"
        print(f"{source:>4} to {target:<4} {product}")

# %% [markdown]
# A trace can be run again from other numbers: in the page with the key `i`, in Python with `with_`.
# By hand, $df/dw = (e^a + 1)\,x$.

# %%
for value in (1.0, 2.0, 3.0):
    again = trace.with_(x=value)
    print(f"x = {value}: df/dw = {again.gradient(trace.graph.id_of(w)):.2f}")

# %% [markdown]
# ## Exercise
#
# Add the hyperbolic tangent to our engine, in the way of `exp`. Its slope is $1 - \tanh^2 x$.
#
# <details><summary>One answer</summary>
#
# ```python
# def tanh(x):
#     t = math.tanh(x.data)
#     return Value(t, ((x, 1.0 - t * t),))
# ```
#
# </details>


# %%
def tanh(x):
    t = math.tanh(x.data)
    return Value(t, ((x, 0.0),))


# %%
def ours(at):
    x = Value(at)
    y = x * tanh(x) + tanh(tanh(x))
    counted(y)
    return y.data, x.grad


wrong = []
for at in (-1.5, 0.0, 0.7):
    value, slope = ag.value_and_grad(lambda x: x * ag.tanh(x) + ag.tanh(ag.tanh(x)))(at)
    if abs(ours(at)[0] - value) > 1e-9:
        wrong.append(f"at {at} the value is {ours(at)[0]:.4f}, and should be {value:.4f}")
    elif abs(ours(at)[1] - slope) > 1e-9:
        wrong.append(f"at {at} the slope is {ours(at)[1]:.4f}, and should be {slope:.4f}")
print(f"Not yet: {wrong[0]}." if wrong else "Right: values and slopes agree at three places.")
