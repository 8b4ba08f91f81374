package dev.signet.verifier.corpus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends a request byte by byte, right or wrong, on a connection of its own over loopback. */
public final class RawHttp {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

    private RawHttp() {}

    /** The answer, whole; empty where there was none. */
    public static String get(int port, String target, List<HeaderCase.Header> headers) throws IOException {
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        headers.forEach(header -> request.append(header.name())
                .append(": ")
                .append(header.value())
                .append("\r\n"));
        request.append("Connection: close\r\n\r\n");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getOutputStream().write(request.toString().getBytes(ISO_8859_1));
            } catch (IOException e) {
                // The answer came before the end of what is too long, and may still be there.
            }
            return answer(socket.getInputStream());
        }
    }

    private static String answer(InputStream in) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] some = new byte[4096];
        try {
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                answer.write(some, 0, count);
            }
        } catch (SocketException e) {
            // Cut off, which an answer may have come before.
        }
        return answer.toString(ISO_8859_1);
    }

    /** The status of an answer, empty where that is none. */
    public static String status(String answer) {
        Matcher status = STATUS.matcher(answer);
        return status.lookingAt() ? status.group(1) : "";
    }
}
