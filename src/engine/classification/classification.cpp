// The public class: each call is guarded and handed to its use case.
#include "crmcore/classification.hpp"

#include "base/json.hpp"
#include "engine/archive/customers.hpp"
#include "engine/classification/classes.hpp"
#include "engine/classification/cross_tab.hpp"
#include "engine/classification/define.hpp"
#include "engine/classification/facets.hpp"
#include "engine/classification/import_divisions.hpp"
#include "engine/classification/list_customers.hpp"
#include "engine/classification/nodes.hpp"
#include "engine/classification/unclassified.hpp"

namespace crmcore {

AxisId Classification::define_axis(const AxisInput& axis) {
  engine::Session::Call call(session_);
  return engine::define_axis(session_, axis).id;
}

void Classification::define_ready_made() {
  engine::Session::Call call(session_);
  engine::define_ready_made(session_);
}

std::int64_t Classification::put_nodes(std::string_view axis, std::span<const NodeInput> nodes) {
  engine::Session::Call call(session_);
  return engine::put_nodes(session_, axis, nodes);
}

std::string Classification::import_divisions(std::string_view axis,
                                             std::span<const std::string_view> csv_texts) {
  engine::Session::Call call(session_);
  return dump_json(engine::import_divisions(
      session_, {std::string(axis), {csv_texts.begin(), csv_texts.end()}, {}, {}, false}));
}

std::optional<Node> Classification::resolve_node(std::string_view axis, std::string_view text) {
  engine::Session::Call call(session_);
  return engine::resolve_node(session_, axis, text);
}

ClassOf Classification::get_class(CustomerId customer, std::string_view axis, std::optional<Date> as_of) {
  engine::Session::Call call(session_);
  return engine::class_of(session_, customer, axis, as_of);
}

std::vector<ClassOf> Classification::of(CustomerId customer, std::optional<Date> as_of) {
  engine::Session::Call call(session_);
  return engine::classes_of(session_, customer, as_of);
}

void Classification::set_class(CustomerId customer, std::string_view axis, std::string_view node) {
  engine::Session::Call call(session_);
  engine::set_class(session_, customer, axis, node);
}

CrossTab Classification::cross_tab(const CrossTabRequest& request) {
  engine::Session::Call call(session_);
  return engine::cross_tab(session_, request);
}

Facets Classification::facets(const FacetsRequest& request) {
  engine::Session::Call call(session_);
  return engine::facets_of(session_, request);
}

CustomerList Classification::list(const ListRequest& request) {
  engine::Session::Call call(session_);
  return engine::list_customers(session_, request);
}

std::string Classification::unclassified(std::string_view axis, std::int32_t limit) {
  engine::Session::Call call(session_);
  return dump_json(engine::unclassified_customers(session_, axis, limit));
}

}  // namespace crmcore
