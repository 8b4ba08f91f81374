package dev.signet.verifier.bench;

import java.nio.file.Path;
import java.util.Map;

/** Runs the parts that were asked for, one after the other, and tells what came of them. */
public final class Benchmarks {
    private Benchmarks() {}

    /** One part: measures, and adds its figures. */
    @FunctionalInterface
    public interface Part {
        void run(Figures figures) throws Exception;
    }

    /**
     * Ends the process, in success where all parts could be run, whether or not their bounds hold.
     *
     * @param arguments the folder for the results, and the part to run or {@code all}; a part of another module is
     *     nobody's mistake
     * @param parts by name, in their order
     */
    public static void main(String[] arguments, Map<String, Part> parts) {
        int status = 0;
        try {
            run(arguments, parts);
        } catch (Exception e) {
            e.printStackTrace();
            status = 1;
        }
        // Whatever threads and servers a part has left behind.
        System.exit(status);
    }

    private static void run(String[] arguments, Map<String, Part> parts) throws Exception {
        System.setProperty("java.awt.headless", "true");
        String wanted = arguments[1];
        Figures figures = new Figures(Path.of(arguments[0]));
        boolean any = false;
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            if (wanted.equals("all") || wanted.equals(part.getKey())) {
                System.out.println("== " + part.getKey());
                part.getValue().run(figures);
                any = true;
            }
        }
        if (any) {
            figures.conclude();
        }
    }
}
