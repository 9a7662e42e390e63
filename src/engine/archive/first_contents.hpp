// What customers were when they were made: the private text of their creation, which the journal commits to.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "archive/contents.hpp"
#include "engine/archive/customer_draft.hpp"
#include "engine/core/catalog.hpp"
#include "storage/customer_scan.hpp"

namespace crmcore::engine {

// One customer after another, in the order of ids. `catalog` must outlive it.
class FirstContents {
 public:
  FirstContents(sqlite::Connection& db, const Catalog& catalog, CustomerId first, CustomerId last);

  // Moves to the next customer that has a row, at first to the first; false when there is none.
  bool next();
  // The same, with what it is now in place of what it was.
  bool next_present();
  const archive::ContentsOrder& order() const noexcept { return order_; }
  CustomerId customer() const noexcept { return draft_.after.id; }
  // The change that the row says was its last, where none is told but the creation.
  std::optional<std::int64_t> created_at() const noexcept { return created_at_; }
  // JSON, valid until the next call of next().
  const std::string& text() const noexcept { return text_; }

 private:
  const Catalog& catalog_;
  archive::ContentsOrder order_;
  std::array<const CatalogAxis*, storage::kClassSlots> axes_{};  // by slot
  storage::CustomerScan scan_;
  CustomerDraft draft_;
  std::string text_;
  std::optional<std::int64_t> created_at_;
};

}  // namespace crmcore::engine
