// A build without the libraries for workbooks says so.
#include "xlsx.hpp"

#ifndef CRMCORE_XLSX

namespace cli {
namespace {

[[noreturn]] void refuse_workbook(const std::string& path) {
  throw crmcore::Error(crmcore::Code::unsupported,
                       "this program was built without workbooks: '" + path +
                           "'; save it as CSV, or build with libxlsxwriter, minizip and expat");
}

}  // namespace

struct WorkbookWriter::Book {};

WorkbookSource workbook_source(const std::string& path) {
  refuse_workbook(path);
}

WorkbookWriter::WorkbookWriter(const std::string& path) {
  refuse_workbook(path);
}
WorkbookWriter::~WorkbookWriter() = default;
void WorkbookWriter::add(std::span<const crmcore::ExportCell>) {}
void WorkbookWriter::close() {}

}  // namespace cli

#endif
