// Half-open intervals that cut an integer attribute into classes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crmcore/error.hpp"

#include "base/json_fwd.hpp"
#include "classification/on_manual.hpp"

namespace crmcore {
class ObjectReader;
}

namespace crmcore::classification {

inline constexpr std::size_t kBandsMax = 1000;

// Values in [from, to); amounts of money are in minor units.
struct Band {
  std::string code;
  std::string name;
  std::optional<std::int64_t> from;  // absent: no lower end, only in the first band
  std::optional<std::int64_t> to;    // absent: no upper end, only in the last band

  friend bool operator==(const Band&, const Band&) = default;
};

// Bands from lowest to highest without gap or overlap.
class Bands {
 public:
  // Reads {"attribute": text, "bands": [{"code", "name", "from"?, "to"?} …], "on_manual"?}. Appends every
  // violation to `found` with its path below `path`: gap and overlap (naming both bands), empty or reversed
  // interval, wrong order, an open end in the middle, code twice, unknown field.
  static Bands parse(const Json& definition, const std::string& path, std::vector<Diagnostic>& found);
  // The same; throws Error with all violations.
  static Bands parse(const Json& definition);

  // Reads or describes the definition, without looking at how its bands lie to each other.
  static Bands read(ObjectReader& in);

  // The definition in canonical form.
  Json to_json() const;

  OnManual on_manual() const noexcept { return on_manual_; }
  const std::string& attribute() const noexcept { return attribute_; }
  std::span<const Band> bands() const noexcept { return bands_; }
  // Index of the band that holds the value; nothing below the first or from the end of the last on.
  std::optional<std::size_t> index_of(std::int64_t value) const noexcept;

 private:
  void check(const std::string& path, std::vector<Diagnostic>& found) const;

  std::string attribute_;
  std::vector<Band> bands_;
  OnManual on_manual_ = OnManual::refuse;
};

}  // namespace crmcore::classification
