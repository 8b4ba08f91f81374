package dev.signet.authority.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** How a process in the foreground ends: by a signal, and with its parent where it has one that cares. */
final class Lifetime {
    private Lifetime() {}

    static void closeAtExit(Runnable close, boolean exitWithParent) {
        Runtime.getRuntime().addShutdownHook(new Thread(close, "shutdown"));
        if (exitWithParent) {
            Thread watch = new Thread(() -> exitAtEnd(System.in), "parent-watch");
            watch.setDaemon(true);
            watch.start();
        }
    }

    /** The parent holds the other end of the pipe and never writes; however it ends, the pipe does too. */
    private static void exitAtEnd(InputStream in) {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // As good as the end.
        }
        System.exit(0);
    }
}
