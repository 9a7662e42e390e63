// Dates as other programs write them, by a stated form.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/date.hpp"

namespace crmcore {

// A form such as "YYYY/M/D", "MM/DD/YYYY" or "YYYY年M月D日": year, month and day once each, and what stands
// between them. M and D are one or two digits whether they are written once or twice, but exactly two where
// another number follows at once ("YYYYMMDD").
class DateFormat {
 public:
  // Throws Error(invalid) for a form that has not each part once.
  explicit DateFormat(std::string_view form);

  struct Found {
    Date date;
    std::size_t size;  // bytes of the text that it takes
  };
  // The date with which the text begins; nothing when it begins with none.
  std::optional<Found> find(std::string_view text) const;
  const std::string& form() const noexcept { return form_; }

 private:
  enum class Kind { year, month, day, literal };
  struct Part {
    Kind kind;
    std::string literal;
    std::size_t digits_min = 1;
    std::size_t digits_max = 2;
  };

  std::string form_;
  std::vector<Part> parts_;
};

// Year first, so that only one date can be meant: 2026-11-05, 2026/11/5, 2026.11.5, 2026年11月5日.
std::vector<DateFormat> plain_date_formats();

// Finds the date that begins the text and is followed by nothing, or by a time of day after a blank or a T.
std::optional<DateFormat::Found> find_date(std::string_view text, const std::vector<DateFormat>& formats);

}  // namespace crmcore
