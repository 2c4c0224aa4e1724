"""Where every function of NumPy's stands that tensors do not answer, and what to write for it.

It is loaded when such a function has been called.  A test holds that none is missing:

- `INSTEAD`: it has a derivative, and one line of functions that tensors do have says the same;
- `AS_ARRAY`: its result is a number of elements, a place, a text, a file: no gradient passes;
- `IN_PLACE`: it writes into an array, and tensors never change;
- `COMPLEX`: it leads to complex numbers, which tensors do not hold;
- `COMPOSED`: it has a derivative, but takes more than a line.
"""

from __future__ import annotations

INSTEAD = {
    "np.arccos": "np.pi / 2 - ag.arctan(x / ag.sqrt(1 - x * x))",
    "np.arccosh": "ag.log(x + ag.sqrt(x * x - 1))",
    "np.arcsin": "ag.arctan(x / ag.sqrt(1 - x * x))",
    "np.arcsinh": "ag.log(x + ag.sqrt(x * x + 1))",
    "np.arctan2": "ag.arctan(y / x) where x > 0",
    "np.arctanh": "0.5 * (ag.log1p(x) - ag.log1p(-x))",
    "np.around": "ag.floor(x + 0.5), or t.numpy() to show it",
    "np.cbrt": "ag.sign(x) * ag.absolute(x) ** (1 / 3)",
    "np.ceil": "-ag.floor(-x)",
    "np.choose": "ag.where, or ag.take_along_axis of an ag.stack",
    "np.compress": "x[mask]",
    "np.conjugate": "x itself, as tensors are real",
    "np.convolve": "ag.conv with the kernel flipped",
    "np.copysign": "ag.where(np.signbit(y.data), -ag.absolute(x), ag.absolute(x))",
    "np.correlate": "ag.conv",
    "np.cumulative_prod": "ag.cumprod",
    "np.cumulative_sum": "ag.cumsum",
    "np.deg2rad": "x * (np.pi / 180)",
    "np.degrees": "x * (180 / np.pi)",
    "np.divmod": "ag.floor(x / y), and x - y * ag.floor(x / y)",
    "np.exp2": "ag.exp(x * np.log(2))",
    "np.extract": "x[mask]",
    "np.fabs": "ag.absolute",
    "np.fix": "ag.sign(x) * ag.floor(ag.absolute(x))",
    "np.float_power": "x ** y",
    "np.floor_divide": "ag.floor(x / y)",
    "np.fmax": "ag.where(ag.isnan(y), x, ag.maximum(x, y))",
    "np.fmin": "ag.where(ag.isnan(y), x, ag.minimum(x, y))",
    "np.hypot": "ag.sqrt(x * x + y * y)",
    "np.ldexp": "x * 2.0 ** n",
    "np.lib.stride_tricks.sliding_window_view": "ag.unfold",
    "np.linalg.diagonal": "ag.diagonal(x, axis1=-2, axis2=-1)",
    "np.linalg.matmul": "x @ y",
    "np.linalg.matrix_norm": "ag.linalg.norm(x, axis=(-2, -1))",
    "np.linalg.matrix_power": "x @ x @ x",
    "np.linalg.matrix_transpose": "x.swapaxes(-1, -2)",
    "np.linalg.multi_dot": "x @ y @ z",
    "np.linalg.outer": "ag.outer",
    "np.linalg.slogdet": "ag.log(ag.absolute(ag.linalg.det(x)))",
    "np.linalg.tensordot": "ag.tensordot",
    "np.linalg.vecdot": "ag.sum(x * y, axis=-1)",
    "np.linalg.vector_norm": "ag.linalg.norm(x, axis=-1)",
    "np.log10": "ag.log(x) / np.log(10)",
    "np.log2": "ag.log(x) / np.log(2)",
    "np.logaddexp": "ag.logsumexp of a stack",
    "np.logaddexp2": "ag.logsumexp of a stack, over np.log(2)",
    "np.matrix_transpose": "x.swapaxes(-1, -2)",
    "np.matvec": "ag.matmul(a, x[..., None])[..., 0]",
    "np.modf": "x - ag.floor(x), and ag.floor(x)",
    "np.nan_to_num": "ag.where(ag.isnan(x), 0.0, x)",
    "np.nancumsum": "ag.cumsum(ag.where(ag.isnan(x), 0.0, x))",
    "np.nanmax": "ag.max(ag.where(ag.isnan(x), -np.inf, x))",
    "np.nanmean": "ag.mean(x[~ag.isnan(x)])",
    "np.nanmin": "ag.min(ag.where(ag.isnan(x), np.inf, x))",
    "np.nanprod": "ag.prod(ag.where(ag.isnan(x), 1.0, x))",
    "np.nanstd": "ag.std(x[~ag.isnan(x)])",
    "np.nansum": "ag.sum(ag.where(ag.isnan(x), 0.0, x))",
    "np.nanvar": "ag.var(x[~ag.isnan(x)])",
    "np.piecewise": "ag.where",
    "np.ptp": "ag.max(x) - ag.min(x)",
    "np.rad2deg": "x * (180 / np.pi)",
    "np.radians": "x * (np.pi / 180)",
    "np.real": "x itself, as tensors are real",
    "np.real_if_close": "x itself, as tensors are real",
    "np.remainder": "x - y * ag.floor(x / y)",
    "np.fmod": "x - y * ag.sign(x / y) * ag.floor(ag.absolute(x / y))",
    "np.resize": "ag.tile, and reshape",
    "np.rint": "ag.floor(x + 0.5)",
    "np.round": "ag.floor(x + 0.5), or t.numpy() to show it",
    "np.sinc": "ag.sin(np.pi * x) / (np.pi * x)",
    "np.trapz": "ag.trapezoid",
    "np.trunc": "ag.sign(x) * ag.floor(ag.absolute(x))",
    "np.vecdot": "ag.sum(x * y, axis=-1)",
    "np.vecmat": "ag.matmul(x[..., None, :], a)[..., 0, :]",
    "np.add.at": "x.at[i].add(v)",
    "np.subtract.at": "x.at[i].add(-v)",
}


def _named(names: str) -> frozenset[str]:
    return frozenset(f"np.{name}" for name in names.split())


AS_ARRAY = _named(
    """
    argpartition argwhere array2string array_equiv array_repr array_str bincount
    bitwise_count bitwise_xor busday_count busday_offset
    can_cast common_type count_nonzero datetime_as_string diag_indices_from digitize
    einsum_path empty_like flatnonzero frexp gcd geomspace histogram in1d
    histogram2d histogram_bin_edges histogramdd intersect1d is_busday isclose
    iscomplex iscomplexobj isin isnat isneginf isposinf isreal isrealobj ix_ lcm
    left_shift lexsort linalg.cond linalg.matrix_rank linspace logical_xor logspace
    may_share_memory min_scalar_type nanargmax nanargmin nextafter nonzero packbits
    ravel_multi_index result_type right_shift save savetxt savez savez_compressed
    searchsorted setdiff1d setxor1d shares_memory signbit spacing tril_indices_from
    trim_zeros triu_indices_from union1d unique unique_all unique_counts unique_inverse
    unique_values unpackbits unravel_index
    """
)

IN_PLACE = _named(
    """
    copyto fill_diagonal place put put_along_axis putmask
    """
)

COMPLEX = _named(
    """
    angle imag sort_complex roots linalg.eig linalg.eigvals fft.fft fft.fft2 fft.fftn
    fft.hfft fft.ifft fft.ifft2 fft.ifftn fft.ihfft fft.irfft fft.irfft2 fft.irfftn
    fft.rfft fft.rfft2 fft.rfftn
    """
)

COMPOSED = _named(
    """
    apply_along_axis apply_over_axes corrcoef cov fft.fftshift fft.ifftshift
    i0 linalg.cholesky linalg.eigh linalg.eigvalsh linalg.lstsq
    linalg.pinv linalg.qr linalg.svd linalg.svdvals linalg.tensorinv linalg.tensorsolve
    median nancumprod nanmedian nanpercentile nanquantile percentile poly polyadd
    polyder polydiv polyfit polyint polymul polysub quantile unwrap
    """
)

# Modules of which every function stands in one place.
TEXT_MODULES = ("np.char.", "np.strings.", "np._core.defchararray.")
COMPLEX_MODULES = ("np.lib.scimath.", "np.lib._scimath_impl.", "np.emath.")


def remedy(name: str) -> str:
    """Return what to write instead of a function: ``np.median``, ``np.add.at``."""
    if name in INSTEAD:
        return f"tensors do not have it; write {INSTEAD[name]}"
    if name in AS_ARRAY or name.startswith(TEXT_MODULES):
        return "no gradient passes through it; give it t.numpy()"
    if name in IN_PLACE or name.endswith(".at"):
        return "tensors never change; x.at[i].set(v) and x.at[i].add(v) return a new one"
    if name in COMPLEX or name.startswith(COMPLEX_MODULES):
        return "tensors hold no complex numbers; give it t.numpy(), or define @ag.primitive"
    return (
        "it has no derivative here; compose it of functions of ag, define it with @ag.primitive, "
        "or give it t.numpy() where no gradient shall pass"
    )
