package dev.signet.verifier.corpus;

import java.util.List;

/** A door to which a token comes in the headers of a request. */
public interface HeaderDoor extends Door {

    /** What is said of a request with these headers, and this behind its path. */
    String ask(List<HeaderCase.Header> headers, String query) throws Exception;

    /** What it must say where nothing, or nothing good, is found. */
    String says(HeaderCase.Found found);

    @Override
    default String ask(String token) throws Exception {
        return ask(List.of(new HeaderCase.Header("authorization", "Bearer " + token)), "");
    }
}
