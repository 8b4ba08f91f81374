package dev.signet.authority.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.signet.authority.errors.Refusal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * How many credentials that are no good an address may show before no more of its unknown ones are looked at. A
 * credential that is known to be good is never asked about here, so nobody who is in is kept out for what somebody else
 * behind the same address does.
 *
 * <p>On loopback, and by a unix socket, everybody has one address, gateways with all their clients included: nothing is
 * counted there. Of IPv6 the first 64 bits count, which is what one customer of a network has. Thread-safe.
 */
public final class FailedAttempts {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int REMEMBERED = 20_000;
    private static final int IPV6_NETWORK_BYTES = 8;
    /** So that no name is ever looked up. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.*)?");

    private final int aMinute;
    private final LongSupplier nanos;
    private final Cache<String, Allowance> networks;

    /**
     * Nobody has failed yet.
     *
     * @param aMinute how many there may be; so many at once too
     * @param nanos monotonic time
     */
    public FailedAttempts(int aMinute, LongSupplier nanos) {
        this.aMinute = aMinute;
        this.nanos = nanos;
        this.networks = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                // By then there is as much as at first.
                .expireAfterAccess(MINUTE.multipliedBy(2))
                .ticker(nanos::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /**
     * To be asked before a credential that may be no good is looked at.
     *
     * @throws Refusal {@code TOO_MANY_FAILED_ATTEMPTS} where the address has shown too many
     */
    public void require(String address) {
        Allowance left = networks.getIfPresent(network(address));
        if (left != null) {
            Duration wait = left.untilNext();
            if (!wait.isZero()) {
                throw Refusal.tooMuch(
                        "TOO_MANY_FAILED_ATTEMPTS",
                        "too many credentials from this address were no good: unknown ones are not looked at for now",
                        wait);
            }
        }
    }

    /** Counts one that was no good. */
    public void failed(String address) {
        String network = network(address);
        if (!network.isEmpty()) {
            networks.get(network, unknown -> Allowance.of(aMinute, MINUTE, aMinute, nanos))
                    .take();
        }
    }

    /** Empty where nothing is counted. */
    static String network(String address) {
        if (!LITERAL.matcher(address).matches()) {
            return "";
        }
        try {
            InetAddress parsed = InetAddress.getByName(address);
            if (parsed.isLoopbackAddress()) {
                return "";
            }
            byte[] bytes = parsed.getAddress();
            return HexFormat.of()
                    .formatHex(parsed instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes);
        } catch (UnknownHostException e) {
            return "";
        }
    }
}
