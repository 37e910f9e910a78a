package io.github.redshiftreplicator.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.redshiftreplicator.Deployment;
import io.github.redshiftreplicator.cli.Service;
import io.github.redshiftreplicator.sandbox.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The status page in the system's Chromium; skipped where there is none. */
class StatusPageIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    static final SandboxExtension SANDBOX = new SandboxExtension();

    @TempDir
    Path directory;

    private Service service;
    private ChromeDriver browser;

    @BeforeEach
    void open() throws Exception {
        Optional<Path> chromium = program("chromium", "chromium-browser", "google-chrome");
        Optional<Path> driver = program("chromedriver");
        // no browser comes from a Maven repository: .ci/run installs one
        assumeTrue(chromium.isPresent() && driver.isPresent(), "There is no Chromium with its driver.");
        SANDBOX.source(
                "CREATE TABLE visits (id int PRIMARY KEY, page text)",
                "INSERT INTO visits SELECT g, 'page' FROM generate_series(1, 500) g");
        SANDBOX.redshift("CREATE TABLE visits (id int, page varchar(10))");
        service = new Deployment(directory, SANDBOX.properties())
                .table("visits", "identity")
                .table("missing", "full")
                .service();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.get().toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        options.setImplicitWaitTimeout(Duration.ofSeconds(10));
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.get().toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
        browser.get(service.url().orElseThrow());
    }

    private static Optional<Path> program(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.quit();
        }
        if (service != null) {
            service.close();
        }
    }

    /** The text as it is at one moment: the page is renewed in place. */
    private String main() {
        return browser.executeScript("return document.querySelector('main').innerText")
                .toString();
    }

    private void confirm(String button) {
        browser.findElement(By.id(button)).click();
        browser.findElement(By.id("yes")).click();
    }

    @Test
    void aTableIsReplicatedByItsButtonAfterAQuestion() throws Exception {
        browser.findElement(By.id("replicate-visits")).click();
        assertThat(browser.findElement(By.id("question")).getText()).isEqualTo("visits: replicate?");
        browser.findElement(By.cssSelector("dialog button[value=cancel]")).click();
        assertThat(SANDBOX.redshiftRows("SELECT count(*) FROM visits")).containsExactly(List.of("0"));

        confirm("replicate-visits");

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(browser.findElement(By.id("result")).getText()).isEqualTo("visits: replicate: imported.");
            assertThat(main()).contains("imported").contains("500");
        });
        assertThat(SANDBOX.redshiftRows("SELECT count(*) FROM visits")).containsExactly(List.of("500"));
    }

    @Test
    void anErrorIsShownInFull() {
        confirm("replicate-missing");
        await().atMost(SOON).untilAsserted(() -> assertThat(
                        browser.findElement(By.cssSelector("#result.bad")).getText())
                .contains("missing was not found in the source"));
    }

    @Test
    void aTablesPageHasItsHistoryAndEveryAction() {
        confirm("replicate-visits");
        await().atMost(SOON).untilAsserted(() -> assertThat(main()).contains("imported"));
        browser.findElement(By.linkText("visits")).click();
        assertThat(browser.getTitle()).isEqualTo("visits · Redshift Replicator");
        assertThat(main())
                .contains("visits-0000000001", "History", "Durations", "Lag behind the source", "COPY \"visits\"")
                .contains("None: what is imported is deleted there.");
        assertThat(browser.findElements(By.cssSelector("svg rect"))).hasSize(6);
        assertThat(browser.executeScript(
                        "return [...document.querySelectorAll('.actions button')].map(b => b.textContent).join(' ')"))
                .isEqualTo("replicate export import retry cancel reset vacuum analyze pause");

        confirm("pause-visits");
        await().atMost(SOON).untilAsserted(() -> assertThat(main()).contains("paused"));
        confirm("resume-visits");
        await().atMost(SOON).untilAsserted(() -> assertThat(main()).doesNotContain("paused"));
    }

    @Test
    void whatGivesUpSomethingAsksWithNoAsItsAnswer() {
        browser.findElement(By.linkText("visits")).click();
        browser.findElement(By.id("reset-visits")).sendKeys(Keys.ENTER);

        assertThat(browser.switchTo().activeElement().getText()).isEqualTo("No");
        assertThat(browser.findElement(By.id("yes")).getText()).isEqualTo("Yes, reset");
    }

    @Test
    void itIsUsedByTheKeyboardAlone() {
        browser.findElement(By.id("replicate-visits")).sendKeys(Keys.ENTER);
        assertThat(browser.switchTo().activeElement().getDomAttribute("id")).isEqualTo("yes");
        browser.switchTo().activeElement().sendKeys(Keys.ENTER);
        await().atMost(SOON).untilAsserted(() -> assertThat(main()).contains("imported"));
    }

    @Test
    void itFitsAPhone() {
        browser.manage().window().setSize(new Dimension(500, 800));
        Object overflow = browser.executeScript(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertThat(overflow).isEqualTo(0L);
        browser.get(service.url().orElseThrow() + "tables/visits");
        assertThat(browser.executeScript(
                        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isEqualTo(0L);
    }
}
