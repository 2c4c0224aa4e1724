"""The pictures in docs/training: ``python -m tests.pictures`` runs training.md, and keeps them.

Their last pixels depend on the machine, so they are looked at and not compared.
"""

import doctest
import os
import shutil
import tempfile
from pathlib import Path

from tests.test_readme import blocks

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "docs" / "training"


def main():
    """Run the code of the page in a folder of its own, and keep the pictures of Matplotlib."""
    code = "\n".join(blocks("python", ROOT / "docs" / "training.md"))
    test = doctest.DocTestParser().get_doctest(code, {}, "training.md", None, 0)
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        doctest.DocTestRunner().run(test)
        for picture in Path(folder).glob("*.png"):
            shutil.copy(picture, KEPT)
        os.chdir(ROOT)


if __name__ == "__main__":
    main()
