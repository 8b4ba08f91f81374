package dev.signet.verifier.trust;

/** A part of the trust state: immutable, with the revision of its last change and its own freshness. */
public sealed interface TrustPart permits InstallationTrust, OrganizationTrust {
    /** The id under which the installation is named beside the ids of organizations. */
    String INSTALLATION = "";

    /** The part's id: {@link #INSTALLATION} or an organization's id. */
    String id();

    /** The revision of the last change included; 0 where there was none. */
    long revision();

    Freshness freshness();

    /**
     * SHA-256 of all that the part says, revision and id included and freshness left out, however it came about. Made
     * anew by each call, but for the bitmaps of the revocation list, whose digests are made once.
     */
    default Digest digest() {
        return PartDigest.of(this);
    }

    /** The same state, confirmed as of another time. */
    TrustPart confirmed(Freshness freshness);

    /**
     * The part after one more change.
     *
     * @throws IllegalArgumentException where such a change does not belong to this part
     */
    TrustPart after(TrustChange change, long revision);
}
