"""Open onnxruntime alike for every network: quiet, its failures as one line."""

from __future__ import annotations

from typing import Any

from imgext.errors import MissingInputError, SceneError

#: Threads of one network; more bring little, and other work is going on.
THREADS = 2


def open_session(model: bytes, name: str) -> Any:
    """Open a network from its bytes, so that it can reach no other file.

    Raises
    ------
    MissingInputError
        onnxruntime is not installed.
    SceneError
        This is no network that it can run.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingInputError(
            f"onnxruntime is needed to run {name} and is not installed: "
            "pip install '.[detector]' in the checkout"
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise SceneError(f"{name}: not a network that onnxruntime can run: {brief(error)}") from error


def brief(error: Exception) -> str:
    """An error of onnxruntime in one line of bearable length."""
    return " ".join(str(error).split())[:300] or type(error).__name__
