// Changing a customer by members, as its contents (archive/contents.hpp) and its changes have them.
//
// It is for what the library itself does with what it told before: taking back, moving from one customer to
// another. What hosts give is put by put_customers.hpp, which checks it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "engine/archive/customer_update.hpp"
#include "engine/core/session.hpp"
#include "storage/class_override_store.hpp"

namespace crmcore::engine {

class CustomerEditor {
 public:
  CustomerEditor(Session& session, WriteScope& write);

  // What the customer is: an object with a member for each thing that a host gave. Classes that follow from
  // something else are left out.
  Json contents(CustomerId customer);
  // Sets members; one of null or "" is taken away. Returns the number of the change, 0 where nothing changes.
  std::int64_t set(CustomerId customer, const Json& values);
  // Takes an update back: `update` is its body. Members that are no more what it made of them, or may not be
  // what they were, stay, and are appended to `kept`. Returns as set() does.
  std::int64_t take_back(CustomerId customer, const Json& update, std::vector<std::string>& kept);
  // Takes away all but the fields, and the code where another one is given.
  std::int64_t clear(CustomerId customer, const std::string& new_code = {});
  // Writes what is pending; last, before the commit.
  void finish() { updater_.flush(); }

 private:
  // With all attributes and contacts as they are, for write_contents().
  CustomerDraft whole(CustomerId customer);
  CustomerDraft begin(CustomerId customer);
  bool may_have(CustomerId customer, std::string_view member, const Json& value);
  void set_member(CustomerDraft& draft, const std::string& member, const Json& value);
  std::int64_t write(CustomerDraft& draft);

  WriteScope& write_;
  storage::CustomerStore store_;
  storage::DetailStore details_;
  // Kept by itself: what is refused and undone in between lets go of the session's.
  std::shared_ptr<const Catalog> kept_;
  const Catalog& catalog_;
  storage::ClassOverrideStore overrides_;
  CustomerUpdater updater_;
  Date today_;
};

// Whether there is such a node that is valid on the day.
bool is_node_now(const CatalogAxis& axis, std::string_view code, Date today);
// Reads a day, a contact, a value as contents have them. Throws Error(corrupt).
Date told_day(const Json& json);
Contact told_contact(const Json& json);
archive::DatedValue told_value(const Json& json);

}  // namespace crmcore::engine
