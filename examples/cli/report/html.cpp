#include "report/html.hpp"

#include <algorithm>

namespace report {
namespace {

std::string class_of(const Column& column) {
  constexpr std::string_view kClasses[] = {"", " class=\"number\"", " class=\"grades\"", " class=\"chart\""};
  return std::string(kClasses[static_cast<std::size_t>(column.kind)]);
}

}  // namespace

std::string figure(const Drawn& drawn, std::string_view caption) {
  std::string html = "<figure id=\"" + drawn.id + "\">\n";
  for (const auto& [name, width] : {std::pair{"wide", kWide}, std::pair{"narrow", kNarrow}}) {
    html += "<div class=\"" + std::string(name) + "\">" +
            drawn.draw(width).svg(drawn.id + "-" + name, drawn.title, drawn.about) + "</div>\n";
  }
  if (!caption.empty()) html += "<figcaption>" + escaped(caption) + "</figcaption>\n";
  return html + "</figure>\n";
}

Column number_column(std::string_view title) {
  return {std::string(title), Column::Kind::number};
}

void Table::add(const std::vector<std::string>& cells, std::string_view row_class) {
  rows_ += row_class.empty() ? "<tr>" : "<tr class=\"" + std::string(row_class) + "\">";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string element = i == 0 ? "th" : "td";
    const bool is_number = columns_[i].kind == Column::Kind::number;
    rows_ += "<" + element + (i == 0 ? " scope=\"row\"" : "");
    rows_ += class_of(columns_[i]);
    if (is_number && i > 0) rows_ += " data-title=\"" + escaped(columns_[i].title) + "\"";
    rows_ += ">" + cells[i] + "</" + element + ">";
  }
  rows_ += "</tr>\n";
}

std::string Table::element(std::string_view classes) const {
  std::string html = "<table id=\"" + id_ + "\"" +
                     (classes.empty() ? "" : " class=\"" + std::string(classes) + "\"") + ">\n<thead><tr>";
  for (const Column& column : columns_) {
    html += "<th scope=\"col\"" + class_of(column) + ">" + escaped(column.title) + "</th>";
  }
  return html + "</tr></thead>\n<tbody>\n" + rows_ + "</tbody></table>\n";
}

std::string note(std::string_view text) {
  return text.empty() ? "" : "<p class=\"note\">" + escaped(text) + "</p>\n";
}

std::string Table::html(std::string_view label, std::string_view remarks) const {
  return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + escaped(label) + "\">" +
         element("") + "</div>\n" + note(remarks);
}

std::string Table::list(std::string_view remarks) const {
  return element("list") + note(remarks);
}

std::string pair(const std::string& picture, const std::string& numbers) {
  return "<div class=\"pair\">\n" + picture + "<div class=\"numbers\">\n" + numbers + "</div></div>\n";
}

std::string heading(std::string_view text) {
  return "<h3>" + escaped(text) + "</h3>\n";
}

std::string remark(std::string_view text) {
  return "<p class=\"remark\">" + escaped(text) + "</p>\n";
}

std::string section(std::string_view id, std::string_view title, std::string_view lead,
                    const std::string& body) {
  std::string html = "<section id=\"" + std::string(id) + "\">\n<header><h2>" + escaped(title) + "</h2>\n";
  if (!lead.empty()) html += "<p class=\"lead\">" + escaped(lead) + "</p>\n";
  return html + "</header>\n" + body + "</section>\n";
}

std::string shown_of(const Language& language, std::size_t shown, std::int64_t all) {
  const auto count = static_cast<std::int64_t>(shown);
  return count < all ? language.say(Word::shown_of, {language.count(count), language.count(all)}) : "";
}

std::string state_class(const std::vector<State>& states, std::string_view name) {
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i].name != name) continue;
    if (states[i].kind == State::Kind::ranked) return "g" + std::to_string(i);
    return states[i].kind == State::Kind::blocked ? "blocked" : "ungraded";
  }
  return "ungraded";
}

std::string state_name(const Language& language, const State& state) {
  if (state.kind == State::Kind::ungraded) return std::string(language[Word::ungraded]);
  return state.name;
}

std::string grade_name(const Language& language, const std::vector<State>& states, std::string_view name) {
  for (const State& state : states) {
    if (state.name == name) return state_name(language, state);
  }
  return std::string(name.empty() ? language[Word::ungraded] : name);
}

std::string badge(const Language& language, const std::vector<State>& states, std::string_view name) {
  const std::string shown = escaped(grade_name(language, states, name));
  return "<span class=\"badge " + state_class(states, name) + "\" title=\"" + shown + "\">" + shown +
         "</span>";
}

std::string customer_cell(std::string_view code, std::string_view name, std::string_view more) {
  std::string cell = "<bdi>" + escaped(name) + "</bdi><small><bdi>" + escaped(code) + "</bdi>";
  if (!more.empty()) cell += " · " + escaped(more);
  return cell + "</small>";
}

}  // namespace report
