package dev.signet.authority.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.load.Messages.StreamAnswer;
import dev.signet.v1.Grant;
import dev.signet.v1.Principal;
import dev.signet.v1.RejectionReason;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifyResponse;
import dev.signet.v1.VerifyStreamError;
import dev.signet.v1.VerifyStreamRequest;
import dev.signet.v1.VerifyStreamResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read and written by hand is what the generated classes read and write. */
final class MessagesTest {
    private static final Verdict ACCEPTED = Verdict.newBuilder()
            .setAccepted(true)
            .setPrincipal(Principal.newBuilder().setName("organizations/org_1/tokens/tok_1"))
            .addGrants(Grant.newBuilder().setResource("dep_1").setRole("DEPLOYMENT_ADMIN"))
            .build();

    private static int verdict(Verdict verdict) throws IOException {
        return Messages.verdictOf(
                VerifyResponse.newBuilder().setVerdict(verdict).build().toByteArray());
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"UNRECOGNIZED", "REJECTION_REASON_UNSPECIFIED"})
    void everyReason(RejectionReason reason) throws IOException {
        assertEquals(
                reason.getNumber(),
                verdict(Verdict.newBuilder().setReason(reason).build()));
    }

    @Test
    void whatIsNoVerdictIsNotAcceptance() throws IOException {
        assertEquals(PlannedCall.ACCEPTED, verdict(ACCEPTED));
        assertEquals(-1, verdict(Verdict.getDefaultInstance()));
        assertEquals(-1, Messages.verdictOf(new byte[0]));
    }

    @Test
    void answersOfStreams() throws IOException {
        VerifyStreamResponse.Builder answer = VerifyStreamResponse.newBuilder().setId(1L << 40);
        assertEquals(
                new StreamAnswer(1L << 40, PlannedCall.ACCEPTED, ""),
                Messages.streamAnswer(
                        answer.clone().setVerdict(ACCEPTED).build().toByteArray()));
        assertEquals(
                new StreamAnswer(1L << 40, -1, "INTERNAL"),
                Messages.streamAnswer(answer.setError(VerifyStreamError.newBuilder()
                                .setReason("INTERNAL")
                                .setMessage("no verdict"))
                        .build()
                        .toByteArray()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 127, 128, 300, 1L << 35, Long.MAX_VALUE})
    void requestsOfStreams(long id) throws IOException {
        VerifyStreamRequest request =
                VerifyStreamRequest.newBuilder().setToken("a.b.c").build();
        assertEquals(
                request.toBuilder().setId(id).build(),
                VerifyStreamRequest.parseFrom(Messages.withId(id, request.toByteArray())));
    }
}
