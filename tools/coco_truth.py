"""A truth for a folder of COCO photos: python tools/coco_truth.py instances_train2017.json PHOTOS_DIR.

Writes PHOTOS_DIR/truth.json, as `train_heads.py` and `imgext.evaluation.seeing` read it, from COCO's own
annotations (T.-Y. Lin et al., ECCV 2014; the annotations are CC BY 4.0): of every photo in the folder the
boxes as fractions of the picture, its licence and where it was published.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def main() -> int:
    """Pick the folder's photos out of the annotations."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("instances", type=Path)
    parser.add_argument("photos", type=Path)
    arguments = parser.parse_args()
    data = json.loads(arguments.instances.read_text(encoding="utf-8"))
    names = {category["id"]: category["name"] for category in data["categories"]}
    licences = {licence["id"]: licence["name"] for licence in data.get("licenses", [])}
    records = {}
    for image in data["images"]:
        if (arguments.photos / image["file_name"]).is_file():
            records[image["id"]] = {
                "file": image["file_name"],
                "width": image["width"],
                "height": image["height"],
                "objects": [],
                "licence": licences.get(image.get("license")),
                "url": image.get("flickr_url"),
                "areas": None,
            }
    for thing in data["annotations"]:
        record = records.get(thing["image_id"])
        if record is not None:
            sides = [record["width"], record["height"]] * 2
            box = [round(value / side, 4) for value, side in zip(thing["bbox"], sides, strict=True)]
            record["objects"].append(
                {"label": names[thing["category_id"]], "box": box, "crowd": thing["iscrowd"]}
            )
    truth = sorted(records.values(), key=lambda record: str(record["file"]))
    path = arguments.photos / "truth.json"
    path.write_text(json.dumps(truth, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path}: {len(truth)} photos, {sum(len(record['objects']) for record in truth)} boxes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
