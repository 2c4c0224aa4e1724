"""The layers, each ordinary code over the engine's functions, which have the derivatives."""

from typing import NoReturn

from autograd.core.other_names import missing
from nn.layers.adaptive_pool import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    AdaptiveMaxPool3d,
)
from nn.layers.attention.multihead import MultiheadAttention
from nn.layers.attention.transformer import TransformerEncoder, TransformerEncoderLayer
from nn.layers.basis import GaussianBasis
from nn.layers.batch_norm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from nn.layers.bilinear import Bilinear
from nn.layers.conv import Conv1d, Conv2d, Conv3d
from nn.layers.conv_transpose import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from nn.layers.distance import CosineSimilarity, PairwiseDistance
from nn.layers.dropout import (
    AlphaDropout,
    Dropout,
    Dropout1d,
    Dropout2d,
    Dropout3d,
)
from nn.layers.embedding import Embedding
from nn.layers.flatten import Flatten, Identity, Unflatten
from nn.layers.group_norm import GroupNorm
from nn.layers.instance_norm import InstanceNorm1d, InstanceNorm2d, InstanceNorm3d
from nn.layers.layer_norm import LayerNorm, RMSNorm
from nn.layers.linear import Linear
from nn.layers.local import LocallyConnected2d
from nn.layers.max_pool import MaxPool1d, MaxPool2d, MaxPool3d
from nn.layers.mean_pool import (
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    LPPool1d,
    LPPool2d,
    LPPool3d,
    SumPool2d,
)
from nn.layers.padding import (
    ConstantPad1d,
    ConstantPad2d,
    ConstantPad3d,
    ZeroPad1d,
    ZeroPad2d,
    ZeroPad3d,
)
from nn.layers.piecewise import (
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    PReLU,
    ReLU,
    ReLU6,
)
from nn.layers.recurrent.cells import GRUCell, LSTMCell, RNNCell
from nn.layers.recurrent.layers import GRU, LSTM, RNN
from nn.layers.repeating_padding import (
    CircularPad1d,
    CircularPad2d,
    CircularPad3d,
    ReflectionPad1d,
    ReflectionPad2d,
    ReflectionPad3d,
    ReplicationPad1d,
    ReplicationPad2d,
    ReplicationPad3d,
)
from nn.layers.response_norm import LocalResponseNorm
from nn.layers.shuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle
from nn.layers.smooth import (
    CELU,
    ELU,
    GELU,
    SELU,
    LogSigmoid,
    Mish,
    Sigmoid,
    SiLU,
    Softplus,
    Softsign,
    Tanh,
    Tanhshrink,
)
from nn.layers.softmax import (
    GLU,
    LogSoftmax,
    Softmax,
    Softmax2d,
    Softmin,
)
from nn.layers.thresholds import (
    Hardshrink,
    Heaviside,
    Softshrink,
    Threshold,
)
from nn.layers.unpool import MaxUnpool1d, MaxUnpool2d, MaxUnpool3d
from nn.layers.upsample import Upsample, UpsamplingBilinear2d, UpsamplingNearest2d
from nn.layers.windows import Fold, Unfold


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from nn.other_names.parts import WITHIN

    raise missing("module 'nn.layers'", name, WITHIN, __all__)


__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AlphaDropout",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "Bilinear",
    "ChannelShuffle",
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "CosineSimilarity",
    "Dropout",
    "Dropout1d",
    "Dropout2d",
    "Dropout3d",
    "Embedding",
    "Flatten",
    "Fold",
    "GRUCell",
    "GaussianBasis",
    "GroupNorm",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "Heaviside",
    "Identity",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LocalResponseNorm",
    "LocallyConnected2d",
    "LogSigmoid",
    "LogSoftmax",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
    "Mish",
    "MultiheadAttention",
    "PReLU",
    "PairwiseDistance",
    "PixelShuffle",
    "PixelUnshuffle",
    "RMSNorm",
    "RNNCell",
    "ReLU",
    "ReLU6",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softmax2d",
    "Softmin",
    "Softplus",
    "Softshrink",
    "Softsign",
    "SumPool2d",
    "Tanh",
    "Tanhshrink",
    "Threshold",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "Unflatten",
    "Unfold",
    "Upsample",
    "UpsamplingBilinear2d",
    "UpsamplingNearest2d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]
