package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Header;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.component.stub.StubComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands as a comment in routes/notifications.camel.yaml does what it says once the # is taken away. */
class NotificationsFileTest {
    private static final Path FILE = Path.of("routes/notifications.camel.yaml");

    @TempDir
    Path directory;

    private final MailSink mails = new MailSink();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @AfterEach
    void stop() {
        camel.stop();
        mails.close();
    }

    /** The file with the commented lines that hold one of the words. */
    private void start(String... words) throws Exception {
        String text = Files.readAllLines(FILE).stream()
                .map(line -> List.of(words).stream().anyMatch(line::contains) ? line.replaceFirst("#- ", "- ") : line)
                .collect(Collectors.joining("\n"))
                .replace("file:log", "file:" + directory)
                .replace("smtp:mail.example.com", "smtp:127.0.0.1:" + mails.port())
                .replace("{{env:SLACK_WEBHOOK}}", "https://hooks.slack.example/x");
        camel.addComponent("slack", new StubComponent());
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("notifications.camel.yaml", text));
        camel.start();
    }

    private void tell(String severity) throws Exception {
        try (var template = camel.createProducerTemplate()) {
            template.sendBodyAndHeaders(
                    "direct:events",
                    "{\"severity\":\"" + severity + "\"}",
                    Map.of(
                            "event",
                            "failed",
                            "severity",
                            severity,
                            "table",
                            "users",
                            "message",
                            "the disk is full: “größer”."));
        }
    }

    private List<Exchange> sentTo(String scheme) {
        return camel.getEndpoints().stream()
                .filter(endpoint -> endpoint.getEndpointUri().startsWith(scheme + ":"))
                .map(SedaEndpoint.class::cast)
                .flatMap(endpoint -> endpoint.getExchanges().stream())
                .toList();
    }

    @Test
    void theBossGetsAnEmailOfProblemsOnly() throws Exception {
        start("Subject", "smtp:");
        tell("info");
        tell("error");

        assertThat(mails.received()).singleElement().satisfies(mail -> {
            assertThat(mail.getSubject()).isEqualTo("Replication of users: failed");
            assertThat(mail.getContentType()).isEqualTo("text/plain; charset=UTF-8");
            assertThat(mail.getContent().toString().strip()).isEqualTo("users: failed: the disk is full: “größer”.");
            assertThat(Collections.list(mail.getAllHeaders()))
                    .extracting(Header::getName)
                    .containsExactlyInAnyOrder(
                            "Date",
                            "From",
                            "To",
                            "Message-ID",
                            "Subject",
                            "MIME-Version",
                            "Content-Type",
                            "Content-Transfer-Encoding");
        });
    }

    @Test
    void slackGetsTheSentence() throws Exception {
        start("slack:");
        tell("warning");

        assertThat(sentTo("slack")).singleElement().satisfies(message -> assertThat(
                        message.getMessage().getBody(String.class))
                .isEqualTo("users: failed: the disk is full: “größer”."));
    }

    @Test
    void aFileGetsEveryEventAsALine() throws Exception {
        start("file:");
        tell("info");
        tell("error");

        assertThat(directory.resolve("events.jsonl")).hasContent("{\"severity\":\"info\"}\n{\"severity\":\"error\"}\n");
    }

    @Test
    void allOfItTogetherDoesTheSame() throws Exception {
        start("file:", "slack:", "Subject", "smtp:");
        tell("error");

        assertThat(directory.resolve("events.jsonl")).hasContent("{\"severity\":\"error\"}\n");
        assertThat(sentTo("slack")).hasSize(1);
        assertThat(mails.received()).hasSize(1);
    }
}
