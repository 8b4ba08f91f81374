package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A client of HTTP/1.1 that sends what it is told to, right or wrong. */
final class RawHttp implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    /**
     * What came back.
     *
     * @param status 0 where the connection ended without an answer
     * @param headers one a line, as they came
     */
    record Answer(int status, List<String> headers, String body) {
        /** The values of a header, whatever its case. */
        List<String> all(String name) {
            return values(headers, name);
        }

        /** The only value of a header; empty where there is none. */
        String one(String name) {
            List<String> all = all(name);
            if (all.size() > 1) {
                throw new AssertionError("more than one " + name + ": " + all);
            }
            return all.isEmpty() ? "" : all.get(0);
        }
    }

    RawHttp(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One request on a connection of its own. */
    static Answer ask(int port, String request) {
        try (RawHttp client = new RawHttp(port)) {
            client.send(request);
            return client.answer();
        }
    }

    /** A head with these headers. */
    static String head(String start, String... headers) {
        return start + " HTTP/1.1\r\nHost: site\r\n"
                + String.join(
                        "", Stream.of(headers).map(header -> header + "\r\n").toList()) + "\r\n";
    }

    /** What cannot be sent any more, as the other side has answered and gone, does not matter. */
    void send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        } catch (IOException e) {
            // The answer tells.
        }
    }

    Answer answer() {
        try {
            String head = line();
            if (head.isEmpty()) {
                return new Answer(0, List.of(), "");
            }
            Stream.Builder<String> lines = Stream.builder();
            for (String line = line(); !line.isEmpty(); line = line()) {
                lines.add(line);
            }
            List<String> headers = lines.build().toList();
            return new Answer(Integer.parseInt(head.split(" ", 3)[1]), headers, body(headers));
        } catch (IOException e) {
            return new Answer(0, List.of(), "");
        }
    }

    private String body(List<String> headers) throws IOException {
        List<String> length = values(headers, "Content-Length");
        if (!length.isEmpty()) {
            return new String(in.readNBytes(Integer.parseInt(length.get(0))), ISO_8859_1);
        }
        StringBuilder body = new StringBuilder();
        if (!values(headers, "Transfer-Encoding").isEmpty()) {
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                body.append(new String(in.readNBytes(size), ISO_8859_1));
                line();
            }
            line();
        }
        return body.toString();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    private static List<String> values(List<String> headers, String name) {
        String before = name.toLowerCase(Locale.ROOT) + ":";
        return headers.stream()
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(before))
                .map(header -> header.substring(before.length()).strip())
                .toList();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
