#include "classification/bands.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "crmcore/money.hpp"

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"

namespace crmcore::classification {
namespace {

constexpr std::size_t kCodeBytesMax = 128;
constexpr std::size_t kNameBytesMax = 512;

Band read_band(const Json& json, const std::string& path, std::vector<Diagnostic>& found) {
  ObjectReader in(json, path, found);
  Band band;
  band.code = in.require_text("code", kCodeBytesMax);
  band.name = in.text("name", kNameBytesMax).value_or(band.code);
  band.from = in.integer("from", -kIntegerMax, kIntegerMax);
  band.to = in.integer("to", -kIntegerMax, kIntegerMax);
  if (band.from && band.to && *band.to <= *band.from) {
    in.fail(Code::invalid, "to",
            fmt::format("band '{}' ends at {}, which is not above its start {}", band.code, *band.to,
                        *band.from));
  }
  in.finish();
  return band;
}

// Checks that `upper`, the band listed next, begins where `lower` ends.
void check_neighbours(const Band& lower, const Band& upper, const std::string& lower_path,
                      const std::string& upper_path, std::vector<Diagnostic>& found) {
  if (!lower.to) {
    found.push_back(
        {Code::invalid, join_path(lower_path, "to"),
         fmt::format("band '{}' has no upper end, which only the last band may have", lower.code)});
  }
  if (!upper.from) {
    found.push_back(
        {Code::invalid, join_path(upper_path, "from"),
         fmt::format("band '{}' has no lower end, which only the first band may have", upper.code)});
  }
  if (!lower.to || !upper.from || *lower.to == *upper.from) return;
  const std::string place = join_path(upper_path, "from");
  if (*upper.from > *lower.to) {
    found.push_back({Code::invalid, place,
                     fmt::format("gap: values from {} to {} lie between band '{}' and band '{}'", *lower.to,
                                 *upper.from, lower.code, upper.code)});
  } else if (upper.to && lower.from && *upper.to <= *lower.from) {
    found.push_back(
        {Code::invalid, place,
         fmt::format("wrong order: band '{}' lies below band '{}'; list bands from lowest to highest",
                     upper.code, lower.code)});
  } else {
    found.push_back({Code::invalid, place,
                     fmt::format("overlap: band '{}' begins at {} before band '{}' ends at {}", upper.code,
                                 *upper.from, lower.code, *lower.to)});
  }
}

}  // namespace

Bands Bands::parse(const Json& definition, const std::string& path, std::vector<Diagnostic>& found) {
  const std::size_t found_before = found.size();
  Bands result;
  ObjectReader in(definition, path, found);
  result.attribute_ = in.require_text("attribute", kCodeBytesMax);
  std::map<std::string, std::string> codes;
  std::string lower_path;
  in.each("bands", kBandsMax, [&](const Json& json, const std::string& band_path) {
    Band band = read_band(json, band_path, found);
    const auto [entry, is_new] = codes.try_emplace(band.code, band_path);
    if (!is_new) {
      found.push_back({Code::conflict, join_path(band_path, "code"),
                       fmt::format("code '{}' is already that of {}", band.code, entry->second)});
    }
    if (!result.bands_.empty()) check_neighbours(result.bands_.back(), band, lower_path, band_path, found);
    lower_path = band_path;
    result.bands_.push_back(std::move(band));
  });
  if (result.bands_.empty() && found.size() == found_before) {
    in.fail(Code::invalid, "bands", "at least one band is needed");
  }
  in.finish();
  return found.size() == found_before ? result : Bands{};
}

Bands Bands::parse(const Json& definition) {
  std::vector<Diagnostic> found;
  Bands bands = parse(definition, "", found);
  throw_if_any(std::move(found));
  return bands;
}

std::optional<std::size_t> Bands::index_of(std::int64_t value) const noexcept {
  const auto above = std::partition_point(bands_.begin(), bands_.end(),
                                          [&](const Band& band) { return band.to && *band.to <= value; });
  if (above == bands_.end() || (above->from && value < *above->from)) return std::nullopt;
  return static_cast<std::size_t>(above - bands_.begin());
}

}  // namespace crmcore::classification
