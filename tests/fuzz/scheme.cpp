// A scheme document: refused, or stored in a canonical form that is the same when it is put again, and graded
// by.
#include "base/json.hpp"
#include "fuzz/target.hpp"

using namespace crmcore;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string document(fuzz::text_of(data, size));
  fuzz::Archive::instance().try_out([&](Connection& connection) {
    const Json put = parse_json(connection.call("grading.put_scheme", R"({"document":)" + document + "}"));
    const std::string scheme = dump_json(put["scheme"]);
    const Json canonical =
        parse_json(connection.call("grading.get_scheme", R"({"scheme":)" + scheme + "}"))["document"];
    const Json again =
        parse_json(connection.call("grading.put_scheme", R"({"document":)" + dump_json(canonical) + "}"));
    if (again["version"] != put["version"] || again["is_unchanged"] != true)
      fuzz::report("the canonical form is another scheme");
    connection.call("grading.preview", R"({"as_of":"2024-07-01","kind":"ad_hoc","scheme":)" + scheme + "}");
    connection.call("grading.what_if", R"({"scheme":"value","candidate":)" + dump_json(canonical) + "}");
  });
  return 0;
}
