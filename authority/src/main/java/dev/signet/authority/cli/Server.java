package dev.signet.authority.cli;

/** The two servers that the command talks to, and what to say where one does not answer. */
enum Server {
    AUTHORITY("authority", "start one with `signet dev`"),
    VERIFIER("verifier", "start one with `signet dev` or `signet sidecar`");

    private final String noun;
    private final String advice;

    Server(String noun, String advice) {
        this.noun = noun;
        this.advice = advice;
    }

    String noun() {
        return noun;
    }

    Setting setting() {
        return this == AUTHORITY ? SettingTable.ADDRESS : SettingTable.VERIFIER;
    }

    String noAnswer(Endpoint endpoint) {
        return "no " + noun + " answers at " + endpoint + ": " + advice + ", or set "
                + setting().variable();
    }
}
