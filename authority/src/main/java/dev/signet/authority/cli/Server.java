package dev.signet.authority.cli;

/** The two servers that the command talks to, and what to say where one does not answer. */
enum Server {
    AUTHORITY("authority", SettingTable.ADDRESS, "start one with `signet dev`"),
    VERIFIER("verifier", SettingTable.VERIFIER, "start one with `signet dev` or `signet sidecar`");

    private final String noun;
    private final Setting setting;
    private final String advice;

    Server(String noun, Setting setting, String advice) {
        this.noun = noun;
        this.setting = setting;
        this.advice = advice;
    }

    String noun() {
        return noun;
    }

    Setting setting() {
        return setting;
    }

    String noAnswer(Endpoint endpoint) {
        return "no " + noun + " answers at " + endpoint + ": " + advice + ", or set " + setting.variable();
    }
}
