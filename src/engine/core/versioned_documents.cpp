// A put is idempotent: a document that is the newest version, or the one that it names, is that version, and
// nothing is written. Whoever puts the same file with every start of a program gets one version, where a new
// one would reset every streak that was counted under the old. What is compared is the canonical text, apart
// from the number of the version, so that spelling, order and stated defaults do not count; nor does it count
// that the canonical form was another when the document was put. Invariant: versions are numbered from 1
// without gaps, and one that was used is never changed. An older document that is put again becomes the
// newest version, since the newest is what is in force. tests/engine/versioned_documents_test.cpp holds all
// of it for every kind.
#include "engine/core/versioned_documents.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>

#include "crmcore/error.hpp"
#include "crmcore/words.hpp"

#include "base/digest.hpp"
#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

// What makes a version immutable.
std::string_view user_of(storage::DocumentKind kind) noexcept {
  return kind == storage::DocumentKind::scheme ? "a review" : "a run";
}

std::string document_digest(std::string_view document) {
  Digester digester;
  digester.bytes(document.data(), document.size());
  return to_hex(digester.finish());
}

}  // namespace

std::optional<storage::SeriesRow> VersionedDocuments::find(std::string_view code) {
  if (code.size() > kCodeBytesMax || text::find_invalid_utf8(code)) return std::nullopt;
  return store_.find(text::key_form(code));
}

storage::SeriesRow VersionedDocuments::require(std::string_view code) {
  if (auto row = find(code)) return std::move(*row);
  std::vector<std::string> known;
  for (auto& row : store_.all()) known.push_back(std::move(row.code));
  throw Error(Code::not_found,
              fmt::format("no {} {}; there {}", word_of(kind_), text::quoted(code),
                          known.empty() ? "is none" : fmt::format("are {}", fmt::join(known, ", "))),
              fmt::format("/{}", word_of(kind_)));
}

Json VersionedDocuments::load(storage::SeriesId series, std::optional<std::int32_t> version) {
  const std::int32_t newest = store_.last_version(series);
  if (const auto document = store_.document(series, version.value_or(newest))) {
    return storage::read_stored(word_of(kind_), [&] { return parse_json(*document); });
  }
  throw Error(Code::not_found,
              fmt::format("the {} has no version {}; the newest is {}", word_of(kind_),
                          version.value_or(newest), newest),
              "/version");
}

DocumentPlace VersionedDocuments::place(Json canonical, bool names_version, Canonical canonical_of) {
  DocumentPlace place;
  place.code = canonical["code"].text();
  text::require_code(place.code, "/code");
  place.key = text::key_form(place.code);
  const auto named = static_cast<std::int32_t>(canonical["version"].get<std::int64_t>());
  const auto known = store_.find(place.key);
  std::int32_t last = 0;
  if (known) {
    place.series = known->id;
    place.code = known->code;
    last = store_.last_version(known->id);
  } else {
    place.series = storage::SeriesId{store_.last_id().value + 1};
    place.is_first = true;
  }
  canonical["code"] = place.code;
  const auto is_version = [&](std::int32_t version) {
    place.version = version;
    canonical["version"] = version;
    place.document = dump_json(canonical);
    const auto stored = store_.document(place.series, version);
    if (!stored || *stored == place.document) return stored.has_value();
    const auto reread = [&] { return dump_json(canonical_of(parse_json(*stored))); };
    return storage::read_stored(word_of(kind_), reread) == place.document;
  };
  place.is_there = (names_version && is_version(named)) || is_version(last);
  if (place.is_there) return place;
  is_version(names_version ? named : last + 1);
  if (place.version > last + 1) {
    throw Error(Code::conflict,
                known ? fmt::format("the next version of {} {} is {}, not {}", word_of(kind_), place.code,
                                    last + 1, place.version)
                      : fmt::format("the first version of a {} is 1, not {}", word_of(kind_), place.version),
                "/version");
  }
  if (store_.is_used(place.series, place.version)) {
    throw Error(Code::conflict,
                fmt::format("version {} of {} {} was used by {} and cannot change; the next is {}",
                            place.version, word_of(kind_), place.code, user_of(kind_), last + 1),
                "/version");
  }
  return place;
}

void VersionedDocuments::write(Journal& journal, const ChangeKind& change, const DocumentPlace& place,
                               const std::function<void()>& write_terms) {
  assert(!place.is_there);
  Json body = Json::object();
  body[word_of(kind_)] = place.code;
  body["version"] = place.version;
  body["digest"] = document_digest(place.document);
  store_.put(place.series, place.version, place.document, journal.next_seq());
  if (write_terms) write_terms();
  journal.add(change, {}, dump_json(body));
}

std::optional<std::int64_t> VersionedDocuments::first_wrong_change(storage::JournalStore& journal,
                                                                   const ChangeKind& change) {
  std::map<storage::SeriesId, std::string> codes;
  for (auto& row : store_.all()) codes.emplace(row.id, std::move(row.code));
  std::optional<std::int64_t> wrong;
  std::int64_t held = 0;
  store_.versions([&](const storage::DocumentStore::Version& one) {
    ++held;
    const auto code = codes.find(one.series);
    bool is_told = false;
    journal.range(one.change_seq, one.change_seq, [&](const storage::ChangeRow& row) {
      const Json body = storage::read_stored("a change", [&] { return parse_json(row.body); });
      const bool is_other = body.contains("digest") && body["digest"] != document_digest(one.document);
      is_told = row.kind == change.number && code != codes.end() && body[word_of(kind_)] == code->second &&
                body["version"] == one.version && !is_other;
    });
    if (!is_told) wrong = std::min(wrong.value_or(INT64_MAX), std::max<std::int64_t>(one.change_seq, 1));
  });
  std::map<std::pair<std::string, std::int64_t>, std::int64_t> told;  // the change that put each version last
  const std::int64_t last = journal.last_link().change_last;
  journal.range(1, last, [&](const storage::ChangeRow& row) {
    if (row.kind != change.number) return;
    const Json body = storage::read_stored("a change", [&] { return parse_json(row.body); });
    storage::read_stored("a change", [&] {
      told[{body[word_of(kind_)].text(), body["version"].get<std::int64_t>()}] = row.seq;
    });
  });
  if (static_cast<std::int64_t>(told.size()) != held) wrong = std::min(wrong.value_or(INT64_MAX), last);
  return wrong;
}

bool names_version(const Json& document) {
  const Json* version = document.find("version");
  return version != nullptr && !version->is_null();
}

}  // namespace crmcore::engine
