package dev.signet.authority.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The beginning of a PostgreSQL server: it proves who it is, or declines to, hears who comes, and turns them away for
 * their password.
 */
final class TlsServer implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final SSLContext context;
    private final boolean isEncrypting;
    private final ServerSocket listening;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    /** @param keys who the server is; it cannot encrypt without */
    TlsServer(Path keys, boolean isEncrypting) throws IOException, GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(load(keys), PASSWORD);
        this.context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        this.isEncrypting = isEncrypting;
        this.listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        thread.execute(this::serve);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** What was sent by those who believed the server. */
    List<String> heard() {
        return heard;
    }

    /** Makes a key pair with a certificate for a name, and gives the file. */
    static Path keysOf(String name, Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:" + name,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
        assertEquals(0, keytool.waitFor(), said);
        return file;
    }

    /** The certificate of a key pair, in PEM. */
    static Path certificateOf(Path keys) throws IOException, GeneralSecurityException {
        byte[] certificate = load(keys).getCertificate("server").getEncoded();
        return Files.writeString(
                keys.resolveSibling(keys.getFileName() + ".pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(certificate)
                        + "\n-----END CERTIFICATE-----\n");
    }

    private static KeyStore load(Path keys) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private void serve() {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
                new DataInputStream(socket.getInputStream()).readFully(new byte[8]);
                socket.getOutputStream().write(isEncrypting ? 'S' : 'N');
                if (isEncrypting) {
                    turnAway((SSLSocket) context.getSocketFactory().createSocket(socket, null, true));
                }
            } catch (IOException e) {
                // Not believed, or closed.
            }
        }
    }

    private void turnAway(SSLSocket socket) throws IOException {
        socket.setUseClientMode(false);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] startup = new byte[in.readInt() - 4];
        in.readFully(startup);
        heard.add(new String(startup, US_ASCII).replace('\0', ' '));
        byte[] refusal = "SFATAL\0C28P01\0Mpassword authentication failed\0\0".getBytes(US_ASCII);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.write('E');
        out.writeInt(refusal.length + 4);
        out.write(refusal);
        out.flush();
        socket.close();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        thread.shutdownNow();
    }
}
