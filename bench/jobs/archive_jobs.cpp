// Loading customers, looking them up, opening a file.
#include <array>
#include <optional>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/classification.hpp"

#include "jobs/jobs.hpp"

namespace bench {
namespace {

constexpr std::size_t kLookups = 200'000;
constexpr std::size_t kGatewayLookups = 20'000;

// Not measured: no peer has trees or definitions.
void define_axes(crmcore::Connection& connection) {
  crmcore::Classification classification(connection);
  const auto put = [&](const char* axis, const char* kind, const std::vector<crmcore::NodeInput>& nodes) {
    crmcore::AxisInput input;
    input.code = axis;
    input.name = axis;
    input.kind = kind;
    classification.define_axis(input);
    classification.put_nodes(axis, nodes);
  };
  std::vector<crmcore::NodeInput> nodes;
  const auto add = [&](std::string code, std::string name) -> crmcore::NodeInput& {
    crmcore::NodeInput& node = nodes.emplace_back();
    node.code = std::move(code);
    node.name = std::move(name);
    return node;
  };
  for (int i = 0; i < kRegions; ++i) {
    const Region made = region(i);
    crmcore::NodeInput& node = add(made.code, made.name);
    if (made.parent >= 0) node.parent = region(made.parent).code;
  }
  put("region", "tree", nodes);
  nodes.clear();
  for (const std::string_view name : kOwnerships) add(std::string(name), std::string(name));
  put("ownership", "list", nodes);
  nodes.clear();
  for (int i = 0; i < kIndustries; ++i) add(industry_code(i), "industry " + industry_code(i));
  put("industry", "list", nodes);
  crmcore::AttributeDefinition assets;
  assets.code = "total_assets";
  assets.name = assets.code;
  assets.type = crmcore::AttributeType::money;
  crmcore::Archive(connection).define_attribute(assets);
}

crmcore::CustomerInput input_of(const Customer& made, const std::vector<std::string>& region_codes) {
  crmcore::CustomerInput input;
  input.code = made.code;
  input.name = made.name;
  input.since = crmcore::Date{made.since_day};
  input.attributes.push_back({"total_assets", made.assets, crmcore::Date{made.since_day}});
  input.classes = {{"region", region_codes[static_cast<std::size_t>(made.region)]},
                   {"ownership", std::string(kOwnerships.at(static_cast<std::size_t>(made.ownership)))},
                   {"industry", industry_code(made.industry)}};
  return input;
}

// One look-up that reads everything of the answer; returns its size.
using LookUp = std::size_t (*)(crmcore::Connection& connection, std::int64_t id, const std::string& code);

std::size_t size_of(const std::optional<crmcore::Customer>& customer) {
  if (!customer) fail("crmcore: a customer is missing");
  return customer->code.size() + customer->name.size() + customer->short_name.size() +
         static_cast<std::size_t>(customer->since.days) + static_cast<std::size_t>(customer->version);
}

std::size_t by_id(crmcore::Connection& connection, std::int64_t id, const std::string&) {
  return size_of(crmcore::Archive(connection).find(crmcore::CustomerId{id}));
}

std::size_t by_code(crmcore::Connection& connection, std::int64_t, const std::string& code) {
  return size_of(crmcore::Archive(connection).find(code));
}

// What the gateway's archive.get answers, through C++.
std::size_t in_full(crmcore::Connection& connection, std::int64_t, const std::string& code) {
  crmcore::Archive archive(connection);
  const auto customer = archive.find(code);
  const std::size_t size = size_of(customer);
  return size + crmcore::Classification(connection).of(customer->id).size() +
         archive.attributes(customer->id).size() + archive.contacts(customer->id).size();
}

std::size_t by_gateway(crmcore::Connection& connection, std::int64_t, const std::string& code) {
  return connection.call("archive.get", "{\"customer\":\"" + code + "\"}").size();
}

}  // namespace

std::string industry_code(int industry) {
  return {static_cast<char>('A' + industry)};
}

void load_customers(const Arguments& arguments) {
  const std::string path = arguments.place + kCustomersFile;
  remove_database(path);
  const Workload workload(arguments.customers);
  std::vector<std::string> region_codes;
  for (int i = 0; i < kRegions; ++i) region_codes.push_back(region(i).code);
  Stopwatch watch;
  {
    crmcore::OpenOptions options;
    options.create = true;
    const crmcore::Database database = crmcore::Database::open(path, options);
    crmcore::Connection connection = database.connect();
    define_axes(connection);
    crmcore::Archive archive(connection);
    watch.start();
    connection.begin();
    watch.stop();
    std::vector<crmcore::CustomerInput> chunk;
    for (std::int64_t id = 1; id <= workload.customers();) {
      for (chunk.clear(); chunk.size() < kCustomerChunk && id <= workload.customers(); ++id) {
        chunk.push_back(input_of(workload.customer(id), region_codes));
      }
      watch.start();
      archive.put(chunk);
      watch.stop();
    }
    watch.start();
    connection.commit();
    watch.stop();
  }
  Report(kUs, arguments, workload.customers(), watch)
      .add("file_mb", file_megabytes(arguments, kCustomersFile))
      .print();
}

void look_up(const Arguments& arguments) {
  const std::string& job = arguments.job;
  const LookUp look_up = job == "lookup_id"     ? by_id
                         : job == "lookup_code" ? by_code
                         : job == "lookup_full" ? in_full
                                                : by_gateway;
  const std::size_t count =
      call_count(arguments, look_up == by_id || look_up == by_code ? kLookups : kGatewayLookups);
  const crmcore::Database database = open_existing(arguments, kCustomersFile);
  crmcore::Connection connection = database.connect();
  const Workload workload(arguments.customers);
  const std::vector<std::int64_t> ids = lookup_ids(arguments.customers, count);
  std::vector<std::string> codes;
  for (const std::int64_t id : ids) codes.push_back(workload.customer(id).code);
  look_up(connection, ids[0], codes[0]);  // opens the connection's reader, as the peers have theirs
  std::size_t bytes = 0;
  Stopwatch watch;
  watch.start();
  for (std::size_t i = 0; i < count; ++i) bytes += look_up(connection, ids[i], codes[i]);
  watch.stop();
  if (bytes == 0) fail("crmcore: nothing was read");
  Report(kUs, arguments, static_cast<std::int64_t>(count), watch).print();
}

// The job "open" measures the opening alone.
void open_and_close(const Arguments& arguments) {
  const std::size_t count = call_count(arguments, 200);
  const bool is_open_alone = arguments.job == "open";
  std::vector<double> seconds;
  Stopwatch watch;
  for (std::size_t i = 0; i < count; ++i) {
    double needed = 0;
    watch.start();
    {
      const crmcore::Database database = open_existing(arguments, kCustomersFile);
      if (is_open_alone) needed = watch.stop();
      crmcore::Connection connection = database.connect();
      by_id(connection, 1, {});
    }
    seconds.push_back(is_open_alone ? needed : watch.stop());
  }
  Report(kUs, arguments, static_cast<std::int64_t>(count), watch)
      .add("median_seconds", median(seconds))
      .print();
}

}  // namespace bench
