package dev.signet.authority.feed;

import dev.signet.authority.store.IssuedValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A token of a simulation, its values, and what was promised of them. */
final class Credential {
    final int organization;
    final int subject;
    final String audience;
    final List<Value> values = new ArrayList<>();
    /** How often its grants were changed. */
    int version;
    /** The revision of the last change of its grants. */
    long changed;
    /** For each version but the first, the true time from which no older one may be seen. */
    final List<Long> versionCertain = new ArrayList<>();

    boolean deleted;

    Credential(int organization, int subject, String audience) {
        this.audience = audience;
        this.organization = organization;
        this.subject = subject;
    }

    /** One value. */
    static final class Value {
        final Credential credential;
        final TokenTexts.Claimed claimed;
        final String text;
        /** Whether something that is committed ended it, or will at a time. */
        boolean ended;
        /** The true time from which nobody may accept it. */
        long certain = Long.MAX_VALUE;

        String why = "";

        Value(Credential credential, TokenTexts.Claimed claimed, String text) {
            this.credential = credential;
            this.claimed = claimed;
            this.text = text;
        }

        /** What the store keeps of it. */
        IssuedValue issued(TokenTexts texts) {
            return new IssuedValue(
                    "",
                    claimed.index(),
                    texts.key(claimed.key()).id(),
                    claimed.grantsRevision(),
                    claimed.audience(),
                    SimulatedClock.START,
                    claimed.expireSecond() == TokenTexts.NEVER ? null : Instant.ofEpochSecond(claimed.expireSecond()));
        }

        void certain(long trueTime, String why) {
            if (trueTime < certain) {
                certain = trueTime;
                this.why = why;
            }
        }

        @Override
        public String toString() {
            return "token " + credential.organization + "." + credential.subject + " index " + claimed.index();
        }
    }

    /** The oldest version of the grants that may still be seen at a time. */
    int oldestVersion(long now) {
        for (int version = versionCertain.size(); version > 0; version--) {
            if (versionCertain.get(version - 1) <= now) {
                return version;
            }
        }
        return 0;
    }
}
