"""A folder of outputs: whose files may be replaced or deleted, and what a killed run leaves."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import threading
from pathlib import Path

import pytest

from imgext.errors import CannotWriteError
from imgext.store import swap
from imgext.store.outputs import Outputs, is_render_output
from imgext.store.swap import JOURNAL, Stage


def put(folder: Path, **files: str) -> None:
    """One run that writes texts, `a_txt` as a.txt, and retires the rest."""
    with Outputs(folder) as outputs:
        for name, text in files.items():
            outputs.text(name.replace("__", "/").replace("_", "."), text)
        outputs.retire(lambda _name: True)


def there(folder: Path) -> dict[str, str]:
    """Every file but the list, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "render.json"
    }


def claim(folder: Path, *names: str) -> None:
    """A list that claims files, with their true digests."""
    folder.mkdir(exist_ok=True)
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / "render.json").write_text(json.dumps({"schema": "imgext.render/1", "files": files}))


def test_the_next_run_replaces_and_retires_what_the_last_one_made(tmp_path):
    put(tmp_path / "out", a_txt="1", stems__b_txt="2")
    put(tmp_path / "out", a_txt="3", c_txt="4")
    assert there(tmp_path / "out") == {"a.txt": "3", "c.txt": "4"}


def test_a_changed_file_is_somebodys_work(tmp_path):
    put(tmp_path, a_txt="1", b_txt="1")
    (tmp_path / "a.txt").write_text("mine")
    with pytest.raises(CannotWriteError, match=r"a\.txt: exists and was not made by imgext, or was changed"):
        put(tmp_path, b_txt="2", a_txt="2")
    assert there(tmp_path) == {"a.txt": "mine", "b.txt": "1"}


def test_a_run_that_fails_leaves_no_folder_that_it_made(tmp_path):
    with pytest.raises(ZeroDivisionError), Outputs(tmp_path / "x" / "out") as outputs:
        outputs.text("a.txt", str(1 / 0))
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "name", ["../precious.wav", "sub/../../precious.wav", "{}/precious.wav", "link/precious.wav"]
)
def test_a_name_that_leaves_the_folder_is_not_deleted(tmp_path, name):
    (tmp_path / "precious.wav").write_text("p")
    out = tmp_path / "out"
    (out / "sub").mkdir(parents=True)
    (out / "link").symlink_to(tmp_path)
    claim(out, name.format(tmp_path))
    put(out, a_txt="1")
    assert (tmp_path / "precious.wav").read_text() == "p"
    assert "precious" not in (out / "render.json").read_text()


def test_a_link_that_the_list_claims_is_neither_followed_nor_deleted(tmp_path):
    (tmp_path / "precious.wav").write_text("p")
    out = tmp_path / "out"
    out.mkdir()
    (out / "mix.wav").symlink_to(tmp_path / "precious.wav")
    claim(out, "mix.wav")
    put(out, a_txt="1")
    assert (out / "mix.wav").is_symlink()
    with pytest.raises(CannotWriteError, match="was not made by imgext"):
        put(out, mix_wav="2")
    assert (tmp_path / "precious.wav").read_text() == "p"


def test_with_force_a_link_is_replaced_and_what_it_names_is_left(tmp_path):
    (tmp_path / "precious.wav").write_text("p")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mix.wav").symlink_to(tmp_path / "precious.wav")
    with Outputs(tmp_path / "out", force=True) as outputs:
        outputs.text("mix.wav", "2")
    assert (tmp_path / "precious.wav").read_text() == "p"
    assert not (tmp_path / "out" / "mix.wav").is_symlink()


def test_a_folder_of_stems_that_is_a_link_out_is_refused(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "else").mkdir()
    (tmp_path / "out" / "stems").symlink_to(tmp_path / "else")
    with pytest.raises(CannotWriteError, match="leads out of"):
        put(tmp_path / "out", stems__a_wav="1")
    assert list((tmp_path / "else").iterdir()) == []


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "folder"])
@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("name", ["a.txt", "render.json"])
def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path, kind, force, name):
    place = tmp_path / name
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        os.chdir(tmp_path)  # a socket's path is short
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(name)
    elif kind == "device":
        place.symlink_to("/dev/zero")
    else:
        place.mkdir()
    with (
        pytest.raises(CannotWriteError, match=rf"{name}: (is a|exists)"),
        Outputs(tmp_path, force=force) as outputs,
    ):
        outputs.text("a.txt", "1")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_sounds_of_a_scene_are_never_replaced_or_deleted(tmp_path):
    (tmp_path / "mix.wav").write_text("a recording")
    (tmp_path / "delta.wav").write_text("another")
    claim(tmp_path, "mix.wav", "delta.wav")
    own = [hashlib.sha256(text).hexdigest() for text in (b"a recording", b"another")]
    with Outputs(tmp_path, own=own) as outputs:
        outputs.text("a.txt", "1")
        outputs.retire(is_render_output)
    with (
        pytest.raises(CannotWriteError, match="is a sound of this scene"),
        Outputs(tmp_path, force=True, own=own) as outputs,
    ):
        outputs.text("mix.wav", "1")
    assert there(tmp_path) == {"a.txt": "1", "delta.wav": "another", "mix.wav": "a recording"}


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "null", '{"schema": "imgext.render/1", "files": 3}', '{"files": {}}', "\xff"]
)
def test_a_list_that_makes_no_sense_is_somebodys_work(tmp_path, text):
    (tmp_path / "render.json").write_bytes(text.encode("latin-1"))
    if "3" in text:  # imgext's, of nothing
        put(tmp_path, a_txt="1")
    else:
        with pytest.raises(CannotWriteError, match="not made by imgext"):
            put(tmp_path, a_txt="1")


@pytest.fixture
def killed(tmp_path, monkeypatch):
    """A folder in which a run died at the n-th step of putting its files in place: `killed(n)`."""

    def at(step: int) -> Path:
        out = tmp_path / "out"
        put(out, a_txt="old", b_txt="old", c_txt="old")
        steps = iter(range(step + 1))
        replace, unlink = Path.replace, Path.unlink

        class Killed(BaseException):
            pass

        def dying(act):
            def maybe(path, *words, **options):
                if next(steps, None) is None:
                    raise Killed
                return act(path, *words, **options)

            return maybe

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", dying(replace))
            patch.setattr(Path, "unlink", dying(unlink))
            patch.setattr(swap.Stage, "close", lambda stage: os.close(stage._held))
            try:
                put(out, a_txt="new", b_txt="new", d_txt="new")
            except Killed:
                pass
            else:
                pytest.fail("it was done before")
        return out

    return at


@pytest.mark.parametrize("step", range(7))
def test_after_a_kill_at_any_step_the_next_run_goes_well_and_nothing_is_left(killed, step):
    out = killed(step)
    put(out, e_txt="next")
    assert there(out) == {"e.txt": "next"}
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("step", range(7))
def test_a_kill_leaves_all_old_files_or_the_new_ones_when_the_next_run_has_begun(killed, step):
    out = killed(step)
    with Outputs(out):
        now = there(out)
    old, new = (
        {"a.txt": "old", "b.txt": "old", "c.txt": "old"},
        {"a.txt": "new", "b.txt": "new", "d.txt": "new"},
    )
    assert now in (old, new)


def test_what_somebody_changed_after_a_kill_stays(killed):
    out = killed(4)
    (out / "b.txt").write_text("mine")
    with Outputs(out):
        assert (out / "b.txt").read_text() == "mine"


def test_a_strangers_journal_moves_nothing_out_and_deletes_nothing_outside(tmp_path):
    out, stage = tmp_path / "out", tmp_path / "out" / ".imgext-0123456789abcdef.run"
    stage.mkdir(parents=True)
    (tmp_path / "precious").write_text("p")
    (stage / "0").write_text("evil")
    (stage / "notes.txt").write_text("mine")
    digest = {text: hashlib.sha256(text.encode()).hexdigest() for text in ("p", "evil", "mine")}
    (stage / JOURNAL).write_text(
        json.dumps(
            {
                "schema": "imgext.swap/1",
                "put": [
                    ["0", "../precious", digest["p"], digest["evil"]],
                    ["notes.txt", "x", None, digest["mine"]],
                    ["../../precious", "y", None, digest["p"]],
                ],
                "drop": {"../precious": digest["p"]},
            }
        )
    )
    put(out, a_txt="1")
    assert (tmp_path / "precious").read_text() == "p"
    assert (stage / "notes.txt").read_text() == "mine"
    assert sorted(path.name for path in out.iterdir()) == [stage.name, "a.txt", "render.json"]


def test_a_run_that_lives_is_left_alone_by_another(tmp_path):
    tmp_path.mkdir(exist_ok=True)
    with Outputs(tmp_path) as first:
        first.text("a.txt", "first")
        put(tmp_path, a_txt="second", b_txt="second")
        assert there(tmp_path)["b.txt"] == "second"
    assert there(tmp_path) == {"a.txt": "first", "b.txt": "second"}


def test_runs_at_the_same_time_leave_the_files_of_one(tmp_path):
    faults = []

    def run(number: int) -> None:
        try:
            for _ in range(5):
                put(tmp_path, a_txt=str(number), b_txt=str(number), **{f"only{number}_txt": "x"})
        except CannotWriteError as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    now = there(tmp_path)
    assert now["a.txt"] == now["b.txt"]
    listed = json.loads((tmp_path / "render.json").read_text())["files"]
    assert all(hashlib.sha256(now[name].encode()).hexdigest() == digest for name, digest in listed.items())


def test_a_disk_that_fails_once_while_files_are_put_in_place_is_asked_again(tmp_path, monkeypatch):
    put(tmp_path, a_txt="1", b_txt="1")
    replace, failed = Path.replace, []

    def once(path, target):
        if Path(target).name == "b.txt" and not failed:
            failed.append(path)
            raise OSError(5, "Input/output error")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", once)
    put(tmp_path, a_txt="2", b_txt="2")
    assert there(tmp_path) == {"a.txt": "2", "b.txt": "2"}


def test_a_disk_that_keeps_failing_is_told_and_the_next_run_finishes(tmp_path, monkeypatch):
    put(tmp_path, a_txt="1", b_txt="1")
    replace = Path.replace

    def failing(path, target):
        if Path(target).name == "b.txt":
            raise OSError(5, "Input/output error")
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", failing)
        with pytest.raises(CannotWriteError, match="the next run finishes it"):
            put(tmp_path, a_txt="2", b_txt="2")
    with Outputs(tmp_path):
        assert there(tmp_path) == {"a.txt": "2", "b.txt": "2"}


def test_a_folder_that_is_deleted_while_a_run_writes_is_told(tmp_path):
    import shutil

    out = tmp_path / "out"
    outputs = Outputs(out).__enter__()
    outputs.text("a.txt", "1")
    shutil.rmtree(out)
    with pytest.raises(CannotWriteError, match="could not be written: No such file"):
        outputs.__exit__(None, None, None)


def test_stages_have_names_that_a_sweep_knows(tmp_path):
    stage = Stage(tmp_path)
    assert swap._RUN.fullmatch(stage.path.name)
    stage.close()
    assert list(tmp_path.iterdir()) == []
