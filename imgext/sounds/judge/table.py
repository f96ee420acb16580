"""Lists words that speak against a found sound, in groups, with their excuses.

`imgext.sounds.judge.words` uses this table.

Words are keys of `imgext.ontology.words` (small letters, singular), separated by commas; a tag is a name of
the hierarchy. The groups follow common names and tags on Freesound; a category code is one of its Broad Sound
Taxonomy v1.1 (``m`` music, ``is`` instrument samples, ``sp`` speech, ``fx`` sound effects, ``ss``
soundscapes).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """A group of words that speak against a sound.

    Parameters
    ----------
    says : str
        What the words say about the sound, after "it".
    strong, weak, text : str
        Words that reject a sound in its name or tags; words that reject in its name, or two together in its
        tags; phrases that reject in its description.
    codes, hints : tuple of str
        Beginnings of category codes that reject; of codes that count as one weak word.
    only, excuse : str
        Tags below which the group counts (blank: everywhere), and below which it does not.
    context : str
        Tags below which a word of the group in the context excuses the sound (blank: everywhere).
    setting : str
        Tags in the context that excuse the sound too.
    binding, alike : bool, str
        A sound for a thing that the context calls so must say so too, or have a word of `alike`.
    """

    says: str
    strong: str = ""
    weak: str = ""
    text: str = ""
    codes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    only: str = ""
    excuse: str = ""
    context: str = ""
    setting: str = ""
    binding: bool = False
    alike: str = ""


_MEDIA = (
    "radio,television,microphone,megaphone,cinema,game console,computer,record player,cassette player,"
    "loudspeaker,headphones,projector"
)
_MUSICAL = (
    "music,singing,dancing,dancer,concert hall,nightclub,festival,amusement park,parade,wedding,"
    "party,disc jockey"
)
GROUPS = (
    Group(
        "is music",
        strong="remix,mashup,soundtrack,acapella,a cappella,dubstep,techno,edm,trap beat,hip hop,hiphop,"
        "drum and bass,bpm,drum loop,guitar loop,"
        "music loop,beat loop,synth loop,loop pack,loop kit,sample pack,drum sample,kick drum,bassline,"
        "chord progression,arpeggio,karaoke,"
        "lo fi beat,lofi beat,lofi hip hop,lofi music,ost,electronica,rap music",
        weak="music,musical,beat,groove,riff,radio jingle,instrumental,orchestral,symphony,ballad,jazz,"
        "lofi,dark ambient,choir,piano,"
        "guitar,violin,bass guitar,snare,hi hat,hihat,chord,rhythm guitar",
        codes=("m",),
        excuse=f"{_MUSICAL},{_MEDIA},telephone,notification,whistling,church interior,mosque,wind chime,"
        "yoga,stadium",
        context="human,place,music,electronics",
        setting=_MUSICAL,
    ),
    Group(
        "is a song or a tune",
        weak="song,lullaby,anthem,melody,melodic,tune",
        excuse=f"signal,clock,stadium,bird,marine mammal,insect,amphibian,{_MUSICAL},{_MEDIA},telephone,"
        "notification,church interior",
        context="human,place,music,electronics",
        setting=_MUSICAL,
    ),
    Group("is sung", weak="sing,singing", excuse=f"animal,music,human,{_MEDIA},church,place"),
    Group(
        "is an instrument's sample",
        codes=("is",),
        excuse=f"{_MUSICAL},signal,telephone,notification,whistling,kitchenware,church,temple,toy,yoga",
        context="human,place,music",
        setting=_MUSICAL,
    ),
    Group(
        "is narration",
        strong="narration,narrator,narrated,voice over,voiceover,audiobook,podcast,tutorial,audio guide,"
        "text to speech,tts,poem,poetry,spoken word,"
        "voice acting,voice actor,voice line,monologue,reading aloud,lecture,interview,newscast,commentary",
        weak="spoken,phrase,sentence,storytelling,testimony,how to,documentary",
        text="text to speech,tts voice,voice over artist,this is a tutorial,spoken narration",
        excuse=f"{_MEDIA},classroom,public speaker,teacher,recording studio",
        context="human,place,electronics",
    ),
    Group(
        "is speech",
        strong="speech,dialogue,dialog,vocal sample",
        weak="word,saying,talk,talking,speaking,vocal",
        codes=("sp",),
        excuse=f"human,place,{_MEDIA},telephone,parrot,music",
        context="human,place,music,electronics",
    ),
    Group(
        "is an imitation",
        strong="imitation,imitating,imitated,impersonation,mimicking,mouth sound,mouth noise,by mouth,"
        "with mouth,my mouth,beatbox,beatboxing,decoy,"
        "onomatopoeia,pretending,human imitating",
        weak="impression,mouth,mimic,voice acted",
        text="with my mouth,by mouth,with my own voice,me imitating,imitating a,imitation of a,"
        "pretending to be",
        excuse="parrot",
        context="human",
    ),
    Group(
        "is made by a synthesizer or for a game",
        strong="synth,synthesizer,synthesiser,synthesized,synthesised,8 bit,chiptune,chip tune,game ui,"
        "user interface,ui sound,game boy,gameboy,nes,"
        "oscillator,moog,vst,fm synthesis,granular,glitch,paulstretch,vocoder,autotune,retro game,arcade",
        weak="synthetic,sound design,designed,processed,reversed,slowed down,pitched down,time stretched,"
        "distorted,distortion,video game,videogame,"
        "game sound,game over,game asset,ui,gui,menu select,main menu,cinematic hit,cinematic whoosh,riser,"
        "braam,procedural,ambient drone",
        text="synthesizer,made with a synth,made in fl studio,generated with,chiptune",
        hints=("fx-el", "fx-ex", "ss-s"),
        excuse="electronics,alarm,siren,horn,whistle,doorbell,megaphone,traffic light,rocket,outer space,"
        "arcade,casino,slot machine,microwave oven,music,toy",
        context="electronics,music,place",
    ),
    Group(
        "is a test signal",
        strong="impulse response,test tone,sine tone,sine wave,sine sweep,frequency sweep,white noise,"
        "pink noise,brown noise,noise floor,metronome,"
        "click track,calibration tone,binaural beat",
        weak="convolution",
        excuse="music,clock,room tone,electronics,nature,appliance,bathroom fixture,machine,engine,aircraft",
    ),
    Group(
        "is of a toy or a model",
        strong="toy,miniature,rc,radio controlled,remote controlled,plush,plushie,wind up,scale model,"
        "model car,model train,model railway,model railroad,"
        "model airplane,model plane,model aircraft,model helicopter,model boat,model ship,lego,"
        "stuffed animal,doll,rubber duck,rubber chicken,"
        "hot wheel,matchbox,figurine,dollhouse",
        weak="clockwork,model kit,puppet",
        text="toy car,wind up toy,rc car,my toy",
        excuse="toy,drone,clock",
        binding=True,
        alike="plastic,small,tiny,mini,model,friction,pullback,slot,remote",
    ),
    Group(
        "is of plastic or paper",
        weak="plastic,cardboard,papier mache,paper plane",
        only="animal,vehicle,weapon",
        excuse="toy",
    ),
    Group(
        "is of a robot or a cartoon",
        strong="robot,robotic,cyborg,mecha,mech,cartoon,cartoony,anime",
        weak="comical,goofy,slapstick,bot",
        text="cartoon sound",
        excuse="electronics,toy,appliance,machine,lawn mower",
        binding=True,
        alike="servo,mechanical,electronic,electric",
    ),
    Group(
        "is of something invented",
        strong="alien,monster,zombie,demon,ghost,sci fi,scifi,spaceship,dragon,werewolf,vampire,orc,goblin,"
        "godzilla,ufo,laser gun,spacecraft",
        weak="fantasy,creature,beast,magic,magical,futuristic,cyberpunk,supernatural,science fiction,"
        "monstrous,fictional",
        text="alien creature,monster sound,fantasy creature",
        excuse="dinosaur,dragon,rocket,weapon,television,game console",
    ),
    Group(
        "is heard under water",
        strong="underwater,hydrophone,under water",
        excuse="fish,marine mammal,submarine,swimmer,swimming pool,underwater,aquarium,shellfish,jellyfish,"
        "turtle",
    ),
    Group(
        "is of an accident",
        weak="crash,collision,explosion,exploding,explode,wreck,accident,derailment",
        only="vehicle,place,animal,person",
        excuse="explosion,weapon,volcano,car wreck,shipwreck,bumper car,race track,battlefield",
    ),
    Group(
        "is of violence or the body",
        strong="orgasm,porn,nsfw,fart,burp,belch,vomit,puke,moaning,gore,torture,dying,murder,stabbing",
        weak="scream,screaming,death,pain,sex,agony",
        only="human,place",
        excuse="shouting,child,amusement park,playground,swimming pool,stadium,soldier",
    ),
    Group(
        "is of an angry crowd",
        strong="riot,protest,protester,hooligan",
        weak="battle,demonstration,war,rally",
        only="human,indoor place,street,town square,market,park",
        excuse="protest,parade,battlefield,sports match,sports equipment,soldier,weapon",
    ),
)
#: (where the picture plays, tags of the things meant, words of a name that cannot be there, what is said).
CLASHES = (
    (
        "indoors",
        "human,shoe",
        "snow,gravel,sand,mud,grass,forest,beach,puddle,leaf,jungle",
        "the picture is indoors",
    ),
    ("indoors", "", "highway,motorway,freeway,stadium", "the picture is indoors"),
    ("outdoors", "vehicle", "interior,cockpit,cabin,onboard,inside,underhood", "the picture is outdoors"),
    (
        "outdoors",
        "human,shoe",
        "indoor,hallway,corridor,stairwell,bathroom,kitchen,bedroom,shower,elevator,attic,cellar",
        "the picture is outdoors",
    ),
    (
        "sunny",
        "",
        "rain,rainy,raining,rainstorm,thunder,thunderstorm,storm,hail,blizzard",
        "the picture shows fair weather",
    ),
)
#: Harmless phrases that contain a word of the groups.
HARMLESS = (
    "song thrush,song sparrow,heart beat,wing beat,egg beat,music box,robot vacuum,"
    "robot mower,vacuum robot,robot lawn,ghost town,ghost crab,dragon fly,dragon boat,komodo dragon,"
    "monster truck,track pad,guitar shop,toy shop,toy store,"
    "toy poodle,toy terrier,miniature schnauzer,miniature horse,miniature pony,miniature golf,mouth of,"
    "river mouth,game reserve,dying fire,dying ember,"
    "dying down,dying away,battle tank,magic hour,no man"
)
#: Words that turn an animal's name into a machine: "cat 950 loader", "beetle engine start", "tiger tank".
MACHINES = frozenset(
    """loader dozer bulldozer caterpillar excavator digger diesel ignition idle idling rev revving exhaust
    turbo horsepower engine motor motorcycle tank truck car jet coupe convertible forklift tractor
    generator missile helicopter speedboat scan""".split()  # noqa: SIM905
)
#: Words of the context for fair weather.
SUNNY = ("sunny", "sunshine", "sunlit", "cloudless", "blue sky", "clear sky")
#: Tags of the hierarchy that are surely outdoors; a context with one of them and nothing indoors is outdoors.
OUTSIDE = (
    "street,park,forest,meadow,desert,mountain,beach,sea,river,lake,countryside,harbour,market,"
    "town square,festival,farmyard,railway,city ambience,garden,playground,village"
)
