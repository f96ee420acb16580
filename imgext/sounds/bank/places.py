"""Places: street, market, café, office, kitchen, station, church, harbour, forest.

A place is a ground that never stops and things that happen on it now and then, near and far, left and right;
each is a sound of this bank. What is far away has lost its top, what is indoors has walls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.sounds.bank import weather
from imgext.sounds.bank.animals import birds, farm, frogs, insects, pets, poultry, songbirds, wild
from imgext.sounds.bank.household import appliances, devices, kitchen, workshop
from imgext.sounds.bank.layers import ground, now_and_then, walls
from imgext.sounds.bank.motors import living
from imgext.sounds.bank.people import crowds, steps, voices
from imgext.sounds.bank.ringing import bells, games
from imgext.sounds.bank.table import bed
from imgext.sounds.bank.vehicles import boats, rail, road, rolling
from imgext.sounds.bank.water import rain, running

if TYPE_CHECKING:
    from imgext.sounds.bank.table import BankSound
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_PARTS = (
    weather,
    birds,
    farm,
    frogs,
    insects,
    pets,
    poultry,
    songbirds,
    wild,
    appliances,
    devices,
    kitchen,
    workshop,
    crowds,
    steps,
    voices,
    bells,
    games,
    boats,
    rail,
    road,
    rolling,
    rain,
    running,
)
_KNOWN = {sound.name: sound for family in _PARTS for sound in family.ROWS}
_CITY = (
    (40.0, -4.0),
    (80.0, 0.0),
    (200.0, -3.0),
    (500.0, -7.0),
    (1200.0, -12.0),
    (3000.0, -20.0),
    (9000.0, -34.0),
)
_FAR = ((40.0, -2.0), (90.0, 0.0), (250.0, -5.0), (800.0, -12.0), (2500.0, -20.0), (9000.0, -33.0))
_ROOM = (
    (60.0, -6.0),
    (130.0, 0.0),
    (300.0, -2.0),
    (700.0, -6.0),
    (1500.0, -11.0),
    (4000.0, -18.0),
    (12000.0, -30.0),
)


def _some(*names: str) -> list[BankSound]:
    return [_KNOWN[name] for name in names]


def _air(take: Take, curve: tuple[tuple[float, float], ...], level: float, depth: float = 0.2) -> Array:
    return living(take.frames, curve, take.rng, depth, 0.45) * level


def street(take: Take) -> Array:
    """Make a street in town: traffic, a car or two, steps, a horn, voices."""
    out = ground(take, _KNOWN["traffic"], -2.0) + _air(take, _CITY, 0.35)
    out += now_and_then(take, _some("footsteps"), 5.0, (-13.0, -6.0), metres=(4.0, 20.0))
    out += now_and_then(take, _some("horn", "bicycle_bell", "shout"), 2.5, (-14.0, -6.0), metres=(20.0, 90.0))
    out += now_and_then(take, _some("car_pass"), 5.0, (-3.0, 3.0), metres=(8.0, 30.0), kinds=2)
    return out


def market(take: Take) -> Array:
    """A market: a crowd in the open, somebody who shouts, boxes, steps."""
    out = ground(take, _KNOWN["crowd"], 0.0, crowds.many) + _air(take, _CITY, 0.25)
    out += now_and_then(take, _some("shout"), 14.0, (-5.0, 3.0), metres=(5.0, 30.0), kinds=2)
    out += now_and_then(take, _some("footsteps"), 4.0, (-12.0, -5.0), metres=(3.0, 12.0), kinds=1)
    return out


def cafe(take: Take) -> Array:
    """A café: talk at the tables, cups, a machine behind the bar."""
    out = (
        ground(take, _KNOWN["murmur"], 0.0, crowds.few)
        + ground(take, _KNOWN["dishes"], -11.0)
        + _air(take, _ROOM, 0.13)
    )
    out += now_and_then(take, _some("coffee_machine"), 3.0, (-9.0, -4.0), metres=(5.0, 12.0), kinds=1)
    return walls(out, take, 0.5, 0.35)


def restaurant(take: Take) -> Array:
    """A restaurant: many who talk, plates and cutlery, a glass."""
    out = (
        ground(take, _KNOWN["crowd"], 0.0, crowds.many)
        + ground(take, _KNOWN["dishes"], -8.0)
        + _air(take, _ROOM, 0.14)
    )
    out += now_and_then(take, _some("clink"), 4.0, (-12.0, -5.0), metres=(3.0, 10.0), kinds=2)
    return walls(out, take, 0.7, 0.4)


def office(take: Take) -> Array:
    """An office: keyboards, ventilation, a telephone, a printer next door."""
    out = _air(take, _ROOM, 0.5, 0.1) + ground(take, _KNOWN["typing"], -6.0)
    out += now_and_then(take, _some("typing"), 5.0, (-12.0, -6.0), metres=(4.0, 12.0), kinds=1)
    out += now_and_then(
        take,
        _some("phone_ring", "mouse_click", "printer"),
        3.0,
        (-13.0, -6.0),
        metres=(4.0, 15.0),
        longest=3.0,
    )
    return walls(out, take, 0.4, 0.3)


def kitchen_bed(take: Take) -> Array:
    """A kitchen: a refrigerator, something in the pan, water, plates, a knife."""
    out = ground(take, _KNOWN["refrigerator"], -8.0) + ground(take, _KNOWN["frying"], -7.0)
    out += now_and_then(take, _some("dishes", "chopping"), 11.0, (-4.0, 3.0), metres=(2.0, 5.0), longest=3.0)
    out += now_and_then(take, _some("tap"), 3.0, (-8.0, -3.0), metres=(2.0, 5.0), longest=3.5, kinds=1)
    return walls(out, take, 0.35, 0.3)


def station_hall(take: Take) -> Array:
    """Make a station hall: steps, suitcases, many voices, an announcement, a train."""
    out = ground(take, _KNOWN["crowd"], -1.0, crowds.many) + _air(take, _CITY, 0.4)
    out += now_and_then(take, _some("footsteps", "suitcase"), 9.0, (-7.0, 0.0), metres=(4.0, 20.0), kinds=2)
    out += now_and_then(take, _some("announcement"), 2.0, (-4.0, 0.0), metres=(25.0, 60.0), kinds=1)
    return walls(out, take, 2.2, 0.8)


def church_inside(take: Take) -> Array:
    """Inside a church: stillness with a long tail, steps far off, a bench, a cough."""
    out = _air(take, _ROOM, 0.3, 0.15)
    out += now_and_then(take, _some("footsteps"), 4.0, (-8.0, -2.0), metres=(10.0, 30.0), kinds=2)
    out += now_and_then(take, _some("door", "cough"), 3.0, (-9.0, -2.0), metres=(10.0, 30.0), kinds=2)
    return walls(out, take, 4.2, 1.1, 0.35)


def school_yard(take: Take) -> Array:
    """A school yard: children who run and shout, a ball, a whistle."""
    out = ground(take, _KNOWN["children"], 0.0, crowds.playing) + _air(take, _CITY, 0.18)
    out += now_and_then(take, _some("ball", "whistle"), 6.0, (-10.0, -3.0), metres=(6.0, 30.0), kinds=2)
    return walls(out, take, 0.5, 0.2)


def playground(take: Take) -> Array:
    """A playground: children at play, a swing that creaks, birds."""
    out = (
        ground(take, _KNOWN["children"], 0.0, crowds.playing)
        + ground(take, _KNOWN["swing"], -9.0)
        + _air(take, _FAR, 0.16)
    )
    return out + now_and_then(
        take, _some("blackbird", "sparrows"), 5.0, (-14.0, -8.0), metres=(10.0, 40.0), longest=4.0, kinds=2
    )


def harbour(take: Take) -> Array:
    """Make a harbour: water at the quay, rigging, gulls, a diesel, a horn far out."""
    out = ground(take, _KNOWN["lake"], -1.0) + _air(take, _FAR, 0.3)
    out += now_and_then(take, _some("gull"), 8.0, (-9.0, -1.0), metres=(15.0, 90.0))
    out += now_and_then(
        take, _some("sail", "boat"), 5.0, (-10.0, -4.0), metres=(15.0, 60.0), longest=5.0, kinds=2
    )
    return out + now_and_then(take, _some("ship_horn"), 1.5, (-12.0, -7.0), metres=(150.0, 300.0), kinds=1)


def farm_bed(take: Take) -> Array:
    """A farm yard: hens, a cow, a cock, birds, a tractor far off."""
    out = ground(take, _KNOWN["birds"], -11.0, songbirds.singers) + _air(take, _FAR, 0.28)
    out += now_and_then(take, _some("hen"), 12.0, (-6.0, 1.0), metres=(5.0, 25.0), kinds=2)
    out += now_and_then(take, _some("cow", "rooster", "sheep", "pig"), 7.0, (-7.0, 1.0), metres=(15.0, 80.0))
    return out + now_and_then(take, _some("tractor"), 1.5, (-10.0, -6.0), metres=(120.0, 250.0), kinds=1)


def forest_day(take: Take) -> Array:
    """A forest by day: wind in the trees, birds near and far, a woodpecker, a cuckoo."""
    out = ground(take, _KNOWN["leaves"], -5.0, force=0.25) + ground(
        take, _KNOWN["birds"], -5.0, songbirds.singers
    )
    out += now_and_then(
        take, _some("woodpecker", "cuckoo", "pigeon"), 4.0, (-14.0, -7.0), metres=(40.0, 150.0), kinds=2
    )
    return walls(out, take, 0.8, 0.25)


def forest_night(take: Take) -> Array:
    """Make a forest by night: crickets, an owl, leaves, something that steps."""
    out = (
        ground(take, _KNOWN["crickets"], -6.0)
        + ground(take, _KNOWN["leaves"], -9.0, force=0.15)
        + _air(take, _FAR, 0.22)
    )
    out += now_and_then(take, _some("owl"), 4.0, (-5.0, 1.0), metres=(30.0, 120.0), kinds=2)
    return out + now_and_then(
        take, _some("footsteps_leaves", "fox"), 2.0, (-16.0, -9.0), metres=(15.0, 60.0), longest=3.0, kinds=1
    )


def meadow(take: Take) -> Array:
    """A meadow in summer: grasshoppers, bees, a lark, a light wind in the grass."""
    grass = (
        (60.0, -4.0),
        (130.0, -1.0),
        (350.0, -7.0),
        (1000.0, -9.0),
        (2500.0, -5.0),
        (5000.0, -8.0),
        (11000.0, -20.0),
    )
    out = (
        ground(take, _KNOWN["crickets"], -9.0)
        + _air(take, grass, 0.5, 0.3)
        + ground(take, _KNOWN["birds"], -8.0, songbirds.singers)
    )
    return out + now_and_then(
        take, _some("fly", "bees"), 8.0, (-12.0, -5.0), metres=(2.0, 8.0), longest=3.0, kinds=2
    )


def mountain(take: Take) -> Array:
    """A mountain: wind round rocks, a brook far down, a bell of cattle, a crow."""
    out = ground(take, _KNOWN["wind"], 0.0, force=0.35) + ground(take, _KNOWN["stream"], -20.0)
    out += now_and_then(take, _some("handbell"), 7.0, (-20.0, -13.0), metres=(120.0, 300.0), kinds=2)
    return out + now_and_then(take, _some("crow"), 3.0, (-15.0, -8.0), metres=(60.0, 200.0), kinds=1)


def swimming_pool(take: Take) -> Array:
    """A swimming pool indoors: children, splashes, everything under a hard roof."""
    out = (
        ground(take, _KNOWN["children"], -3.0, crowds.playing)
        + ground(take, _KNOWN["lake"], -6.0)
        + _air(take, _ROOM, 0.3)
    )
    out += now_and_then(take, _some("splash"), 22.0, (-4.0, 4.0), metres=(5.0, 25.0), kinds=3)
    out += now_and_then(take, _some("whistle"), 1.2, (-9.0, -5.0), metres=(15.0, 30.0), kinds=1)
    return walls(out, take, 1.7, 0.8)


def construction_site(take: Take) -> Array:
    """A building site: hammers, a drill, a saw, an engine that runs."""
    out = ground(take, _KNOWN["tractor"], -9.0) + _air(take, _CITY, 0.35)
    out += now_and_then(take, _some("hammer"), 14.0, (-3.0, 4.0), metres=(8.0, 50.0), kinds=2)
    return out + now_and_then(
        take, _some("drill", "saw", "jackhammer"), 8.0, (-7.0, 0.0), metres=(10.0, 60.0), longest=4.0, kinds=2
    )


def tropical_forest(take: Take) -> Array:
    """A tropical forest: cicadas, frogs, birds that shriek, drops from the leaves."""
    out = (
        ground(take, _KNOWN["cicadas"], -10.0)
        + ground(take, _KNOWN["frogs"], -10.0, frogs.croaking)
        + ground(take, _KNOWN["birds"], -8.0, songbirds.singers)
    )
    out += 0.25 * ground(take, _KNOWN["rain_light"], -6.0, material="leaves")
    out += now_and_then(take, _some("parrot", "monkey"), 6.0, (-8.0, -1.0), metres=(20.0, 100.0), kinds=2)
    return walls(out, take, 0.9, 0.3)


ROWS = (
    bed(
        "street",
        "Street in town",
        street,
        ("street", "city", "town", "urban", "crosswalk"),
        20.0,
        "A street in town: traffic behind the houses, cars, steps, voices.",
    ),
    bed(
        "market",
        "Market",
        market,
        ("market", "bazaar", "fair", "stall", "shopping"),
        16.0,
        "A market: a crowd in the open, somebody who shouts.",
    ),
    bed(
        "cafe",
        "Café",
        cafe,
        ("cafe", "coffee shop", "bar", "pub", "bistro"),
        16.0,
        "A café: talk at the tables, cups, a machine behind the bar.",
    ),
    bed(
        "restaurant",
        "Restaurant",
        restaurant,
        ("restaurant", "dining room", "canteen", "cafeteria"),
        16.0,
        "A restaurant: many who talk, plates and cutlery.",
    ),
    bed(
        "office",
        "Office",
        office,
        ("office", "open-plan office", "workplace", "desk"),
        16.0,
        "An office: keyboards, ventilation, a telephone, a printer next door.",
    ),
    bed(
        "kitchen",
        "Kitchen",
        kitchen_bed,
        ("kitchen", "cooking", "stove", "restaurant kitchen"),
        16.0,
        "A kitchen: a refrigerator, something in the pan, water, plates.",
    ),
    bed(
        "station_hall",
        "Station hall",
        station_hall,
        ("station", "railway station", "airport terminal", "hall", "concourse"),
        18.0,
        "A station hall: steps and suitcases under a high roof, an announcement.",
    ),
    bed(
        "church_inside",
        "Inside a church",
        church_inside,
        ("church interior", "cathedral", "nave", "temple interior", "chapel"),
        18.0,
        "Inside a church: stillness with a long tail, steps far off.",
    ),
    bed(
        "school_yard",
        "School yard",
        school_yard,
        ("school yard", "schoolyard", "school", "break"),
        16.0,
        "A school yard: children who run and shout, a ball, a whistle.",
    ),
    bed(
        "playground",
        "Playground",
        playground,
        ("playground", "slide", "sandbox", "park"),
        16.0,
        "A playground: children at play, a swing that creaks, birds.",
    ),
    bed(
        "harbour",
        "Harbour",
        harbour,
        ("harbour", "harbor", "port", "marina", "dock", "pier"),
        18.0,
        "A harbour: water against the quay, rigging, gulls, a horn far out.",
    ),
    bed(
        "farm",
        "Farm yard",
        farm_bed,
        ("farm", "farmyard", "barn", "ranch"),
        18.0,
        "A farm yard: hens, a cow, a cock, birds.",
    ),
    bed(
        "forest_day",
        "Forest by day",
        forest_day,
        ("forest", "wood", "woods", "trees", "hiking"),
        18.0,
        "A forest by day: wind in the trees, birds near and far.",
    ),
    bed(
        "forest_night",
        "Forest by night",
        forest_night,
        ("night forest", "night", "dark forest", "camp"),
        18.0,
        "A forest by night: crickets, an owl, leaves that stir.",
    ),
    bed(
        "meadow",
        "Meadow",
        meadow,
        ("meadow", "grassland", "field", "grass", "prairie"),
        16.0,
        "A meadow in summer: grasshoppers, bees, birds, a light wind.",
    ),
    bed(
        "mountain",
        "Mountain",
        mountain,
        ("mountain", "summit", "rocks", "alps", "cliff"),
        16.0,
        "A mountain: wind round rocks, a brook far down, cattle bells.",
    ),
    bed(
        "swimming_pool",
        "Swimming pool",
        swimming_pool,
        ("swimming pool", "pool", "swimmer", "water park"),
        16.0,
        "A swimming pool: children, splashes, a hard roof.",
    ),
    bed(
        "construction_site",
        "Building site",
        construction_site,
        ("construction site", "building site", "crane", "excavator", "scaffold"),
        16.0,
        "A building site: hammers, a drill, an engine that runs.",
    ),
    bed(
        "tropical_forest",
        "Tropical forest",
        tropical_forest,
        ("jungle", "rainforest", "tropical forest", "palm"),
        16.0,
        "A tropical forest: cicadas, frogs, birds, drops from the leaves.",
    ),
)
