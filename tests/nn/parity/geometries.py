"""How each layer is made and what it is fed with, odd geometries included."""

import random

from tests.nn.parity import Case

CASES: list[Case] = []
CHOOSE = random.Random(6)


def case(name, shape, options=None, **extra):
    number = sum(c.name == name for c in CASES)
    CASES.append(Case(name, number, options or {}, shape, extra))


def some(n, *values):
    """One number for all axes, or one for each."""
    return (
        CHOOSE.choice(values)
        if CHOOSE.random() < 0.5
        else tuple(CHOOSE.choice(values) for _ in range(n))
    )


def each(value, n):
    return value if isinstance(value, tuple) else (value,) * n


for options in (
    {"in_features": 3, "out_features": 2},
    {"in_features": 1, "out_features": 1},
    {"in_features": 5, "out_features": 4, "bias": False},
    {"in_features": 2, "out_features": 7},
):
    for shape in ((4,), (1,), (2, 3), ()):
        case("Linear", (*shape, options["in_features"]), options)


def convolution(n, name):
    groups = CHOOSE.choice((1, 1, 2, 3))
    kernel, stride, dilation = some(n, 1, 2, 3), some(n, 1, 2, 3), some(n, 1, 2)
    padding = CHOOSE.choice((0, some(n, 0, 1, 2)))
    image = tuple(
        d * (k - 1) + 1 + CHOOSE.randrange(4)
        for k, d in zip(each(kernel, n), each(dilation, n), strict=True)
    )
    options = {
        "in_channels": groups * CHOOSE.choice((1, 2)),
        "out_channels": groups * CHOOSE.choice((1, 2)),
        "kernel_size": kernel,
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "groups": groups,
        "bias": CHOOSE.random() < 0.7,
    }
    case(name, (CHOOSE.choice((1, 2)), options["in_channels"], *image), options)


for n in (1, 2, 3):
    for _ in range(12):
        convolution(n, f"Conv{n}d")
    for padding, mode in (
        ("same", "zeros"),
        ("valid", "zeros"),
        (1, "reflect"),
        (2, "circular"),
        (1, "replicate"),
        ("same", "reflect"),
    ):
        options = {
            "in_channels": 2,
            "out_channels": 1,
            "kernel_size": 4 if mode == "zeros" else 3,
            "padding": padding,
            "padding_mode": mode,
        }
        case(f"Conv{n}d", (1, 2, *(5, 4, 6)[:n]), options)
    for _ in range(12):
        groups = CHOOSE.choice((1, 1, 2))
        stride, kernel = some(n, 1, 2, 3), some(n, 2, 3)
        options = {
            "in_channels": groups * CHOOSE.choice((1, 2)),
            "out_channels": groups * CHOOSE.choice((1, 2)),
            "kernel_size": kernel,
            "stride": stride,
            "padding": CHOOSE.choice((0, 1)),
            "output_padding": tuple(CHOOSE.randrange(s) for s in each(stride, n)),
            "groups": groups,
            "bias": CHOOSE.random() < 0.7,
            "dilation": CHOOSE.choice((1, 1, 2)),
        }
        shape = (
            CHOOSE.choice((1, 2)),
            options["in_channels"],
            *(CHOOSE.choice((2, 3)) for _ in range(n)),
        )
        case(f"ConvTranspose{n}d", shape, options)
    case(
        f"ConvTranspose{n}d",
        (1, 2, *(3,) * n),
        {"in_channels": 2, "out_channels": 1, "kernel_size": 3, "stride": 2, "padding": 1},
        forward={"output_size": (6,) * n},
    )
    # An extra size of a stride or more, but below the dilation.
    for stride, padding, extra in [(1, 0, 1), (1, 1, 2), (2, 3, 2), (2, 1, 2)]:
        options = {
            "in_channels": 2,
            "out_channels": 1,
            "kernel_size": 2 if stride == 1 else 3,
            "stride": stride,
            "padding": padding,
            "output_padding": (extra, 0, 1)[:n],
            "dilation": 3,
        }
        case(f"ConvTranspose{n}d", (1, 2, *(3,) * n), options)

    for kind in ("MaxPool", "AvgPool"):
        for i in range(14):
            kernel = some(n, 1, 2, 3)
            options = {
                "kernel_size": kernel,
                "stride": CHOOSE.choice((None, some(n, 1, 2, 3))),
                "padding": tuple(CHOOSE.randrange(k // 2 + 1) for k in each(kernel, n)),
                "ceil_mode": CHOOSE.random() < 0.5,
            }
            reach = each(kernel, n)
            if kind == "MaxPool":
                options |= {"dilation": some(n, 1, 2), "return_indices": i % 3 == 0}
                reach = [
                    d * (k - 1) + 1
                    for d, k in zip(each(options["dilation"], n), reach, strict=True)
                ]
            else:
                options["count_include_pad"] = CHOOSE.random() < 0.5
                if n > 1 and i % 4 == 0:
                    options["divisor_override"] = 3
            image = tuple(r + CHOOSE.randrange(5) for r in reach)
            case(f"{kind}{n}d", (CHOOSE.choice((1, 2)), 2, *image), options)

for _ in range(8):
    kernel = some(2, 1, 2, 3)
    options = {"kernel_size": kernel, "stride": CHOOSE.choice((None, some(2, 1, 2)))}
    options |= {
        "padding": tuple(k // 2 for k in each(kernel, 2)),
        "ceil_mode": CHOOSE.random() < 0.5,
    }
    case("SumPool2d", (2, 2, CHOOSE.choice((3, 4, 7)), 5), options)
for image in ((4, 4), (6, 4), (5, 7), (7, 5), (9, 6), (3, 8), (8, 3), (10, 10)):
    case(
        "MaxUnpool2d",
        (2, 2, *image),
        {"kernel_size": 2},
        output=sum(image) % 2 == 1 or image[0] % 2 == 1,
    )
for output in (1, 2, 3, (2, 3), (1, 4), (None, 2), (5, None), 7):
    case(
        "AdaptiveAvgPool2d",
        (2, 2, CHOOSE.choice((5, 6)), CHOOSE.choice((4, 7))),
        {"output_size": output},
    )
for start, end in ((1, -1), (0, -1), (2, 3), (1, 2), (-3, -2), (0, 0), (3, 3), (1, 3)):
    case("Flatten", (2, 3, 1, 2), {"start_dim": start, "end_dim": end})
for image, options in (
    ((4, 5), {"scale_factor": 2}),
    ((4, 5), {"size": (9, 3)}),
    ((3,), {"scale_factor": 3}),
    ((2, 3, 2), {"scale_factor": (1, 2, 3)}),
    ((5, 4), {"size": 7}),
    ((5, 4), {"scale_factor": 1.5}),
    ((5, 4), {"scale_factor": (0.5, 2.5)}),
    ((1, 1), {"size": (3, 2)}),
    ((4, 5), {"scale_factor": 2, "mode": "bilinear"}),
    ((4, 5), {"scale_factor": 2, "mode": "bilinear", "align_corners": True}),
    ((4, 5), {"size": (7, 3), "mode": "bilinear"}),
    ((4, 5), {"size": (7, 3), "mode": "bilinear", "align_corners": True}),
    ((3, 4), {"scale_factor": (1.5, 2.5), "mode": "bilinear"}),
    ((1, 4), {"size": (3, 1), "mode": "bilinear", "align_corners": True}),
    ((6, 4), {"scale_factor": 4, "mode": "bilinear"}),
):
    case("Upsample", (2, 1, *image), options)

for features in (1, 2, 3):
    for options in (
        {},
        {"eps": 0.1, "momentum": 0.5},
        {"affine": False},
        {"momentum": None},
        {"track_running_stats": False},
    ):
        for mode in ("train", "eval"):
            options = {"num_features": features, **options}
            case("BatchNorm2d", (3, features, 2, 1 + features), options, mode=mode)
            shape = (4, features) if features < 3 else (2, features, 3)
            case("BatchNorm1d", shape, options, mode=mode)
for shape, options in (
    ((2, 3), {"normalized_shape": 3}),
    ((2, 3, 4), {"normalized_shape": (3, 4)}),
    ((2, 3, 4), {"normalized_shape": [4], "eps": 0.1}),
    ((2, 3, 4), {"normalized_shape": 4, "bias": False}),
    ((3, 5), {"normalized_shape": 5, "elementwise_affine": False}),
    ((4,), {"normalized_shape": 4}),
    ((2, 2, 2, 2), {"normalized_shape": (2, 2, 2)}),
    ((2, 1, 6), {"normalized_shape": 6}),
):
    case("LayerNorm", shape, options)
for shape, options in (
    ((2, 5, 3), {"size": 5}),
    ((2, 4, 2, 2), {"size": 2, "alpha": 1.0, "beta": 0.5, "k": 2.0}),
    ((1, 3, 2, 2), {"size": 3, "alpha": 0.5}),
    ((1, 1, 2), {"size": 1, "alpha": 1.0}),
    ((2, 7, 2), {"size": 4, "alpha": 2.0, "beta": 1.5}),
    ((1, 2, 3, 1), {"size": 7, "alpha": 1.0}),
    ((1, 6, 2, 1, 2), {"size": 5, "alpha": 1.0}),
    ((2, 3, 3, 3), {"size": 2, "beta": 2.0, "alpha": 0.1}),
):
    case("LocalResponseNorm", shape, options)
for shape, options in (
    ((4,), {"num_embeddings": 5, "embedding_dim": 3}),
    ((2, 3), {"num_embeddings": 7, "embedding_dim": 2}),
    ((), {"num_embeddings": 3, "embedding_dim": 4}),
    ((6,), {"num_embeddings": 2, "embedding_dim": 1}),
    ((5,), {"num_embeddings": 4, "embedding_dim": 2, "padding_idx": 1}),
    ((5,), {"num_embeddings": 4, "embedding_dim": 2, "padding_idx": -1}),
    ((2, 2, 2), {"num_embeddings": 3, "embedding_dim": 2}),
    ((0,), {"num_embeddings": 3, "embedding_dim": 2}),
):
    case("Embedding", shape, options)
for shape in ((5,), (2, 3), (1,), (2, 1, 3)):
    for name, choices in {
        "Sigmoid": [{}],
        "Tanh": [{}],
        "ReLU": [{}],
        "LeakyReLU": [{}, {"negative_slope": 0.1}],
        "ELU": [{}, {"alpha": 0.5}],
        "GELU": [{}, {"approximate": "tanh"}],
        "SiLU": [{}],
        "Softplus": [{}, {"beta": 2.5}],
        "Softmax": [{"dim": 0}, {"dim": -1}],
        "LogSoftmax": [{"dim": 0}, {"dim": -1}],
        "Heaviside": [{}, {"value": 1.0}],
        "Identity": [{}],
    }.items():
        for options in choices:
            case(name, shape, options)
for p in (0.0, 0.5, 1.0):
    case("Dropout", (3, 4), {"p": p}, mode="eval")
for options in (
    {"in_channels": 1, "out_channels": 1, "input_size": 4, "kernel_size": 2},
    {"in_channels": 2, "out_channels": 3, "input_size": (4, 5), "kernel_size": (3, 2)},
    {"in_channels": 1, "out_channels": 2, "input_size": 5, "kernel_size": 3, "stride": 2},
    {"in_channels": 1, "out_channels": 1, "input_size": 5, "kernel_size": 3, "padding": 1},
    {"in_channels": 1, "out_channels": 2, "input_size": (5, 6), "kernel_size": 2, "dilation": 2},
    {"in_channels": 2, "out_channels": 1, "input_size": 3, "kernel_size": 3, "bias": False},
    {
        "in_channels": 1,
        "out_channels": 1,
        "input_size": (6, 4),
        "kernel_size": (2, 3),
        "stride": (3, 1),
        "padding": (0, 1),
    },
    {"in_channels": 1, "out_channels": 1, "input_size": 1, "kernel_size": 1},
):
    case(
        "LocallyConnected2d", (2, options["in_channels"], *each(options["input_size"], 2)), options
    )
for m, d in ((1, 1), (3, 1), (2, 2), (4, 3)):
    for trainable in (False, True):
        case("GaussianBasis", (3, d), {"trainable": trainable}, centres=(m, d))


# Of these, a few cases each: what they share with the layers above has been compared there.

IMAGES = {1: (7,), 2: (5, 6), 3: (3, 4, 3)}
FEW = {
    # Without a batch.
    **{
        f"Conv{n}d": [((2, *IMAGES[n]), {"in_channels": 2, "out_channels": 1, "kernel_size": 2})]
        for n in (1, 2, 3)
    },
    **{
        f"ConvTranspose{n}d": [
            ((2, *(2,) * n), {"in_channels": 2, "out_channels": 1, "kernel_size": 2, "stride": 2})
        ]
        for n in (1, 2, 3)
    },
    **{
        f"MaxPool{n}d": [((2, *IMAGES[n]), {"kernel_size": 2, "return_indices": True})]
        for n in (1, 2, 3)
    },
    **{f"AvgPool{n}d": [((2, *IMAGES[n]), {"kernel_size": 2})] for n in (1, 2, 3)},
    "SumPool2d": [((2, 4, 5), {"kernel_size": 2})],
    "AdaptiveAvgPool2d": [((2, 4, 5), {"output_size": (3, None)})],
    # Pooling.
    **{
        f"AdaptiveAvgPool{n}d": [
            ((2, 2, *IMAGES[n]), {"output_size": 2}),
            ((2, *IMAGES[n]), {"output_size": (3, None, 2)[:n]}),
        ]
        for n in (1, 3)
    },
    **{
        f"AdaptiveMaxPool{n}d": [
            ((2, 2, *IMAGES[n]), {"output_size": 2, "return_indices": True}),
            ((2, *IMAGES[n]), {"output_size": (3, None, 2)[-n:]}),
        ]
        for n in (1, 2, 3)
    },
    **{
        f"LPPool{n}d": [
            ((2, 1, *IMAGES[n]), {"norm_type": 2, "kernel_size": 2}),
            ((2, *IMAGES[n]), {"norm_type": 4.0, "kernel_size": 3, "stride": 2, "ceil_mode": True}),
        ]
        for n in (1, 2, 3)
    },
    # Normalisation.
    **{
        f"InstanceNorm{n}d": [
            ((2, 3, *IMAGES[n]), {"num_features": 3}),
            ((3, *IMAGES[n]), {"num_features": 3, "affine": True, "bias": False}),
        ]
        for n in (1, 2, 3)
    },
    "GroupNorm": [
        ((2, 4), {"num_groups": 2, "num_channels": 4}),
        ((2, 6, 3), {"num_groups": 3, "num_channels": 6, "eps": 0.1}),
        ((2, 3, 2, 2), {"num_groups": 1, "num_channels": 3, "bias": False}),
        ((2, 4, 2), {"num_groups": 4, "num_channels": 4, "affine": False}),
    ],
    "RMSNorm": [
        ((2, 3), {"normalized_shape": 3}),
        ((2, 3, 4), {"normalized_shape": (3, 4), "eps": 0.1}),
        ((3, 5), {"normalized_shape": [5], "elementwise_affine": False}),
    ],
    # Activations; the inputs meet their kinks.
    **{
        name: [((4, 5), {})]
        for name in (
            *("LogSigmoid", "Mish", "SELU", "Softsign", "Tanhshrink", "Hardswish", "Hardsigmoid"),
            *("ReLU6", "CELU", "PReLU", "Hardtanh", "Softshrink", "Hardshrink"),
        )
    },
    "Softplus": [((3, 4), {"beta": 2.0, "threshold": 1.0})],
    "GLU": [((3, 4), {}), ((4, 3), {"dim": 0})],
    "Softmin": [((3, 4), {"dim": 0}), ((3, 4), {"dim": -1})],
    "Softmax2d": [((3, 2, 2), {}), ((2, 3, 1, 2), {})],
    "Threshold": [((3, 4), {"threshold": 0.5, "value": 2.0})],
    # Frames, and the moving of pixels.
    **{
        f"{kind}Pad{n}d": [
            ((1, 2, *IMAGES[n]), {"padding": 2, **({"value": 0.5} if kind == "Constant" else {})}),
            (
                (2, *IMAGES[n]),
                {
                    "padding": (-1, 2, 1, 0, 1, -2)[: 2 * n],
                    **({"value": 0.5} if kind == "Constant" else {}),
                },
            ),
        ]
        for kind in ("Constant", "Zero", "Reflection", "Replication", "Circular")
        for n in (1, 2, 3)
    },
    "PixelShuffle": [((1, 8, 2, 3), {"upscale_factor": 2}), ((9, 1, 2), {"upscale_factor": 3})],
    "PixelUnshuffle": [
        ((1, 2, 4, 6), {"downscale_factor": 2}),
        ((1, 3, 6), {"downscale_factor": 3}),
    ],
    "ChannelShuffle": [((2, 6, 2), {"groups": 3}), ((1, 4, 2, 2), {"groups": 2})],
    "Unflatten": [
        ((2, 12), {"dim": 1, "unflattened_size": (3, -1, 2)}),
        ((6, 2), {"dim": -2, "unflattened_size": (2, 3)}),
    ],
    "Unfold": [
        ((2, 2, 4, 5), {"kernel_size": (2, 3)}),
        ((2, 5, 4), {"kernel_size": 2, "dilation": 2, "padding": 1, "stride": (1, 2)}),
    ],
    "Fold": [
        ((2, 8, 6), {"output_size": (3, 4), "kernel_size": 2}),
        ((4, 6), {"output_size": (3, 4), "kernel_size": 2, "padding": 1, "stride": 2}),
    ],
    "UpsamplingNearest2d": [((1, 2, 3, 2), {"scale_factor": 2}), ((1, 1, 3, 2), {"size": (2, 5)})],
    "UpsamplingBilinear2d": [((1, 2, 3, 2), {"scale_factor": 2}), ((1, 1, 3, 2), {"size": (2, 5)})],
}
for name, several in FEW.items():
    for shape, options in several:
        case(name, shape, options)
for name, image, options in (
    ("nearest-exact", (3, 4), {"scale_factor": (1.5, 2.5)}),
    ("nearest-exact", (5,), {"size": 3}),
    ("linear", (5,), {"size": 8}),
    ("linear", (5,), {"scale_factor": 1.5, "align_corners": True}),
    ("trilinear", (2, 3, 2), {"scale_factor": (1, 2, 1.5)}),
    ("trilinear", (2, 3, 2), {"size": (3, 2, 4), "align_corners": True}),
    ("bicubic", (4, 5), {"scale_factor": 2}),
    ("bicubic", (4, 5), {"size": (7, 3), "align_corners": True}),
    ("bicubic", (4, 5), {"scale_factor": 1.3}),
    ("bilinear", (4, 5), {"scale_factor": 1.3, "recompute_scale_factor": True}),
):
    case("Upsample", (1, 1, *image), {"mode": name, **options})
for mode in ("train", "eval"):
    case("BatchNorm3d", (2, 2, 2, 1, 3), {"num_features": 2}, mode=mode)
    case("BatchNorm1d", (4, 2), {"num_features": 2, "bias": False}, mode=mode)
    options = {"num_features": 2, "affine": True, "track_running_stats": True, "momentum": 0.3}
    case("InstanceNorm1d", (3, 2, 4), options, mode=mode)
    case("InstanceNorm2d", (2, 2, 3, 2), options, mode=mode)
for n, image in ((1, (5,)), (2, (4, 5)), (3, (4, 2, 5))):
    case(f"MaxUnpool{n}d", (1, 2, *image), {"kernel_size": 2}, output=True)
for kind, shape in (("1d", (2, 3, 4)), ("2d", (1, 2, 3, 2)), ("3d", (2, 1, 2, 2))):
    case(f"Dropout{kind}", shape, {"p": 0.5}, mode="eval")
case("AlphaDropout", (3, 4), {"p": 0.5}, mode="eval")
case("PReLU", (2, 3, 4), {"num_parameters": 3})
case("PReLU", (3,), {"init": 0.5})
case("Hardtanh", (4, 5), {"min_val": -0.5, "max_val": 1.5})
case("CELU", (4, 5), {"alpha": 2.0})
case("Softshrink", (4, 5), {"lambd": 0.0})
options = {"in1_features": 2, "in2_features": 3, "out_features": 4}
case("Bilinear", (3, 5), options, parts=2)
case("Bilinear", (2, 2, 5), {**options, "bias": False}, parts=2)
for dim, parts in ((1, 4), (-2, 4), (0, 1)):
    case("CosineSimilarity", (3, 8), {"dim": dim}, parts=parts)
for p, parts in ((2.0, 4), (2.0, 1), (3.5, 4)):
    case("PairwiseDistance", (3, 8), {"p": p, "keepdim": parts == 1}, parts=parts)
