#include "engine/database/gateway.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <vector>

#include "crmcore/database.hpp"

#include "assignment/policy_schema.hpp"
#include "base/format.hpp"
#include "base/schema.hpp"
#include "engine/core/room.hpp"
#include "grading/scheme.hpp"
#include "grading/scheme_schema.hpp"

namespace crmcore::engine {
namespace {

constexpr Code kCodes[] = {
    Code::ok,       Code::invalid,        Code::utf8,   Code::range,  Code::limit,     Code::not_found,
    Code::conflict, Code::cycle,          Code::misuse, Code::busy,   Code::cancelled, Code::moved,
    Code::denied,   Code::unsupported,    Code::io,     Code::full,   Code::unknown,   Code::no_memory,
    Code::corrupt,  Code::not_a_database, Code::newer,  Code::locked, Code::forked,    Code::internal,
};

const Method* find_method(std::string_view name, std::int32_t version) noexcept {
  for (const auto room : rooms()) {
    for (const Method& method : room().methods) {
      if (method.name == name && (version == 0 || method.version == version)) return &method;
    }
  }
  return nullptr;
}

std::string_view room_of(std::string_view method) noexcept {
  return method.substr(0, method.find('.'));
}

// The methods of the room that the name begins with; all rooms when there is none.
std::string nearest_names(std::string_view name) {
  std::string methods;
  std::vector<std::string_view> known;
  for (const auto room : rooms()) {
    for (const Method& method : room().methods) {
      const std::string_view of = room_of(method.name);
      if (std::find(known.begin(), known.end(), of) == known.end()) known.push_back(of);
      if (of == room_of(name)) methods.append(methods.empty() ? "" : ", ").append(method.name);
    }
  }
  return methods.empty() ? fmt::format("{}", fmt::join(known, ", ")) : methods;
}

// Whatever JSON there is, for what differs from kind to kind.
Json any_json() {
  const Json any = schema::reference("json");
  return schema::any_of({schema::nothing(), schema::boolean(), schema::integer(), schema::number(),
                         schema::text(), schema::list(any), schema::map(any)});
}

Json method_json(const Method& method) {
  Json request;
  ObjectReader in(request);
  method.describe(in);
  return {{"name", method.name},
          {"version", method.version},
          {"summary", method.summary},
          {"request", std::move(request)},
          {"response", method.answer()}};
}

// In the first answer after a write of a connection whose actor was never set.
constexpr const char* kNobodyNamed = "nobody is named as who writes: set the connection's actor";

// What lies in the request has a path of its own; what is no JSON object is told at "/request".
Json parse_request(std::string_view request) {
  if (request.empty()) return Json::object();
  Json json;
  try {
    json = parse_json(request);
  } catch (const Error& error) {
    if (error.code() == Code::cancelled) throw;
    throw Error(error.code(), error.message(), error.path().empty() ? "/request" : error.path());
  }
  if (!json.is_object()) throw Error(Code::invalid, "a JSON object is required", "/request");
  return json;
}

}  // namespace

std::string call_method(Session& session, std::string_view method, std::string_view request) {
  std::int32_t version = 0;
  std::string_view name = method;
  if (const auto at = method.find('@'); at != std::string_view::npos) {
    name = method.substr(0, at);
    const char* end = method.data() + method.size();
    const auto [stopped, failure] = std::from_chars(method.data() + at + 1, end, version);
    if (failure != std::errc() || stopped != end || version <= 0) version = -1;
  }
  const Method* found = find_method(name, version);
  if (!found) {
    throw Error(Code::not_found,
                fmt::format("no method '{}'; there are {}", name.substr(0, 64), nearest_names(name)),
                "/method");
  }
  Json answer = found->run(session, parse_request(request));
  if (session.take_unnamed_write()) answer["notice"] = kNobodyNamed;
  return dump_json(answer);
}

Json answer_of(Session& session, std::string_view method, const Json& request) {
  const Method* found = find_method(method, 0);
  assert(found != nullptr);
  return found->run(session, request);
}

Json schema_of_answer(std::string_view method) {
  const Method* found = find_method(method, 0);
  assert(found != nullptr);
  return found->answer();
}

std::string describe_methods() {
  Json methods = Json::array();
  for (const auto room : rooms()) {
    for (const Method& method : room().methods) methods.push_back(method_json(method));
  }
  Json codes = Json::array();
  for (const Code code : kCodes) {
    codes.push_back({{"code", static_cast<std::int32_t>(code)}, {"name", code_name(code)}});
  }
  return dump_json({{"library", "crmcore"},
                    {"version", version()},
                    {"methods", std::move(methods)},
                    {"documents",
                     {{"json", any_json()},
                      {"policy", assignment::policy_schema()},
                      {"scheme", grading::scheme_schema()}}},
                    {"errors", std::move(codes)}});
}

}  // namespace crmcore::engine
