// Requests to the gateway, for typed functions whose answer is JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crmcore/database.hpp"

#include "handles.hpp"

namespace crmcore::c {

// A JSON object that grows by members.
class Request {
 public:
  Request& text(std::string_view name, std::string_view utf8);
  Request& integer(std::string_view name, std::int64_t value);
  Request& boolean(std::string_view name, bool value);
  // Absent for CRMCORE_NO_DAY. Throws as optional_day().
  Request& day(const char* name, std::int32_t day);
  // A member that is JSON already.
  Request& json(std::string_view name, std::string_view value);
  // "customer", by its id. Throws Error(not_found).
  Request& customer(Connection& connection, std::int64_t id);

  std::string take() const { return (members_.empty() ? "{" : members_) + "}"; }
  crmcore_buf* call(Connection& connection, std::string_view method) const {
    return make_buf(connection.call(method, take()));
  }

 private:
  void add(std::string_view name);
  void append(std::string_view utf8);
  std::string members_;
};

// The code of a customer. Throws Error(not_found).
std::string code_of(Connection& connection, std::int64_t customer_id);

}  // namespace crmcore::c
