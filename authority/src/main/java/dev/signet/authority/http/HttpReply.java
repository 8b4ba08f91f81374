package dev.signet.authority.http;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.time.Instant;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * An answer. Nobody may keep it unless it says otherwise.
 *
 * @param body may hold a credential
 */
public record HttpReply(int status, HttpFields headers, String body) {
    private static final String CERTAIN_BY = "Signet-Certain-By";
    private static final Gson JSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    public static HttpReply empty(int status) {
        return new HttpReply(status, HttpFields.EMPTY, "");
    }

    public static HttpReply json(int status, JsonElement body) {
        return of(status, "application/json", JSON.toJson(body));
    }

    public static HttpReply text(int status, String body) {
        return of(status, "text/plain; charset=utf-8", body);
    }

    public static HttpReply of(int status, String type, String body) {
        return new HttpReply(status, HttpFields.build().put(HttpHeader.CONTENT_TYPE, type), body);
    }

    /** The same with one more header. */
    public HttpReply with(String name, String value) {
        return new HttpReply(status, HttpFields.build(headers).put(name, value), body);
    }

    /** The same, saying when the change that was asked for is certain to hold at every verifier. */
    public HttpReply certainBy(Instant certainBy) {
        return with(CERTAIN_BY, certainBy.toString());
    }

    /** Not the body, in which a secret may be. */
    @Override
    public String toString() {
        return "HttpReply[" + status + "]";
    }
}
