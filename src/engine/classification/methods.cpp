// The gateway's methods on classification.
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "engine/archive/customers.hpp"
#include "engine/classification/cross_tab.hpp"
#include "engine/classification/define.hpp"
#include "engine/classification/nodes.hpp"
#include "engine/core/room.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kTextBytesMax = 4096;
constexpr std::size_t kNodesMax = 100'000;

Json define(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  AxisInput axis;
  axis.code = in.require_text("code", kTextBytesMax);
  axis.name = in.require_text("name", kTextBytesMax);
  axis.kind = in.require_text("kind", kTextBytesMax);
  axis.is_required = in.boolean("is_required").value_or(false);
  if (const Json* definition = in.raw("definition")) axis.definition = dump_json(*definition);
  in.finish();
  throw_if_any(std::move(found));
  return {{"axis", axis.code}, {"axis_id", define_axis(session, axis).value}};
}

Json ready_made(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader(request, "", found).finish();
  throw_if_any(std::move(found));
  define_ready_made(session);
  return {{"axes", {"region", "ownership", "asset_band"}}};
}

NodeInput read_node(const Json& json, const std::string& path, std::vector<Diagnostic>& found) {
  ObjectReader in(json, path, found);
  NodeInput node;
  node.code = in.require_text("code", kTextBytesMax);
  node.name = in.require_text("name", kTextBytesMax);
  node.parent = in.text("parent", kTextBytesMax).value_or("");
  in.each("aliases", 100, [&](const Json& alias, const std::string& at) {
    if (alias.is_string()) {
      node.aliases.push_back(alias.get<std::string>());
    } else {
      found.push_back({Code::invalid, at, "an alias is a text"});
    }
  });
  node.from = in.date("from");
  node.to = in.date("to");
  in.finish();
  return node;
}

Json put(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string axis = in.require_text("axis", kTextBytesMax);
  std::vector<NodeInput> nodes;
  in.require_each("nodes", kNodesMax, [&](const Json& json, const std::string& path) {
    nodes.push_back(read_node(json, path, found));
  });
  in.finish();
  throw_if_any(std::move(found));
  return {{"changed", put_nodes(session, axis, nodes)}};
}

Json divisions(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string axis = in.text("axis", kTextBytesMax).value_or("region");
  std::vector<std::string> texts;
  in.require_each("csv", 100, [&](const Json& text, const std::string& at) {
    if (text.is_string()) {
      texts.push_back(text.get<std::string>());
    } else {
      found.push_back({Code::invalid, at, "CSV text with code and name is required"});
    }
  });
  in.finish();
  throw_if_any(std::move(found));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  return load_divisions(session, axis, views);
}

Json resolve(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string axis = in.require_text("axis", kTextBytesMax);
  const std::string text = in.require_text("text", kTextBytesMax);
  in.finish();
  throw_if_any(std::move(found));
  const auto node = resolve_node(session, axis, text);
  if (!node) return {{"node", nullptr}};
  return {{"node", {{"code", node->code}, {"name", node->name}, {"path", node->path}}}};
}

Json class_of(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string code = in.require_text("customer", kTextBytesMax);
  const std::string axis = in.require_text("axis", kTextBytesMax);
  const auto as_of = in.date("as_of");
  in.finish();
  throw_if_any(std::move(found));
  require_axis(session.catalog(), axis, "/axis");
  for (const ClassOf& of : classes_of(session, require_customer(session, code, "/customer"), as_of)) {
    if (of.axis == axis && !of.node.empty()) return {{"node", of.node}, {"name", of.name}, {"path", of.path}};
  }
  return {{"node", nullptr}, {"name", nullptr}, {"path", Json::array()}};
}

Dimension read_dimension(const Json& json, const std::string& path, std::vector<Diagnostic>& found) {
  ObjectReader in(json, path, found);
  Dimension dimension;
  const auto axis = in.text("axis", kTextBytesMax);
  const auto grade = in.text("grade", kTextBytesMax);
  const bool is_manager = in.boolean("manager").value_or(false);
  if ((axis ? 1 : 0) + (grade ? 1 : 0) + (is_manager ? 1 : 0) != 1) {
    in.fail(Code::invalid, "axis", "exactly one of axis, grade (a scheme) and manager is needed");
  }
  dimension.kind = grade        ? Dimension::Kind::grade
                   : is_manager ? Dimension::Kind::manager
                                : Dimension::Kind::axis;
  dimension.code = axis ? *axis : grade.value_or("");
  if (axis) {
    dimension.under = in.text("under", kTextBytesMax).value_or("");
    if (const auto level = in.integer("level", 0, 63)) dimension.level = static_cast<std::int32_t>(*level);
  }
  in.finish();
  return dimension;
}

Json cross_tab_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  CrossTabRequest table;
  in.require_each("dimensions", 4, [&](const Json& json, const std::string& path) {
    table.dimensions.push_back(read_dimension(json, path, found));
  });
  table.attribute = in.text("attribute", kTextBytesMax).value_or("");
  if (const Json* revenue = in.raw("revenue")) {
    ObjectReader window(*revenue, "/revenue", found);
    table.is_revenue = true;
    table.from = window.require_date("from");
    table.to = window.require_date("to");
    window.finish();
    if (!table.attribute.empty()) in.fail(Code::invalid, "revenue", "/attribute is summed already");
  }
  in.finish();
  throw_if_any(std::move(found));
  const CrossTab counted = cross_tab(session, table);
  const bool has_sum = table.is_revenue || !table.attribute.empty();
  Json cells = Json::array();
  for (const CrossTabCell& cell : counted.cells) {
    Json keys = Json::array();
    for (const std::string& key : cell.keys) keys.push_back(key.empty() ? Json() : Json(key));
    Json told = {{"keys", std::move(keys)}, {"count", cell.count}};
    if (has_sum) told["sum"] = cell.sum;
    cells.push_back(std::move(told));
  }
  Json json = {{"cells", std::move(cells)}, {"customers", counted.customers}};
  if (has_sum) json["sum"] = counted.sum;
  return json;
}

Json unclassified_method(Session& session, const Json& request) {
  std::vector<Diagnostic> found;
  ObjectReader in(request, "", found);
  const std::string axis = in.text("axis", kTextBytesMax).value_or("");
  const auto customers_max = in.integer("customers_max", 0, 10'000).value_or(100);
  in.finish();
  throw_if_any(std::move(found));
  return unclassified_customers(session, axis, static_cast<std::int32_t>(customers_max));
}

constexpr std::string_view kCrossTabRequest =
    R"({"type":"object","properties":{"dimensions":{"type":"array","minItems":1,"maxItems":4,"items":{"type":"object","properties":{"axis":{"type":"string"},"under":{"type":"string","description":"only this node's subtree"},"level":{"type":"integer","minimum":0,"maximum":63,"description":"deeper nodes are rolled up; 0: roots"},"grade":{"type":"string","description":"code of the scheme"},"manager":{"type":"boolean"}},"additionalProperties":false}},"attribute":{"type":"string","description":"numeric, to be summed"},"revenue":{"type":"object","description":"to be summed, net of returns","properties":{"from":{"type":"string","format":"date"},"to":{"type":"string","format":"date"}},"required":["from","to"],"additionalProperties":false}},"required":["dimensions"],"additionalProperties":false})";

constexpr OldMethod kMethods[] = {
    {"classification.define", 1, "Defines an axis (tree, list or band), or renames it.",
     R"({"type":"object","properties":{"code":{"type":"string"},"name":{"type":"string"},"kind":{"enum":["tree","list","band"]},"is_required":{"type":"boolean","default":false},"definition":{"type":"object"}},"required":["code","name","kind"],"additionalProperties":false})",
     R"({"type":"object","properties":{"axis":{"type":"string"},"axis_id":{"type":"integer"}}})", define},
    {"classification.define_ready_made", 1,
     "Defines region, ownership and asset_band with attribute total_assets.",
     R"({"type":"object","properties":{},"additionalProperties":false})",
     R"({"type":"object","properties":{"axes":{"type":"array","items":{"type":"string"}}}})", ready_made},
    {"classification.put_nodes", 1, "Puts nodes on a tree or list axis, by code.",
     R"({"type":"object","properties":{"axis":{"type":"string"},"nodes":{"type":"array","maxItems":100000,"items":{"type":"object","properties":{"code":{"type":"string"},"name":{"type":"string"},"parent":{"type":"string"},"aliases":{"type":"array","items":{"type":"string"},"maxItems":100},"from":{"type":"string","format":"date"},"to":{"type":"string","format":"date"}},"required":["code","name"],"additionalProperties":false}}},"required":["axis","nodes"],"additionalProperties":false})",
     R"({"type":"object","properties":{"changed":{"type":"integer"}}})", put},
    {"classification.load_divisions", 1, "Loads the Chinese regions from administrative division lists.",
     R"({"type":"object","properties":{"axis":{"type":"string","default":"region"},"csv":{"type":"array","maxItems":100,"items":{"type":"string"}}},"required":["csv"],"additionalProperties":false})",
     R"({"type":"object","properties":{"nodes":{"type":"integer"},"changed":{"type":"integer"},"leftovers":{"type":"array"}}})",
     divisions},
    {"classification.resolve", 1,
     "Finds a node by code, name or declared alias; null when unknown or ambiguous.",
     R"({"type":"object","properties":{"axis":{"type":"string"},"text":{"type":"string"}},"required":["axis","text"],"additionalProperties":false})",
     R"({"type":"object","properties":{"node":{"type":["object","null"]}}})", resolve},
    {"classification.class_of", 1,
     "Tells a customer's class on an axis, as of a date; null for the explicit unknown.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"axis":{"type":"string"},"as_of":{"type":"string","format":"date"}},"required":["customer","axis"],"additionalProperties":false})",
     R"({"type":"object","properties":{"node":{"type":["string","null"]},"name":{"type":["string","null"]},"path":{"type":"array","items":{"type":"string"}}}})",
     class_of},
    {"classification.cross_tab", 1, "Counts customers by axes, grade and manager, with a sum.",
     kCrossTabRequest,
     R"({"type":"object","properties":{"cells":{"type":"array","items":{"type":"object","properties":{"keys":{"type":"array","items":{"type":["string","null"]}},"count":{"type":"integer"},"sum":{"type":"integer"}}}},"customers":{"type":"integer"},"sum":{"type":"integer"}}})",
     cross_tab_method},
    {"classification.unclassified", 1, "Reports customers without a class or on a retired node, per axis.",
     R"({"type":"object","properties":{"axis":{"type":"string"},"customers_max":{"type":"integer","minimum":0,"maximum":10000,"default":100}},"additionalProperties":false})",
     R"({"type":"object","properties":{"axes":{"type":"array","items":{"type":"object","properties":{"axis":{"type":"string"},"required":{"type":"boolean"},"unknown":{"type":"integer"},"retired":{"type":"integer"},"customers":{"type":"array","items":{"type":"string"}}}}}}})",
     unclassified_method},
};

constexpr ChangeKind kChanges[] = {kAxisDefined, kNodesPut};
}  // namespace

Room classification_room() noexcept {
  return {{}, kChanges, {}, kMethods};
}

}  // namespace crmcore::engine
