// A gateway request being read: all violations are collected, then thrown together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/id.hpp"
#include "crmcore/money.hpp"

#include "base/json.hpp"
#include "base/object_reader.hpp"

namespace crmcore::engine {

class Request {
 public:
  explicit Request(const Json& json) : in_(json, "", found_) {}
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  ObjectReader* operator->() noexcept { return &in_; }
  std::string text(std::string_view key) { return in_.require_text(key, kTextBytesMax); }
  // The number of a review; absent: the last one.
  std::optional<ReviewId> review() {
    const auto id = in_.integer("review", 1, kIntegerMax);
    return id ? std::optional(ReviewId{*id}) : std::nullopt;
  }
  // Refuses members that were not read; throws Error when anything was found.
  void finish() {
    in_.finish();
    throw_if_any(std::move(found_));
  }

 private:
  static constexpr std::size_t kTextBytesMax = 4096;

  std::vector<Diagnostic> found_;
  ObjectReader in_;
};

}  // namespace crmcore::engine
