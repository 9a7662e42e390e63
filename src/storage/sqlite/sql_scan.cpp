#include "storage/sqlite/sql_scan.hpp"

#include <algorithm>
#include <optional>

namespace crmcore::sqlite {
namespace {

struct Token {
  bool is_name = false;  // identifier, keyword or quoted text
  bool is_quoted = false;
  std::string text;  // names without quotes, in lower case; else one character
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// Splits as SQLite's tokenizer does, as far as names and parentheses are concerned.
class Tokens {
 public:
  explicit Tokens(std::string_view sql) : rest_(sql) {}

  std::optional<Token> next() {
    skip_blank();
    if (rest_.empty()) return std::nullopt;
    const char first = rest_.front();
    if (first == '\'' || first == '"' || first == '`') return quoted(first);
    if (first == '[') return bracketed();
    if (!is_name_byte(first)) return Token{false, false, std::string(take(1))};
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name_byte);
    const std::string_view word = take(static_cast<std::size_t>(end - rest_.begin()));
    return Token{!is_digit(first), false, lower_name(word)};
  }

 private:
  std::string_view take(std::size_t length) {
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  void skip_past(std::string_view end) {
    const std::size_t at = rest_.find(end);
    take(at == std::string_view::npos ? rest_.size() : at + end.size());
  }

  void skip_blank() {
    while (!rest_.empty()) {
      if (is_space(rest_.front())) {
        take(1);
      } else if (rest_.starts_with("--")) {
        skip_past("\n");
      } else if (rest_.starts_with("/*")) {
        take(2);
        skip_past("*/");
      } else {
        return;
      }
    }
  }

  Token quoted(char quote) {
    std::string text;
    take(1);
    while (!rest_.empty()) {
      const char c = take(1).front();
      if (c == quote && !rest_.starts_with(quote)) break;
      if (c == quote) take(1);
      text += c;
    }
    return Token{true, true, lower_name(text)};
  }

  Token bracketed() {
    take(1);
    const std::string_view text = take(std::min(rest_.find(']'), rest_.size()));
    take(1);
    return Token{true, true, lower_name(text)};
  }

  std::string_view rest_;
};

bool is_word(const std::vector<Token>& tokens, std::size_t at, std::string_view word) {
  return at < tokens.size() && tokens[at].is_name && !tokens[at].is_quoted && tokens[at].text == word;
}

bool is_sign(const std::vector<Token>& tokens, std::size_t at, std::string_view sign) {
  return at < tokens.size() && !tokens[at].is_name && tokens[at].text == sign;
}

bool opens_subquery(const std::vector<Token>& tokens, std::size_t as) {
  std::size_t at = as + 1;
  if (is_word(tokens, at, "not")) ++at;
  if (is_word(tokens, at, "materialized")) ++at;
  return is_sign(tokens, at, "(");
}

// The name before "AS" or before "(columns) AS".
std::optional<std::string> name_before(const std::vector<Token>& tokens, std::size_t as) {
  if (as == 0) return std::nullopt;
  std::size_t at = as - 1;
  if (is_sign(tokens, at, ")")) {
    while (at > 0 && !is_sign(tokens, at, "(")) --at;
    if (at == 0) return std::nullopt;
    --at;
  }
  if (!tokens[at].is_name) return std::nullopt;
  return tokens[at].text;
}

void sort_unique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

SqlScan scan_sql(std::string_view sql) {
  std::vector<Token> tokens;
  Tokens source(sql);
  while (std::optional<Token> token = source.next()) tokens.push_back(std::move(*token));
  SqlScan scan;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    if (tokens[at].is_name) scan.names.push_back(tokens[at].text);
    if (!is_word(tokens, at, "as") || !opens_subquery(tokens, at)) continue;
    if (std::optional<std::string> name = name_before(tokens, at)) scan.cte_names.push_back(std::move(*name));
  }
  sort_unique(scan.names);
  sort_unique(scan.cte_names);
  return scan;
}

bool is_blank_sql(std::string_view sql) {
  Tokens source(sql);
  while (const std::optional<Token> token = source.next()) {
    if (token->is_name || token->text != ";") return false;
  }
  return true;
}

std::string lower_name(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace crmcore::sqlite
