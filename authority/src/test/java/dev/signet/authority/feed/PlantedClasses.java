package dev.signet.authority.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** All classes of this project once more, with one fault planted in them; nothing is written anywhere. */
final class PlantedClasses extends ClassLoader {
    private static final String OURS = "dev.signet.";
    private static final String GENERATED = "dev.signet.v1.";

    private final Map<String, ByteArrayOutputStream> planted;

    private PlantedClasses(Map<String, ByteArrayOutputStream> planted) {
        super(PlantedClasses.class.getClassLoader());
        this.planted = planted;
    }

    /** @throws AssertionError where the text is not there once, or what it becomes does not compile */
    static PlantedClasses of(PlantedFault fault) {
        return new PlantedClasses(compile(fault.file(), edited(fault)));
    }

    private static String edited(PlantedFault fault) {
        String source = source(fault.file());
        int first = source.indexOf(fault.text());
        if (first < 0 || source.indexOf(fault.text(), first + 1) >= 0) {
            throw new AssertionError(
                    fault.file() + " must say exactly once, so that the fault can be planted:\n" + fault.text());
        }
        return source.replace(fault.text(), fault.replacement());
    }

    /** Tests run in the folder of their module. */
    private static String source(String file) {
        try {
            return Files.readString(Path.of("..").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, ByteArrayOutputStream> compile(String file, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> classes = new HashMap<>();
        StringWriter messages = new StringWriter();
        JavaFileManager files = new ForwardingJavaFileManager<>(compiler.getStandardFileManager(null, null, UTF_8)) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String name, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return classes.computeIfAbsent(name, each -> new ByteArrayOutputStream());
                    }
                };
            }
        };
        JavaFileObject text =
                new SimpleJavaFileObject(
                        Path.of("..").resolve(file).toAbsolutePath().toUri(), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        // Where tests are forked, the class path proper is elsewhere.
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> options = List.of("-proc:none", "-nowarn", "-classpath", path);
        if (!compiler.getTask(messages, files, null, options, null, List.of(text))
                .call()) {
            throw new AssertionError("the planted fault does not compile:\n" + messages);
        }
        return classes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS) || name.startsWith(GENERATED)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                byte[] bytes = bytes(name);
                loaded = defineClass(name, bytes, 0, bytes.length);
            }
            return loaded;
        }
    }

    private byte[] bytes(String name) throws ClassNotFoundException {
        ByteArrayOutputStream own = planted.get(name);
        if (own != null) {
            return own.toByteArray();
        }
        try (InputStream stream = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (stream == null) {
                throw new ClassNotFoundException(name);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
