// Axes and nodes, and the classes of customers, now and as of a day.
#include "harness.h"

static struct archive archive;

static int32_t define_attribute(const char* definition) {
  return crmcore_attribute_define(archive.conn, definition, -1, &error);
}

static int32_t define_axis(const char* definition) {
  return crmcore_axis_define(archive.conn, definition, -1, &error);
}

static void define(void) {
  OK(crmcore_axis_define_ready_made(archive.conn, &error));
  OK(crmcore_axis_define_ready_made(archive.conn, &error));
  OK(define_attribute("{\"code\":\"staff\",\"name\":\"Mitarbeiter\",\"type\":\"integer\",\"minimum\":0}"));
  OK(
      define_axis("{\"code\":\"size\",\"name\":\"Größe\",\"kind\":\"band\",\"definition\":{\"attribute\":"
                  "\"staff\",\"bands\":[{\"code\":\"small\",\"name\":\"Small\",\"to\":50},"
                  "{\"code\":\"large\",\"name\":\"Large\",\"from\":50}]}}"));
  OK(define_axis("{\"code\":\"industry\",\"name\":\"Industry\",\"kind\":\"tree\"}"));
  REFUSED(CRMCORE_E_CONFLICT, "/type",
          define_attribute("{\"code\":\"staff\",\"name\":\"Staff\",\"type\":\"text\"}"));
  REFUSED(CRMCORE_E_INVALID, "/type", define_attribute("{\"code\":\"x\",\"name\":\"X\",\"type\":\"web\"}"));
  REFUSED(
      CRMCORE_E_INVALID, "/minimum",
      define_attribute("{\"code\":\"x\",\"name\":\"X\",\"type\":\"integer\",\"minimum\":2,\"maximum\":1}"));
  REFUSED(CRMCORE_E_INVALID, "/colour",
          define_attribute("{\"code\":\"x\",\"name\":\"X\",\"type\":\"integer\",\"colour\":2}"));
  REFUSED(CRMCORE_E_INVALID, "/definition", define_attribute("{"));
  REFUSED(CRMCORE_E_INVALID, "/definition", define_attribute("[]"));
  REFUSED(CRMCORE_E_UNSUPPORTED, "/kind", define_axis("{\"code\":\"x\",\"name\":\"X\",\"kind\":\"web\"}"));
  REFUSED(CRMCORE_E_CONFLICT, "/kind",
          define_axis("{\"code\":\"industry\",\"name\":\"Industry\",\"kind\":\"list\"}"));
  REFUSED(CRMCORE_E_INVALID, "/definition", define_axis("7"));
}

static int32_t put_node(const char* axis, const char* node) {
  return crmcore_node_put(archive.conn, axis, -1, node, -1, &error);
}

static void nodes(void) {
  crmcore_conn* conn = archive.conn;
  OK(put_node("industry", "{\"code\":\"C\",\"name\":\"Manufacturing\"}"));
  OK(put_node("industry",
              "{\"code\":\"C28\",\"name\":\"Machinery\",\"parent\":\"C\",\"aliases\":[\"Machines\"]}"));
  OK(put_node("region", "{\"code\":\"CN\",\"name\":\"China\"}"));
  OK(put_node("region", "{\"code\":\"110000\",\"name\":\"北京市\",\"parent\":\"CN\"}"));
  OK(crmcore_node_resolve(conn, "industry", -1, "Machinery", -1, &buf, &error));
  TEXT_IS("{\"node\":{\"code\":\"C28\",\"name\":\"Machinery\",\"path\":[\"C\",\"C28\"]}}");
  OK(crmcore_node_resolve(conn, "industry", -1, "Machines", -1, &buf, &error));
  TEXT_HAS("\"C28\"");
  OK(crmcore_node_resolve(conn, "industry", -1, "\"\\\x01\n quoted", -1, &buf, &error));
  TEXT_IS("{\"node\":null}");
  REFUSED(CRMCORE_E_NOT_FOUND, "/axis", crmcore_node_resolve(conn, "planet", -1, "Mars", -1, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/axis", put_node("planet", "{\"code\":\"M\",\"name\":\"Mars\"}"));
  REFUSED(CRMCORE_E_CYCLE, "/parent",
          put_node("industry", "{\"code\":\"C\",\"name\":\"Manufacturing\",\"parent\":\"C28\"}"));
  REFUSED(CRMCORE_E_NOT_FOUND, "/parent",
          put_node("industry", "{\"code\":\"D\",\"name\":\"Energy\",\"parent\":\"Z\"}"));
  REFUSED(CRMCORE_E_INVALID, "/axis", put_node("asset_band", "{\"code\":\"D\",\"name\":\"Huge\"}"));
  REFUSED(CRMCORE_E_INVALID, "/name", put_node("industry", "{\"code\":\"D\"}"));
  REFUSED(CRMCORE_E_INVALID, "/from", put_node("industry", "{\"code\":\"D\",\"name\":\"E\",\"from\":1}"));
  REFUSED(CRMCORE_E_INVALID, "/colour", put_node("industry", "{\"code\":\"D\",\"name\":\"E\",\"colour\":1}"));
  REFUSED(CRMCORE_E_INVALID, "/node", put_node("industry", "{"));
}

static void classes(void) {
  crmcore_conn* conn = archive.conn;
  const int64_t id = put_customer(conn, "C-001", "北京云杉科技");
  OK(crmcore_class_get(conn, id, "region", -1, CRMCORE_NO_DAY, &buf, &error));
  TEXT_IS("{\"node\":null,\"name\":null,\"path\":[]}");
  OK(crmcore_class_set(conn, id, "region", -1, "北京市", -1, &error));
  OK(crmcore_class_get(conn, id, "region", -1, CRMCORE_NO_DAY, &buf, &error));
  TEXT_IS("{\"node\":\"110000\",\"name\":\"北京市\",\"path\":[\"China\",\"北京市\"]}");
  // Ten days later it moves; what was stays known.
  OK(crmcore_conn_set_now(conn, TEST_NOW + INT64_C(864000000000), &error));
  OK(crmcore_class_set(conn, id, "region", -1, "CN", -1, &error));
  OK(crmcore_class_get(conn, id, "region", -1, DAY_2024_01_01 + 20, &buf, &error));
  TEXT_HAS("\"node\":\"110000\"");
  OK(crmcore_class_get(conn, id, "region", -1, DAY_2024_01_01 + 24, &buf, &error));
  TEXT_HAS("\"node\":\"CN\"");
  OK(crmcore_class_get(conn, id, "region", -1, DAY_2024_01_01, &buf,
                       &error));  // before it was in the archive
  TEXT_HAS("\"node\":null");
  OK(crmcore_class_set(conn, id, "region", -1, "", 0, &error));
  OK(crmcore_class_get(conn, id, "region", -1, CRMCORE_NO_DAY, &buf, &error));
  TEXT_HAS("\"node\":null");
  const int64_t seq = last_change(conn);
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id", crmcore_class_set(conn, 99, "region", -1, "CN", -1, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/axis", crmcore_class_set(conn, id, "planet", -1, "CN", -1, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/node", crmcore_class_set(conn, id, "region", -1, "Atlantis", -1, &error));
  REFUSED(CRMCORE_E_INVALID, "/axis", crmcore_class_set(conn, id, "size", -1, "small", -1, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/customer_id",
          crmcore_class_get(conn, 99, "region", -1, CRMCORE_NO_DAY, &buf, &error));
  REFUSED(CRMCORE_E_NOT_FOUND, "/axis",
          crmcore_class_get(conn, id, "planet", -1, CRMCORE_NO_DAY, &buf, &error));
  REFUSED(CRMCORE_E_RANGE, "/as_of_day", crmcore_class_get(conn, id, "region", -1, INT32_MAX, &buf, &error));
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
