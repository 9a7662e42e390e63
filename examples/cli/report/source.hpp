// The library's answers as JSON.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "crmcore/database.hpp"

namespace report {

using Json = nlohmann::ordered_json;

class Source {
 public:
  explicit Source(crmcore::Connection& connection) : connection_(connection) {}

  Json call(std::string_view method, const Json& request) {
    return Json::parse(connection_.call(method, request.dump()));
  }
  // The rows of a SELECT as an array of objects.
  Json query(std::string_view sql, const Json& parameters = Json::array()) {
    return Json::parse(connection_.query(sql, parameters.dump()).drain_json());
  }

 private:
  crmcore::Connection& connection_;
};

}  // namespace report
