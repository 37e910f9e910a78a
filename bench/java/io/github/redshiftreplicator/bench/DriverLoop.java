package io.github.redshiftreplicator.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The least that reading through JDBC can cost: every column of every row as a string, dropped. URL, user, password, query. */
public final class DriverLoop {
    private DriverLoop() {}

    public static void main(String[] arguments) throws SQLException {
        long characters = 0;
        try (Connection connection = DriverManager.getConnection(arguments[0], arguments[1], arguments[2])) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(10_000);
                try (ResultSet result = statement.executeQuery(arguments[3])) {
                    int columns = result.getMetaData().getColumnCount();
                    while (result.next()) {
                        for (int i = 1; i <= columns; i++) {
                            String value = result.getString(i);
                            characters += value == null ? 0 : value.length();
                        }
                    }
                }
            }
        }
        System.out.println(characters + " characters");
    }
}
