import re

import pytest

from imgext.errors import SceneError
from imgext.files import data_file
from imgext.sounds.hierarchy import COLUMNS, MAX_STEPS, RUNGS, hierarchy, load
from imgext.sounds.words import key_of

HEADER = ",".join(COLUMNS)
COCO = """person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant, stop sign, parking meter, bench,
bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, backpack, umbrella, handbag, tie, suitcase, frisbee, skis, snowboard,
sports ball, kite, baseball bat, baseball glove, skateboard, surfboard, tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl,
banana, apple, sandwich, orange, broccoli, carrot, hot dog, pizza, donut, cake, chair, couch, potted plant, bed, dining table, toilet, tv,
laptop, mouse, remote, keyboard, cell phone, microwave, oven, toaster, sink, refrigerator, book, clock, vase, scissors, teddy bear,
hair drier, toothbrush"""
ESC50 = """dog, rooster, pig, cow, frog, cat, hen, insects, sheep, crow, rain, sea waves, crackling fire, crickets, chirping birds, water drops,
wind, pouring water, toilet flush, thunderstorm, crying baby, sneezing, clapping, breathing, coughing, footsteps, laughing, brushing teeth,
snoring, drinking - sipping, door knock, mouse click, keyboard typing, door - wood creaks, can opening, washing machine, vacuum cleaner,
clock alarm, clock tick, glass breaking, helicopter, chainsaw, siren, car horn, engine, train, church bells, airplane, fireworks, hand saw"""
# what the picture analyser says of places and beds, beside the things of its concept table
PLACES = """airport, bathroom, bedroom, church interior, city ambience, construction site, countryside birds, crowd, forest birds, kitchen,
living room, meadow, office, park, people, person, playground, quiet outdoor ambience, railway, room tone, savanna, snow wind, stadium,
street traffic, train station, wind, wind in trees"""
LEAVES = [
    "White-tailed Deer",
    "Pickup Truck",
    "Golden Eagle",
    "Golden Retriever",
    "Ceramic Cup",
    "Lighthouse",
    "Tiger",
    "Maple",
    "Smartphone",
]


def split(names):
    return [" ".join(name.split()) for name in names.split(",")]


def test_every_tag_reaches_a_root_within_eight_steps_without_a_cycle():
    tree = hierarchy()
    for tag in tree.tags.values():
        chain = tree.lineage(tag)
        assert len(chain) - 1 <= MAX_STEPS
        assert len({above.name for above in chain}) == len(chain)
        assert chain[-1].parent is None


def test_every_root_has_a_sound_in_the_bank_and_every_named_one_exists():
    from imgext.sounds.bank import BANK

    for tag in hierarchy().tags.values():
        assert tag.parent is not None or tag.builtin is not None, tag
        assert tag.builtin is None or tag.builtin in BANK, tag


def test_no_name_or_synonym_stands_twice():
    keys = [key_of(name) for tag in hierarchy().tags.values() for name in (tag.name, *tag.synonyms)]
    assert len(keys) == len(set(keys))


def test_there_are_at_least_350_tags_in_plain_small_letters():
    tags = hierarchy().tags
    assert len(tags) >= 350
    assert all(re.fullmatch(r"[a-z][a-z -]*[a-z]", name) for name in tags)


def test_no_cell_holds_words_that_are_nothing():
    for tag in hierarchy().tags.values():
        assert all(key_of(words) for words in (*tag.synonyms, *tag.search)), tag


@pytest.mark.parametrize("names", [COCO, ESC50, PLACES], ids=["coco", "esc50", "places"])
def test_known_label_sets_are_covered(names):
    assert [name for name in split(names) if hierarchy().lookup(name) is None] == []


def test_the_label_sets_are_whole():
    assert (len(split(COCO)), len(split(ESC50))) == (80, 50)


def test_every_label_of_the_picture_stage_is_covered():
    import csv
    from importlib.resources import files

    with (files("imgext") / "picture" / "concepts.csv").open(encoding="utf-8") as stream:
        labels = {row["label"] for row in csv.DictReader(stream)}
    assert [label for label in sorted(labels) if hierarchy().lookup(label) is None] == []


@pytest.mark.parametrize("label", LEAVES)
def test_the_founding_leaves_are_there_in_any_case_and_number(label):
    tag = hierarchy().lookup(label)
    assert tag is not None
    assert hierarchy().lookup(label.upper() + "s") is tag


@pytest.mark.parametrize(
    ("label", "parents"),
    [
        ("Tiger", ["carnivore", "mammal", "animal"]),
        ("maple", ["tree", "vegetation", "nature"]),
        ("golden retriever", ["dog", "canine", "carnivore", "mammal", "animal"]),
        ("pickup truck", ["truck", "road vehicle", "vehicle"]),
    ],
)
def test_a_leaf_climbs_its_parents_in_order(label, parents):
    steps = [step for step in hierarchy().climb(label) if step.rung == "parent" and step.words == step.tag]
    assert [step.tag for step in steps] == parents
    assert [step.depth for step in steps] == list(range(1, len(parents) + 1))


def test_a_smartphone_sounds_like_a_notification():
    assert "notification" in [step.words for step in hierarchy().climb("Smartphone") if step.rung == "search"]


def test_the_climb_goes_label_synonym_search_parent_builtin():
    for label in ["tiger", "lighthouse", "smartphone", "rain", "hound"]:
        rungs = [RUNGS.index(step.rung) for step in hierarchy().climb(label)]
        assert rungs == sorted(rungs)
        assert (rungs[0], rungs[-1]) == (RUNGS.index("label"), RUNGS.index("builtin"))


def test_nothing_is_tried_twice_in_one_climb():
    for tag in hierarchy().tags.values():
        keys = [key_of(step.words) for step in hierarchy().climb(tag.name) if step.rung != "builtin"]
        assert len(keys) == len(set(keys)), tag.name


def test_the_last_resort_is_the_nearest_builtin_above():
    assert hierarchy().climb("golden retriever")[-1].words == hierarchy().tags["dog"].builtin


@pytest.mark.parametrize(
    ("label", "tag"),
    [
        ("an old pickup truck on a hill", "pickup truck"),
        ("man riding a horse", "person"),
        ("a statue of a horse", "monument"),
        ("two black cats", "cat"),
        ("tree-merged", "tree"),
        ("CELL PHONES", "smartphone"),
    ],
)
def test_a_label_is_understood_by_its_head(label, tag):
    assert hierarchy().understand(label).name == tag


@pytest.mark.parametrize("label", ["quux", "🐕", '"; SELECT *', "  "])
def test_a_label_that_no_tag_explains_still_has_a_last_resort(label):
    steps = hierarchy().climb(label, unknown="outdoor place")
    assert [step.rung for step in steps] == ["label", "builtin"]
    assert steps[-1].words == hierarchy().tags["outdoor place"].builtin


def test_parents_without_a_sound_are_passed_over():
    assert [step for step in hierarchy().climb("toy car") if step.tag == "toy"] == []


def test_the_file_is_in_the_form_that_diffs_well():
    raw = data_file("ontology", "tag_hierarchy.csv").read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert all(line.count(",") == len(COLUMNS) - 1 for line in raw.decode().splitlines())


@pytest.mark.parametrize(
    ("rows", "line", "code"),
    [
        (["a,,,,yes,event,rain", "a,,,,yes,event,rain"], 3, "duplicate_key"),
        (["a,,bee,,yes,event,rain", "bees,a,,,yes,event,"], 3, "duplicate_key"),
        (["a,,,,yes,event,rain", "b,aa,,,yes,event,"], 3, "unknown_reference"),
        (["a,b,,,yes,event,", "b,a,,,yes,event,"], 2, "bad_form"),
        (["a,,,,yes,event,"], 2, "missing"),
        (["a,,,,maybe,event,rain"], 2, "not_one_of"),
        (["a,,,,yes,noise,rain"], 2, "not_one_of"),
        (["A,,,,yes,event,rain"], 2, "bad_form"),
        (["a,,,,yes,event"], 2, "bad_form"),
        (["t0,,,,yes,event,rain", *(f"t{n},t{n - 1},,,yes,event," for n in range(1, 10))], 11, "out_of_range"),
    ],
)
def test_a_fault_in_the_table_names_its_line(tmp_path, rows, line, code):
    path = tmp_path / "tags.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(SceneError) as caught:
        load(path)
    assert (line, code) in [(fault.line, fault.code) for fault in caught.value.faults]


def test_eight_steps_are_allowed(tmp_path):
    path = tmp_path / "tags.csv"
    rows = ["t0,,,,yes,event,rain", *(f"t{n},t{n - 1},,,yes,event," for n in range(1, 9))]
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    assert len(load(path).climb("t8")) == 10


def test_a_wrong_header_is_one_fault(tmp_path):
    path = tmp_path / "tags.csv"
    path.write_text("tag,father\ncat,animal\n", encoding="utf-8")
    with pytest.raises(SceneError, match="first line must be tag,parent"):
        load(path)
