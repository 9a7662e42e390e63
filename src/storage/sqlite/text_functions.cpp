#include "storage/sqlite/text_functions.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <vector>

#include "storage/sqlite/callbacks.hpp"
#include "storage/sqlite/result_code.hpp"

namespace crmcore::sqlite {
namespace {

constexpr int kAtStart = 1;
constexpr int kAtEnd = 2;

bool is_any_null(int count, sqlite3_value** values) {
  return std::any_of(values, values + count,
                     [](sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; });
}

std::string_view text_argument(sqlite3_value* value) {
  const void* text = sqlite3_value_text(value);
  if (text == nullptr) throw std::bad_alloc();
  return {static_cast<const char*>(text), static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

std::string_view blob_argument(sqlite3_value* value) {
  const void* bytes = sqlite3_value_blob(value);
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

// Linear, unlike std::string_view::find.
std::size_t find_from(std::string_view text, std::size_t from, std::string_view part) {
  const void* found = ::memmem(text.data() + from, text.size() - from, part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80;
}

std::size_t next_character(std::string_view text, std::size_t at) {
  do {
    ++at;
  } while (at < text.size() && !begins_character(text[at]));
  return at;
}

std::size_t previous_character(std::string_view text, std::size_t at) {
  do {
    --at;
  } while (at > 0 && !begins_character(text[at]));
  return at;
}

// Answers SQLite with what `body` does, and with its exceptions.
template <class Body>
void answer(sqlite3_context* context, Body body) noexcept {
  try {
    body();
  } catch (...) {
    sqlite3_result_error_nomem(context);
  }
}

void give(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void find_text(sqlite3_context* context, int count, sqlite3_value** values) {
  if (is_any_null(count, values)) return;
  answer(context, [&] {
    const bool are_blobs =
        sqlite3_value_type(values[0]) == SQLITE_BLOB && sqlite3_value_type(values[1]) == SQLITE_BLOB;
    const std::string_view text = are_blobs ? blob_argument(values[0]) : text_argument(values[0]);
    const std::string_view part = are_blobs ? blob_argument(values[1]) : text_argument(values[1]);
    const std::size_t at = part.empty() ? 0 : find_from(text, 0, part);
    if (at == std::string_view::npos) {
      sqlite3_result_int(context, 0);
    } else if (are_blobs) {
      sqlite3_result_int64(context, static_cast<sqlite3_int64>(at) + 1);
    } else {
      sqlite3_result_int64(
          context,
          std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), begins_character) + 1);
    }
  });
}

void replace_text(sqlite3_context* context, int count, sqlite3_value** values) {
  if (is_any_null(count, values)) return;
  answer(context, [&] {
    const std::string_view text = text_argument(values[0]);
    const std::string_view part = text_argument(values[1]);
    const std::string_view other = text_argument(values[2]);
    if (part.empty()) {
      sqlite3_result_value(context, values[0]);
      return;
    }
    const auto bytes_max =
        static_cast<std::size_t>(sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1));
    std::string replaced;
    std::size_t done = 0;
    while (replaced.size() <= bytes_max) {
      const std::size_t at = find_from(text, done, part);
      replaced.append(text, done, at - done);
      if (at == std::string_view::npos) break;
      replaced.append(other);
      done = at + part.size();
    }
    if (replaced.size() > bytes_max) {
      sqlite3_result_error_toobig(context);
    } else {
      give(context, replaced);
    }
  });
}

void trim_text(sqlite3_context* context, int count, sqlite3_value** values) {
  if (is_any_null(count, values)) return;
  answer(context, [&] {
    const auto sides = reinterpret_cast<std::intptr_t>(sqlite3_user_data(context));
    std::string_view text = text_argument(values[0]);
    const std::string_view set = text_argument(values[1]);
    std::vector<std::string_view> characters;
    for (std::size_t at = 0, next = 0; at < set.size(); at = next) {
      next = next_character(set, at);
      characters.push_back(set.substr(at, next - at));
    }
    std::sort(characters.begin(), characters.end());
    const auto is_trimmed = [&](std::string_view character) {
      return std::binary_search(characters.begin(), characters.end(), character);
    };
    while ((sides & kAtStart) != 0 && !text.empty()) {
      const std::size_t next = next_character(text, 0);
      if (!is_trimmed(text.substr(0, next))) break;
      text.remove_prefix(next);
    }
    while ((sides & kAtEnd) != 0 && !text.empty()) {
      const std::size_t last = previous_character(text, text.size());
      if (!is_trimmed(text.substr(last))) break;
      text.remove_suffix(text.size() - last);
    }
    give(context, text);
  });
}

void match_like(sqlite3_context* context, int count, sqlite3_value** values) {
  auto& state = *static_cast<Connection::State*>(sqlite3_user_data(context));
  if (must_stop(state)) {
    sqlite3_result_error_code(context, SQLITE_INTERRUPT);
    return;
  }
  if (is_any_null(count, values)) return;
  answer(context, [&] {
    const std::string_view pattern = text_argument(values[0]);
    const std::string_view text = text_argument(values[1]);
    if (pattern.size() >
        static_cast<std::size_t>(sqlite3_limit(state.db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1))) {
      sqlite3_result_error(context, "LIKE or GLOB pattern too complex", -1);
      return;
    }
    unsigned escape = 0;
    if (count == 3) {
      const std::string_view given = text_argument(values[2]);
      if (given.empty() || next_character(given, 0) != given.size()) {
        sqlite3_result_error(context, "ESCAPE expression must be a single character", -1);
        return;
      }
      if (given == "%" || given == "_" || static_cast<unsigned char>(given[0]) >= 0x80) {
        sqlite3_result_error(context, "ESCAPE takes one ASCII character other than % and _", -1);
        return;
      }
      escape = static_cast<unsigned char>(given[0]);
    }
    sqlite3_result_int(context, sqlite3_strlike(pattern.data(), text.data(), escape) == 0 ? 1 : 0);
  });
}

void refuse_set(sqlite3_context* context, int /*count*/, sqlite3_value** /*values*/) {
  sqlite3_result_error(context, "unhex takes one argument here; take other characters out before", -1);
}

struct Function {
  const char* name;
  int arguments;
  int sides;
  void (*run)(sqlite3_context*, int, sqlite3_value**);
};

constexpr Function kTextFunctions[] = {
    {"instr", 2, 0, find_text},
    {"replace", 3, 0, replace_text},
    {"trim", 2, kAtStart | kAtEnd, trim_text},
    {"ltrim", 2, kAtStart, trim_text},
    {"rtrim", 2, kAtEnd, trim_text},
    {"unhex", 2, 0, refuse_set},
};

}  // namespace

void replace_text_functions(Connection::State& state) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  const auto add = [&](const char* name, int arguments, void* user, auto run) {
    const int result =
        sqlite3_create_function_v2(state.db, name, arguments, kFlags, user, run, nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) throw_sqlite_error(state.db, result, "adding a function");
  };
  for (const Function& function : kTextFunctions) {
    add(function.name, function.arguments,
        reinterpret_cast<void*>(static_cast<std::intptr_t>(function.sides)), function.run);
  }
  for (const int arguments : {2, 3}) add("like", arguments, &state, match_like);
}

}  // namespace crmcore::sqlite
