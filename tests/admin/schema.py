"""As much of JSON Schema as openapi.json uses."""

KINDS = {"string": str, "boolean": bool, "array": list, "object": dict, "null": type(None)}
WORDS = {"$ref", "type", "description", "required", "properties", "additionalProperties", "items", "enum", "minimum",
         "maximum", "default", "anyOf", "minItems", "maxItems"}


def is_a(value, kind):
    if kind in ("integer", "number"):
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])


def faults(document, schema, value, where="$"):
    """What is wrong with the value, one text each."""
    assert set(schema) <= WORDS, f"words of schemas that nobody checks: {set(schema) - WORDS}"
    if "$ref" in schema:
        yield from faults(document, resolve(document, schema["$ref"]), value, where)
    if "anyOf" in schema and all(list(faults(document, each, value, where)) for each in schema["anyOf"]):
        yield f"{where}: none of several"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(is_a(value, kind) for kind in kinds):
        yield f"{where}: {value!r} is no {kinds}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < schema.get("minimum", value):
        yield f"{where}: {value} is too small"
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from faults(document, schema.get("items", {}), each, f"{where}[{number}]")
    if isinstance(value, dict):
        yield from faults_of_object(document, schema, value, where)


def faults_of_object(document, schema, value, where):
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name in schema.get("required", []):
        if name not in value:
            yield f"{where}.{name} is missing"
    for name, each in value.items():
        if name in properties:
            yield from faults(document, properties[name], each, f"{where}.{name}")
        elif others is False:
            yield f"{where}.{name} is not in the schema"
        elif isinstance(others, dict):
            yield from faults(document, others, each, f"{where}.{name}")


def resolve(document, reference):
    found = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found
