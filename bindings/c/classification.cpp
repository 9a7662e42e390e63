// Axes, their nodes, and the classes of customers.
#include "crmcore/classification.hpp"

#include "crmcore/archive.hpp"

#include "arguments.hpp"
#include "guard.hpp"
#include "handles.hpp"
#include "request.hpp"

using namespace crmcore::c;
using crmcore::Archive;
using crmcore::Classification;

int32_t crmcore_define_ready_made(crmcore_conn* conn, crmcore_error** error) {
  return guard(error, [&] { Classification(*Use(conn, "conn")).define_ready_made(); });
}

int32_t crmcore_define_attribute(crmcore_conn* conn, const char* code, int64_t code_size, const char* name,
                                 int64_t name_size, int32_t type, int64_t minimum, int64_t maximum,
                                 crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore::AttributeDefinition attribute;
    attribute.code = text(code, code_size, "code");
    attribute.name = text(name, name_size, "name");
    attribute.type = static_cast<crmcore::AttributeType>(type);
    if (minimum != INT64_MIN) attribute.minimum = minimum;
    if (maximum != INT64_MAX) attribute.maximum = maximum;
    Archive(*use).define_attribute(attribute);
  });
}

int32_t crmcore_define_axis(crmcore_conn* conn, const char* code, int64_t code_size, const char* name,
                            int64_t name_size, const char* kind, int64_t kind_size, int32_t is_required,
                            const char* definition, int64_t definition_size, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore::AxisInput axis;
    axis.code = text(code, code_size, "code");
    axis.name = text(name, name_size, "name");
    axis.kind = text(kind, kind_size, "kind");
    axis.is_required = is_required != 0;
    if (const auto json = optional_text(definition, definition_size, "definition")) axis.definition = *json;
    Classification(*use).define_axis(axis);
  });
}

int32_t crmcore_put_node(crmcore_conn* conn, const char* axis, int64_t axis_size, const char* code,
                         int64_t code_size, const char* name, int64_t name_size, const char* parent,
                         int64_t parent_size, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    const auto of = text(axis, axis_size, "axis");
    crmcore::NodeInput node;
    node.code = text(code, code_size, "code");
    node.name = text(name, name_size, "name");
    node.parent = optional_text(parent, parent_size, "parent").value_or("");
    Classification(*use).put_nodes(of, {&node, 1});
  });
}

int32_t crmcore_resolve_node(crmcore_conn* conn, const char* axis, int64_t axis_size, const char* text_of,
                             int64_t text_size, crmcore_buf** node, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(node, "node");
    Request request;
    request.text("axis", text(axis, axis_size, "axis")).text("text", text(text_of, text_size, "text"));
    out = request.call(*use, "classification.resolve_node");
  });
}

int32_t crmcore_classify(crmcore_conn* conn, int64_t customer_id, const char* axis, int64_t axis_size,
                         const char* node, int64_t node_size, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore::CustomerInput input;
    input.classes.push_back(
        {std::string(text(axis, axis_size, "axis")), std::string(text(node, node_size, "node"))});
    input.code = code_of(*use, customer_id);
    Archive(*use).put(input);
  });
}

int32_t crmcore_class_of(crmcore_conn* conn, int64_t customer_id, const char* axis, int64_t axis_size,
                         int32_t as_of_day, crmcore_buf** node, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(conn, "conn");
    crmcore_buf*& out = required(node, "node");
    Request request;
    request.text("axis", text(axis, axis_size, "axis")).day("as_of", as_of_day).customer(*use, customer_id);
    out = request.call(*use, "classification.get_class");
  });
}
