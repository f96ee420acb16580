"""What detectors call things: COCO's 80 names, its numbers, other names.

COCO numbers its things 1 to 90 with gaps (T.-Y. Lin et al., *Microsoft COCO*, ECCV 2014); most detectors
count the 80 that are there, from 0. Darknet and Pascal VOC spell some of them in another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

COCO = (
    *(
        "person",
        "bicycle",
        "car",
        "motorcycle",
        "airplane",
        "bus",
        "train",
        "truck",
        "boat",
        "traffic light",
        "fire hydrant",
        "stop sign",
    ),
    *(
        "parking meter",
        "bench",
        "bird",
        "cat",
        "dog",
        "horse",
        "sheep",
        "cow",
        "elephant",
        "bear",
        "zebra",
        "giraffe",
        "backpack",
    ),
    *(
        "umbrella",
        "handbag",
        "tie",
        "suitcase",
        "frisbee",
        "skis",
        "snowboard",
        "sports ball",
        "kite",
        "baseball bat",
        "baseball glove",
    ),
    *(
        "skateboard",
        "surfboard",
        "tennis racket",
        "bottle",
        "wine glass",
        "cup",
        "fork",
        "knife",
        "spoon",
        "bowl",
        "banana",
        "apple",
    ),
    *(
        "sandwich",
        "orange",
        "broccoli",
        "carrot",
        "hot dog",
        "pizza",
        "donut",
        "cake",
        "chair",
        "couch",
        "potted plant",
        "bed",
    ),
    *(
        "dining table",
        "toilet",
        "tv",
        "laptop",
        "mouse",
        "remote",
        "keyboard",
        "cell phone",
        "microwave",
        "oven",
        "toaster",
        "sink",
    ),
    *("refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush"),
)
#: Numbers between 1 and 90 that COCO left out.
GAPS = (12, 26, 29, 30, 45, 66, 68, 69, 71, 83)
#: The 80 names by COCO's own numbers.
NUMBERED = dict(zip((number for number in range(1, 91) if number not in GAPS), COCO, strict=True))
#: Other spellings.
ALIASES = {
    "motorbike": "motorcycle",
    "aeroplane": "airplane",
    "sofa": "couch",
    "pottedplant": "potted plant",
    "diningtable": "dining table",
    "tvmonitor": "tv",
    "tv monitor": "tv",
    "television": "tv",
    "hair dryer": "hair drier",
    "hairdryer": "hair drier",
    "mobile phone": "cell phone",
    "doughnut": "donut",
    "people": "person",
    "pedestrian": "person",
    "bike": "bicycle",
    "plane": "airplane",
    "ship": "boat",
}


def plain(name: str) -> str:
    """A detector's name as COCO spells it, or as it is.

    >>> plain("Motorbike"), plain("traffic_light"), plain("harp")
    ('motorcycle', 'traffic light', 'harp')
    """
    words = " ".join(name.lower().replace("_", " ").replace("-", " ").split())
    return ALIASES.get(words, words)


def coco_names(first: int) -> Mapping[int, str]:
    """The 80 names counted from `first`, without gaps.

    >>> coco_names(0)[16], coco_names(1)[17], NUMBERED[18]
    ('dog', 'dog', 'dog')
    """
    return dict(enumerate(COCO, first))
