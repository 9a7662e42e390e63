// Documents of every kind, mutated: fuzz_mutants ROOT SECONDS [SEED [ROUNDS]]
//
// The stories of tests/c/golden are played, and before each call mutants of it are tried, each in a
// transaction that is rolled back, so that they find what the call would. Schemes and policies have cases of
// their own. A mutant is accepted, or refused with a code that says what is wrong with it and paths that
// point into it; it takes less than a second and leaves nothing behind. Round r with the same seed always
// tries the same. What is being tried lies in the file that is told first, for whoever looks for what ended
// the process.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/mutants/mutator.hpp"
#include "fuzz/target.hpp"
#include "open_or_make.hpp"

using namespace crmcore;

namespace {

// Whether what is said of a refusal is looked at too: one line, and not long.
constexpr bool kLooksAtMessages = true;
constexpr std::size_t kMessageBytesMax = 1024;
constexpr double kSecondsMax = 1;
constexpr int kMutantsOfCall = 8;
constexpr int kMutantsOfDocument = 40;
constexpr std::int64_t kGoldenNow = 1'705'320'000'000'000;  // 2024-01-15 12:00 UTC, as tests/c/golden.py

double seconds_of_work() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Call {
  std::string method;
  Json request;
  int mutants = 0;
};

// Sets what a JSON Pointer names in a document.
void put_at(Json& document, std::string_view path, const Json& value) {
  Json* place = &document;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view key = path.substr(0, path.find('/'));
    path.remove_prefix(key.size());
    const bool is_index = place->is_array();
    if (is_index && std::strtoul(std::string(key).c_str(), nullptr, 10) >= place->size()) return;
    place = is_index ? &(*place)[std::strtoul(std::string(key).c_str(), nullptr, 10)] : &(*place)[key];
    if (!path.empty() && !place->is_array() && !place->is_object()) *place = Json::object();
  }
  *place = value;
}

// The cases of a kind of document: the one that is right, and those that are refused, themselves right but
// for one place.
std::vector<Json> documents_of(const std::string& path) {
  const Json cases = parse_json(fault::read_bytes(path));
  std::vector<Json> documents{cases["document"]};
  for (const Json& one : cases["refused"]) {
    if (!one.contains("at") || !one.contains("put")) continue;
    documents.push_back(cases["document"]);
    put_at(documents.back(), one["at"].text(), one["put"]);
  }
  return documents;
}

std::vector<std::vector<Call>> stories_of(const std::string& root) {
  std::vector<std::vector<Call>> stories;
  for (const char* name : {"archive", "service"}) {
    std::vector<Call>& story = stories.emplace_back();
    const Json steps = parse_json(fault::read_bytes(root + "/tests/c/golden/" + name + ".json"));
    for (const Json& step : steps) {
      story.push_back({step["method"].text(), step["request"], kMutantsOfCall});
    }
  }
  // They read what the last story has left.
  const auto add = [&](const std::string& cases, const char* method, const char* member, const Json& beside) {
    for (Json& document : documents_of(root + cases)) {
      Json request = beside;
      request[member] = std::move(document);
      stories.back().push_back({method, std::move(request), kMutantsOfDocument});
    }
  };
  add("/tests/grading/scheme_cases.json", "grading.put_scheme", "document", Json::object());
  add("/tests/grading/scheme_cases.json", "grading.what_if", "candidate", {{"scheme", "value"}});
  add("/tests/assignment/policy_cases.json", "assignment.put_policy", "document", Json::object());
  return stories;
}

void collect_words(Json document, std::vector<std::string>& words) {
  for (const Json* place : fuzz::places_of(document)) {
    if (place->is_string() && place->text().size() < 40) words.push_back(place->text());
    if (!place->is_object()) continue;
    for (const auto& member : place->items()) words.push_back(member.first);
  }
}

// The next part of a JSON Pointer, which it takes away.
std::string take_part(std::string_view& path) {
  path.remove_prefix(1);
  std::string part(path.substr(0, path.find('/')));
  path.remove_prefix(part.size());
  for (std::size_t at = 0; (at = part.find('~', at)) != std::string::npos; ++at) {
    part.replace(at, 2, part.substr(at + 1, 1) == "1" ? "/" : "~");
  }
  return part;
}

// True for a path to a value of the request, or to a member that it or a member that it lacks would have.
// Null is what is absent.
bool points_into(const Json& request, std::string_view path) {
  // A row of a file, which is a text of the request, or what the caller gave beside it.
  if (path.starts_with("/lines/") || path == "/method" || path == "/request") return true;
  const Json* place = &request;
  while (!path.empty()) {
    if (!path.starts_with('/')) return false;
    const std::string part = take_part(path);
    char* end = nullptr;
    const unsigned long index = std::strtoul(part.c_str(), &end, 10);
    const bool is_index = !part.empty() && *end == '\0';
    const bool is_absent = place == nullptr || place->is_null();
    if (!is_absent && place->is_array()) {
      if (!is_index || index >= place->size()) return false;
      place = &(*place)[index];
    } else {
      if (is_absent ? is_index : !place->is_object()) return false;
      place = is_absent ? nullptr : place->find(part);
    }
  }
  return true;
}

class Trial {
 public:
  Trial() {
    std::filesystem::current_path(static_cast<const std::string&>(folder_ / ""));
    std::printf("what is tried lies in %s\n", (folder_ / "mutant").c_str());
  }

  void begin() {
    connection_.reset();
    database_.reset();
    std::filesystem::remove_all("archive.crm");
    for (const auto& one : std::filesystem::directory_iterator(".")) std::filesystem::remove_all(one.path());
    OpenOptions options;
    options.durability = Durability::relaxed;
    options.time_zone = "Asia/Shanghai";  // as in tests/c/golden.py
    database_ = std::make_unique<Database>(open_or_make("archive.crm", options));
    connection_ = std::make_unique<Connection>(database_->connect());
    connection_->set_now(kGoldenNow);
    connection_->set_actor("test");
    connection_->set_progress([this](std::int64_t, std::int64_t) { return ++asked_ > 100; });
  }

  // A call of the story itself, which may be one that is refused.
  void play(const Call& call) {
    asked_ = 0;
    try {
      connection_->call(call.method, dump_json(call.request));
    } catch (const Error&) {
      // The golden test says which and how.
    }
  }

  void try_out(const std::string& method, const std::string& request) {
    fault::write_bytes(folder_ / "mutant", method + '\n' + request);
    // These two are not for a transaction.
    const bool is_alone = method == "database.verify" || method == "database.backup";
    asked_ = 0;
    if (!is_alone) connection_->begin();
    const double begun = seconds_of_work();
    try {
      const std::string answer = connection_->call(method, request);
      if (!parse_json(answer).is_object()) fail(method, request, "the answer is no object");
    } catch (const Error& error) {
      look_at(error, method, request);
    }
    const double taken = seconds_of_work() - begun;
    if (!is_alone) connection_->rollback();
    if (taken > kSecondsMax) fail(method, request, "took " + std::to_string(taken) + " s");
    ++tried_;
  }

  std::int64_t tried() const { return tried_; }
  int findings() const { return findings_; }

 private:
  void look_at(const Error& error, const std::string& method, const std::string& request) {
    switch (error.code()) {
      case Code::internal:
      case Code::corrupt:
      case Code::unknown:
      case Code::no_memory:
      case Code::io:
        return fail(method, request, std::string(code_name(error.code())) + ": " + error.message());
      default:
        break;
    }
    Json document;
    try {
      document = parse_json(request);
    } catch (const Error&) {
      return;  // the path leads to where reading it ended
    }
    for (const Diagnostic& one : error.diagnostics()) {
      if (!points_into(document, one.path)) fail(method, request, "path " + one.path + ": " + one.message);
      if (!kLooksAtMessages) continue;
      if (one.message.size() > kMessageBytesMax || one.message.find('\n') != std::string::npos) {
        fail(method, request, "message: " + one.message);
      }
    }
  }

  void fail(const std::string& method, const std::string& request, const std::string& what) {
    ++findings_;
    std::fprintf(stderr, "finding: %s\n%s\n%.2000s\n\n", what.c_str(), method.c_str(), request.c_str());
  }

  fault::Folder folder_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Connection> connection_;
  int asked_ = 0;
  std::int64_t tried_ = 0;
  int findings_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const double seconds = std::atof(argv[2]);
  const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
  const std::uint64_t rounds = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : UINT64_MAX;
  const auto stories = stories_of(std::filesystem::absolute(argv[1]).string());
  std::vector<std::string> words;
  for (const auto& story : stories) {
    for (const Call& call : story) collect_words(call.request, words);
  }
  Trial trial;
  const std::time_t begun = std::time(nullptr);
  const auto is_over = [&] { return std::difftime(std::time(nullptr), begun) >= seconds; };
  std::uint64_t place = 0;
  for (std::uint64_t round = 0; round < rounds && !is_over(); ++round) {
    for (const auto& story : stories) {
      trial.begin();
      for (const Call& call : story) {
        for (int i = 0; i < call.mutants && !is_over(); ++i) {
          fuzz::Mutator mutator(seed * 1'000'003 + ++place, words);
          trial.try_out(call.method, mutator.mutate(call.request));
        }
        trial.play(call);
      }
    }
  }
  std::printf("%lld mutants, seed %llu, %d findings\n", static_cast<long long>(trial.tried()),
              static_cast<unsigned long long>(seed), trial.findings());
  return trial.findings() == 0 && trial.tried() > 0 ? 0 : 1;
}
