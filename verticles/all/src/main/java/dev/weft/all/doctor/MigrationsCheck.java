package dev.weft.all.doctor;

import dev.weft.durable.ObjectsNode;
import dev.weft.node.Service;
import dev.weft.postgres.SchemaVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether the schemas are those that this version of Weft works on. */
final class MigrationsCheck implements Check {
  @Override
  public String name() {
    return "migrations";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked, SQLException {
    List<Finding> found = new ArrayList<>();
    try (Connection connection = site.connected()) {
      for (Map.Entry<String, Class<?>> schema : schemas().entrySet()) {
        SchemaVersion version = SchemaVersion.look(connection, schema.getKey(), schema.getValue());
        String where = site.database() + ", schema " + schema.getKey();
        switch (version.state()) {
          case NONE, CURRENT -> {}
          case FOREIGN -> found.add(Finding.of(Fault.MIGRATION_FOREIGN, where, schema.getKey()));
          case OLDER ->
              found.add(
                  Finding.of(Fault.MIGRATION_PENDING, where, version.found(), version.known()));
          case NEWER ->
              found.add(Finding.of(Fault.MIGRATION_NEWER, where, version.found(), version.known()));
        }
      }
    }
    return found;
  }

  private static Map<String, Class<?>> schemas() {
    Map<String, Class<?>> schemas = new LinkedHashMap<>();
    for (Service service : Service.onClassPath()) {
      if (service.needs().database()) {
        schemas.put(service.name(), service.getClass());
      }
    }
    schemas.put(ObjectsNode.SCHEMA, ObjectsNode.class);
    return schemas;
  }
}
