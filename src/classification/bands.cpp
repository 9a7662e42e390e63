#include "classification/bands.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "crmcore/money.hpp"

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"

namespace crmcore::classification {
namespace {

Band read_band(ObjectReader& in) {
  Band band;
  band.code = in.require_text("code", kCodeBytesMax);
  band.name = in.text("name", kNameBytesMax).value_or(band.code);
  band.from = in.about("inclusive; absent only in the first band").integer("from", -kIntegerMax, kIntegerMax);
  band.to = in.about("exclusive; absent only in the last band").integer("to", -kIntegerMax, kIntegerMax);
  if (band.from && band.to && *band.to <= *band.from) {
    in.fail(Code::invalid, "to",
            fmt::format("band '{}' ends at {}, which is not above its start {}", band.code, *band.to,
                        *band.from));
  }
  return band;
}

// What a node with this code and name would be refused for, at the band.
void check_band_texts(const Band& band, const std::string& path, std::vector<Diagnostic>& found) {
  try {
    text::require_code(band.code, join_path(path, "code"));
    text::require_name(band.name, join_path(path, "name"));
  } catch (const Error& error) {
    found.insert(found.end(), error.diagnostics().begin(), error.diagnostics().end());
  }
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

Bands Bands::read(ObjectReader& in) {
  Bands result;
  result.attribute_ = in.about("integer attribute that decides; money in minor units")
                          .require_text("attribute", kCodeBytesMax);
  result.bands_ =
      in.about("from lowest to highest, without gap or overlap").objects("bands", kBandsMax, read_band);
  result.on_manual_ =
      in.about("whether a class may be decided by hand all the same (classification.override)")
          .word_or("on_manual", OnManual::refuse);
  return result;
}

void Bands::check(const std::string& path, std::vector<Diagnostic>& found) const {
  if (bands_.empty()) found.push_back({Code::invalid, path, "at least one band is needed"});
  std::map<std::string_view, std::string> codes;
  for (std::size_t i = 0; i < bands_.size(); ++i) {
    const std::string band_path = join_path(path, i);
    const auto [entry, is_new] = codes.try_emplace(bands_[i].code, band_path);
    if (!is_new) {
      found.push_back({Code::conflict, join_path(band_path, "code"),
                       fmt::format("code '{}' is already that of {}", bands_[i].code, entry->second)});
    }
    check_band_texts(bands_[i], band_path, found);
    if (i > 0) check_neighbours(bands_[i - 1], bands_[i], join_path(path, i - 1), band_path, found);
  }
}

Bands Bands::parse(const Json& definition, const std::string& path, std::vector<Diagnostic>& found) {
  const std::size_t found_before = found.size();
  ObjectReader in(definition, path, found);
  Bands result = read(in);
  in.finish();
  // Bands that could not be read have no neighbours.
  if (found.size() == found_before) result.check(in.path_of("bands"), found);
  return found.size() == found_before ? result : Bands{};
}

Bands Bands::parse(const Json& definition) {
  std::vector<Diagnostic> found;
  Bands bands = parse(definition, "", found);
  throw_if_any(std::move(found));
  return bands;
}

Json Bands::to_json() const {
  Json bands = Json::array();
  for (const Band& band : bands_) {
    Json one = {{"code", band.code}, {"name", band.name}};
    if (band.from) one["from"] = *band.from;
    if (band.to) one["to"] = *band.to;
    bands.push_back(std::move(one));
  }
  Json json = {{"attribute", attribute_}, {"bands", std::move(bands)}};
  if (on_manual_ != OnManual::refuse) json["on_manual"] = word_of(on_manual_);
  return json;
}

std::optional<std::size_t> Bands::index_of(std::int64_t value) const noexcept {
  const auto above = std::partition_point(bands_.begin(), bands_.end(),
                                          [&](const Band& band) { return band.to && *band.to <= value; });
  if (above == bands_.end() || (above->from && value < *above->from)) return std::nullopt;
  return static_cast<std::size_t>(above - bands_.begin());
}

}  // namespace crmcore::classification
