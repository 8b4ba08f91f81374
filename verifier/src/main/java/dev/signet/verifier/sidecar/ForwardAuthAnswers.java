package dev.signet.verifier.sidecar;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.verify.Verdict;
import dev.signet.verifier.verify.Verdict.Reason;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a gateway is told, up to the header {@code Connection}, which is {@link HttpAnswers}' to say. The headers of
 * identity are always all there, and never empty: a gateway that copies them would else leave those in place that the
 * client made up.
 */
final class ForwardAuthAnswers {
    /** In place of what there is none of. */
    static final String NONE = "-";

    private static final String STATUS = "X-Auth-Status: ";
    private static final byte[] ORGANIZATION = bytes("\r\nX-Auth-Organization: ");
    private static final byte[] TOKEN_ID = bytes("\r\nX-Auth-Token-Id: ");
    private static final Map<Kind, byte[]> KINDS = new EnumMap<>(Kind.class);
    private static final byte[] END = bytes("\r\n");

    private static final byte[] ACCEPTED =
            bytes(HttpAnswers.head(200) + STATUS + "200\r\nX-Auth-Reason: ACCEPTED\r\nX-Auth-Subject: ");
    private static final byte[] NOBODY = bytes("X-Auth-Subject: " + NONE + "\r\nX-Auth-Organization: " + NONE
            + "\r\nX-Auth-Token-Id: " + NONE + "\r\nX-Auth-Kind: " + NONE + "\r\n");
    private static final Map<GatewayProfile, Map<Reason, byte[]>> REJECTIONS = new EnumMap<>(GatewayProfile.class);

    static {
        for (Kind kind : Kind.values()) {
            KINDS.put(kind, bytes("\r\nX-Auth-Kind: " + kind.name().toLowerCase(Locale.ROOT)));
        }
        for (GatewayProfile profile : GatewayProfile.values()) {
            Map<Reason, byte[]> rejections = new EnumMap<>(Reason.class);
            for (Reason reason : Reason.values()) {
                rejections.put(reason, denied(profile, Denial.of(reason)));
            }
            REJECTIONS.put(profile, rejections);
        }
    }

    private ForwardAuthAnswers() {}

    /** The names of all that is said in headers of our own, which must reach a backend from nobody else. */
    static Stream<String> headers() {
        return Stream.of("Status", "Reason", "Subject", "Organization", "Token-Id", "Kind")
                .map(name -> "X-Auth-" + name);
    }

    static void write(ByteBuf out, GatewayProfile profile, Verdict verdict) {
        if (verdict instanceof Verdict.Accepted accepted) {
            Claims claims = accepted.claims();
            String organization = claims.organization();
            out.writeBytes(ACCEPTED);
            out.writeCharSequence(claims.subject(), US_ASCII);
            out.writeBytes(ORGANIZATION).writeCharSequence(organization == null ? NONE : organization, US_ASCII);
            out.writeBytes(TOKEN_ID).writeCharSequence(claims.valueId(), US_ASCII);
            out.writeBytes(Objects.requireNonNull(KINDS.get(claims.kind()))).writeBytes(END);
        } else {
            Map<Reason, byte[]> rejections = Objects.requireNonNull(REJECTIONS.get(profile));
            out.writeBytes(Objects.requireNonNull(rejections.get(((Verdict.Rejected) verdict).reason())));
        }
    }

    static void write(ByteBuf out, GatewayProfile profile, Denial denial) {
        out.writeBytes(denied(profile, denial));
    }

    private static byte[] denied(GatewayProfile profile, Denial denial) {
        String challenge = denial.challenge();
        byte[] head = bytes(HttpAnswers.head(profile.told(denial.status()))
                + (challenge == null ? "" : "WWW-Authenticate: " + challenge + "\r\n")
                + (denial.isPassing() ? "Retry-After: 1\r\n" : "")
                + STATUS + denial.status() + "\r\nX-Auth-Reason: " + denial.reason() + "\r\n");
        byte[] all = Arrays.copyOf(head, head.length + NOBODY.length);
        System.arraycopy(NOBODY, 0, all, head.length, NOBODY.length);
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }
}
