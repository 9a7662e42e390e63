// Inserting and updating customers by their code, with their classes, attributes, contacts, identifiers and
// details.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "crmcore/archive.hpp"

#include "engine/archive/class_placing.hpp"
#include "engine/archive/customer_draft.hpp"
#include "engine/archive/customer_update.hpp"
#include "engine/core/session.hpp"
#include "storage/class_override_store.hpp"
#include "storage/customer_store.hpp"
#include "storage/identifier_store.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kCustomerCreated{1, "customer.created"};

// Violations are reported below `path`.
PutResult put_customers(Session& session, std::span<const CustomerInput> customers,
                        const std::string& path = {});
CustomerId put_customer(Session& session, const CustomerInput& customer);

// Asks for the classes of everybody on derived axes anew, of today; what another class follows from has
// changed. Returns how many customers changed. Throws Error(invalid) at `path` for one who loses a class that
// is required.
std::int64_t derive_everybody(Session& session, WriteScope& write, const std::string& path);

// By which row each customer was put; four bytes each.
class PlacesOfCustomers {
 public:
  // 0: by none so far.
  std::int32_t of(CustomerId id) const noexcept;
  void set(CustomerId id, std::int64_t place);

 private:
  static constexpr std::int64_t kPageRows = 1024;
  using Page = std::array<std::int32_t, kPageRows>;
  std::unordered_map<std::int64_t, Page> pages_;
  std::int64_t last_ = -1;  // the page that was set last: customers come in their order
  Page* last_page_ = nullptr;
};

// Puts one customer after another within a write.
class CustomerPutter {
 public:
  CustomerPutter(Session& session, WriteScope& write);

  enum class Outcome { created, updated, unchanged };
  // Appends every violation to `found`, with paths below `path`; nothing is written then.
  // With `is_checked_only` nothing is written in any case. `place` is what name_once() remembers.
  Outcome put(const CustomerInput& input, const std::string& path, std::vector<Diagnostic>& found,
              bool is_checked_only = false, std::int64_t place = 0);
  // From here on a customer that is put a second time is a violation. `places` must outlive the putter.
  void name_once(PlacesOfCustomers& places) noexcept { places_ = &places; }
  // From here on asked about every customer who is new and could be put; what it adds to `found` is a
  // violation.
  using Watch = std::function<void(const CustomerDraft& draft, const std::string& path,
                                   std::vector<Diagnostic>& found)>;
  void watch(Watch watch) { watch_ = std::move(watch); }
  // From here on the class on every derived axis is asked for anew, whatever is put.
  void derive_anew() noexcept { is_deriving_ = true; }
  // Writes what is pending; last, before the commit.
  void finish() {
    new_.flush();
    updater_.flush();
  }
  // Of the customer that was put last.
  CustomerId last_put() const noexcept { return last_put_; }

 private:
  // False when the customer cannot be put at all.
  bool load(const CustomerInput& input, const std::string& path, CustomerDraft& draft,
            std::vector<Diagnostic>& found);
  bool take_code(const std::string& path, CustomerDraft& draft, std::vector<Diagnostic>& found);
  void set_attributes(const CustomerInput& input, const std::string& path, CustomerDraft& draft,
                      std::vector<Diagnostic>& found);
  void set_classes(const CustomerInput& input, const std::string& path, CustomerDraft& draft,
                   std::vector<Diagnostic>& found);
  void set_contacts(const CustomerInput& input, const std::string& path, CustomerDraft& draft,
                    std::vector<Diagnostic>& found);
  void set_identifiers(const CustomerInput& input, const std::string& path, CustomerDraft& draft,
                       std::vector<Diagnostic>& found);
  void set_details(const CustomerInput& input, const std::string& path, CustomerDraft& draft,
                   std::vector<Diagnostic>& found);
  bool has_contact(const CustomerDraft& draft, std::int64_t number);
  std::vector<DetailInput> with_linked(const CustomerInput& input, const std::string& path,
                                       const CustomerDraft& draft, std::vector<Diagnostic>& found);
  bool is_unique(IdentifierKind kind);
  // Takes the texts of the draft.
  void write_created(CustomerDraft& draft);

  WriteScope& write_;
  storage::CustomerStore store_;
  storage::IdentifierStore identifiers_;
  std::array<std::optional<bool>, archive::kIdentifierKinds> are_unique_;  // those that were asked for
  storage::ClassOverrideStore overrides_;
  storage::NewCustomers new_;
  CustomerUpdater updater_;
  const Catalog& catalog_;
  Date today_;
  PlacesOfCustomers* places_ = nullptr;
  Watch watch_;
  bool is_deriving_;  // whether there are axes whose class follows from more than an attribute that is put
  ClassPlacer placer_;
  CustomerId last_id_;
  std::string last_key_;  // the greatest: what is beyond it need not be looked up
  CustomerId last_put_;
  std::string body_;                             // of the change, kept for its memory
  std::vector<archive::GivenAttribute> givens_;  // the same
};

}  // namespace crmcore::engine
