#include "engine/grading/schemes.hpp"

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "storage/scheme_store.hpp"

namespace crmcore::engine {
namespace {

using storage::SchemeStore;

storage::SchemeRow require_scheme(SchemeStore& store, std::string_view code) {
  if (code.size() <= 128 && !text::find_invalid_utf8(code)) {
    if (auto row = store.find(text::key_form(code))) return *row;
  }
  std::string known;
  for (const auto& row : store.all()) known.append(known.empty() ? "" : ", ").append(row.code);
  throw Error(
      Code::not_found,
      fmt::format("no scheme {}; there {}", text::quoted(code), known.empty() ? "is none" : "are " + known),
      "/scheme");
}

// A document without a version becomes the one after the newest.
Json with_version(SchemeStore& store, const Json& document) {
  if (!document.is_object() || document.contains("version") || !document.contains("code") ||
      !document["code"].is_string()) {
    return document;
  }
  const auto& code = document["code"].text();
  std::int32_t last = 0;
  if (code.size() <= 128 && !text::find_invalid_utf8(code)) {
    if (const auto known = store.find(text::key_form(code))) last = store.last_version(known->id);
  }
  Json numbered = document;
  numbered["version"] = last + 1;
  return numbered;
}

void require_same_frame(SchemeStore& store, const storage::SchemeRow& known, const grading::Scheme& scheme) {
  if (known.subject != scheme.subject) {
    throw Error(
        Code::conflict,
        fmt::format("scheme {} grades {}; another subject needs another scheme", known.code, known.subject),
        "/subject");
  }
  const auto grades = store.grades(known.id);
  for (const auto& row : grades) {
    const auto place = static_cast<std::size_t>(row.grade);
    const bool is_same = row.grade < 0 ? row.name == scheme.blocked_grade
                                       : place < scheme.grades.size() && row.name == scheme.grades[place];
    if (is_same && grades.size() == scheme.grades.size() + 1) continue;
    throw Error(
        Code::conflict,
        fmt::format("scheme {} has other grades; they may not change between versions, since the grades "
                    "given so far would change their meaning: take another code",
                    known.code),
        "/grades");
  }
}

SchemeId create_series(SchemeStore& store, const grading::Scheme& scheme) {
  const SchemeId id{store.last_id().value + 1};
  store.insert({id, scheme.code, scheme.subject}, text::key_form(scheme.code));
  for (std::size_t g = 0; g < scheme.grades.size(); ++g) {
    store.insert(id, {static_cast<std::int32_t>(g), scheme.grades[g]});
  }
  store.insert(id, {grading::kBlocked, scheme.blocked_grade});
  return id;
}

SchemeInfo info_of(SchemeStore& store, const storage::SchemeRow& row) {
  const std::int32_t version = store.last_version(row.id);
  return {row.id, row.code, version, row.subject, store.is_used(row.id, version)};
}

}  // namespace

SchemeInfo put_scheme(Session& session, const Json& document) {
  WriteScope write(session);
  SchemeStore store(write.db());
  const grading::Scheme scheme = grading::parse_scheme(with_version(store, document));
  const std::string canonical = dump_json(grading::scheme_json(scheme));
  const auto known = store.find(text::key_form(scheme.code));
  if (known) {
    require_same_frame(store, *known, scheme);
    const std::int32_t last = store.last_version(known->id);
    const auto stored = store.document(known->id, scheme.version);
    if (stored == canonical) return info_of(store, *known);
    if (stored && store.is_used(known->id, scheme.version)) {
      throw Error(
          Code::conflict,
          fmt::format("version {} of scheme {} was used by a review and cannot change; the next is {}",
                      scheme.version, known->code, last + 1),
          "/version");
    }
    if (!stored && scheme.version != last + 1) {
      throw Error(
          Code::conflict,
          fmt::format("the next version of scheme {} is {}, not {}", known->code, last + 1, scheme.version),
          "/version");
    }
  } else if (scheme.version != 1) {
    throw Error(Code::conflict, fmt::format("the first version of a scheme is 1, not {}", scheme.version),
                "/version");
  }
  const SchemeId id = known ? known->id : create_series(store, scheme);
  const Json body{{"scheme", scheme.code}, {"version", scheme.version}};
  const std::int64_t seq = write.journal().add(kSchemePut, {}, dump_json(body));
  store.put_version(id, scheme.version, canonical, seq);
  const SchemeInfo info = info_of(store, {id, scheme.code, scheme.subject});
  write.commit();
  return info;
}

std::vector<SchemeInfo> list_schemes(Session& session) {
  SchemeStore store(session.db());
  std::vector<SchemeInfo> schemes;
  for (const auto& row : store.all()) schemes.push_back(info_of(store, row));
  return schemes;
}

std::string scheme_document(Session& session, std::string_view code, std::optional<std::int32_t> version) {
  return dump_json(grading::scheme_json(load_scheme(session.db(), code, version).scheme));
}

LoadedScheme load_scheme(sqlite::Connection& db, std::string_view code, std::optional<std::int32_t> version) {
  SchemeStore store(db);
  const auto row = require_scheme(store, code);
  return load_scheme(db, row.id, version.value_or(store.last_version(row.id)));
}

LoadedScheme load_scheme(sqlite::Connection& db, SchemeId id, std::int32_t version) {
  SchemeStore store(db);
  const auto document = store.document(id, version);
  if (!document) {
    throw Error(
        Code::not_found,
        fmt::format("the scheme has no version {}; the newest is {}", version, store.last_version(id)),
        "/version");
  }
  return {id, grading::parse_scheme(parse_json(*document))};
}

}  // namespace crmcore::engine
