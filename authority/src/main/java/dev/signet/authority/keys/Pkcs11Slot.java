package dev.signet.authority.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.NativeLongByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.signet.verifier.InvalidConfiguration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The slot in which a token is. The JDK's provider knows slots by their number only, and numbers change: SoftHSM2 draws
 * them, others count what is plugged in. So the module itself is asked here for the labels, before anyone logs in; a
 * guess would spend the attempts that a token allows for its PIN.
 *
 * @param id its number
 * @param index its place in the list of all slots
 */
record Pkcs11Slot(long id, int index) {
    // Places in CK_FUNCTION_LIST, PKCS#11 2.40 section 3.6.
    private static final int C_INITIALIZE = 0;
    private static final int C_GET_SLOT_LIST = 4;
    private static final int C_GET_TOKEN_INFO = 6;

    private static final long CKR_OK = 0;
    private static final long CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;
    private static final long CKF_OS_LOCKING_OK = 2;

    /** More than CK_TOKEN_INFO takes on any platform; it begins with the label, 32 bytes filled up with blanks. */
    private static final int TOKEN_INFO = 512;

    private static final int LABEL = 32;

    /**
     * Finds the one slot whose token has that label.
     *
     * @throws InvalidConfiguration where there is none, or more than one
     */
    static Pkcs11Slot of(Path library, String label) {
        Pointer functions = load(library);
        List<Pkcs11Slot> slots = slots(functions, library);
        List<Pkcs11Slot> found = new ArrayList<>();
        Set<String> others = new TreeSet<>();
        for (Pkcs11Slot slot : slots) {
            String present = slot.label(functions);
            if (present.equals(label)) {
                found.add(slot);
            } else if (!present.isEmpty()) {
                others.add(present);
            }
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new InvalidConfiguration(
                "pkcs11-token",
                found.isEmpty()
                        ? "no token is labelled " + label + "; there are: " + others
                        : "several tokens are labelled " + label);
    }

    /** The line that leads the JDK's provider there. It takes an {@code int}; a number beyond that goes by its place. */
    String configuration() {
        return id <= Integer.MAX_VALUE ? "slot = " + id : "slotListIndex = " + index;
    }

    /** Loads the module and makes it ready, as the JDK's provider does that finds it so later. */
    private static Pointer load(Path library) {
        PointerByReference functions = new PointerByReference();
        try (Memory arguments = new Memory(6L * Native.POINTER_SIZE)) {
            NativeLibrary module = NativeLibrary.getInstance(library.toString());
            check(library, rv(module.getFunction("C_GetFunctionList"), functions));
            // CK_C_INITIALIZE_ARGS: four pointers to functions that there are not, then the flags.
            arguments.clear();
            arguments.setNativeLong(4L * Native.POINTER_SIZE, new NativeLong(CKF_OS_LOCKING_OK));
            long rv = rv(function(functions.getValue(), C_INITIALIZE), arguments);
            check(library, rv == CKR_CRYPTOKI_ALREADY_INITIALIZED ? CKR_OK : rv);
            return functions.getValue();
        } catch (UnsatisfiedLinkError e) {
            throw new InvalidConfiguration("pkcs11-library", "is no PKCS#11 module for this platform: " + library);
        }
    }

    private static List<Pkcs11Slot> slots(Pointer functions, Path library) {
        byte emptyOnesToo = 0;
        Function list = function(functions, C_GET_SLOT_LIST);
        NativeLongByReference count = new NativeLongByReference();
        check(library, rv(list, emptyOnesToo, Pointer.NULL, count));
        List<Pkcs11Slot> slots = new ArrayList<>();
        try (Memory ids = new Memory((count.getValue().longValue() + 1) * Native.LONG_SIZE)) {
            check(library, rv(list, emptyOnesToo, ids, count));
            for (int i = 0; i < count.getValue().intValue(); i++) {
                slots.add(new Pkcs11Slot(
                        ids.getNativeLong((long) i * Native.LONG_SIZE).longValue(), i));
            }
        }
        return slots;
    }

    /** Empty where there is no token. */
    private String label(Pointer functions) {
        try (Memory information = new Memory(TOKEN_INFO)) {
            return rv(function(functions, C_GET_TOKEN_INFO), new NativeLong(id), information) == CKR_OK
                    ? new String(information.getByteArray(0, LABEL), UTF_8).strip()
                    : "";
        }
    }

    /** After the version, which is as wide as a pointer for the sake of alignment, the list has one pointer each. */
    private static Function function(Pointer functions, int place) {
        return Function.getFunction(functions.getPointer((1L + place) * Native.POINTER_SIZE));
    }

    private static long rv(Function function, Object... arguments) {
        return ((NativeLong) function.invoke(NativeLong.class, arguments)).longValue();
    }

    private static void check(Path library, long rv) {
        if (rv != CKR_OK) {
            throw new InvalidConfiguration(
                    "pkcs11-library", "does not work, CKR 0x" + Long.toHexString(rv) + ": " + library);
        }
    }
}
