// An archive with something in every table, enough customers that runs and placements are packed, and all
// that it tells: every public view and what the methods read.
#pragma once

#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <vector>

#include "fault/small_archive.hpp"

namespace crmcore::fault {

inline constexpr int kFullCustomers = 100;

struct FullCall {
  int day;
  std::string_view method;
  std::string_view request;
};
inline constexpr FullCall kFullCalls[] = {
    {1, "archive.define_attribute", R"({"code":"motto","name":"Motto","type":"text"})"},
    {1, "classification.define_axis", R"({"code":"assets","name":"Assets","kind":"band",
        "definition":{"attribute":"total_assets","bands":[{"code":"small","name":"Small","to":50000000},
        {"code":"large","name":"Large","from":50000000}]}})"},
    {1, "classification.define_axis", R"({"code":"trade","name":"Trade","kind":"tree"})"},
    {1, "classification.put_nodes", R"({"axis":"trade","nodes":[
        {"code":"C","name":"Manufacturing","aliases":["Fertigung"]},{"code":"C28","name":"Machinery","parent":"C"}]})"},
    {1, "archive.put", R"({"customers":[
        {"code":"C1","name":"北京云杉","classes":{"region":"SH","trade":"C28"},"attributes":{"motto":"früher"}},
        {"code":"C2","short_name":"zwei","contacts":[{"name":"Ines","phone":"010-55","email":"i@x.cn"}],
         "identifiers":[{"kind":"uscc","value":"9135 0100 M000100Y43"},{"kind":"email","value":"Zwei@x.cn"}]},
        {"code":"C3","classes":{"region":"SH"},"attributes":{"motto":"später","total_assets":70000000}},
        {"code":"P1","name":"Prospect"}]})"},
    {1, "archive.define_identifier", R"({"kind":"phone","is_unique":true})"},
    {1, "archive.set_lost", R"({"customer":"C90"})"},
    {2, "ledger.post", R"({"source":"erp","batch":"b1","entries":[
        {"customer":"C1","date":"2024-06-20","amount":70000,"document":"X1"},
        {"customer":"C1","date":"2024-06-21","amount":20000,"document":"X1","line":2,"kind":"cost"},
        {"customer":"C2","date":"2024-06-22","amount":500000,"document":"X2","currency":"USD","rate":"7.1"},
        {"customer":"C3","date":"2024-06-25","amount":1000,"document":"X3","kind":"reversal",
         "original_date":"2024-03-01"}]})"},
    {2, "assignment.put_units", R"({"units":[{"code":"north","name":"North"},
        {"code":"north-1","name":"North 1","parent":"north"}]})"},
    {2, "assignment.put_managers", R"({"managers":[
        {"code":"M2","name":"韦伟","level":"ordinary","span":60,"unit":"north-1","phone":"010-1",
         "segments":[{"axis":"region","node":"SH"}],"skills":[{"specialty":"export","proficiency":70}],
         "certificates":[{"certificate":"CFA","expires":"2025-01-01"}]},
        {"code":"M3","name":"Tom","level":"ordinary","span":50}]})"},
    {2, "assignment.put_relationships", R"({"relationships":[
        {"customer":"C3","manager":"M2","kind":"family","strength":50}]})"},
    {2, "assignment.put_exclusions", R"({"exclusions":[
        {"customer":"C2","manager":"M3","reason":"quarrel"}]})"},
    {2, "assignment.set_needs", R"({"customer":"C1","specialties":["export"]})"},
    {3, "grading.put_override",
     R"({"customer":"C5","scheme":"value","kind":"pin","grade":"A","reason":"key"})"},
    {3, "grading.put_override", R"({"customer":"C6","scheme":"value","kind":"floor","grade":"B",
        "reason":"promised","is_proposal":true})"},
    {3, "grading.put_override", R"({"customer":"C7","scheme":"value","kind":"ceiling","grade":"B",
        "reason":"watched","to":"2025-01-01"})"},
    {3, "grading.lift_override", R"({"customer":"C7","scheme":"value","override":1,"reason":"no longer"})"},
    {3, "grading.blacklist", R"({"customer":"C8","reason":"unpaid"})"},
    {3, "grading.blacklist", R"({"customer":"C9","reason":"fraud"})"},
    {4, "grading.unblacklist", R"({"customer":"C9","reason":"cleared"})"},
    {4, "grading.trigger", R"({"customer":"C10","scheme":"value","reason":"default"})"},
    {5, "grading.commit", R"({"scheme":"value","as_of":"2024-07-05","kind":"ad_hoc"})"},
    {6, "grading.trigger", R"({"customer":"C11","scheme":"value","reason":"lost its buyer"})"},
    {6, "assignment.assign", R"({"customer":"C3","manager":"M2","reason":"asked for him","is_locked":true})"},
    {6, "assignment.assign", R"({"customer":"C4","manager":"M2","reason":"near"})"},
    {6, "assignment.assign",
     R"({"customer":"C5","manager":"M3","role":"backup","to":"2025-01-01","reason":"leave"})"},
    {6, "assignment.assign", R"({"customer":"C6","manager":"M3","role":"team","reason":"big"})"},
    {7, "assignment.end", R"({"customer":"C4","reason":"moved away"})"},
    {7, "assignment.end", R"({"customer":"C12","reason":"wish"})"},
    {7, "assignment.lock", R"({"customer":"C13","reason":"sensitive"})"},
    {8, "assignment.set_status",
     R"({"manager":"M3","status":"on_leave","from":"2024-08-01","to":"2024-08-15",
        "reason":"parental"})"},
    {8, "assignment.put_managers",
     R"({"managers":[{"code":"M4","name":"Eva","level":"ordinary","span":9999}]})"},
    {9, "assignment.handover", R"({"manager":"M2","as_of":"2024-07-10","policy":"service","reason":"left"})"},
    {10, "archive.put", R"({"customers":[{"code":"C20","name":"Zwanzig","classes":{"region":"SH"}},
        {"code":"C2","identifiers":[{"kind":"email","remove":true},{"kind":"phone","value":"010-88881234"}]},
        {"code":"C3","aliases":[{"name":"Drei"}],"notes":[{"text":"first"}],
         "holdings":[{"product":"fund","amount":7,"until":"2025-01-01","source":"told us","confidence":"told"}]},
        {"code":"N1","name":"Neu","links":[{"kind":"parent","customer":"C3"}]},{"code":"N2","name":"Neuer"}]})"},
    {10, "archive.put", R"({"customers":[{"code":"C3","aliases":[{"name":"Drei","use":"former"}],
         "notes":[{"note_no":1,"remove":true},{"text":"second"}]}]})"},
    {10, "ledger.post", R"({"source":"erp","entries":[
        {"customer":"N1","date":"2024-07-10","amount":90000000,"document":"Y1"},
        {"customer":"N1","date":"2024-07-09","amount":1000,"document":"Y1","line":2},
        {"customer":"N2","date":"2024-07-10","amount":90000,"document":"Y2"}]})"},
    {11, "grading.commit", R"({"scheme":"value","as_of":"2024-07-11","kind":"ad_hoc"})"},
    {11, "assignment.commit", R"({"policy":"service","as_of":"2024-07-11"})"},
};

// What happens in the days after the small archive was filled.
inline void fill_fully(Connection& connection) {
  fill(connection, kFullCustomers);
  for (const FullCall& one : kFullCalls) {
    connection.set_now(kNow + one.day * 86'400'000'000);
    INFO(one.method << " " << one.request);
    connection.call(one.method, one.request);
  }
}

inline std::vector<std::pair<std::string, std::string>> readings() {
  std::vector<std::pair<std::string, std::string>> calls = {
      {"database.info", "{}"},
      {"database.head", "{}"},
      {"database.changes", R"({"limit":1000})"},
      {"classification.facets", R"({"dimensions":[{"axis":"region"},{"axis":"assets"}]})"},
      {"classification.list", R"({"limit":200})"},
      {"classification.cross_tab",
       R"({"dimensions":[{"axis":"region"},{"axis":"assets"}],"revenue":{"from":"2024-01-01","to":"2025-01-01"}})"},
      {"classification.unclassified", R"({"axis":"trade"})"},
      {"classification.resolve_node", R"({"axis":"trade","text":"Fertigung"})"},
      {"grading.list_schemes", "{}"},
      {"grading.get_scheme", R"({"scheme":"value"})"},
      {"grading.list_reviews", R"({"scheme":"value"})"},
      {"grading.pyramid", R"({"scheme":"value"})"},
      {"grading.concentration", R"({"scheme":"value"})"},
      {"grading.movers", R"({"scheme":"value","limit":50})"},
      {"grading.stability", R"({"scheme":"value"})"},
      {"grading.problems", R"({"scheme":"value"})"},
      {"grading.migration", R"({"scheme":"value","from_review":1,"to_review":3})"},
      {"grading.preview", R"({"scheme":"value","as_of":"2024-07-12","kind":"ad_hoc"})"},
      {"assignment.list_policies", "{}"},
      {"assignment.get_policy", R"({"policy":"service"})"},
      {"assignment.list_managers", "{}"},
      {"assignment.loads", R"({"policy":"service"})"},
      {"assignment.preview", R"({"policy":"service","as_of":"2024-07-12"})"},
      {"assignment.get_run", R"({"run":1})"},
      {"assignment.get_run", R"({"run":2})"},
  };
  for (const int i : {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 20, 50, 90, 99}) {
    const std::string customer = fmt::format(R"("customer":"C{}")", i);
    calls.emplace_back("archive.get", "{" + customer + "}");
    calls.emplace_back("archive.history", "{" + customer + R"(,"limit":50})");
    calls.emplace_back("ledger.months", "{" + customer + "}");
    calls.emplace_back("grading.explain", R"({"scheme":"value",)" + customer + "}");
    calls.emplace_back("assignment.explain", "{" + customer + "}");
    calls.emplace_back("assignment.serving", "{" + customer + "}");
  }
  return calls;
}

// What is told, and whether reading was refused somewhere.
struct Reading {
  std::string told;
  bool is_refused = false;
};

inline Reading read_all(Connection& connection) {
  Reading reading;
  const auto add = [&](auto read) {
    try {
      reading.told += read();
    } catch (const Error& error) {
      reading.told += error.violations_json();
      reading.is_refused = reading.is_refused || error.code() == Code::corrupt;
      if (error.code() == Code::internal) throw;
    }
    reading.told += '\n';
  };
  for (const std::string& view : view_names()) {
    add([&] { return connection.query("SELECT * FROM " + view).drain_json(); });
  }
  for (const auto& [method, request] : readings()) {
    add([&, &method = method, &request = request] { return connection.call(method, request); });
  }
  return reading;
}

}  // namespace crmcore::fault
