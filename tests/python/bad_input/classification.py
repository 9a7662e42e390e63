"""Axes, nodes and cross-tabulation."""

from .rows import Refused, call


def node(code, parent=None, **fields):
    return {"code": code, "name": fields.pop("name", code), **({"parent": parent} if parent else {}), **fields}


def nodes(item, given, code, path, says="", axis="region"):
    return call(item, "classification.put_nodes", {"axis": axis, "nodes": given}, code, path, says)


def bands(item, given, code, path, says="", attribute="a_integer"):
    definition = {"attribute": attribute, "bands": given}
    return call(item, "classification.define_axis", {"code": "x", "name": "x", "kind": "band", "definition": definition}, code,
                "/definition" + path, says)


def band(code, **ends):
    return {"code": code, "name": code, **ends}


def cross_tab(item, request, code, path, says=""):
    return call(item, "classification.cross_tab", {"dimensions": [{"axis": "region"}], **request}, code, path, says)


def change(item, changes, code, path, says="", on="2024-01-01", axis="region"):
    return call(item, "classification.change_nodes", {"axis": axis, "on": on, "changes": changes}, code, path, says)


def branch(letter, depth):
    return [node(f"{letter}{i}", f"{letter}{i - 1}" if i else None) for i in range(depth)]


def hang_deep_branch(world):
    """A branch of 63 levels is put and then hung below another node: 64 or more all together."""
    with world.conn.transaction():
        world.conn.call("classification.put_nodes", axis="region", nodes=branch("d", 63))
        world.conn.call("classification.put_nodes", axis="region", nodes=[node("d0", "SH", name="d0")])


ROWS = [
    nodes("self-parent", [node("X", "X")], "CYCLE", "/nodes/0/parent", "X → X"),
    nodes("A→B→A", [node("A", "B"), node("B", "A")], "CYCLE", "/nodes/0/parent", "A → B → A"),
    nodes("A→B→A", [node("CN", "BJ", name="中国")], "CYCLE", "/nodes/0/parent"),
    nodes("tree depth over 64", branch("e", 65), "LIMIT", "/nodes/64/parent", "64"),
    Refused("tree depth over 64", hang_deep_branch, "LIMIT", "/nodes", "64"),
    nodes("unknown field", [node("X", "nowhere")], "NOT_FOUND", "/nodes/0/parent"),
    nodes("unknown field", [node("X")], "NOT_FOUND", "/axis", axis="nowhere"),
    nodes("unknown field", [node("X", colour="red")], "INVALID", "/nodes/0/colour"),
    nodes("wrong type", [node("X", "Y")], "INVALID", "/nodes/0/parent", axis="ownership"),
    nodes("wrong type", [node("X")], "INVALID", "/axis", axis="asset_band"),
    nodes("given twice", [node("X"), node("X")], "CONFLICT", "/nodes/1/code"),
    nodes("NFC/NFD twin", [node("é"), node("e\u0301")], "CONFLICT", "/nodes/1/code"),
    nodes("one name for two things", [node("X", aliases=["北京"])], "CONFLICT", "/nodes", "BJ"),
    nodes("end before start", [node("X", **{"from": "2024-05-01", "to": "2024-01-01"})], "INVALID", "/nodes/0/to"),
    nodes("end before start", [node("P", to="2024-01-01"), node("Q", "P")], "INVALID", "/nodes/1/from"),
    nodes("2024-02-30", [node("X", to="2024-02-30")], "INVALID", "/nodes/0/to"),
    nodes("blank name", [node("X", name=" ")], "INVALID", "/nodes/0/name"),
    nodes("blank name", [node("", name="x")], "INVALID", "/nodes/0/code"),
    nodes("bidi override in codes", [node("a\u202e")], "INVALID", "/nodes/0/code"),
    change("A→B→A", [{"kind": "move", "node": "CN", "parent": "BJ"}], "CYCLE", "/changes/0"),
    change("unknown field", [{"kind": "retire", "node": "nowhere"}], "NOT_FOUND", "/changes/0/node"),
    change("unknown field", [{"kind": "move", "node": "BJ", "parent": "CN", "name": "x"}], "INVALID", "/changes/0/name"),
    change("given twice", [{"kind": "rename", "node": "BJ", "name": name} for name in "xy"], "CONFLICT", "/changes/1/node"),
    change("2024-02-30", [{"kind": "retire", "node": "BJ"}], "INVALID", "/on", on="2024-02-30"),
    change("wrong type", [{"kind": "rename", "node": "BJ", "name": 7}], "INVALID", "/changes/0/name"),
    change("wrong type", [{"kind": "retire", "node": "small"}], "INVALID", "/axis", axis="asset_band"),
    bands("gap in bands", [band("a", to=5), band("b", **{"from": 6})], "INVALID", "/bands/1/from", "band 'a' and band 'b'"),
    bands("overlap in bands", [band("a", to=7), band("b", **{"from": 6})], "INVALID", "/bands/1/from", "band 'a'"),
    bands("end before start", [band("a", **{"from": 7, "to": 7})], "INVALID", "/bands/0/to"),
    bands("given twice", [band("a", to=7), band("a", **{"from": 7})], "CONFLICT", "/bands/1/code"),
    bands("missing field", [], "INVALID", "/bands"),
    bands("unknown field", [band("a")], "NOT_FOUND", "/attribute", attribute="nothing"),
    bands("wrong type", [band("a")], "NOT_FOUND", "/attribute", attribute="a_text"),
    call("missing field", "classification.define_axis", {"code": "x", "name": "x", "kind": "band"}, "INVALID", "/definition/attribute"),
    call("unknown field", "classification.define_axis", {"code": "x", "name": "x", "kind": "cube"}, "UNSUPPORTED", "/kind", "tree"),
    call("one name for two things", "classification.define_axis", {"code": "region", "name": "x", "kind": "list"}, "CONFLICT", "/kind"),
    call("one name for two things", "classification.define_axis", {"code": "a_text", "name": "x", "kind": "list"}, "CONFLICT", "/code"),
    call("one name for two things", "classification.define_axis", {"code": "since", "name": "x", "kind": "list"}, "CONFLICT", "/code"),
    cross_tab("end before start", {"revenue": {"from": "2024-07-01", "to": "2024-01-01"}}, "INVALID", "/to"),
    cross_tab("wrong type", {"attribute": "a_text"}, "INVALID", "/attribute"),
    cross_tab("unknown field", {"attribute": "nothing"}, "NOT_FOUND", "/attribute"),
    cross_tab("missing field", {"dimensions": [{}]}, "INVALID", "/dimensions/0/axis"),
    cross_tab("given twice", {"dimensions": [{"axis": "region", "grade": "value"}]}, "INVALID", "/dimensions/0/axis"),
    cross_tab("unknown field", {"dimensions": [{"axis": "region", "under": "nowhere"}]}, "NOT_FOUND", "/dimensions/0/under"),
    call("2024-02-30", "classification.get_class", {"customer": "C1", "axis": "region", "as_of": "2024-02-30"}, "INVALID", "/as_of"),
]
