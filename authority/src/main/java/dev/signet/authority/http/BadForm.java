package dev.signet.authority.http;

/** A part of a request that is wrong: a header, a parameter, or a field of its body. */
public final class BadForm extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String problem;

    /**
     * Names what is wrong.
     *
     * @param problem reads on from the field's name, as in "must not be empty"; holds nothing that was sent in secret
     */
    public BadForm(String field, String problem) {
        super(field + " " + problem, null, false, false);
        this.field = field;
        this.problem = problem;
    }

    public String field() {
        return field;
    }

    public String problem() {
        return problem;
    }
}
