package dev.signet.verifier.sidecar;

import dev.signet.verifier.sidecar.HttpAnswers.After;
import dev.signet.verifier.sidecar.SignaturePool.Lane;
import dev.signet.verifier.verify.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a gateway. Requests are answered in their order, each from its head alone: nothing is ever waited
 * for that a head announces, as nginx announces the client's body and does not send it. So where a body is announced
 * nobody can say what comes next, and the answer to that request is the last one.
 */
@SuppressWarnings("FutureReturnValueIgnored") // That a connection has ended is told by channelInactive, however it did.
final class HttpConnection extends ChannelInboundHandlerAdapter implements Decisions.Asker {
    /** From the first byte of a head to its last; also, to the first byte at all. */
    static final int HEAD_SECONDS = 10;
    /** Between requests. Longer than gateways keep theirs, so that it is they who end a connection. */
    static final int IDLE_SECONDS = 180;
    /** A verdict takes two seconds at most, where it waits for an organization. */
    static final int VERDICT_SECONDS = 30;
    /** For what a client still sends of a body, so that it gets to read the answer. */
    static final int LINGER_SECONDS = 2;

    private static final int USUAL_ANSWER = 512;
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    private final Decisions decisions;
    private final Lane lane;
    private final Map<String, Supplier<HttpPage>> pages;
    private final HttpConnections connections;
    /** What was sent ahead of an answer and came with it in one read; then no more is read. */
    private final Deque<HttpRequest> waiting = new ArrayDeque<>();

    private @Nullable ChannelHandlerContext context;
    private int due;
    private boolean headUnderWay;
    private boolean taking;
    private boolean asking;
    private boolean ending;
    /** Of the request that is being answered; and of one that there is no room for. */
    private After after = After.CLOSE;

    private boolean moreMayCome;

    /** A gateway asks the same of each client, so the target seldom differs from the last one. */
    private String lastTarget = "";

    private @Nullable ForwardAuthTarget asked;

    /** @param lane where its tokens wait for their signature checks */
    HttpConnection(Decisions decisions, Lane lane, Map<String, Supplier<HttpPage>> pages, HttpConnections connections) {
        this.decisions = decisions;
        this.lane = lane;
        this.pages = pages;
        this.connections = connections;
        this.due = connections.second() + HEAD_SECONDS;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        if (!connections.add(this)) {
            moreMayCome = true;
            answer(503);
            active.flush();
        }
        active.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        connections.remove(this);
        ending = true;
        waiting.clear();
        inactive.fireChannelInactive();
    }

    /** Whether nothing more is read. */
    boolean isEnding() {
        return ending;
    }

    /** Called with whatever comes; the time counts from the first of it. */
    void headBegins() {
        if (!headUnderWay) {
            headUnderWay = true;
            setDue(HEAD_SECONDS);
        }
    }

    /** On any thread, as all else that is known of a connection is known to its own. */
    void endIfDue(int second) {
        context().executor().execute(() -> {
            if (second - due >= 0) {
                context().close();
            }
        });
    }

    /** On any thread. */
    void endIfIdle() {
        context().executor().execute(() -> {
            if (!asking) {
                context().close();
            }
        });
    }

    private void setDue(int seconds) {
        due = connections.second() + seconds;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        // Whoever hangs up in the middle is no news, and what came of it may be a secret.
        LOG.debug("a connection failed: {}", cause.getClass().getName());
        failed.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        if (message instanceof HttpRequest request && !ending) {
            headUnderWay = false;
            waiting.add(request);
            takeWaiting();
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext reading) {
        reading.flush();
        reading.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        takeWaiting();
        changed.flush();
        changed.fireChannelWritabilityChanged();
    }

    /** As many as can be answered now; reads on once none is left. */
    private void takeWaiting() {
        if (taking) {
            return;
        }
        taking = true;
        while (!ending && canTake() && !waiting.isEmpty()) {
            take(waiting.remove());
        }
        taking = false;
        // What comes while a connection ends is read to be thrown away.
        boolean reading = ending || canTake();
        if (context().channel().config().isAutoRead() != reading) {
            context().channel().config().setAutoRead(reading);
        }
    }

    /** Not while an answer is awaited, nor while nobody takes those that were given. */
    private boolean canTake() {
        if (asking) {
            return false;
        }
        if (!context().channel().isWritable()) {
            context().flush();
        }
        return context().channel().isWritable();
    }

    private void take(HttpRequest request) {
        int problem = HttpRules.check(request);
        // If it was announced and is not sent, the next request would be taken for it; if it is sent, it for a request.
        moreMayCome = problem != HttpRules.FOLLOWED || HttpRules.announcesBody(request.headers());
        if (moreMayCome || !HttpUtil.isKeepAlive(request)) {
            after = After.CLOSE;
        } else {
            after = request.protocolVersion().isKeepAliveDefault() ? After.NEXT : After.NEXT_SAID;
        }
        if (problem == HttpRules.FOLLOWED) {
            decide(request);
        } else {
            answer(problem);
        }
    }

    private void decide(HttpRequest request) {
        String target = request.uri();
        if (!target.equals(lastTarget)) {
            lastTarget = target;
            asked = ForwardAuthTarget.parse(target);
        }
        if (asked == null) {
            page(request.method(), target);
            return;
        }
        Requirement required = asked.requirement();
        if (required.mistake() != null) {
            deny(required.mistake());
        } else {
            decide(required, request.headers());
        }
    }

    private void decide(Requirement required, HttpHeaders headers) {
        PresentedToken presented = PresentedToken.in(headers.valueStringIterator(HttpHeaderNames.AUTHORIZATION));
        String token = presented.text();
        if (token == null) {
            deny(Objects.requireNonNull(presented.denial()));
            return;
        }
        asking = true;
        setDue(VERDICT_SECONDS);
        try {
            decisions.decide(required.about(token), lane, this);
        } catch (RuntimeException e) {
            LOG.error("no verdict", e);
            deny(Denial.INTERNAL);
        }
    }

    private void page(HttpMethod method, String target) {
        int query = target.indexOf('?');
        Supplier<HttpPage> page = pages.get(query < 0 ? target : target.substring(0, query));
        boolean head = method.equals(HttpMethod.HEAD);
        if (page == null) {
            answer(404);
        } else if (!head && !method.equals(HttpMethod.GET)) {
            answer(405);
        } else {
            ByteBuf out = buffer();
            HttpAnswers.writePage(out, page.get(), !head, after);
            send(out);
        }
    }

    @Override
    public void decided(Question question, Verdict verdict) {
        if (context().executor().inEventLoop() && taking) {
            answer(verdict);
        } else {
            inTurn(() -> answer(verdict));
        }
    }

    @Override
    public void refused(Question question, Refusal refusal) {
        inTurn(() -> deny(Denial.of(refusal)));
    }

    @Override
    public boolean isGone() {
        return !context().channel().isActive();
    }

    /** On the event loop, and with what waits for it. */
    private void inTurn(Runnable answer) {
        if (!context().executor().inEventLoop()) {
            context().executor().execute(() -> inTurn(answer));
        } else if (!isGone()) {
            answer.run();
            if (!taking) {
                takeWaiting();
                context().flush();
            }
        }
    }

    private void answer(Verdict verdict) {
        ByteBuf out = buffer();
        ForwardAuthAnswers.write(out, profile(), verdict);
        end(out);
    }

    private void deny(Denial denial) {
        ByteBuf out = buffer();
        ForwardAuthAnswers.write(out, profile(), denial);
        end(out);
    }

    private void answer(int status) {
        ByteBuf out = buffer();
        HttpAnswers.writeHead(out, status);
        end(out);
    }

    private void end(ByteBuf head) {
        HttpAnswers.writeEnd(head, after);
        send(head);
    }

    private void send(ByteBuf answer) {
        asking = false;
        if (after == After.CLOSE) {
            ending = true;
            waiting.clear();
            setDue(LINGER_SECONDS);
            ChannelFuture sent = context().writeAndFlush(answer);
            if (moreMayCome) {
                sent.addListener(this::stopSending);
            } else {
                sent.addListener(ChannelFutureListener.CLOSE);
            }
        } else {
            setDue(headUnderWay ? HEAD_SECONDS : IDLE_SECONDS);
            context().write(answer, context().voidPromise());
        }
    }

    /** Closing at once, with something unread, would reset the connection, and may take the answer away. */
    private void stopSending(Future<? super Void> sent) {
        if (sent.isSuccess() && context().channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        } else {
            context().close();
        }
    }

    private ByteBuf buffer() {
        return context().alloc().ioBuffer(USUAL_ANSWER);
    }

    private GatewayProfile profile() {
        return Objects.requireNonNull(asked).profile();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }
}
