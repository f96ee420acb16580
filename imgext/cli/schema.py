"""`imgext schema`: print the JSON schema of scenes."""

from __future__ import annotations

from imgext.cli import console, options


def schema(
    out: options.OutFile = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Print the JSON schema of scenes.

    Example: imgext schema -o scene.schema.json
    """
    from imgext.scene.schema import json_schema, schema_text

    if out is not None:
        from imgext.store.files import write_text
        from imgext.store.outputs import refuse_to_overwrite

        refuse_to_overwrite(out, force=force)
        write_text(out, schema_text())
        if as_json:
            console.data({"schema": str(out)})
    elif as_json:
        console.data(json_schema())
    else:
        console.text(schema_text())
