#include "archive/fields.hpp"

#include <cassert>

#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace crmcore::archive {

void check_fields(const CustomerInput& given, const std::string& path, std::vector<Diagnostic>& found) {
  collect(found, path, "/code", [&] { text::require_code(given.code, {}); });
  if (given.new_code) collect(found, path, "/new_code", [&] { text::require_code(*given.new_code, {}); });
  if (given.name) collect(found, path, "/name", [&] { text::require_name(*given.name, {}); });
  if (given.short_name) {
    collect(found, path, "/short_name", [&] { text::require_text(*given.short_name, kNameBytesMax, {}); });
  }
  if (given.kind && word_of(*given.kind).empty()) {
    found.push_back(
        {Code::invalid, path + "/kind",
         fmt::format("unknown kind; {} are allowed", text::alternatives(words_of(CustomerKind{})))});
  }
  if (given.since && (*given.since < kDateMin || kDateMax < *given.since)) {
    found.push_back({Code::range, path + "/since", "the date lies outside 0001-01-01 to 9999-12-31"});
  }
}

std::optional<Customer> merge_fields(const Customer* known, const CustomerInput& given, Date today,
                                     const std::string& path, std::vector<Diagnostic>& found) {
  assert(!given.code.empty());
  const auto refuse = [&](Code code, std::string_view field, std::string message) {
    found.push_back({code, path + std::string(field), std::move(message)});
    return std::nullopt;
  };
  // The code of before is told apart from one that is written otherwise.
  if (known != nullptr && known->code != given.code &&
      text::key_form(known->code) == text::key_form(given.code)) {
    return refuse(Code::conflict, "/code",
                  "another customer's code differs only in its Unicode form; use that customer's own form");
  }
  if (known != nullptr && given.version && *given.version != known->version) {
    return refuse(
        Code::conflict, "/version",
        fmt::format("the customer is at version {}, not {}; read it again", known->version, *given.version));
  }
  if (known == nullptr && given.version) {
    return refuse(Code::conflict, "/version", "there is no such customer, so it has no version");
  }
  if (known == nullptr && given.new_code) {
    return refuse(Code::not_found, "/new_code", "there is no such customer, whose code could change");
  }
  if (known == nullptr && !given.name) return refuse(Code::invalid, "/name", "a new customer needs a name");
  Customer merged;
  if (known != nullptr) {
    merged = *known;
  } else {
    merged.code = text::key_form(given.code);  // by which it is found
    merged.since = today;
  }
  if (given.new_code) merged.code = text::key_form(*given.new_code);
  if (given.name) merged.name = *given.name;
  if (given.kind) merged.kind = *given.kind;
  if (given.short_name) merged.short_name = *given.short_name;
  if (given.since) merged.since = *given.since;
  return merged;
}

bool has_same_fields(const Customer& a, const Customer& b) noexcept {
  return a.code == b.code && a.name == b.name && a.kind == b.kind && a.short_name == b.short_name &&
         a.since == b.since;
}

}  // namespace crmcore::archive
