// A policy document: refused, or stored in a canonical form that is the same when it is put again, and
// applied.
#include "base/json.hpp"
#include "fuzz/target.hpp"

using namespace crmcore;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string document(fuzz::text_of(data, size));
  fuzz::Archive::instance().try_out([&](Connection& connection) {
    const Json put = parse_json(connection.call("assignment.put_policy", R"({"document":)" + document + "}"));
    const std::string policy = dump_json(put["policy"]);
    const Json canonical =
        parse_json(connection.call("assignment.get_policy", R"({"policy":)" + policy + "}"))["document"];
    const Json again =
        parse_json(connection.call("assignment.put_policy", R"({"document":)" + dump_json(canonical) + "}"));
    if (again["version"] != put["version"] || again["is_unchanged"] != true)
      fuzz::report("the canonical form is another policy");
    connection.call("assignment.commit", R"({"as_of":"2024-07-01","policy":)" + policy + "}");
    const Json second = parse_json(
        connection.call("assignment.preview", R"({"as_of":"2024-07-01","policy":)" + policy + "}"));
    if (second["moved"] != 0 || second["placed"] != 0)
      fuzz::report("a second run on the same data moved somebody");
  });
  return 0;
}
