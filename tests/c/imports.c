// Imports: from columns, from CSV, from callbacks.
#include "harness.h"

static struct archive archive;

static crmcore_columns* new_columns(int64_t row_count) {
  crmcore_columns* columns = NULL;
  OK(crmcore_columns_new(row_count, &columns, &error));
  return columns;
}

static void import(crmcore_columns* columns, const char* options, const char* report) {
  OK(crmcore_customer_import(archive.conn, columns, options, -1, &buf, &error));
  TEXT_IS(report);
}

static void customers_from_columns(void) {
  const char* codes[] = {"C-001xx", "C-002", "C-003"};
  const int64_t code_sizes[] = {5, 5, 5};
  const char* names[] = {"云杉", "Anna", "Nordwind"};
  const char* regions[] = {"CN", NULL, ""};
  const int64_t kinds[] = {CRMCORE_CUSTOMER_COMPANY, CRMCORE_CUSTOMER_PERSON, 77};
  const uint8_t has_kind[] = {1, 1, 0};
  const int64_t assets[] = {5000000000, 0, -5};
  const uint8_t has_assets[] = {1, 0, 1};
  const int64_t since[] = {DAY_2024_01_01, DAY_2024_01_01 + 1, DAY_2024_01_01 + 2};
  crmcore_columns* columns = new_columns(3);
  OK(crmcore_columns_add_text(columns, "code", -1, codes, code_sizes, &error));
  OK(crmcore_columns_add_text(columns, "name", -1, names, NULL, &error));
  OK(crmcore_columns_add_text(columns, "region", -1, regions, NULL, &error));
  OK(crmcore_columns_add_int64(columns, "kind", -1, kinds, has_kind, &error));
  OK(crmcore_columns_add_int64(columns, "total_assets", -1, assets, has_assets, &error));
  OK(crmcore_columns_add_int64(columns, "since", -1, since, NULL, &error));
  codes[0] = names[0] = "overwritten: the columns hold copies";
  const int64_t seq = last_change(archive.conn);
  import(columns, "{\"is_dry_run\":true}",
         "{\"rows\":3,\"created\":3,\"updated\":0,\"unchanged\":0,\"failed\":0,\"failures\":[],\"filtered\":"
         "0,\"kinds\":[],"
         "\"unused_columns\":[]}");
  CHECK(last_change(archive.conn) == seq);
  import(columns, NULL,
         "{\"rows\":3,\"created\":3,\"updated\":0,\"unchanged\":0,\"failed\":0,\"failures\":[],\"filtered\":"
         "0,\"kinds\":[],"
         "\"unused_columns\":[],\"import\":1}");
  import(columns, NULL,
         "{\"rows\":3,\"created\":0,\"updated\":0,\"unchanged\":3,\"failed\":0,\"failures\":[],\"filtered\":"
         "0,\"kinds\":[],"
         "\"unused_columns\":[]}");
  crmcore_columns_free(columns);
  OK(crmcore_class_get(archive.conn, 1, "asset_band", -1, CRMCORE_NO_DAY, &buf, &error));
  CHECK(strstr(crmcore_buf_data(buf), "\"node\":null") == NULL);
  crmcore_buf_free(buf);
  buf = NULL;
  OK(crmcore_class_get(archive.conn, 1, "region", -1, CRMCORE_NO_DAY, &buf, &error));
  TEXT_HAS("\"node\":\"CN\"");
}

static void rows_that_fail(void) {
  const char* codes[] = {"D-001", "", "D-003", "D-004", "D-005", "D-006", "D-007"};
  const char* names[] = {"D1", "D2", NULL, "D4", "D5", "\xff", "D7"};
  const char* since[] = {"2024-02-29", NULL, NULL, "2023-02-29", NULL, NULL, NULL};
  const char* regions[] = {NULL, NULL, NULL, NULL, "Atlantis", NULL, "CN"};
  crmcore_columns* columns = new_columns(7);
  OK(crmcore_columns_add_text(columns, "code", -1, codes, NULL, &error));
  OK(crmcore_columns_add_text(columns, "name", -1, names, NULL, &error));
  OK(crmcore_columns_add_text(columns, "since", -1, since, NULL, &error));
  OK(crmcore_columns_add_text(columns, "region", -1, regions, NULL, &error));
  const int64_t seq = last_change(archive.conn);
  REFUSED(CRMCORE_E_INVALID, "/code/1",
          crmcore_customer_import(archive.conn, columns, NULL, 0, &buf, &error));
  CHECK(last_change(archive.conn) == seq);
  OK(crmcore_customer_import(archive.conn, columns, "{\"on_failure\":\"skip\"}", -1, &buf, &error));
  static const char* const reports[] = {"\"rows\":7,\"created\":2,\"updated\":0,\"unchanged\":0,\"failed\":5",
                                        "{\"line\":2,\"column\":\"code\",\"code\":\"INVALID\"",
                                        "{\"line\":3,\"column\":\"name\",\"code\":\"INVALID\"",
                                        "{\"line\":4,\"column\":\"since\",\"code\":\"INVALID\"",
                                        "{\"line\":5,\"column\":\"region\",\"code\":\"NOT_FOUND\"",
                                        "{\"line\":6,\"column\":\"name\",\"code\":\"UTF8\""};
  for (size_t i = 0; i < sizeof reports / sizeof reports[0]; ++i) {
    CHECK(strstr(crmcore_buf_data(buf), reports[i]) != NULL);
  }
  crmcore_buf_free(buf);
  buf = NULL;
  crmcore_columns_free(columns);
}

static void columns_that_do_not_fit(void) {
  const char* texts[] = {"E-001"};
  const int64_t integers[] = {1};
  const struct {
    const char* first;
    const char* second;
    int is_integer;
    const char* path;
  } bad[] = {{"name", "short_name", 0, "/columns"}, {"code", "code", 0, "/code"},
             {"code", "colour", 0, "/colour"},      {"code", "", 0, "/"},
             {"code", "name", 1, "/name/0"},        {"code", "kind", 0, "/kind/0"}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    crmcore_columns* columns = new_columns(1);
    OK(crmcore_columns_add_text(columns, bad[i].first, -1, texts, NULL, &error));
    if (bad[i].is_integer) {
      OK(crmcore_columns_add_int64(columns, bad[i].second, -1, integers, NULL, &error));
    } else {
      OK(crmcore_columns_add_text(columns, bad[i].second, -1, texts, NULL, &error));
    }
    REFUSED(CRMCORE_E_INVALID, bad[i].path,
            crmcore_customer_import(archive.conn, columns, NULL, 0, &buf, &error));
    crmcore_columns_free(columns);
  }
  crmcore_columns* empty = new_columns(0);
  OK(crmcore_columns_add_text(empty, "code", -1, NULL, NULL, &error));
  import(empty, NULL,
         "{\"rows\":0,\"created\":0,\"updated\":0,\"unchanged\":0,\"failed\":0,\"failures\":[],\"filtered\":"
         "0,\"kinds\":[],"
         "\"unused_columns\":[]}");
  for (int i = 1; i < 1000; ++i) OK(crmcore_columns_add_int64(empty, "x", -1, NULL, NULL, &error));
  REFUSED(CRMCORE_E_LIMIT, "/columns", crmcore_columns_add_int64(empty, "x", -1, NULL, NULL, &error));
  crmcore_columns_free(empty);
}

static void customers_from_csv(void) {
  OK(crmcore_customer_import_csv(archive.conn,
                                 "\xef\xbb\xbf"
                                 "code,name,region\r\nF-001,\"Fisch, Frisch\",CN\r\nF-002,Fuchs,\r\n",
                                 -1, NULL, 0, &buf, &error));
  TEXT_HAS("\"rows\":2,\"created\":2");
  const char gbk[] = "code,name\nF-003,\xb1\xb1\xbe\xa9\n";
  REFUSED(CRMCORE_E_UTF8, "/lines/2",
          crmcore_customer_import_csv(archive.conn, gbk, -1, NULL, 0, &buf, &error));
  OK(crmcore_customer_import_csv(archive.conn, gbk, -1, "{\"encoding\":\"gb18030\"}", -1, &buf, &error));
  TEXT_HAS("\"created\":1");
  REFUSED(CRMCORE_E_INVALID, "/encoding",
          crmcore_customer_import_csv(archive.conn, gbk, -1, "{\"encoding\":\"latin1\"}", -1, &buf, &error));
  REFUSED(CRMCORE_E_INVALID, "/lines/1",
          crmcore_customer_import_csv(archive.conn, "", 0, NULL, 0, &buf, &error));
}

// 客户编号, 客户名称 and 北京 in GB18030; a date as a spreadsheet writes it.
static void files_of_an_office(void) {
  const char csv[] =
      "\xbf\xcd\xbb\xa7\xb1\xe0\xba\xc5,\xbf\xcd\xbb\xa7\xc3\xfb\xb3\xc6,since,x\n"
      "H-001,\xb1\xb1\xbe\xa9,2026/11/5,1\n";
  REFUSED(CRMCORE_E_INVALID, "/lines/1",
          crmcore_customer_import_csv(archive.conn, csv, -1, "{\"encoding\":\"auto\"}", -1, &buf, &error));
  const char* ignored =
      "{\"encoding\":\"auto\",\"mapping\":{\"ignore\":[\"x\"],\"date_formats\":[\"MM/DD/YYYY\"]}}";
  REFUSED(CRMCORE_E_INVALID, "/lines/2",
          crmcore_customer_import_csv(archive.conn, csv, -1, ignored, -1, &buf, &error));
  OK(crmcore_customer_import_csv(archive.conn, csv, -1, "{\"encoding\":\"auto\",\"mapping\":{}}", -1, &buf,
                                 &error));
  CHECK(strstr(crmcore_buf_data(buf), "\"created\":1") != NULL);
  TEXT_HAS("\"unused_columns\":[\"x\"],\"encoding\":\"gb18030\"");
  REFUSED(CRMCORE_E_INVALID, "/lines/1",
          crmcore_customer_import_csv(archive.conn, "code,name\nH-002,北京市\n", -1,
                                      "{\"encoding\":\"gb18030\"}", -1, &buf, &error));
  REFUSED(
      CRMCORE_E_CONFLICT, "/lines/3",
      crmcore_customer_import_csv(archive.conn, "code,name\nH-003,A\nH-003,B\n", -1, NULL, 0, &buf, &error));
  OK(crmcore_customer_import_csv(archive.conn, "code,name\nH-003,A\nH-003,B\n", -1,
                                 "{\"on_repeat\":\"last_wins\"}", -1, &buf, &error));
  TEXT_HAS("\"created\":1,\"updated\":1");
}

// A file that comes in pieces of `step` bytes and may be broken off after `cancel_at`.
struct stream {
  const char* text;
  int64_t size, at, step, cancel_at, freed, lie;
};

static int64_t read_stream(void* user, char* buffer, int64_t size) {
  struct stream* stream = user;
  if (stream->cancel_at && stream->at >= stream->cancel_at) return -1;
  if (stream->lie) return size + 1;
  int64_t count = stream->size - stream->at;
  if (count > stream->step) count = stream->step;
  if (count > size) count = size;
  memcpy(buffer, stream->text + stream->at, (size_t)count);
  stream->at += count;
  return count;
}

static void free_stream(void* user) {
  ++((struct stream*)user)->freed;
}

static struct stream stream_of(const char* text, int64_t step) {
  const struct stream stream = {text, (int64_t)strlen(text), 0, step, 0, 0, 0};
  return stream;
}

static void from_callbacks(void) {
  crmcore_conn* conn = archive.conn;
  struct stream customers = stream_of("code,name\nG-001,雲杉\nG-002,\"Gans\"\n", 3);
  OK(crmcore_customer_import_stream(conn, read_stream, &customers, free_stream, NULL, 0, &buf, &error));
  TEXT_HAS("\"created\":2");
  CHECK(customers.freed == 1);
  struct stream broken = stream_of("code,name\nG-003,Gams\nG-004,Geier\n", 15);
  broken.cancel_at = 20;
  REFUSED(CRMCORE_E_CANCELLED, "",
          crmcore_customer_import_stream(conn, read_stream, &broken, free_stream, NULL, 0, &buf, &error));
  CHECK(broken.freed == 1);
  struct stream lying = stream_of("code\n", 15);
  lying.lie = 1;
  REFUSED(CRMCORE_E_MISUSE_SIZE, "/read",
          crmcore_customer_import_stream(conn, read_stream, &lying, free_stream, NULL, 0, &buf, &error));
  REFUSED(CRMCORE_E_MISUSE_NULL, "/read",
          crmcore_customer_import_stream(conn, NULL, &lying, free_stream, NULL, 0, &buf, &error));
  REFUSED(CRMCORE_E_MISUSE_NULL, "/conn",
          crmcore_customer_import_stream(NULL, read_stream, &lying, free_stream, NULL, 0, &buf, &error));
  CHECK(lying.freed == 3);
  int64_t id = -1;
  OK(crmcore_customer_find_id(conn, "G-003", -1, &id, &error));
  CHECK(id == 0);
  struct stream entries = stream_of("customer;date;document;amount\nG-001;2024-01-02;INV-9;12.50\n", 1);
  OK(crmcore_entry_import_stream(conn, read_stream, &entries, free_stream,
                                 "{\"source\":\"shop\",\"separator\":\";\"}", -1, &buf, &error));
  TEXT_HAS("\"rows\":1,\"created\":1");
  CHECK(entries.freed == 1);
}

static void entries_from_csv(void) {
  crmcore_conn* conn = archive.conn;
  const char* csv =
      "customer,date,document,amount\nC-001,2024-01-02,INV-1,10.00\nC-001,2024-01-03,INV-2,0.99\n";
  OK(crmcore_entry_import_csv(conn, csv, -1, "{\"source\":\"shop\"}", -1, &buf, &error));
  TEXT_HAS("\"rows\":2,\"created\":2");
  OK(crmcore_entry_import_csv(conn, csv, -1, "{\"source\":\"shop\"}", -1, &buf, &error));
  TEXT_HAS("\"created\":0,\"updated\":0,\"unchanged\":2");
  REFUSED(CRMCORE_E_INVALID, "/source", crmcore_entry_import_csv(conn, csv, -1, NULL, 0, &buf, &error));
  REFUSED(CRMCORE_E_INVALID, "/separator",
          crmcore_entry_import_csv(conn, csv, -1, "{\"source\":\"shop\",\"separator\":\"::\"}", -1, &buf,
                                   &error));
  REFUSED(CRMCORE_E_INVALID, "/lines/2",
          crmcore_entry_import_csv(conn, "customer,date,document,amount\nC-001,2024-02-30,INV-3,1\n", -1,
                                   "{\"source\":\"shop\"}", -1, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/lines/2",
          crmcore_entry_import_csv(conn, "customer,date,document,amount\nnobody,2024-02-20,INV-3,1\n", -1,
                                   "{\"source\":\"shop\"}", -1, &buf, &error));
}

int main(void) {
  archive = new_archive();
  OK(crmcore_axis_define_ready_made(archive.conn, &error));
  OK(crmcore_node_put(archive.conn, "region", -1, "{\"code\":\"CN\",\"name\":\"China\"}", -1, &error));
  customers_from_columns();
  rows_that_fail();
  columns_that_do_not_fit();
  customers_from_csv();
  files_of_an_office();
  from_callbacks();
  entries_from_csv();
  crmcore_columns_free(NULL);
  end_archive(&archive);
  return finish();
}
