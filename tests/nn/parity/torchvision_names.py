"""The names and shapes of weights in torchvision: ``python -m tests.nn.parity.torchvision_names``.

Making them again takes torchvision, and nothing else does.
"""

import json
from pathlib import Path

FILE = Path(__file__).with_suffix(".json")
MODELS = ("alexnet", "googlenet", "resnet18", "resnet50", "vgg16")


def stored():
    """Return for each model its names, in their order, with the shapes."""
    return json.loads(FILE.read_text())


def made():
    import torchvision

    options = {"googlenet": {"init_weights": False}}
    return {
        name: {
            key: list(value.shape)
            for key, value in getattr(torchvision.models, name)(**options.get(name, {}))
            .state_dict()
            .items()
        }
        for name in MODELS
    }


if __name__ == "__main__":
    lines = [f"{json.dumps(name)}: {json.dumps(names)}" for name, names in made().items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
