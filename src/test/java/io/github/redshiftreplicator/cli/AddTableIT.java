package io.github.redshiftreplicator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** add-table writes a file that fits the table's definition and can be used as it is. */
class AddTableIT {
    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Deployment deployment;

    @BeforeEach
    void deploy() {
        deployment = new Deployment(directory, SANDBOX.properties());
    }

    @Test
    void aTableWithAChangeTimeIsTimed() throws Exception {
        SANDBOX.source(
                "CREATE TABLE users (shop int, id int, name text, modified_at timestamptz DEFAULT now(),"
                        + " PRIMARY KEY (shop, id))",
                "INSERT INTO users VALUES (1, 2, 'Ada')");
        SANDBOX.redshift("CREATE TABLE users (shop int, id int, name varchar(10))");

        Deployment.Result result = deployment.run("add-table", "users");

        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(result.err()).contains("no index of").contains("begins with modified_at");
        assertThat(Files.readString(directory.resolve("routes/tables/users.camel.yaml")))
                .isEqualTo("""
                        - templatedRoute:
                            routeTemplateRef: timed
                            routeId: users
                            prefixId: users
                            parameters:
                              - { name: sourceTable, value: users }
                              - { name: replicationField, value: modified_at }
                              - { name: keys, value: 'shop,id' }
                        """);
        assertThat(deployment.run("replicate", "users").code()).isZero();
        assertThat(SANDBOX.redshiftRows("SELECT * FROM users")).containsExactly(List.of("1", "2", "Ada"));
    }

    @Test
    void aTableWithAGrowingKeyIsIdentityAndAnyOtherIsFull() throws Exception {
        SANDBOX.source(
                "CREATE TABLE visits (nr bigserial PRIMARY KEY, page text)",
                "CREATE TABLE countries (code char(2) PRIMARY KEY, name text)");

        assertThat(deployment
                        .run("add-table", "visits", "--print", "--target", "hits")
                        .out())
                .contains("routeTemplateRef: identity", "replicationField, value: nr", "targetTable, value: hits");
        assertThat(deployment.run("add-table", "countries", "--print").out()).contains("routeTemplateRef: full");
        assertThat(directory.resolve("routes/tables")).doesNotExist();
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        SANDBOX.source("CREATE TABLE countries (code char(2) PRIMARY KEY, name text)");

        assertThat(deployment
                        .run("add-table", "countries", "--strategy", "timed")
                        .err())
                .contains("needs a column that says when a row changed");
        assertThat(deployment.run("add-table", "country").code()).isNotZero();
        deployment.run("add-table", "countries");
        assertThat(deployment.run("add-table", "countries").err()).contains("is there already");
    }

    @Test
    void aMistakeOfTheCommandLineIsNone() throws Exception {
        SANDBOX.source("CREATE TABLE visits (nr bigserial PRIMARY KEY)");

        for (String[] mistaken :
                new String[][] {{"visits", "--strategy", "tmed"}, {"a.b.c"}, {"visits", "--target", ""}}) {
            Deployment.Result refused = deployment.run(
                    Stream.concat(Stream.of("add-table"), Stream.of(mistaken)).toArray(String[]::new));
            assertThat(refused.code()).as(refused.toString()).isEqualTo(ReplicatorCommand.USAGE);
        }
        assertThat(directory.resolve("routes/tables")).doesNotExist();
    }

    @Test
    void theFileIsAsAnyOtherThatItsUserWrites() throws Exception {
        SANDBOX.source("CREATE TABLE visits (nr bigserial PRIMARY KEY)");
        deployment.run("add-table", "visits");

        Path other = Files.createFile(directory.resolve("other"));
        assertThat(Files.getPosixFilePermissions(directory.resolve("routes/tables/visits.camel.yaml")))
                .as("a service that runs as another user must read it")
                .isEqualTo(Files.getPosixFilePermissions(other));
    }

    @Test
    void whatCannotBeWrittenLeavesNothingBehind() throws Exception {
        SANDBOX.source("CREATE TABLE visits (nr bigserial PRIMARY KEY)");
        Path file = directory.resolve("routes/tables/visits.camel.yaml");
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, Path.of("nowhere"));

        Deployment.Result failed = deployment.run("add-table", "visits");

        assertThat(failed.code()).as(failed.toString()).isOne();
        assertThat(failed.err()).startsWith("Cannot write " + file + ": ");
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aNameLeadsToNoOtherFolder() throws Exception {
        SANDBOX.source("CREATE TABLE \"../up\" (id int PRIMARY KEY)");
        SANDBOX.redshift("CREATE TABLE \"../up\" (id int)");

        assertThat(deployment.run("add-table", "\"../up\"").code()).isZero();

        assertThat(directory.resolve("routes/tables/.._up.camel.yaml")).exists();
        assertThat(deployment.run("replicate", "../up").code()).isZero();
    }
}
