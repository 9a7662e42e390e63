// A gateway call: a line with the method, then the request. Whatever is answered is JSON.
#include "base/json.hpp"
#include "fuzz/target.hpp"

using namespace crmcore;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view request = fuzz::text_of(data, size);
  const std::string_view method = fuzz::take_line(request);
  if (method.starts_with("database.verify")) return 0;  // slow, and it takes next to nothing
  fuzz::Archive::instance().try_out([&](Connection& connection) {
    const std::string answer = connection.call(method, request);
    if (!parse_json(answer).is_object()) fuzz::report("the answer is no object");
  });
  return 0;
}
