package dev.signet.authority.http;

/** Answers the requests of one route. Called by many threads at once. */
public interface Endpoint {

    /** @throws BadForm where the request is not what it should be; the answer is then the plainest of its kind */
    HttpReply answer(HttpRequest request);
}
