// A customer whole: as it is, or as the archive had it at the end of a day. What it was then is what it is,
// with the updates since taken back (archive/contents.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crmcore/archive.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

struct CustomerParts {
  Customer customer;
  std::vector<Attribute> attributes;
  std::vector<Contact> contacts;
  std::vector<Identifier> identifiers;
  std::vector<Detail> details;
  std::vector<std::string> past_codes;
};

// The version is that of today. Before its creation it is what it was made with. Throws Error(not_found) for
// one who is not there.
CustomerParts parts_of(Session& session, CustomerId customer, std::optional<Date> as_of);

}  // namespace crmcore::engine
