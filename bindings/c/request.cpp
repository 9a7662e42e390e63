#include "request.hpp"

#include "crmcore/archive.hpp"
#include "crmcore/date.hpp"

#include "arguments.hpp"

namespace crmcore::c {

std::string code_of(Connection& connection, std::int64_t customer_id) {
  auto customer = Archive(connection).find(CustomerId{customer_id});
  if (!customer)
    throw Error(Code::not_found, "no customer with id " + std::to_string(customer_id), "/customer_id");
  return std::move(customer->code);
}

void Request::append(std::string_view utf8) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  members_ += '"';
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      members_.append("\\u00").append({kDigits[byte >> 4], kDigits[byte & 15]});
    } else {
      if (c == '"' || c == '\\') members_ += '\\';
      members_ += c;
    }
  }
  members_ += '"';
}

void Request::add(std::string_view name) {
  members_ += members_.empty() ? '{' : ',';
  append(name);
  members_ += ':';
}

Request& Request::text(std::string_view name, std::string_view utf8) {
  add(name);
  append(utf8);
  return *this;
}

Request& Request::integer(std::string_view name, std::int64_t value) {
  return json(name, std::to_string(value));
}

Request& Request::boolean(std::string_view name, bool value) {
  return json(name, value ? "true" : "false");
}

Request& Request::json(std::string_view name, std::string_view value) {
  add(name);
  members_.append(value);
  return *this;
}

Request& Request::day(const char* name, std::int32_t day) {
  const auto date = optional_day(day, name);
  return date ? text(name, format_date(*date)) : *this;
}

Request& Request::customer(Connection& connection, std::int64_t id) {
  return text("customer", code_of(connection, id));
}

}  // namespace crmcore::c
