// Rows of an import that are probably somebody who is there already, or in the file twice.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/archive/duplicates.hpp"

namespace crmcore::engine {

// What such rows have in common.
inline constexpr std::string_view kProbablyThere = "probably a customer who is there already";

// Compares new customers with those who were there when the import began, and with those of rows before.
class RowDuplicates {
 public:
  // `is_own`: the transaction of `write` has written already.
  RowDuplicates(Session& session, WriteScope& write, OnDuplicate what, bool is_own)
      : what_(what), db_(write.db()), known_(session, write.db(), is_own) {}

  // Where a row that is probably somebody's is to fail, it is a violation at the name below `path`.
  void look_at(const CustomerDraft& draft, std::int64_t place, const std::string& path,
               std::vector<Diagnostic>& found);
  // What is to be told of the row that was put; empty: nothing.
  std::string take_report() { return std::exchange(report_, {}); }

 private:
  struct Row {
    std::int64_t place;
    std::string code;
    OwnProfile profile;
  };
  std::string told_of(const archive::Profile& profile, const std::vector<std::uint64_t>& keys) const;

  OnDuplicate what_;
  sqlite::Connection& db_;
  Duplicates known_;
  std::deque<Row> rows_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_key_;  // places in rows_
  std::string report_;
};

}  // namespace crmcore::engine
