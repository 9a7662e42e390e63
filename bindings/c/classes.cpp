// Attributes, axes and their nodes, and the classes of customers.
#include "crmcore/classification.hpp"

#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"

namespace crmcore::c {
namespace {

// Definitions are requests of the gateway as they are.
int32_t define_by(std::string_view method, crmcore_conn* conn, const char* definition,
                  int64_t definition_size, crmcore_error** error) noexcept {
  return guard(error, [&] {
    const Use use(conn, "conn");
    const auto json = text(definition, definition_size, "definition");
    in_terms({{"", "/definition"}, {"/request", "/definition"}}, [&] { use->call(method, json); });
  });
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_attribute_define(crmcore_conn* conn, const char* definition, int64_t definition_size,
                                 crmcore_error** error) {
  return define_by("archive.define_attribute", conn, definition, definition_size, error);
}

int32_t crmcore_axis_define(crmcore_conn* conn, const char* definition, int64_t definition_size,
                            crmcore_error** error) {
  return define_by("classification.define_axis", conn, definition, definition_size, error);
}

int32_t crmcore_axis_define_ready_made(crmcore_conn* conn, crmcore_error** error) {
  return guard(error, [&] { Classification(*Use(conn, "conn")).define_ready_made(); });
}

int32_t crmcore_node_put(crmcore_conn* conn, const char* axis, int64_t axis_size, const char* node,
                         int64_t node_size, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    const auto of = text(axis, axis_size, "axis");
    const auto json = text(node, node_size, "node");
    const NodeInput input = in_terms({{"", "/node"}}, [&] { return NodeInput::from_json(json); });
    in_terms({{"/nodes/0", ""}, {"/nodes", "/node"}}, [&] {
      Classification(*use).put_nodes(of, {&input, 1});
    });
  });
}

int32_t crmcore_node_resolve(crmcore_conn* conn, const char* axis, int64_t axis_size, const char* text_of,
                             int64_t text_size, crmcore_buf** node, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(node, "node");
    const auto of = text(axis, axis_size, "axis");
    out = make_buf(node_json(Classification(*use).resolve_node(of, text(text_of, text_size, "text"))));
  });
}

int32_t crmcore_class_set(crmcore_conn* conn, int64_t customer_id, const char* axis, int64_t axis_size,
                          const char* node, int64_t node_size, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    const auto on = text(axis, axis_size, "axis");
    const auto to = text(node, node_size, "node");
    in_terms(kTyped, [&] { Classification(*use).set_class(CustomerId{customer_id}, on, to); });
  });
}

int32_t crmcore_class_get(crmcore_conn* conn, int64_t customer_id, const char* axis, int64_t axis_size,
                          int32_t as_of_day, crmcore_buf** node, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(node, "node");
    const auto on = text(axis, axis_size, "axis");
    const auto as_of = optional_day(as_of_day, "as_of_day");
    const auto found =
        in_terms(kTyped, [&] { return Classification(*use).get_class(CustomerId{customer_id}, on, as_of); });
    out = make_buf(found.to_json());
  });
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
