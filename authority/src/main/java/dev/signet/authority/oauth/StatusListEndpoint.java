package dev.signet.authority.oauth;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.http.Endpoint;
import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.HttpRequest;
import dev.signet.authority.tokens.StatusLists;

/** Which tokens of an organization have ended, for anybody, as a signed list (IETF Token Status List, section 8). */
final class StatusListEndpoint implements Endpoint {
    private final StatusLists lists;

    StatusListEndpoint(StatusLists lists) {
        this.lists = lists;
    }

    @Override
    public HttpReply answer(HttpRequest request) {
        try {
            return lists.current(request.variable("part"))
                    .map(edition -> answer(request, edition))
                    .orElseGet(() -> HttpReply.text(404, "not found\n"));
        } catch (Refusal e) {
            if (e.code() == Refusal.Code.UNAVAILABLE) {
                return HttpReply.text(503, "the store does not answer\n").with("Retry-After", "1");
            }
            throw e;
        }
    }

    private static HttpReply answer(HttpRequest request, StatusLists.Edition edition) {
        String tag = "\"" + edition.version() + "\"";
        HttpReply reply = request.names("If-None-Match", tag)
                ? HttpReply.empty(304)
                : HttpReply.of(200, StatusLists.MEDIA_TYPE, edition.signed());
        return reply.with("ETag", "W/" + tag).with("Cache-Control", "public, max-age=" + edition.keptSeconds());
    }
}
