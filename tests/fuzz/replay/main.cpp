// Runs a fuzz target over the files of a folder, for builds without a fuzzer: fuzz_replay TARGET FOLDER
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <vector>

#include "fuzz/target.hpp"

namespace {

using Target = int (*)(const std::uint8_t* data, std::size_t size);

struct Named {
  std::string_view name;
  Target target;
};

}  // namespace

// CRMCORE_FUZZ_TARGETS is a FUZZ_TARGET(name) for each source of tests/fuzz, by tests/CMakeLists.txt.
#define FUZZ_TARGET(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size);
CRMCORE_FUZZ_TARGETS
#undef FUZZ_TARGET

int main(int argc, char** argv) {
#define FUZZ_TARGET(name) {#name, fuzz_##name},
  constexpr Named kTargets[] = {CRMCORE_FUZZ_TARGETS};
#undef FUZZ_TARGET
  if (argc != 3) return 2;
  const auto target = std::find_if(std::begin(kTargets), std::end(kTargets),
                                   [&](const Named& one) { return one.name == argv[1]; });
  if (target == std::end(kTargets)) return 2;
  std::vector<std::filesystem::path> inputs;
  for (const auto& entry : std::filesystem::directory_iterator(argv[2])) inputs.push_back(entry.path());
  std::sort(inputs.begin(), inputs.end());
  for (const auto& input : inputs) {
    std::printf("%s\n", input.filename().c_str());
    std::fflush(stdout);
    const std::string bytes = crmcore::fault::read_bytes(input.string());
    target->target(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  return inputs.empty() ? 1 : 0;
}
