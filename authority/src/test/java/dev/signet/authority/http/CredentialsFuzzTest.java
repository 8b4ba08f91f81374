package dev.signet.authority.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.signet.authority.http.Authorization.IdAndSecret;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.params.provider.MethodSource;

/** The id and secret of an API key, as a client that nobody knows sends them: read as they were meant, or refused. */
class CredentialsFuzzTest {
    static Stream<byte[]> headers() {
        return Stream.of(
                        "Bearer a.b.c",
                        "Basic " + base64("key_01kjmma2kvfw8v4x25d68rk02k:sgk_abc"),
                        "basic " + base64("a%3Ab:c+d%25"),
                        "Basic  " + base64("::"))
                .map(text -> text.getBytes(ISO_8859_1));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @MethodSource("headers")
    @FuzzTest(maxDuration = "5m")
    void header(byte[] bytes) {
        HttpRequest request = new HttpRequest(
                "POST",
                "/oauth2/token",
                Map.of(),
                "",
                HttpFields.build().add("Authorization", new String(bytes, ISO_8859_1)),
                "",
                "127.0.0.1");
        try {
            Authorization read = Authorization.of(request);
            if (read == null || !read.scheme().equals(Authorization.BASIC)) {
                return;
            }
            IdAndSecret key = read.basic();
            IdAndSecret again = new Authorization(
                            Authorization.BASIC, base64(encoded(key.id()) + ":" + encoded(key.secret())))
                    .basic();
            assertEquals(key, again);
            assertFalse(key.secret().length() > 8
                    && key.toString().contains(key.secret())
                    && !key.id().contains(key.secret()));
        } catch (BadForm e) {
            // Refused.
        }
    }

    static Stream<byte[]> forms() {
        return Stream.of(
                        "grant_type=client_credentials&client_id=key_1&client_secret=sgk_1&audience=signet",
                        "token=a.b.c&token_type_hint=access_token",
                        "a=%C3%A9+b&&c&=d")
                .map(text -> text.getBytes(UTF_8));
    }

    @MethodSource("forms")
    @FuzzTest(maxDuration = "5m")
    void form(byte[] bytes) {
        String text = Utf8.decode(bytes);
        if (text == null) {
            return;
        }
        try {
            Parameters read = Parameters.of(text);
            StringBuilder again = new StringBuilder();
            for (String name : read.names()) {
                for (String value : read.all(name)) {
                    again.append('&').append(encoded(name)).append('=').append(encoded(value));
                }
            }
            Parameters reread = Parameters.of(again.toString());
            assertEquals(read.names(), reread.names());
            read.names().forEach(name -> assertEquals(read.all(name), reread.all(name)));
        } catch (BadForm e) {
            // Refused.
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
