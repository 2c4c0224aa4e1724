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
    "np.add.at": "x.at[i].add(v)",
    "np.choose": "ag.where, or ag.take_along_axis of an ag.stack",
    "np.compress": "x[mask]",
    "np.convolve": "ag.conv with the kernel flipped",
    "np.correlate": "ag.conv",
    "np.cumulative_prod": "ag.cumprod",
    "np.cumulative_sum": "ag.cumsum",
    "np.extract": "x[mask]",
    "np.ldexp": "x * 2.0 ** n",
    "np.lib.stride_tricks.sliding_window_view": "ag.unfold",
    "np.matrix_transpose": "x.swapaxes(-1, -2)",
    "np.matvec": "ag.matmul(a, x[..., None])[..., 0]",
    "np.modf": "x - ag.trunc(x), and ag.trunc(x)",
    "np.nancumsum": "ag.cumsum(ag.where(ag.isnan(x), 0.0, x))",
    "np.piecewise": "ag.where",
    "np.resize": "ag.tile, and reshape",
    "np.subtract.at": "x.at[i].add(-v)",
    "np.trapz": "ag.trapezoid",
    "np.vecdot": "ag.sum(x * y, axis=-1)",
    "np.vecmat": "ag.matmul(x[..., None, :], a)[..., 0, :]",
}


def _named(names: str) -> frozenset[str]:
    return frozenset(f"np.{name}" for name in names.split())


AS_ARRAY = _named(
    """
    argpartition argwhere array2string array_equiv array_repr array_str bincount bitwise_count
    bitwise_xor busday_count busday_offset can_cast common_type count_nonzero datetime_as_string
    diag_indices_from digitize einsum_path empty_like flatnonzero frexp gcd geomspace histogram
    histogram2d histogram_bin_edges histogramdd in1d intersect1d is_busday iscomplex
    iscomplexobj isin isnat isneginf isposinf isreal isrealobj ix_ lcm left_shift lexsort
    linalg.cond linalg.matrix_rank logical_xor logspace may_share_memory
    min_scalar_type nanargmax nanargmin nextafter nonzero packbits ravel_multi_index result_type
    right_shift save savetxt savez savez_compressed searchsorted setdiff1d setxor1d
    shares_memory signbit spacing tril_indices_from trim_zeros triu_indices_from union1d unique
    unique_all unique_counts unique_inverse unique_values unpackbits unravel_index
    """
)

IN_PLACE = _named(
    """
    copyto fill_diagonal place put put_along_axis putmask
    """
)

COMPLEX = _named(
    """
    angle fft.fft fft.fft2 fft.fftn fft.hfft fft.ifft fft.ifft2 fft.ifftn fft.ihfft fft.irfft
    fft.irfft2 fft.irfftn fft.rfft fft.rfft2 fft.rfftn imag linalg.eig linalg.eigvals roots
    sort_complex
    """
)

COMPOSED = _named(
    """
    apply_along_axis apply_over_axes corrcoef cov fft.fftshift fft.ifftshift i0 linalg.tensorinv
    linalg.tensorsolve median nancumprod nanmedian nanpercentile nanquantile percentile poly
    polyadd polyder polydiv polyfit polyint polymul polysub quantile unwrap
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
