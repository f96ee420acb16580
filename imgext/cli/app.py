"""The program `imgext`: its commands, its errors, its exit codes.

Exit codes: 0 done, 1 internal error or drift (``--locked``, ``--check``), 2 usage, 65 a scene or a file that
makes no sense, 66 something named is missing, 69 a service does not answer, 73 cannot write, 74 input or
output failed, 78 configuration, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from typing import Annotated

import typer

from imgext.cli import console
from imgext.errors import ImgextError
from imgext.store.environment import switched_on

#: Every command, in the order of the help; each is a function of its name in the module of its name.
COMMANDS = (
    "make", "analyze", "find", "arrange", "resolve", "render", "check", "explain", "fmt", "diff",
    "merge", "git", "verify", "schema", "credits", "collect", "evaluate", "sounds", "doctor",
)  # fmt: skip


def program(wanted: str = "") -> typer.Typer:
    """The parser; given one command's name it has only that one, which starts sooner."""
    app = typer.Typer(
        name="imgext",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
    )
    app.callback()(_program)
    for name in [wanted] if wanted in COMMANDS else COMMANDS:
        module = import_module(f"imgext.cli.{name}")
        if name in {"git", "sounds"}:
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name))
    return app


def _version(value: bool) -> None:
    if value:
        from imgext._version import __version__

        console.text(f"imgext {__version__}\n")
        raise typer.Exit


def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """A picture becomes an editable scene, a scene becomes a soundscape.

    imgext make photo.jpg -o out        from a photo to a mix

    imgext render scene.yaml -o out     play a scene
    """


def run() -> int:
    """Run the command line; every error becomes one line and an exit code."""
    words = sys.argv[1:] or ["--help"]
    console.settle()
    try:
        result = program(words[0])(words, prog_name="imgext", standalone_mode=False)
        sys.stdout.flush()
    except ImgextError as error:
        console.fail(error)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        console.say("interrupted")
        return 130
    except SystemExit as error:  # the parser ends so where a reader went away
        if not isinstance(error.__context__, BrokenPipeError):
            raise
        _forget_readers()
        return 0
    except BrokenPipeError:
        _forget_readers()
        return 0
    except OSError as error:
        console.fail(f"{error.filename or 'input or output'}: {error.strerror or error}")
        return 74
    except MemoryError:
        console.fail("not enough memory")
        return 1
    except Exception as error:
        if hasattr(
            error, "format_message"
        ):  # the parser's own errors, whichever release of typer brings them
            context = getattr(error, "ctx", None)
            hint = f" (see `{context.command_path} --help`)" if context is not None else ""
            console.fail(f"{error.format_message()}{hint}")
            return int(getattr(error, "exit_code", 2))
        if switched_on("IMGEXT_DEBUG"):
            raise
        console.fail(f"internal error: {type(error).__name__}: {error} (set IMGEXT_DEBUG=1 to see where)")
        return 1
    return result if isinstance(result, int) else 0


def _forget_readers() -> None:
    """Write to nobody from now on, because the reader of the output is gone (`head`)."""
    nobody = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(nobody, stream.fileno())
