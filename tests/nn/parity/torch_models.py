"""The lectures' networks in PyTorch, as its own collection of models has them.

Written from that collection's definitions and from the papers, with its names of weights; it is
imported where the numbers are made, and takes PyTorch.
"""

import torch
from torch import nn
from torch.nn import functional as F


def alexnet(width, classes):
    a, b, c, d, e = (round(n * width) for n in (64, 192, 384, 256, 4096))
    return tower(
        [
            *(nn.Conv2d(3, a, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(a, b, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(b, c, 3, 1, 1), nn.ReLU(), nn.Conv2d(c, d, 3, 1, 1), nn.ReLU()),
            *(nn.Conv2d(d, d, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(3, 2)),
        ],
        nn.AdaptiveAvgPool2d(6),
        [
            *(nn.Dropout(0), nn.Linear(d * 36, e), nn.ReLU()),
            *(nn.Dropout(0), nn.Linear(e, e), nn.ReLU(), nn.Linear(e, classes)),
        ],
    )


def alexnet2012(width, classes):
    a, b, c, e = (round(n * width) for n in (96, 256, 384, 4096))

    def norm():
        return nn.LocalResponseNorm(5, 5e-4, 0.75, 2)

    return tower(
        [
            *(nn.Conv2d(3, a, 11, 4), nn.ReLU(), norm(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(a, b, 5, 1, 2, groups=2), nn.ReLU(), norm(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(b, c, 3, 1, 1), nn.ReLU(), nn.Conv2d(c, c, 3, 1, 1, groups=2), nn.ReLU()),
            *(nn.Conv2d(c, b, 3, 1, 1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2)),
        ],
        nn.Identity(),
        dense(b * 36, e, classes),
    )


def zfnet(width, classes):
    a, b, c, e = (round(n * width) for n in (96, 256, 384, 4096))

    def pool():
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    def norm():
        return nn.LocalResponseNorm(5, 5e-4, 0.75, 2)

    return tower(
        [
            *(nn.Conv2d(3, a, 7, 2, 1), nn.ReLU(), pool(), norm()),
            *(nn.Conv2d(a, b, 5, 2), nn.ReLU(), pool(), norm()),
            *(nn.Conv2d(b, c, 3, 1, 1), nn.ReLU(), nn.Conv2d(c, c, 3, 1, 1), nn.ReLU()),
            *(nn.Conv2d(c, b, 3, 1, 1), nn.ReLU(), pool()),
        ],
        nn.Identity(),
        dense(b * 36, e, classes),
    )


VGG = {
    16: "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M",
    19: "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M",
}


def vgg(kind, width, classes):
    if kind == "M":
        return vgg_m(width, classes)
    layers, before = [], 3
    for word in VGG[kind].split():
        if word == "M":
            layers.append(nn.MaxPool2d(2, 2))
        else:
            behind = round(int(word) * width)
            layers += [nn.Conv2d(before, behind, 3, padding=1), nn.ReLU()]
            before = behind
    head = dense(before * 49, round(4096 * width), classes)
    return tower(layers, nn.AdaptiveAvgPool2d(7), head)


def vgg_m(width, classes):
    a, b, c, e = (round(n * width) for n in (96, 256, 512, 4096))

    def norm():
        return nn.LocalResponseNorm(5, 5e-4, 0.75, 2)

    return tower(
        [
            *(nn.Conv2d(3, a, 7, 2), nn.ReLU(), norm(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(a, b, 5, 2, 1), nn.ReLU(), norm(), nn.MaxPool2d(3, 2, ceil_mode=True)),
            *(nn.Conv2d(b, c, 3, 1, 1), nn.ReLU(), nn.Conv2d(c, c, 3, 1, 1), nn.ReLU()),
            *(nn.Conv2d(c, c, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(3, 2)),
        ],
        nn.AdaptiveAvgPool2d(6),
        dense(c * 36, e, classes),
    )


def dense(features, hidden, classes):
    return [
        *(nn.Linear(features, hidden), nn.ReLU(), nn.Dropout(0)),
        *(nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout(0)),
        nn.Linear(hidden, classes),
    ]


def tower(features, avgpool, classifier):
    class Tower(nn.Module):
        def __init__(self):
            super().__init__()
            self.features, self.avgpool = nn.Sequential(*features), avgpool
            self.classifier = nn.Sequential(*classifier)

        def forward(self, x):
            return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))

    return Tower()


class BasicConv2d(nn.Module):
    def __init__(self, before, behind, normed, **geometry):
        super().__init__()
        self.conv = nn.Conv2d(before, behind, bias=not normed, **geometry)
        self.bn = nn.BatchNorm2d(behind, eps=0.001) if normed else nn.Identity()

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class Inception(nn.Module):
    def __init__(self, before, a, b, c, d, e, f, normed):
        super().__init__()
        five = {"kernel_size": 3, "padding": 1} if normed else {"kernel_size": 5, "padding": 2}
        self.branch1 = BasicConv2d(before, a, normed, kernel_size=1)
        self.branch2 = nn.Sequential(
            BasicConv2d(before, b, normed, kernel_size=1),
            BasicConv2d(b, c, normed, kernel_size=3, padding=1),
        )
        self.branch3 = nn.Sequential(
            BasicConv2d(before, d, normed, kernel_size=1), BasicConv2d(d, e, normed, **five)
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, 1, 1, ceil_mode=True), BasicConv2d(before, f, normed, kernel_size=1)
        )

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class InceptionAux(nn.Module):
    def __init__(self, before, channels, units, classes, normed):
        super().__init__()
        self.conv = BasicConv2d(before, channels, normed, kernel_size=1)
        self.fc1, self.fc2 = nn.Linear(channels * 16, units), nn.Linear(units, classes)

    def forward(self, x):
        x = torch.flatten(self.conv(F.adaptive_avg_pool2d(x, (4, 4))), 1)
        return self.fc2(F.relu(self.fc1(x)))


class GoogLeNet(nn.Module):
    def __init__(self, normed, width, classes):
        super().__init__()

        def s(*sizes):
            return [round(n * width) for n in sizes]

        a, b, c = s(64, 64, 192)
        self.conv1 = BasicConv2d(3, a, normed, kernel_size=7, stride=2, padding=3)
        self.conv2 = BasicConv2d(a, b, normed, kernel_size=1)
        self.conv3 = BasicConv2d(b, c, normed, kernel_size=3, padding=1)
        self.inception3a = Inception(c, *s(64, 96, 128, 16, 32, 32), normed)
        self.inception3b = Inception(*s(256), *s(128, 128, 192, 32, 96, 64), normed)
        self.inception4a = Inception(*s(480), *s(192, 96, 208, 16, 48, 64), normed)
        self.inception4b = Inception(*s(512), *s(160, 112, 224, 24, 64, 64), normed)
        self.inception4c = Inception(*s(512), *s(128, 128, 256, 24, 64, 64), normed)
        self.inception4d = Inception(*s(512), *s(112, 144, 288, 32, 64, 64), normed)
        self.inception4e = Inception(*s(528), *s(256, 160, 320, 32, 128, 128), normed)
        self.inception5a = Inception(*s(832), *s(256, 160, 320, 32, 128, 128), normed)
        self.inception5b = Inception(*s(832), *s(384, 192, 384, 48, 128, 128), normed)
        self.aux1 = InceptionAux(*s(512, 128, 1024), classes, normed)
        self.aux2 = InceptionAux(*s(528, 128, 1024), classes, normed)
        self.fc = nn.Linear(*s(1024), classes)
        self.norm = nn.Identity() if normed else nn.LocalResponseNorm(5, 5e-4, 0.75, 2)
        self.last = 2 if normed else 3

    def forward(self, x):
        def pool(x, size=3):
            return F.max_pool2d(x, size, 2, ceil_mode=True)

        x = self.norm(pool(self.conv1(x)))
        x = pool(self.norm(self.conv3(self.conv2(x))))
        x = self.inception4a(pool(self.inception3b(self.inception3a(x))))
        first = self.aux1(x)
        x = self.inception4d(self.inception4c(self.inception4b(x)))
        second = self.aux2(x)
        x = self.inception5b(self.inception5a(pool(self.inception4e(x), self.last)))
        logits = self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))
        return (logits, second, first) if self.training else logits


class Block(nn.Module):
    def __init__(self, before, channels, stride, deep, small):
        super().__init__()
        behind = channels * (4 if deep else 1)
        sizes = [(before, channels, 1), (channels, channels, 3), (channels, behind, 1)]
        sizes = sizes if deep else [(before, channels, 3), (channels, channels, 3)]
        self.count = len(sizes)
        for i, (a, b, kernel) in enumerate(sizes):
            step = stride if i == (1 if deep else 0) else 1
            setattr(self, f"conv{i + 1}", nn.Conv2d(a, b, kernel, step, kernel // 2, bias=False))
            setattr(self, f"bn{i + 1}", nn.BatchNorm2d(b))
        self.stride, self.more, self.downsample = stride, behind - before, None
        if not small and (stride != 1 or before != behind):
            conv = nn.Conv2d(before, behind, 1, stride, bias=False)
            self.downsample = nn.Sequential(conv, nn.BatchNorm2d(behind))

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            y = F.relu(y) if i < self.count else y
        if self.downsample is not None:
            x = self.downsample(x)
        elif self.more:
            half = self.more // 2
            x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, half, half))
        return F.relu(x + y)


class ResNet(nn.Module):
    def __init__(self, depth, width, classes):
        super().__init__()
        small = depth == 20
        counts = {18: (2, 2, 2, 2), 50: (3, 4, 6, 3), 20: (3, 3, 3)}[depth]
        sizes = [round(n * width) for n in ((16, 32, 64) if small else (64, 128, 256, 512))]
        kernel = (3, 1, 1) if small else (7, 2, 3)
        self.conv1 = nn.Conv2d(3, sizes[0], *kernel, bias=False)
        self.bn1 = nn.BatchNorm2d(sizes[0])
        self.maxpool = nn.Identity() if small else nn.MaxPool2d(3, 2, 1)
        before, deep = sizes[0], depth >= 50
        for i, (channels, count) in enumerate(zip(sizes, counts, strict=True)):
            blocks = []
            for j in range(count):
                blocks.append(Block(before, channels, 2 if i and not j else 1, deep, small))
                before = channels * (4 if deep else 1)
            setattr(self, f"layer{i + 1}", nn.Sequential(*blocks))
        self.layers, self.fc = len(counts), nn.Linear(before, classes)

    def forward(self, x):
        x = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        for i in range(self.layers):
            x = getattr(self, f"layer{i + 1}")(x)
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))
