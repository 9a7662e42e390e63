// The gateway's methods on classification.
#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/sum.hpp"
#include "classification/registry.hpp"
#include "classification/tree.hpp"
#include "engine/archive/customers.hpp"
#include "engine/classification/change_nodes.hpp"
#include "engine/classification/class_overrides.hpp"
#include "engine/classification/classes.hpp"
#include "engine/classification/cross_tab.hpp"
#include "engine/classification/customer_filter.hpp"
#include "engine/classification/define.hpp"
#include "engine/classification/explain_class.hpp"
#include "engine/classification/facets.hpp"
#include "engine/classification/import_divisions.hpp"
#include "engine/classification/list_customers.hpp"
#include "engine/classification/misfits.hpp"
#include "engine/classification/nodes.hpp"
#include "engine/classification/unclassified.hpp"
#include "engine/core/room.hpp"

namespace crmcore::engine {
namespace {

Json axis_kind_schema() {
  std::vector<std::string_view> kinds;
  for (const auto& kind : classification::axis_kinds()) kinds.push_back(kind.id);
  return schema::word(kinds);
}

// The definition of any kind, each form once.
Json axis_definition_schema() {
  Json forms = Json::array();
  for (const auto& kind : classification::axis_kinds()) {
    Json form;
    ObjectReader in(form);
    kind.describe(in);
    if (std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(std::move(form));
  }
  Json schema = Json::object();
  schema["anyOf"] = std::move(forms);
  return schema;
}

// A text that is no kind is UNSUPPORTED, which the registry tells: another build may know it.
std::optional<std::string> read_axis_kind(ObjectReader& in) {
  in.about("a new one needs it; it never changes");
  const Json* kind = in.value("kind", in.is_describing() ? axis_kind_schema() : Json());
  if (kind == nullptr) return std::nullopt;
  if (kind->is_string()) return kind->text();
  in.fail(Code::invalid, "kind", "a kind of axis is named by a text");
  return std::nullopt;
}

AxisInput read_axis(ObjectReader& in) {
  in.absent_keeps();
  AxisInput axis;
  axis.code = in.require_text("code", kCodeBytesMax);
  axis.name = in.about("a new one needs it").text("name", kNameBytesMax);
  axis.kind = read_axis_kind(in);
  axis.is_required = in.about("of a new one: false").boolean("is_required");
  const Json definition = in.is_describing() ? axis_definition_schema() : Json();
  if (const Json* given = in.about("as the kind wants it").value("definition", definition)) {
    if (given->is_null()) in.fail(Code::invalid, "definition", "is null; leave it out to keep what is there");
    axis.definition = dump_json(*given);
  }
  return axis;
}

Json define_axis_method(Session& session, const AxisInput& axis) {
  const Defined<AxisId> defined = define_axis(session, axis);
  return {{"axis", axis.code}, {"axis_id", defined.id.value}, {"is_unchanged", defined.is_unchanged}};
}

Json define_axis_answer() {
  return schema::object({{"axis", schema::text()},
                         {"axis_id", schema::integer()},
                         {"is_unchanged", schema::about("it was so already", schema::boolean())}});
}

struct ReadyMadeRequest {
  bool has_regions;
};

ReadyMadeRequest read_ready_made(ObjectReader& in) {
  return {in.about("with the 34 provinces of China in their large regions").boolean_or("has_regions", false)};
}

Json define_ready_made_method(Session& session, const ReadyMadeRequest& request) {
  define_ready_made(session, request.has_regions);
  return {{"axes", {"region", "ownership", "asset_band"}}};
}

Json define_ready_made_answer() {
  return schema::object({{"axes", schema::list(schema::text())}});
}

struct NodesRequest {
  std::string axis;
  std::vector<NodeInput> nodes;
};

NodesRequest read_nodes(ObjectReader& in) {
  in.absent_keeps();
  return {in.require_text("axis", kCodeBytesMax), in.require_objects("nodes", kNodesMax, read_node)};
}

Json put_nodes_method(Session& session, const NodesRequest& request) {
  const std::int64_t changed = put_nodes(session, request.axis, request.nodes);
  return {{"changed", changed}, {"unchanged", std::ssize(request.nodes) - changed}};
}

Json put_nodes_answer() {
  return schema::object(
      {{"changed", schema::about("new or changed", schema::integer())}, {"unchanged", schema::integer()}});
}

struct ResolveRequest {
  std::string axis;
  std::string text;
};

ResolveRequest read_resolve(ObjectReader& in) {
  return {in.require_text("axis", kCodeBytesMax), in.require_text("text", kTextBytesMax)};
}

Json resolve_node_method(Session& session, const ResolveRequest& request) {
  return resolved_json(resolve_node(session, request.axis, request.text));
}

struct ClassRequest {
  std::string customer;
  std::string axis;
  std::optional<Date> as_of;
};

ClassRequest read_class(ObjectReader& in) {
  return {read_customer_code(in), in.require_text("axis", kCodeBytesMax),
          in.about("absent: now").date("as_of")};
}

Json get_class_method(Session& session, const ClassRequest& request) {
  require_axis(session.catalog(), request.axis, "/axis");
  const CustomerId id = require_customer(session, request.customer, "/customer");
  return class_json(class_of(session, id, request.axis, request.as_of));
}

struct ExplainClassRequest {
  std::string customer;
  std::string axis;
};

ExplainClassRequest read_explain_class(ObjectReader& in) {
  return {read_customer_code(in), in.require_text("axis", kCodeBytesMax)};
}

Json explain_class_method(Session& session, const ExplainClassRequest& request) {
  return explain_class(session, request.customer, request.axis);
}

Dimension read_dimension(ObjectReader& in) {
  const auto axis = in.text("axis", kCodeBytesMax);
  const auto under = in.about("of an axis: only this node's subtree").text("under", kTextBytesMax);
  const auto level = in.about("of an axis: deeper nodes are rolled up; 0: roots")
                         .integer("level", 0, classification::kDepthMax - 1);
  const auto grade = in.about("code of the scheme").text("grade", kCodeBytesMax);
  const bool is_manager = in.boolean_or("is_manager", false);
  if ((axis ? 1 : 0) + (grade ? 1 : 0) + (is_manager ? 1 : 0) != 1) {
    in.fail(Code::invalid, "axis", "exactly one of axis, grade (a scheme) and is_manager is needed");
  }
  if (under && !axis) in.fail(Code::invalid, "under", "only an axis has nodes");
  if (level && !axis) in.fail(Code::invalid, "level", "only an axis has levels");
  Dimension dimension;
  dimension.kind = grade        ? Dimension::Kind::grade
                   : is_manager ? Dimension::Kind::manager
                                : Dimension::Kind::axis;
  dimension.code = axis ? *axis : grade.value_or("");
  dimension.under = under.value_or("");
  if (level) dimension.level = static_cast<std::int32_t>(*level);
  return dimension;
}

struct RevenueWindow {
  Date from;
  Date to;
};

RevenueWindow read_window(ObjectReader& in) {
  return {in.require_date("from"), in.about("exclusive").require_date("to")};
}

std::optional<Date> read_as_of(ObjectReader& in) {
  return in.about("the customers, classes and trees of that day; axes alone; absent: now").date("as_of");
}

CrossTabRequest read_cross_tab(ObjectReader& in) {
  CrossTabRequest table;
  table.dimensions = in.about("1 to 4").require_objects("dimensions", kDimensionsMax, read_dimension);
  table.attribute = in.about("numeric, to be summed").text("attribute", kCodeBytesMax).value_or("");
  if (const auto window = in.about("to be summed, net of returns").object("revenue", read_window)) {
    table.is_revenue = true;
    table.from = window->from;
    table.to = window->to;
    if (!table.attribute.empty()) in.fail(Code::invalid, "revenue", "/attribute is summed already");
  }
  table.as_of = read_as_of(in);
  return table;
}

Json cross_tab_method(Session& session, const CrossTabRequest& table) {
  const CrossTab counted = cross_tab(session, table);
  const bool has_sum = table.is_revenue || !table.attribute.empty();
  Json cells = Json::array();
  for (const CrossTabCell& cell : counted.cells) {
    Json keys = Json::array();
    for (const std::string& key : cell.keys) keys.push_back(key.empty() ? Json() : Json(key));
    Json told = {{"keys", std::move(keys)}, {"count", cell.count}};
    if (has_sum) add_sum(told, "sum", cell.sum);
    cells.push_back(std::move(told));
  }
  Json json = {{"cells", std::move(cells)}, {"customers", counted.customers}};
  if (has_sum) add_sum(json, "sum", counted.sum);
  return json;
}

Json cross_tab_answer() {
  const Json keys =
      schema::about("by dimension; null for those without", schema::list(schema::nullable(schema::text())));
  const Json cell = schema::object({{"keys", keys},
                                    {"count", schema::integer()},
                                    schema::optional("sum", schema::sum()),
                                    schema::optional("sum_text", schema::sum_text())});
  return schema::object({{"cells", schema::list(cell)},
                         {"customers", schema::integer()},
                         schema::optional("sum", schema::sum()),
                         schema::optional("sum_text", schema::sum_text())});
}

Json label_json(const std::string& key) {
  return key.empty() ? Json() : Json(key);
}

FacetsRequest read_facets(ObjectReader& in) {
  return {in.about("all of which hold").objects("filters", kFiltersMax, read_filter),
          in.about("axes and schemes").require_objects("dimensions", kFacetsMax, read_dimension),
          read_as_of(in)};
}

Json facets_method(Session& session, const FacetsRequest& request) {
  const Facets counted = facets_of(session, request);
  Json facets = Json::array();
  for (const Facet& facet : counted.facets) {
    Json counts = Json::array();
    for (const Facet::Count& one : facet.counts)
      counts.push_back({{"key", label_json(one.key)}, {"count", one.count}});
    facets.push_back({{"counts", std::move(counts)}});
  }
  return {{"customers", counted.customers}, {"facets", std::move(facets)}};
}

Json facets_answer() {
  const Json count =
      schema::object({{"key", schema::about("null for those without", schema::nullable(schema::text()))},
                      {"count", schema::integer()}});
  const Json facet = schema::object({{"counts", schema::list(count)}});
  return schema::object(
      {{"customers", schema::integer()}, {"facets", schema::about("by dimension", schema::list(facet))}});
}

ListRequest read_list(ObjectReader& in) {
  struct After {
    std::int64_t id;
    std::string name;
  };
  ListRequest list;
  list.filters = in.about("all of which hold").objects("filters", kFiltersMax, read_filter);
  list.order = in.word_or("order", ListOrder::id);
  const auto after = in.about("as `next` of the page before").object("after", [](ObjectReader& of) {
    return After{of.require_integer("customer_id", 0, kIntegerMax), of.text_or("name", kNameBytesMax, "")};
  });
  if (after) {
    list.after_id = CustomerId{after->id};
    list.after_name = after->name;
  }
  list.limit = in.integer_or("limit", 1, kListMax, kListDefault);
  list.as_of = read_as_of(in);
  return list;
}

Json list_method(Session& session, const ListRequest& request) {
  const CustomerList list = list_customers(session, request);
  Json customers = Json::array();
  for (const ListedCustomer& one : list.customers)
    customers.push_back({{"customer_id", one.id.value}, {"code", one.code}, {"name", one.name}});
  Json next;
  if (list.has_more)
    next = {{"customer_id", list.customers.back().id.value}, {"name", list.customers.back().name}};
  return {{"customers", std::move(customers)}, {"next", std::move(next)}};
}

Json list_answer() {
  const Json customer = schema::object(
      {{"customer_id", schema::integer()}, {"code", schema::text()}, {"name", schema::text()}});
  const Json next = schema::object({{"customer_id", schema::integer()}, {"name", schema::text()}});
  return schema::object({{"customers", schema::list(customer)},
                         {"next", schema::about("what `after` gets for the next page; null: the last one",
                                                schema::nullable(next))}});
}

struct UnclassifiedRequest {
  std::string axis;
  std::int64_t limit;
};

UnclassifiedRequest read_unclassified(ObjectReader& in) {
  return {
      in.about("absent: all axes").text("axis", kCodeBytesMax).value_or(""),
      in.about("codes of customers per axis").integer_or("limit", 0, kUnclassifiedMax, kUnclassifiedDefault)};
}

Json unclassified_method(Session& session, const UnclassifiedRequest& request) {
  return unclassified_customers(session, request.axis, request.limit);
}

constexpr Method kClassificationMethods[] = {
    method<read_axis, define_axis_method>("classification.define_axis", 1,
                                          "Defines an axis (tree, list, band or rule), or renames it.",
                                          define_axis_answer),
    method<read_ready_made, define_ready_made_method>(
        "classification.define_ready_made", 1,
        "Defines region, ownership and asset_band with attribute total_assets.", define_ready_made_answer),
    method<read_nodes, put_nodes_method>("classification.put_nodes", 1,
                                         "Puts nodes on a tree or list axis, by code.", put_nodes_answer),
    method<read_nodes_change, change_nodes_method>(
        "classification.change_nodes", 1,
        "Adds, moves, renames, merges, splits and retires nodes from a day on, with their customers.",
        nodes_changed_answer),
    method<read_divisions, import_divisions>(
        "classification.import_divisions", 1,
        "Imports the Chinese regions from administrative division lists.", divisions_answer),
    method<read_resolve, resolve_node_method>(
        "classification.resolve_node", 1,
        "Finds a node by code, name or declared alias; null when unknown or ambiguous.", resolved_answer),
    method<read_class, get_class_method>(
        "classification.get_class", 1,
        "Tells a customer's class on an axis, as of a date; null for the explicit unknown.", class_answer),
    method<read_explain_class, explain_class_method>(
        "classification.explain", 1, "Tells what the class of a customer on an axis follows from, and why.",
        class_explained_answer),
    method<read_class_override, override_class>(
        "classification.override", 1,
        "Decides by hand the class on an axis that derives it and takes overrides.", class_overridden_answer),
    method<read_class_lift, lift_class_override>(
        "classification.lift_override", 1,
        "Lets a class that was decided by hand follow from its facts again.", class_lifted_answer),
    method<read_class_overrides, list_class_overrides>(
        "classification.overrides", 1, "Lists what was decided by hand, with what follows from the facts.",
        class_overrides_answer),
    method<read_misfits, find_misfits>(
        "classification.misfits", 1,
        "Reports customers whose class no longer fits: missing, retired, outside of all bands, overridden.",
        misfits_answer),
    method<read_cross_tab, cross_tab_method>("classification.cross_tab", 1,
                                             "Counts customers by axes, grade and manager, with a sum.",
                                             cross_tab_answer),
    method<read_facets, facets_method>(
        "classification.facets", 1, "Counts the customers that filters choose, by each dimension for itself.",
        facets_answer),
    method<read_list, list_method>("classification.list", 1,
                                   "Lists the customers that filters choose, page by page, by id or name.",
                                   list_answer),
    method<read_unclassified, unclassified_method>(
        "classification.unclassified", 1, "Reports customers without a class or on a retired node, per axis.",
        unclassified_answer),
};

constexpr ChangeKind kClassificationChanges[] = {kAxisDefined, kNodesPut, kNodesChanged, kClassOverridden,
                                                 kClassOverrideLifted};
}  // namespace

Room classification_room() noexcept {
  return {kClassificationMethods, kClassificationChanges};
}

}  // namespace crmcore::engine
