"""Functions of other libraries that `autograd.linalg` and `autograd.random` do not have.

Loaded when such a name has been asked for.  The code is about a matrix ``w`` and a vector ``v``.
"""

from __future__ import annotations

from autograd.core.other_names import Entry

MATRIX_EXP = "it has no derivative here; outside the graph write scipy.linalg.expm(a.numpy())"
COMPLEX = "tensors hold no complex numbers; for a symmetric matrix write ag.linalg.{}(a)"
FACTORS = "write ag.linalg.solve(a, b), ag.linalg.det(a) or ag.linalg.inv(a)"

LINALG: dict[str, Entry] = {
    "cholesky_ex": "write ag.linalg.cholesky(a)",
    "cholesky_inverse": "write ag.linalg.inv(a)",
    "cholesky_solve": "write ag.linalg.solve(a, b)",
    "cond": "write np.linalg.cond(a.numpy())",
    "cross": "write ag.cross(a, b)",
    "eig": COMPLEX.format("eigh"),
    "eigvals": COMPLEX.format("eigvalsh"),
    "expm": MATRIX_EXP,
    "inv_ex": "write ag.linalg.inv(a)",
    "inverse": ("torch.inverse(w)", "ag.linalg.inv(w)"),
    "logdet": ("torch.logdet(w)", "ag.linalg.slogdet(w).logabsdet"),
    "lu": FACTORS,
    "lu_factor": FACTORS,
    "lu_solve": "write ag.linalg.solve(a, b)",
    "matrix_exp": MATRIX_EXP,
    "matrix_rank": "write np.linalg.matrix_rank(a.numpy())",
    "pinverse": ("torch.pinverse(w)", "ag.linalg.pinv(w)"),
    "solve_triangular": (
        "torch.linalg.solve_triangular(w.tril(), w, upper=False)",
        "ag.linalg.solve(ag.tril(w), w)",
    ),
    "symeig": "write ag.linalg.eigh(a)",
    "triangular_solve": "write ag.linalg.solve(a, b)",
    "vander": ("torch.vander(v, increasing=True)", "ag.vander(v, increasing=True)"),
}
LINALG_ALONE = {"cross", "vander"}  # functions of `autograd` itself

NO_SEED = "there is no global seed; write rng=0, or rng=generator of NumPy, where numbers are drawn"

# Of `numpy.random`, `torch` and `jax.random`; rng is made once.
RANDOM: dict[str, Entry] = {
    "PRNGKey": NO_SEED,
    "RandomState": NO_SEED,
    "choice": "write rng.choice(...), with rng = np.random.default_rng(seed) made once",
    "default_rng": "write np.random.default_rng(seed)",
    "key": NO_SEED,
    "manual_seed": NO_SEED,
    "permuted": "write ag.random.permutation(x, axis=1, rng=rng)",
    "rand": "write ag.random.uniform(size=shape, rng=rng)",
    "randint": "write ag.random.integers(low, high, size=shape, rng=rng)",
    "randn": "write ag.random.normal(size=shape, rng=rng)",
    "random": "write ag.random.uniform(size=shape, rng=rng)",
    "randperm": "write ag.random.permutation(n, rng=rng)",
    "seed": NO_SEED,
    "shuffle": "write ag.random.permutation(x, rng=rng), which returns what is shuffled",
    "split": NO_SEED,
    "standard_normal": "write ag.random.normal(size=shape, rng=rng)",
}
