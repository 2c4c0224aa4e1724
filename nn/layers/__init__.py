"""The layers, each ordinary code over the engine's functions, which have the derivatives."""

from nn.layers.activation import (
    ELU,
    GELU,
    Heaviside,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nn.layers.attention import MultiheadAttention
from nn.layers.basis import GaussianBasis
from nn.layers.cells import GRUCell, LSTMCell, RNNCell
from nn.layers.conv import Conv1d, Conv2d, Conv3d
from nn.layers.conv_transpose import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from nn.layers.dropout import Dropout
from nn.layers.embedding import Embedding
from nn.layers.flatten import Flatten, Identity
from nn.layers.linear import Linear
from nn.layers.local import LocallyConnected2d
from nn.layers.norm import BatchNorm1d, BatchNorm2d, LayerNorm, LocalResponseNorm
from nn.layers.pool import (
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
    SumPool2d,
)
from nn.layers.recurrent import GRU, LSTM, RNN
from nn.layers.resize import AdaptiveAvgPool2d, Upsample
from nn.layers.transformer import TransformerEncoder, TransformerEncoderLayer
from nn.layers.unpool import MaxUnpool2d

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "AdaptiveAvgPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Dropout",
    "Embedding",
    "Flatten",
    "GRUCell",
    "GaussianBasis",
    "Heaviside",
    "Identity",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LocalResponseNorm",
    "LocallyConnected2d",
    "LogSoftmax",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool2d",
    "MultiheadAttention",
    "RNNCell",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "SumPool2d",
    "Tanh",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "Upsample",
]
