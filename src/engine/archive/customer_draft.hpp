// A customer while it is put: what is there and what is to be, and how the journal tells the difference.
#pragma once

#include <string>
#include <vector>

#include "crmcore/archive.hpp"

#include "archive/attributes.hpp"
#include "archive/contacts.hpp"
#include "archive/details.hpp"
#include "archive/fields.hpp"
#include "archive/identifiers.hpp"
#include "engine/core/catalog.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {

struct CustomerDraft {
  bool is_new = false;
  std::string key;  // the key form of the code
  Customer before;  // of a new customer: nothing yet
  Customer after;
  storage::ClassRow classes_before{};
  storage::ClassRow classes{};
  std::vector<archive::AttributeChange> attributes;
  std::vector<archive::ContactChange> contacts;
  std::vector<archive::IdentifierChange> identifiers;
  std::vector<archive::DetailChange> details;

  bool is_changed() const {
    return !archive::has_same_fields(before, after) || classes != classes_before || !attributes.empty() ||
           !contacts.empty() || !identifiers.empty() || !details.empty();
  }
};

// Write what the journal tells as a JSON object over `body`, whose memory is kept: a load tells of millions.
//
// All that a host gave of a customer, `after` of the draft; the journal commits to these bytes, so neither
// their order may change nor what is absent be written: fields, classes by axis, attributes, contacts by
// number, each in the order of ids, identifiers by kind, details by kind and key.
void write_contents(std::string& body, const CustomerDraft& draft, const Catalog& catalog);
// Each member is [before, after]; before is "" or null where there was nothing. Of a class [before, after,
// today], since the interval of the one before ends with this change.
void write_updated_body(std::string& body, const CustomerDraft& draft, const Catalog& catalog, Date today);

}  // namespace crmcore::engine
