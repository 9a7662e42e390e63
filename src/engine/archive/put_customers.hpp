// Inserting and updating customers by their code, with their classes, attributes and contacts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crmcore/archive.hpp"

#include "engine/core/session.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kCustomerCreated{1, "customer.created"};
inline constexpr ChangeKind kCustomerUpdated{2, "customer.updated"};

// Violations are reported below `path`.
PutResult put_customers(Session& session, std::span<const CustomerInput> customers,
                        const std::string& path = {});
CustomerId put_customer(Session& session, const CustomerInput& customer);

// The name of a value in the API and the journal: "company", "prospect", …
std::string_view kind_name(CustomerKind kind) noexcept;
std::string_view status_name(CustomerStatus status) noexcept;

// Puts one customer after another within a write.
class CustomerPutter {
 public:
  CustomerPutter(Session& session, WriteScope& write);

  enum class Outcome { created, updated, unchanged };
  // Appends every violation to `found`, with paths below `path`; nothing is written then.
  Outcome put(const CustomerInput& input, const std::string& path, std::vector<Diagnostic>& found);
  // Of the customer that was put last.
  CustomerId last_put() const noexcept { return last_put_; }

 private:
  struct Draft;  // what is there and what is to be
  void check_fields(const CustomerInput& input, const std::string& path, std::vector<Diagnostic>& found);
  bool load(const CustomerInput& input, const std::string& path, Draft& draft,
            std::vector<Diagnostic>& found);
  void set_attributes(const CustomerInput& input, const std::string& path, Draft& draft,
                      std::vector<Diagnostic>& found);
  void set_classes(const CustomerInput& input, const std::string& path, Draft& draft,
                   std::vector<Diagnostic>& found);
  void derive_classes(Draft& draft);
  void set_contacts(const CustomerInput& input, const std::string& path, Draft& draft,
                    std::vector<Diagnostic>& found);
  // Nothing when no node is meant; `refusal` tells code and message then.
  std::optional<NodeId> resolve(const CatalogAxis& axis, const std::string& text, Diagnostic& refusal);
  void write_created(Draft& draft);
  void write_updated(Draft& draft);
  void end_class(const Draft& draft, const CatalogAxis& axis);

  Session& session_;
  WriteScope& write_;
  storage::CustomerStore store_;
  const Catalog& catalog_;
  Date today_;
  CustomerId last_id_;
  std::string last_key_;  // the greatest: what is beyond it need not be looked up
  CustomerId last_put_;
  std::string body_;  // of the change, kept for its memory
  std::string resolve_key_;
  std::unordered_map<std::string, NodeId> resolved_;  // axis and text → node, for imports
};

}  // namespace crmcore::engine
