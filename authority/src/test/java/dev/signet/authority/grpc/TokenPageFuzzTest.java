package dev.signet.authority.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.TokenQuery.After;
import dev.signet.v1.ListTokensRequest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Page tokens of anybody's making: what is in them can be asked of a store, or they are refused. */
class TokenPageFuzzTest {
    private static final String ID = "tok_01kjmma2kvfw8v4x25d68rk02k";

    static Stream<byte[]> pages() {
        return Stream.of(
                        "\n" + ID + "\n2026-03-01T12:00:00Z",
                        "display_name\n" + ID + "\nci\nof two lines",
                        "display_name\n" + ID + "\na\u0000b",
                        "\n\u0000\n2026-03-01T12:00:00Z",
                        "create_time desc\n" + ID + "\n+1000000000-12-31T23:59:59.999999999Z",
                        "create_time desc\n" + ID + "\n-1000000000-01-01T00:00:00Z",
                        "expire_time\n" + ID + "\n9999-12-31T00:00:00Z")
                .map(text -> text.getBytes(UTF_8));
    }

    @MethodSource("pages")
    @FuzzTest(maxDuration = "5m")
    void page(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        String orderBy = text.substring(0, Math.max(0, text.indexOf('\n')));
        After after;
        try {
            after = TokenPage.of(
                            ListTokensRequest.newBuilder()
                                    .setOrderBy(orderBy)
                                    .setPageToken(Paging.encode(text))
                                    .build(),
                            "org_01kjmma2kvfw8v4x25d68rk02k",
                            null,
                            Instant.EPOCH)
                    .query()
                    .after();
        } catch (Refusal e) {
            return;
        }
        if (after == null) {
            return;
        }
        assertTrue(after.id().matches("[a-z]{3}_[0-9a-z]{26}"), after.id());
        assertEquals(-1, after.key().indexOf('\0'));
        if (!orderBy.strip().startsWith("display_name")) {
            int year = assertDoesNotThrow(() -> OffsetDateTime.ofInstant(Instant.parse(after.key()), ZoneOffset.UTC))
                    .getYear();
            assertTrue(year >= 1970 && year <= 9999, "out of range");
        }
    }
}
