package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code signet login} keeps between two commands.
 *
 * @param authority where the token was checked; it is sent nowhere else
 * @param token a secret, never printed
 */
record Login(Endpoint authority, String token) {
    private static final Set<PosixFilePermission> OWNERS =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** The file that holds it; null where nothing says which. */
    static @Nullable Path file(Shell shell) {
        String folder = shell.variable(String.valueOf(SettingTable.HOME.variable()));
        if (folder != null) {
            return Path.of(folder.strip(), "login");
        }
        String home = shell.variable("HOME");
        return home == null ? null : Path.of(home, ".signet", "login");
    }

    /** The stored login; null where there is none. */
    static @Nullable Login read(Shell shell) {
        Path file = file(shell);
        if (file == null) {
            return null;
        }
        try {
            String text = Files.readString(file);
            if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
                throw Failure.refused("others may read the stored login: log in again, or chmod 600 " + file);
            }
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            return new Login(
                    Endpoint.parse("address", json.get("address").getAsString()),
                    json.get("token").getAsString());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw Failure.refused("the stored login cannot be read: " + e);
        } catch (JsonParseException | IllegalStateException | NullPointerException | InvalidConfiguration e) {
            throw Failure.refused("the stored login is malformed: log in again, or remove " + file);
        }
    }

    void write(Path file) throws IOException {
        JsonObject json = new JsonObject();
        json.addProperty("address", authority.text());
        json.addProperty("token", token);
        PrivateFile.write(file, out -> out.write((json + "\n").getBytes(UTF_8)));
    }

    @Override
    public String toString() {
        return "Login[" + authority + "]";
    }
}
