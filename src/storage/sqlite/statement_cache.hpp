// Prepared statements by the address of their text: a hit costs one multiplication and one comparison.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <sqlite3.h>
#include <vector>

namespace crmcore::sqlite {

struct CachedStatement {
  sqlite3_stmt* handle = nullptr;
  bool in_use = false;
};

// Open addressing over a power of two, at most half full; entries never move, as leases point to them.
class StatementCache {
 public:
  StatementCache() : slots_(128) {}
  ~StatementCache() { clear(); }
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;

  // nullptr when `text` was not added yet.
  CachedStatement* find(const char* text) const noexcept {
    for (std::size_t i = home(text);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i].text == text) return slots_[i].statement;
      if (slots_[i].text == nullptr) return nullptr;
    }
  }

  // Precondition: find(text) is nullptr. The handle of the new entry is the caller's to set.
  CachedStatement& add(const char* text) {
    assert(find(text) == nullptr);
    if (2 * (statements_.size() + 1) > slots_.size()) grow();
    CachedStatement& statement = statements_.emplace_back();
    place(Slot{text, &statement});
    return statement;
  }

  void clear() noexcept {
    for (CachedStatement& statement : statements_) sqlite3_finalize(statement.handle);
    statements_.clear();
    for (Slot& slot : slots_) slot = {};
  }

 private:
  struct Slot {
    const char* text = nullptr;
    CachedStatement* statement = nullptr;
  };

  std::size_t home(const char* text) const noexcept {
    const auto mixed =
        static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(text)) * 0x9e3779b97f4a7c15U;
    return static_cast<std::size_t>(mixed >> 32U) & (slots_.size() - 1);
  }

  void place(Slot slot) noexcept {
    std::size_t i = home(slot.text);
    while (slots_[i].text != nullptr) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = slot;
  }

  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.text != nullptr) place(slot);
    }
  }

  std::vector<Slot> slots_;
  std::deque<CachedStatement> statements_;
};

}  // namespace crmcore::sqlite
