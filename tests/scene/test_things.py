"""What a track sounds is asked in one place."""

from imgext.scene.model import Scene
from imgext.scene.things import importance_of, is_atmo, object_of

SCENE = Scene.of(
    {
        "schema": "imgext.scene/1",
        "objects": {
            "sea": {"label": "sea", "kind": "atmo"},
            "gull": {"label": "gull", "importance": 0.7},
            "boat": {"label": "boat"},
        },
        "tracks": {"sea": {"object": "gull"}, "waves": {"object": "sea"}, "gull": {}, "boat": {}, "hum": {}},
    }
)


def test_a_track_sounds_the_object_it_names_or_else_that_of_its_own_id():
    assert {
        track: thing and thing.label for track in SCENE.tracks for thing in [object_of(SCENE, track)]
    } == {
        "sea": "gull",
        "waves": "sea",
        "gull": "gull",
        "boat": "boat",
        "hum": None,
    }


def test_only_what_sounds_an_atmo_is_a_bed():
    assert [track for track in SCENE.tracks if is_atmo(SCENE, track)] == ["waves"]


def test_what_nothing_is_said_of_is_in_the_middle():
    assert [importance_of(SCENE, track) for track in ("sea", "gull", "boat", "hum")] == [0.7, 0.7, 0.5, 0.5]
