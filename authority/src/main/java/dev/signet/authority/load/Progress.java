package dev.signet.authority.load;

/** Is told how far the load test is. */
public interface Progress {
    /** Something that has a known end goes on. */
    void prepares(String what, long done, long total);

    /** A run begins; {@code warmUp} tells that it is not measured. */
    void runs(double rate, double seconds, boolean warmUp);

    /** About a second of a run is over. */
    void interval(Interval interval);

    /** A step of the search for the limit was taken. */
    void step(Step step);

    /** Something that a person should know. */
    void note(String message);
}
