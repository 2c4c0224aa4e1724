"""The tasks that ``glassgrad train`` has, by the word for their examples."""

from autograd.core.files import as_path
from autograd.core.messages import plain, suggestion
from nn.cli.tasks import optical_flow, playground, segmentation
from nn.cli.tasks.classification import CLASSIFICATION, DIGITS
from nn.cli.tasks.task import Recipe, Source, Task
from nn.errors import DataError

# A word for examples; any other is a folder of images with classes.
TASKS: dict[str, Task] = {
    DIGITS: CLASSIFICATION,
    segmentation.WORD: segmentation.SEGMENTATION,
    optical_flow.WORD: optical_flow.OPTICAL_FLOW,
    **dict.fromkeys(playground.CLASSES, playground.POINTS),
    **dict.fromkeys(playground.HEIGHTS, playground.SURFACES),
}


def task_of(data: str) -> Task:
    """Return the task that some examples are for.

    Parameters
    ----------
    data : str
        A word for examples, or the path of a folder.

    Raises
    ------
    nn.DataError
        If it is neither.

    Examples
    --------
    >>> from nn.cli.tasks import task_of
    >>> task_of("digits").usual
    'cnn'
    """
    if data not in TASKS and not as_path("train", data, DataError).is_dir():
        raise DataError(
            f"train: there is no folder {plain(data)}; give one with the four files of MNIST, or "
            f"one of the words {', '.join(TASKS)}{suggestion(data, TASKS)}"
        )
    return TASKS.get(data, CLASSIFICATION)


def models() -> dict[str, Recipe]:
    """Return all networks by their names."""
    return {name: recipe for task in TASKS.values() for name, recipe in task.recipes.items()}


def by_task() -> dict[str, Task]:
    """Return each task once, by all words for its examples."""
    tasks = dict.fromkeys(TASKS.values())
    words = {task: [word for word, its in TASKS.items() if its is task] for task in tasks}
    return {", ".join(words[task]): task for task in tasks}


__all__ = ["TASKS", "Source", "Task", "by_task", "models", "task_of"]
