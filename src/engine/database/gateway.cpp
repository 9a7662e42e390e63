#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "crmcore/database.hpp"

#include "base/json.hpp"
#include "engine/core/method.hpp"

namespace crmcore::engine {
namespace {

constexpr Code kCodes[] = {
    Code::ok,       Code::invalid,        Code::utf8,   Code::range,  Code::limit,     Code::not_found,
    Code::conflict, Code::cycle,          Code::misuse, Code::busy,   Code::cancelled, Code::moved,
    Code::denied,   Code::unsupported,    Code::io,     Code::full,   Code::unknown,   Code::no_memory,
    Code::corrupt,  Code::not_a_database, Code::newer,  Code::locked, Code::forked,    Code::internal,
};

// The method table: one line a room.
auto rooms() noexcept {
  return std::array{
      database_methods(), archive_methods(),  classification_methods(), ledger_methods(),  grading_methods(),
      override_methods(), analysis_methods(), assignment_methods(),     manager_methods(),
  };
}

const Method* find_method(std::string_view name, std::int32_t version) noexcept {
  for (const auto& room : rooms()) {
    for (const Method& method : room) {
      if (method.name == name && (version == 0 || method.version == version)) return &method;
    }
  }
  return nullptr;
}

std::string names_in_room(std::string_view name) {
  const std::string_view room = name.substr(0, name.find('.'));
  std::string names;
  for (const auto& methods : rooms()) {
    for (const Method& method : methods) {
      if (method.name.substr(0, method.name.find('.')) != room) continue;
      names.append(names.empty() ? "" : ", ").append(method.name);
    }
  }
  return names.empty() ? "database, archive, classification, ledger, grading, assignment" : names;
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
                fmt::format("no method '{}'; there are {}", name.substr(0, 64), names_in_room(name)),
                "/method");
  }
  const Json json = request.empty() ? Json::object() : parse_json(request);
  return dump_json(found->run(session, json));
}

std::string describe_methods() {
  Json methods = Json::array();
  for (const auto& room : rooms()) {
    for (const Method& method : room) {
      methods.push_back({{"name", method.name},
                         {"version", method.version},
                         {"summary", method.summary},
                         {"request", parse_json(method.request)},
                         {"response", parse_json(method.response)}});
    }
  }
  Json codes = Json::array();
  for (const Code code : kCodes) {
    codes.push_back({{"code", static_cast<std::int32_t>(code)}, {"name", code_name(code)}});
  }
  return dump_json({{"library", "crmcore"}, {"version", version()}, {"methods", methods}, {"errors", codes}});
}

}  // namespace crmcore::engine
