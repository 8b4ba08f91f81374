package dev.signet.authority.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A file system for H2 that remembers each write to the database's file, so that the file can be made again as a crash
 * after any of them would have left it. One recording at a time.
 */
public final class RecordedDisk extends FilePathWrapper {
    static final String SCHEME = "recorded";

    private static final List<Write> WRITES = new ArrayList<>();

    /** Bytes written at a position; where there are none, the file was cut there. */
    record Write(long position, @Nullable ByteBuffer bytes) {
        void to(RandomAccessFile file) throws IOException {
            if (bytes == null) {
                file.setLength(position);
            } else {
                ByteBuffer rest = bytes.duplicate();
                while (rest.hasRemaining()) {
                    file.getChannel().write(rest, position + rest.position());
                }
            }
        }
    }

    static void startRecording() {
        FilePath.register(new RecordedDisk());
        synchronized (WRITES) {
            WRITES.clear();
        }
    }

    static List<Write> writes() {
        synchronized (WRITES) {
            return List.copyOf(WRITES);
        }
    }

    static int count() {
        synchronized (WRITES) {
            return WRITES.size();
        }
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        FileChannel channel = super.open(mode);
        return Path.of(getBase().toString()).endsWith("ledger.mv.db") ? new Recorded(channel) : channel;
    }

    private static final class Recorded extends FileBase {
        private final FileChannel channel;

        private Recorded(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public synchronized int write(ByteBuffer source, long position) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(source.remaining())
                    .put(source.duplicate())
                    .flip();
            synchronized (WRITES) {
                WRITES.add(new Write(position, bytes));
                return channel.write(source, position);
            }
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            synchronized (WRITES) {
                WRITES.add(new Write(size, null));
                channel.truncate(size);
            }
            return this;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException("H2 says where it writes");
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return channel.read(target);
        }

        @Override
        public synchronized int read(ByteBuffer target, long position) throws IOException {
            return channel.read(target, position);
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            channel.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void force(boolean metaData) throws IOException {
            channel.force(metaData);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return channel.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
        }
    }
}
