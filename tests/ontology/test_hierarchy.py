import re

import pytest

from imgext.errors import MissingInputError, SceneError
from imgext.ontology.hierarchy import COLUMNS, MAX_STEPS, RUNGS, climb, hierarchy, load
from imgext.ontology.words import key_of
from imgext.sounds.bank import BANK
from imgext.store.files import data_file

HEADER = ",".join(COLUMNS)
COCO = """person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light,
fire hydrant, stop sign, parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra,
giraffe, backpack, umbrella, handbag, tie, suitcase, frisbee, skis, snowboard, sports ball, kite,
baseball bat, baseball glove, skateboard, surfboard, tennis racket, bottle, wine glass, cup, fork,
knife, spoon, bowl, banana, apple, sandwich, orange, broccoli, carrot, hot dog, pizza, donut, cake,
chair, couch, potted plant, bed, dining table, toilet, tv, laptop, mouse, remote, keyboard, cell phone,
microwave, oven, toaster, sink, refrigerator, book, clock, vase, scissors, teddy bear, hair drier,
toothbrush"""
ESC50 = """dog, rooster, pig, cow, frog, cat, hen, insects, sheep, crow, rain, sea waves,
crackling fire, crickets, chirping birds, water drops, wind, pouring water, toilet flush, thunderstorm,
crying baby, sneezing, clapping, breathing, coughing, footsteps, laughing, brushing teeth, snoring,
drinking - sipping, door knock, mouse click, keyboard typing, door - wood creaks, can opening,
washing machine, vacuum cleaner, clock alarm, clock tick, glass breaking, helicopter, chainsaw, siren,
car horn, engine, train, church bells, airplane, fireworks, hand saw"""
EVERYDAY = """man, woman, children playing, construction site, wedding, market, playground, airport,
subway station, waterfall, fountain, campfire, windmill, wind turbine, drone, escalator, typewriter,
vinyl player, slot machine, roller coaster, ferris wheel, skier, surfer, palace, castle, museum,
library, statue, bridge, tunnel, sofa, carpet, smartphone, laptop, printer, lorry, aeroplane, tyre,
motorway, harbour, harbor, shopping trolley, pushchair, stroller, petrol station, gas station, dustbin,
trash can, tap, faucet, lift, elevator, pavement, sidewalk, football match, orchestra, choir, concert,
beach, jungle, desert, swamp, night, storm, snow, autumn, coffee machine, barbecue, hammock"""
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


def table(tmp_path, *rows, name="tags.csv"):
    path = tmp_path / name
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def names_of(tag):
    return (tag.name, *tag.synonyms)


# the table that comes with imgext


def test_every_tag_reaches_a_root_within_eight_steps_without_a_cycle():
    tree = hierarchy()
    for tag in tree.tags.values():
        chain = tree.lineage(tag)
        assert len(chain) - 1 <= MAX_STEPS
        assert len({above.name for above in chain}) == len(chain)
        assert chain[-1].parent is None


def test_the_roots_are_few_and_the_four_of_the_founding_notes_are_among_them():
    roots = {tag.name for tag in hierarchy().tags.values() if tag.parent is None}
    assert {"animal", "vehicle", "nature", "thing"} <= roots
    assert len(roots) <= 8


def test_every_root_has_a_sound_in_the_bank_and_every_named_one_exists():
    for tag in hierarchy().tags.values():
        assert tag.parent is not None or tag.builtin is not None, tag
        assert tag.builtin is None or tag.builtin in BANK, tag


def test_no_name_or_synonym_stands_twice():
    keys = [key_of(name) for tag in hierarchy().tags.values() for name in names_of(tag)]
    assert len(keys) == len(set(keys))


def test_there_are_at_least_640_tags_in_plain_small_letters():
    tags = hierarchy().tags
    assert len(tags) >= 640
    assert all(re.fullmatch(r"[a-z][a-z -]*[a-z]", name) for name in tags)


def test_no_cell_holds_words_that_are_nothing():
    for tag in hierarchy().tags.values():
        assert all(key_of(words) for words in (*tag.synonyms, *tag.search)), tag


def test_what_is_searched_for_is_one_to_three_words_and_stands_once():
    for tag in hierarchy().tags.values():
        assert all(1 <= len(words.split()) <= 3 for words in tag.search), tag
        assert len({key_of(words) for words in tag.search}) == len(tag.search), tag


def test_what_is_searched_for_does_sound_and_what_is_silent_searches_nothing():
    tree = hierarchy()
    for tag in tree.tags.values():
        meant = [tree.lookup(words) for words in tag.search]
        assert all(found is None or found.sounds for found in meant), tag
        assert tag.sounds or not tag.search, tag


@pytest.mark.parametrize("names", [COCO, ESC50, EVERYDAY], ids=["coco", "esc50", "everyday"])
def test_known_label_sets_are_covered(names):
    assert [name for name in split(names) if hierarchy().lookup(name) is None] == []


def test_the_label_sets_are_whole():
    assert (len(split(COCO)), len(split(ESC50))) == (80, 50)


def test_every_label_of_the_picture_stage_is_covered():
    from imgext.picture import labels

    assert len(labels()) > 150
    assert [label for label in labels() if hierarchy().lookup(label) is None] == []


def test_a_label_of_a_bed_that_the_picture_stage_gives_makes_a_sound():
    from imgext.picture.offline.places import labels

    for label in labels():
        tag = hierarchy().lookup(label)
        assert (tag.sounds, tag.kind) == (True, "bed"), label


@pytest.mark.parametrize("label", LEAVES)
def test_the_founding_leaves_are_there_in_any_case_and_number(label):
    tag = hierarchy().lookup(label)
    assert tag is not None
    assert hierarchy().lookup(label.upper() + "s") is tag


@pytest.mark.parametrize(
    ("label", "chain"),
    [
        ("white-tailed deer", "deer, hoofed animal, mammal, animal"),
        ("pickup truck", "truck, road vehicle, vehicle"),
        ("golden eagle", "eagle, raptor, bird, animal"),
        ("golden retriever", "dog, canine, carnivore, mammal, animal"),
        ("ceramic cup", "cup, kitchenware, household item, thing"),
        ("lighthouse", "outdoor place, place"),
        ("tiger", "carnivore, mammal, animal"),
        ("maple", "tree, vegetation, nature"),
        ("smartphone", "telephone, electronics, thing"),
    ],
)
def test_a_leaf_stands_under_its_parents_up_to_the_root(label, chain):
    tree = hierarchy()
    assert [tag.name for tag in tree.lineage(tree.lookup(label))[1:]] == split(chain)


@pytest.mark.parametrize(
    "name", ["sofa", "statue", "vase", "stop sign", "pizza", "book", "carpet", "necktie", "cloud", "window"]
)
def test_things_that_make_no_sound_are_known_to(name):
    assert hierarchy().lookup(name).sounds is False


@pytest.mark.parametrize(
    ("name", "other", "apart"),
    [
        ("mouse", "field mouse", "mouse click"),
        ("bat", "baseball bat", "bat squeak"),
        ("crane", "crane bird", "excavator engine"),
        ("jaguar", "sports car", "jaguar growl"),
        ("mustang", "mustang horse", "sports car engine"),
        ("kite", "red kite", "kite flapping"),
        ("bass guitar", "bass fish", "bass guitar note"),
        ("fan", "sports fan", "fan hum"),
        ("horn", "french horn", "car horn"),
        ("recorder", "tape recorder", "recorder flute note"),
    ],
)
def test_one_word_for_two_things_means_what_a_photo_means_and_the_other_has_a_longer_name(name, other, apart):
    tree = hierarchy()
    assert tree.lookup(name) is not tree.lookup(other)
    assert tree.lookup(other) is not None
    assert apart in [step.words for step in tree.climb(name) if step.rung in {"search", "parent"}]


@pytest.mark.parametrize("name", ["bow", "ring", "seal"])
def test_a_bow_is_a_ribbon_a_ring_jewellery_and_a_seal_an_animal(name):
    wanted = {"bow": "ribbon", "ring": "jewellery", "seal": "seal"}
    assert hierarchy().lookup(name).name == wanted[name]


@pytest.mark.parametrize(
    "word",
    ["field", "square", "stereo", "mic", "location", "space", "voice", "tap", "clap", "bar", "slide", "palm"],
)
def test_words_that_find_anything_are_searched_only_where_they_are_the_label(word):
    tree = hierarchy()
    for tag in tree.tags.values():
        if tag is not tree.lookup(word):
            assert key_of(word) not in [
                key_of(step.words) for step in tree.climb(tag.name) if step.rung != "builtin"
            ], tag.name


def test_the_file_is_in_the_form_that_diffs_well():
    raw = data_file("ontology", "tag_hierarchy.csv").read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert all(line.count(",") == len(COLUMNS) - 1 for line in raw.decode().splitlines())


# what a label means

AWKWARD = """
old red pickup truck parked on street: pickup truck
an old pickup truck on a hill: pickup truck
two golden retrievers: golden retriever
two black cats: cat
tree-merged: tree
CELL PHONES: smartphone
black and white cat: cat
cats and dogs: cat
a table and a clock: clock
group of people talking: talking
crowd of people at a concert: crowd
flock of birds in the sky: bird flock
herd of cattle grazing in a field: cow
pack of wolves: wolf
pair of shoes: shoe
pair of glasses: eyeglasses
row of houses: house
view of the mountains from a window: mountain
close up of a cat: cat
sound of rain: rain
a cup of coffee on a wooden table: cup
glass of red wine: wine glass
bottle of beer on the bar: bottle
skyline of a city at night: city ambience
field of sunflowers: flower field
bark of an old tree: tree bark
school of fish: fish
a statue of a horse: monument
horse statue: monument
man in front of a building: man
couple dancing: dancing
children playing: children playing
kids playing soccer in the park: soccer
man riding a wave: surfboard
a man riding a wave on a surfboard: surfboard
man riding a horse: horse
person on a motorcycle: motorcycle
man on a bench: man
people on a beach: people
people walking down the street: footsteps
people standing in line: people
woman holding an umbrella: woman
woman ringing a bell: bell
hand holding a phone: telephone
a person using a laptop: laptop
boy playing guitar: guitar
man eating pizza: eating
baby crying: crying baby
man running on the beach: running
dog running on the beach: dog
a dog sleeping on a couch: dog
dog barking at a cat: dog bark
horse running in a field: galloping horse
elephant head: elephant
an old man's face: elderly person
welder welding metal: welding
man riding a huge wave: sea waves
piano keys: piano
rain on window: rain on window
wet street with cars: wet street
sunset over the ocean: sea
clouds over mountains: mountain
house by the lake: lake
tall office building with windows: building
living room with a fireplace: living room
washing machine in a laundry room: washing machine
bird's tail: bird
fire truck: fire engine
ice cream truck: food truck
hot dog: hot dog
"""


@pytest.mark.parametrize(("label", "tag"), [tuple(line.split(": ")) for line in AWKWARD.strip().splitlines()])
def test_a_label_as_people_and_models_write_it_is_understood(label, tag):
    found = hierarchy().understand(label)
    assert found is not None
    assert found.name == tag


@pytest.mark.parametrize("label", ["quux", "a quux on a table", "of", "on", "the", "🐕", '"; SELECT *', "  "])
def test_a_label_that_no_tag_explains_still_has_a_last_resort(label):
    assert hierarchy().understand(label) is None
    steps = hierarchy().climb(label, unknown="outdoor place")
    assert [step.rung for step in steps] == ["label", "builtin"]
    assert steps[-1].words == hierarchy().tags["outdoor place"].builtin


def test_a_label_as_long_as_a_page_is_understood_by_its_beginning():
    assert hierarchy().understand("dog " + "on of up " * 5000).name == "dog"


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("wind chimes in light wind", ["wind chime"]),
        ("rain and thunder", ["rain", "thunderstorm"]),
        ("fire engine", ["fire engine"]),
    ],
)
def test_the_name_of_a_recording_mentions_every_thing_before_its_preposition(label, named):
    assert [tag.name for tag in hierarchy().mentions(label)] == named


# climbing


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


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Smartphone", ["notification", "ringtone"]),
        ("lighthouse", ["foghorn", "sea waves"]),
        ("snowboard", ["snow slide", "skiing"]),
    ],
)
def test_an_awkward_thing_is_searched_for_by_what_it_sounds_like_nearest_first(label, words):
    searched = [step.words for step in hierarchy().climb(label) if step.rung == "search"]
    assert [word for word in searched if word in words] == words


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


def test_parents_without_a_sound_are_passed_over():
    assert hierarchy().lineage(hierarchy().lookup("toy car"))[1].name == "toy"
    assert [step for step in hierarchy().climb("toy car") if step.tag == "toy"] == []


def rungs_of(steps):
    return [
        rung
        for index, rung in enumerate(step.rung for step in steps)
        if not index or steps[index - 1].rung != rung
    ]


def test_proposals_come_right_after_the_label_and_its_synonyms():
    steps = hierarchy().climb("lighthouse", proposals=["sea cliff at night", "ship horn", "lighthouse"])
    assert rungs_of(steps) == ["label", "ai", "search", "parent", "builtin"]
    proposed = [(step.words, step.tag) for step in steps if step.rung == "ai"]
    assert proposed[:3] == [("sea cliff at night", ""), ("ship horn", "foghorn"), ("foghorn", "foghorn")]
    assert "lighthouse" not in [words for words, _ in proposed]
    assert steps[-1].words == hierarchy().climb("lighthouse")[-1].words


def test_a_label_that_nothing_explains_takes_the_last_resort_of_the_first_proposal_that_is_understood():
    steps = hierarchy().climb("zorkmobile", proposals=["zork noise", "an old dog", "rain"])
    assert [(step.words, step.rung) for step in steps[:4]] == [
        ("zorkmobile", "label"),
        ("zork noise", "ai"),
        ("an old dog", "ai"),
        ("rain", "ai"),
    ]
    assert (steps[-1].words, steps[-1].rung, steps[-1].tag) == ("dog", "builtin", "dog")


def test_proposals_that_nothing_explains_leave_the_stand_in_of_the_unknown():
    assert (
        hierarchy().climb("zorkmobile", unknown="indoor place", proposals=["zork"])[-1].words == "room_tone"
    )


# one's own table

SMALL = ("noise,,,,yes,event,rain", "zork,noise,zorkling,zork hum,yes,event,bell")


def test_the_environment_names_a_table_of_ones_own(tmp_path, monkeypatch):
    monkeypatch.setenv("IMGEXT_HIERARCHY", str(table(tmp_path, *SMALL)))
    assert sorted(hierarchy().tags) == ["noise", "zork"]
    assert [step.words for step in climb("zorklings")] == ["zorklings", "zork", "zork hum", "noise", "bell"]
    monkeypatch.setenv("IMGEXT_HIERARCHY", "")
    assert "tiger" in hierarchy().tags


def test_each_table_is_read_once(tmp_path, monkeypatch):
    paths = [table(tmp_path, *SMALL, name=name) for name in ("one.csv", "two.csv")]
    trees = []
    for path in [*paths, *paths]:
        monkeypatch.setenv("IMGEXT_HIERARCHY", str(path))
        trees.append(hierarchy())
    assert trees[0] is trees[2]
    assert trees[1] is trees[3]
    assert trees[0] is not trees[1]


def test_a_table_of_ones_own_that_is_broken_or_gone_is_named_with_its_lines(tmp_path, monkeypatch):
    monkeypatch.setenv("IMGEXT_HIERARCHY", str(table(tmp_path, "a,,,,yes,event,rian")))
    with pytest.raises(SceneError, match=r"tags\.csv") as caught:
        hierarchy(BANK)
    assert [fault.line for fault in caught.value.faults] == [2]
    monkeypatch.setenv("IMGEXT_HIERARCHY", str(tmp_path / "none.csv"))
    with pytest.raises(MissingInputError, match=r"none\.csv"):
        hierarchy()


def test_an_unknown_label_has_a_last_resort_in_a_table_without_the_usual_roots(tmp_path, monkeypatch):
    monkeypatch.setenv("IMGEXT_HIERARCHY", str(table(tmp_path, *SMALL)))
    assert climb("quux")[-1].words == "rain"


# faults


@pytest.mark.parametrize(
    ("rows", "line", "code"),
    [
        (["a,,,,yes,event,rain", "a,,,,yes,event,rain"], 3, "duplicate_key"),
        (["a,,bee,,yes,event,rain", "bees,a,,,yes,event,"], 3, "duplicate_key"),
        (["a,,,,yes,event,rain", "b,aa,,,yes,event,"], 3, "unknown_reference"),
        (["a,,,,yes,event,rain", "b,a,,,yes,event,rian"], 3, "unknown_reference"),
        (["a,b,,,yes,event,", "b,a,,,yes,event,"], 2, "bad_form"),
        (["a,,,,yes,event,"], 2, "missing"),
        (["a,,,,maybe,event,rain"], 2, "not_one_of"),
        (["a,,,,yes,noise,rain"], 2, "not_one_of"),
        (["A,,,,yes,event,rain"], 2, "bad_form"),
        (["a,,,,yes,event"], 2, "bad_form"),
        (
            ["t0,,,,yes,event,rain", *(f"t{n},t{n - 1},,,yes,event," for n in range(1, 10))],
            11,
            "out_of_range",
        ),
        ([], 1, "missing"),
    ],
)
def test_a_fault_in_the_table_names_its_line(tmp_path, rows, line, code):
    with pytest.raises(SceneError) as caught:
        load(table(tmp_path, *rows), BANK)
    assert (line, code) in [(fault.line, fault.code) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("row", "meant"),
    [("b,animul,,,yes,event,", "animal"), ("b,animal,,,yes,event,water_drip", "water_drips")],
    ids=["parent", "builtin"],
)
def test_a_misspelt_name_is_answered_with_the_nearest(tmp_path, row, meant):
    with pytest.raises(SceneError) as caught:
        load(table(tmp_path, "animal,,,,yes,event,rain", row), BANK)
    assert f"did you mean `{meant}`?" in caught.value.faults[0].message


def test_eight_steps_are_allowed(tmp_path):
    rows = ["t0,,,,yes,event,rain", *(f"t{n},t{n - 1},,,yes,event," for n in range(1, 9))]
    assert len(load(table(tmp_path, *rows)).climb("t8")) == 10


def test_a_wrong_header_is_one_fault(tmp_path):
    path = tmp_path / "tags.csv"
    path.write_text("tag,father\ncat,animal\n", encoding="utf-8")
    with pytest.raises(SceneError, match="first line must be tag,parent"):
        load(path)
