#include "storage/consideration.hpp"

#include "storage/packed_numbers.hpp"

namespace crmcore::storage {
namespace {

constexpr std::int64_t kListedMax = 1 << 16;  // of a damaged body, before memory is taken for it

std::int64_t read_size(NumberReader& reader) {
  const std::int64_t size = reader.next();
  if (size < 0 || size > kListedMax) reader.fail();
  return size;
}

}  // namespace

std::vector<std::uint8_t> pack_findings(std::span<const StageFindingRow> findings) {
  std::vector<std::uint8_t> body;
  NumberWriter writer(body);
  for (const StageFindingRow& finding : findings) {
    writer.add(finding.stage).add(static_cast<std::uint64_t>(finding.counts.size()));
    for (const auto& [rejection, count] : finding.counts) writer.add(rejection).add(count);
    writer.add(static_cast<std::uint64_t>(finding.candidates.size()));
    for (const auto& [manager, rejection] : finding.candidates) writer.add(rejection).add(manager.value);
  }
  return body;
}

std::vector<StageFindingRow> unpack_findings(std::span<const std::uint8_t> body) {
  std::vector<StageFindingRow> findings;
  NumberReader reader(body, "the findings of a run are damaged");
  while (!reader.is_at_end()) {
    StageFindingRow& finding = findings.emplace_back();
    finding.stage = reader.next32();
    for (std::int64_t left = read_size(reader); left > 0; --left) {
      const std::int32_t rejection = reader.next32();
      finding.counts.emplace_back(rejection, reader.next32());
    }
    for (std::int64_t left = read_size(reader); left > 0; --left) {
      const std::int32_t rejection = reader.next32();
      finding.candidates.emplace_back(ManagerId{reader.next()}, rejection);
    }
  }
  return findings;
}

}  // namespace crmcore::storage
