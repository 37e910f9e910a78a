package io.github.redshiftreplicator.management;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.config.SettingsException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may use the HTTP server. With a user and password, or a token, everyone must show them. Without, only this
 * machine reaches it, and only by a name of loopback: else a web site could point its own name here. What changes
 * something needs a header that no other site can send.
 */
final class HttpAccess implements Handler<RoutingContext> {
    /** The header that every POST must have, with any value. */
    static final String GUARD = "X-Replicator";

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    private final Optional<byte[]> basic;
    private final Optional<byte[]> token;

    /** @throws SettingsException if it would listen beyond loopback without a password or token */
    HttpAccess(Settings settings) {
        basic = settings.get(Setting.HTTP_USERNAME)
                .map(user -> bytes(user + ":" + settings.require(Setting.HTTP_PASSWORD)));
        token = settings.get(Setting.HTTP_TOKEN).map(HttpAccess::bytes);
        String host = settings.require(Setting.HTTP_HOST);
        if (isOpen() && !Management.isLoopback(host)) {
            throw new SettingsException(Setting.HTTP_HOST.key() + " is " + host
                    + ", so that others could steer the replicator: set " + Setting.HTTP_USERNAME.key() + " and "
                    + Setting.HTTP_PASSWORD.key() + ", or " + Setting.HTTP_TOKEN.key() + ".");
        }
    }

    private boolean isOpen() {
        return basic.isEmpty() && token.isEmpty();
    }

    @Override
    public void handle(RoutingContext http) {
        HttpServerRequest request = http.request();
        if (isOpen() && !isLoopbackName(request.authority())) {
            refuse(http, 421, "Ask for it by localhost or 127.0.0.1, or set a password or token.");
        } else if (!isOpen() && !isKnown(request.getHeader(HttpHeaders.AUTHORIZATION))) {
            http.response().putHeader("WWW-Authenticate", "Basic realm=\"Redshift Replicator\"");
            refuse(http, 401, "A user and password, or a token, is needed.");
        } else if (changesSomething(request) && !isFromHere(request)) {
            refuse(
                    http,
                    403,
                    "A request that changes something needs the header " + GUARD
                            + " and must not come from another site.");
        } else {
            http.next();
        }
    }

    /**
     * For what asks for no password and changes things by any method: goes on with a request of this machine's own programs
     * and pages.
     */
    static void admitThisMachine(RoutingContext http) {
        HttpServerRequest request = http.request();
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (!isLoopbackName(request.authority())) {
            refuse(http, 421, "Ask for it by localhost or 127.0.0.1, or switch authentication on.");
        } else if (origin != null && !isLoopbackName(authority(origin))
                || "cross-site".equals(request.getHeader("Sec-Fetch-Site"))) {
            refuse(http, 403, "Another web site asks for this.");
        } else {
            http.next();
        }
    }

    /** The authority is the Host header in HTTP/1 and its successor in HTTP/2. */
    private static boolean isLoopbackName(HostAndPort authority) {
        return authority != null && LOOPBACK.contains(authority.host().toLowerCase(Locale.ROOT));
    }

    private boolean isKnown(String authorization) {
        if (authorization == null) {
            return false;
        }
        String[] words = authorization.split(" ", 2);
        String scheme = words[0];
        String credentials = words.length == 2 ? words[1].strip() : "";
        if (scheme.equalsIgnoreCase("bearer")) {
            return same(token, bytes(credentials));
        }
        return scheme.equalsIgnoreCase("basic") && isKnownUser(credentials);
    }

    /** A browser has no field for a token: it is taken as the password of any user, too. */
    private boolean isKnownUser(String credentials) {
        byte[] pair;
        try {
            pair = Base64.getDecoder().decode(credentials);
        } catch (IllegalArgumentException e) {
            return false;
        }
        String text = new String(pair, StandardCharsets.UTF_8);
        return same(basic, pair) || same(token, bytes(text.substring(text.indexOf(':') + 1)));
    }

    /** In a time that does not tell how much of it is right. */
    private static boolean same(Optional<byte[]> expected, byte[] given) {
        return expected.isPresent() && MessageDigest.isEqual(expected.get(), given);
    }

    private static boolean changesSomething(HttpServerRequest request) {
        return request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD;
    }

    private static boolean isFromHere(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        String site = request.getHeader("Sec-Fetch-Site");
        return request.getHeader(GUARD) != null
                && (origin == null || isOwn(origin, request.authority()))
                && (site == null || site.equals("same-origin") || site.equals("none"));
    }

    private static boolean isOwn(String origin, HostAndPort authority) {
        return authority != null && withoutScheme(origin).equals(authority.toString());
    }

    private static HostAndPort authority(String origin) {
        return HostAndPort.parseAuthority(withoutScheme(origin), -1);
    }

    private static String withoutScheme(String origin) {
        return origin.replaceFirst("^https?://", "");
    }

    /** Says why in one sentence, in the form of what was asked for: the API's, or a text. */
    static void refuse(RoutingContext http, int status, String message) {
        boolean api = http.request().path().startsWith("/api/");
        String text = (api ? StatusJson.ERROR.write(message).toJson() : message) + "\n";
        StatusServer.end(http, status, api ? "application/json" : "text/plain", text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
