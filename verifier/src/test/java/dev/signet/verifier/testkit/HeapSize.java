package dev.signet.verifier.testkit;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * What objects take up on the heap of a 64-bit JVM with compressed references, counted field by field, so that neither
 * a collector nor another thread gets in between: headers of 12 bytes, 16 for arrays, references of 4, all rounded up
 * to 8.
 */
public final class HeapSize {
    private HeapSize() {}

    /** Of the object and all that it refers to, each once. */
    public static long of(Object root) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>();
        seen.add(root);
        open.add(root);
        long bytes = 0;
        while (!open.isEmpty()) {
            Object each = open.remove();
            bytes += sizeOf(each, referred -> {
                if (seen.add(referred)) {
                    open.add(referred);
                }
            });
        }
        return bytes;
    }

    private interface Referred {
        void add(Object object);
    }

    private static long sizeOf(Object object, Referred referred) {
        Class<?> type = object.getClass();
        if (type.isArray()) {
            int length = Array.getLength(object);
            if (!type.getComponentType().isPrimitive()) {
                for (int i = 0; i < length; i++) {
                    add(Array.get(object, i), referred);
                }
            }
            return aligned(16 + (long) length * width(type.getComponentType()));
        }
        long bytes = 12;
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    bytes += width(field.getType());
                    if (!field.getType().isPrimitive()) {
                        add(read(field, object), referred);
                    }
                }
            }
        }
        return aligned(bytes);
    }

    private static void add(Object object, Referred referred) {
        if (object != null) {
            referred.add(object);
        }
    }

    private static Object read(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static int width(Class<?> type) {
        if (type == long.class || type == double.class) {
            return 8;
        }
        if (type == short.class || type == char.class) {
            return 2;
        }
        return type == byte.class || type == boolean.class ? 1 : 4;
    }

    private static long aligned(long bytes) {
        return (bytes + 7) / 8 * 8;
    }
}
