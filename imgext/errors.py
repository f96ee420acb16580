"""Every error that imgext raises on purpose, and the exit code each one ends the program with.

::

    ImgextError            1   something went wrong inside imgext
    ├── UsageError         2   the call itself is wrong
    ├── SceneError        65   a scene, picture or sound says something that cannot be: carries `faults`
    ├── MissingInputError 66   a file, sound or track that was named is not there
    ├── UnavailableError  69   a service does not answer
    │   └── QuestionError 69   ... or does not understand this one question; others may go well
    ├── CannotWriteError  73   an output cannot be created, or would overwrite what imgext did not make
    ├── ThrottledError    75   a service asks to be left alone for a while: try later
    ├── CredentialError   77   a service refuses the key it was given
    ├── ConfigError       78   a configuration file cannot be read
    └── DriftError         1   `--locked`, `--check`: the scene and what was made from it disagree

The numbers follow sysexits.h. A message is one line: the place, the value, what is allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.scene.faults import Fault


class ImgextError(Exception):
    """Root of the tree; `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 1


class UsageError(ImgextError):
    """The call is wrong: an unknown mode, two options that exclude each other."""

    exit_code = 2


class SceneError(ImgextError):
    """Data that cannot be read or makes no sense. `faults` lists every place, in order.

    Parameters
    ----------
    message : str
        Shown when there are no faults with a place of their own.
    faults : sequence of Fault
        Each prints as ``file:line:col: path: message [code]``.
    """

    exit_code = 65

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults) or message)


class MissingInputError(ImgextError):
    """A file or sound that was named is not there."""

    exit_code = 66


class UnavailableError(ImgextError):
    """A service does not answer, or may not be asked (IMGEXT_OFFLINE)."""

    exit_code = 69


class QuestionError(UnavailableError):
    """A service does not understand one question; the next one may go well."""


class CannotWriteError(ImgextError):
    """An output cannot be written: the folder is missing, full or read-only, or the file is somebody else's."""

    exit_code = 73


class ThrottledError(ImgextError):
    """A service has been asked too often; the same call works later."""

    exit_code = 75


class CredentialError(ImgextError):
    """A service refuses the key that it was given. The message names the variable, never the key."""

    exit_code = 77


class ConfigError(ImgextError):
    """A configuration file is not TOML, or says something that imgext does not know."""

    exit_code = 78


class DriftError(ImgextError):
    """What was asked to stay as it is would change."""

    exit_code = 1
