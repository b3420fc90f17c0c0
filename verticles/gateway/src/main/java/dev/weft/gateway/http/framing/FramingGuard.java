package dev.weft.gateway.http.framing;

import dev.weft.contracts.WeftError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the decoder of an HTTP/1.1 connection and lets through what a {@link
 * RequestScanner} finds in order. From the first byte that is not, nothing more is read of the
 * connection: a fault in a request's head becomes a request that could not be decoded, answered in
 * its turn, and one in its body is told to whoever answers it. Event loop of the connection only.
 */
public final class FramingGuard extends ChannelInboundHandlerAdapter {
  private final RequestScanner scanner = new RequestScanner();
  private final Consumer<WeftError> whenBodyBreaks;

  private FramingGuard(Consumer<WeftError> whenBodyBreaks) {
    this.whenBodyBreaks = whenBodyBreaks;
  }

  /**
   * Guards a connection from its first byte on, unless it speaks HTTP/2.
   *
   * @param whenBodyBreaks told, at most once, when the body of a request breaks off in bytes that
   *     are none
   */
  public static void install(Channel channel, Consumer<WeftError> whenBodyBreaks) {
    ChannelPipeline pipeline = channel.pipeline();
    ChannelHandlerContext decoder = pipeline.context(HttpRequestDecoder.class);
    if (decoder != null) {
      pipeline.addBefore(decoder.name(), "framing", new FramingGuard(whenBodyBreaks));
    }
  }

  /** Lets pass what comes from now on: the connection stops to speak HTTP. */
  public static void remove(Channel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    if (pipeline.get(FramingGuard.class) != null) {
      pipeline.remove(FramingGuard.class);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      context.fireChannelRead(message);
      return;
    }
    if (scanner.fault() != null) {
      ReferenceCountUtil.release(bytes);
      return;
    }
    int good = scanner.scan(bytes);
    FramingFault fault = scanner.fault();
    bytes.writerIndex(good);
    context.fireChannelRead(bytes);
    if (fault != null) {
      stop(context.pipeline().context(HttpRequestDecoder.class), fault);
    }
  }

  private void stop(@Nullable ChannelHandlerContext decoder, FramingFault fault) {
    if (scanner.inBody()) {
      whenBodyBreaks.accept(fault.error());
    } else if (decoder != null) {
      HttpRequest none =
          new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/bad-request");
      none.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      none.setDecoderResult(DecoderResult.failure(fault));
      decoder.fireChannelRead(none);
    }
  }
}
