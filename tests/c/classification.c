// Axes and nodes, and the classes of customers, now and as of a day.
#include "harness.h"

static struct archive archive;

static void define(void) {
  crmcore_conn* conn = archive.conn;
  OK(crmcore_define_ready_made(conn, &error));
  OK(crmcore_define_ready_made(conn, &error));
  OK(crmcore_define_attribute(conn, "staff", -1, "Mitarbeiter", -1, CRMCORE_ATTRIBUTE_INTEGER, 0, INT64_MAX,
                              &error));
  OK(crmcore_define_axis(
      conn, "size", -1, "Größe", -1, "band", -1, 0,
      "{\"attribute\":\"staff\",\"bands\":[{\"code\":\"small\",\"name\":\"Small\",\"to\":50},"
      "{\"code\":\"large\",\"name\":\"Large\",\"from\":50}]}",
      -1, &error));
  OK(crmcore_define_axis(conn, "industry", -1, "Industry", -1, "tree", -1, 0, NULL, 0, &error));
  REFUSED(CRMCORE_E_CONFLICT, "/type",
          crmcore_define_attribute(conn, "staff", -1, "Staff", -1, CRMCORE_ATTRIBUTE_TEXT, INT64_MIN,
                                   INT64_MAX, &error));
  REFUSED(CRMCORE_E_INVALID, "/type",
          crmcore_define_attribute(conn, "x", -1, "X", -1, 6, INT64_MIN, INT64_MAX, &error));
  REFUSED(CRMCORE_E_INVALID, "/minimum",
          crmcore_define_attribute(conn, "x", -1, "X", -1, CRMCORE_ATTRIBUTE_INTEGER, 2, 1, &error));
  REFUSED(CRMCORE_E_UNSUPPORTED, "/kind",
          crmcore_define_axis(conn, "x", -1, "X", -1, "web", -1, 0, NULL, 0, &error));
  REFUSED(CRMCORE_E_CONFLICT, "/kind",
          crmcore_define_axis(conn, "industry", -1, "Industry", -1, "list", -1, 0, NULL, 0, &error));
}

static void nodes(void) {
  crmcore_conn* conn = archive.conn;
  OK(crmcore_put_node(conn, "industry", -1, "C", -1, "Manufacturing", -1, NULL, 0, &error));
  OK(crmcore_put_node(conn, "industry", -1, "C28", -1, "Machinery", -1, "C", -1, &error));
  OK(crmcore_put_node(conn, "region", -1, "CN", -1, "China", -1, NULL, 0, &error));
  OK(crmcore_put_node(conn, "region", -1, "110000", -1, "北京市", -1, "CN", -1, &error));
  OK(crmcore_resolve_node(conn, "industry", -1, "Machinery", -1, &buf, &error));
  TEXT_IS("{\"node\":{\"code\":\"C28\",\"name\":\"Machinery\",\"path\":[\"C\",\"C28\"]}}");
  OK(crmcore_resolve_node(conn, "industry", -1, "\"\\\x01\n quoted", -1, &buf, &error));
  TEXT_IS("{\"node\":null}");
  REFUSED(CRMCORE_E_NOT_FOUND, "/axis", crmcore_resolve_node(conn, "planet", -1, "Mars", -1, &buf, &error));
  REFUSED(CRMCORE_E_CYCLE, "/nodes/0/parent",
          crmcore_put_node(conn, "industry", -1, "C", -1, "Manufacturing", -1, "C28", -1, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/nodes/0/parent",
          crmcore_put_node(conn, "industry", -1, "D", -1, "Energy", -1, "Z", -1, &error));
  REFUSED(CRMCORE_E_INVALID, "/axis",
          crmcore_put_node(conn, "asset_band", -1, "D", -1, "Huge", -1, NULL, 0, &error));
}

static void classes(void) {
  crmcore_conn* conn = archive.conn;
  const int64_t id = put_customer(conn, "C-001", "北京云杉科技");
  OK(crmcore_class_of(conn, id, "region", -1, CRMCORE_NO_DAY, &buf, &error));
  TEXT_IS("{\"node\":null,\"name\":null,\"path\":[]}");
  OK(crmcore_classify(conn, id, "region", -1, "北京市", -1, &error));
  OK(crmcore_class_of(conn, id, "region", -1, CRMCORE_NO_DAY, &buf, &error));
  TEXT_IS("{\"node\":\"110000\",\"name\":\"北京市\",\"path\":[\"China\",\"北京市\"]}");
  // Ten days later it moves; what was stays known.
  OK(crmcore_conn_set_now(conn, TEST_NOW + INT64_C(864000000000), &error));
  OK(crmcore_classify(conn, id, "region", -1, "CN", -1, &error));
  OK(crmcore_class_of(conn, id, "region", -1, DAY_2024_01_01 + 20, &buf, &error));
  TEXT_HAS("\"node\":\"110000\"");
  OK(crmcore_class_of(conn, id, "region", -1, DAY_2024_01_01 + 24, &buf, &error));
  TEXT_HAS("\"node\":\"CN\"");
  OK(crmcore_class_of(conn, id, "region", -1, DAY_2024_01_01, &buf, &error));  // before it was in the archive
  TEXT_HAS("\"node\":null");
  OK(crmcore_classify(conn, id, "region", -1, "", 0, &error));
  OK(crmcore_class_of(conn, id, "region", -1, CRMCORE_NO_DAY, &buf, &error));
  TEXT_HAS("\"node\":null");
  const int64_t seq = last_change(conn);
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id", crmcore_classify(conn, 99, "region", -1, "CN", -1, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/classes/planet", crmcore_classify(conn, id, "planet", -1, "CN", -1, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/classes/region",
          crmcore_classify(conn, id, "region", -1, "Atlantis", -1, &error));
  REFUSED(CRMCORE_E_INVALID, "/classes/size", crmcore_classify(conn, id, "size", -1, "small", -1, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id",
          crmcore_class_of(conn, 99, "region", -1, CRMCORE_NO_DAY, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/axis",
          crmcore_class_of(conn, id, "planet", -1, CRMCORE_NO_DAY, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/as_of", crmcore_class_of(conn, id, "region", -1, INT32_MAX, &buf, &error));
  CHECK(last_change(conn) == seq);
}

int main(void) {
  archive = new_archive();
  define();
  nodes();
  classes();
  end_archive(&archive);
  return finish();
}
