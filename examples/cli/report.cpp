// crmcore FILE report --html out.html: the last review in pictures, as one page that needs no network.
#include <fstream>
#include <memory>

#include "crmcore/error.hpp"

#include "report/facts.hpp"
#include "report/html.hpp"
#include "session.hpp"

namespace cli {
namespace {

struct ReportOptions {
  std::string html;
  report::Request request;
};

int write_report(const Session& session, const ReportOptions& options) {
  crmcore::Connection connection = session.connect();
  const report::Facts facts = report::gather(connection, options.request);
  const std::string page = report::page(facts, {session.language, facts.currency, facts.digits});
  std::ofstream file(options.html, std::ios::binary | std::ios::trunc);
  file << page;
  file.close();
  if (!file) throw crmcore::Error(crmcore::Code::io, "cannot write '" + options.html + "'", "--html");
  return kDone;
}

}  // namespace

void add_report(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* report = app.add_subcommand("report", "Draws a review as one HTML page, to look at or to print");
  report->add_option("--html", options->html, "The page to write")->required();
  report->add_option("--scheme", options->request.scheme, "Code of the grading scheme, if there are several");
  report->add_option("--as-of", options->request.as_of, "The last review until this date, YYYY-MM-DD");
  report
      ->add_option("--axis", options->request.axes,
                   "Axis to tabulate by grade; two, to tabulate by each other")
      ->expected(1, 2)
      ->allow_extra_args(false);
  report->callback([&session, &action, options] {
    action = [&session, options] { return write_report(session, *options); };
  });
}

}  // namespace cli
